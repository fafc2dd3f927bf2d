// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.HdrHistogram.Histogram;

/**
 * What the disk itself takes: bytes written to a file that was written and forced before, so that the file system has nothing
 * to note but the bytes, and one {@code force(false)} each time.
 */
public final class DiskForce implements AutoCloseable {
    private static final int FORCES = 200;
    private static final long DURATION_MAX_NS = 500_000_000L;
    private static final int BLOCK_LENGTH = 1 << 20;
    private static final int DIGITS = 3;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer bytes;
    private int forces;

    /**
     * Writes the file.
     *
     * @param folder on the disk in question.
     * @param length bytes that are written before each force.
     * @param forces how many there will be.
     * @throws IOException if the disk does not do it.
     */
    public DiskForce(final Path folder, final int length, final int forces) throws IOException {
        file = Files.createTempFile(folder, "force-", "");
        channel = FileChannel.open(file, StandardOpenOption.WRITE);
        final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_LENGTH);
        for (long at = 0; at < (long) forces * length; at += BLOCK_LENGTH) {
            channel.write(zeros.clear(), at);
        }
        channel.force(true);
        bytes = ByteBuffer.allocateDirect(length);
    }

    /**
     * Writes and forces.
     *
     * @return nanoseconds.
     * @throws IOException if the disk does not do it.
     */
    public long once() throws IOException {
        final long at = (long) forces++ * bytes.capacity();
        bytes.clear();
        while (bytes.remaining() >= Long.BYTES) {
            bytes.putLong(forces);
        }
        final long startNs = System.nanoTime();
        channel.write(bytes.clear(), at);
        channel.force(false);
        return System.nanoTime() - startNs;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.delete(file);
    }

    /**
     * Measures: two hundred times, or for half a second.
     *
     * @param folder on the disk in question.
     * @param length bytes that are written before each force.
     * @return nanoseconds of write and force.
     * @throws IOException if the disk does not do it.
     */
    public static Histogram measure(final Path folder, final int length) throws IOException {
        final Histogram took = new Histogram(DIGITS);
        try (DiskForce disk = new DiskForce(folder, length, FORCES)) {
            final long startNs = System.nanoTime();
            for (int i = 0; i < FORCES && System.nanoTime() - startNs < DURATION_MAX_NS; i++) {
                took.recordValue(disk.once());
            }
        }
        return took;
    }
}
