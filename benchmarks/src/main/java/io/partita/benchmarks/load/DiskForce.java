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
public final class DiskForce {
    private static final int FORCES = 200;
    private static final long DURATION_MAX_NS = 500_000_000L;
    private static final int BLOCK_LENGTH = 1 << 20;
    private static final int DIGITS = 3;

    private DiskForce() {}

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
        final Path file = Files.createTempFile(folder, "force-", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            final long fileLength = (long) FORCES * length;
            final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_LENGTH);
            for (long at = 0; at < fileLength; at += BLOCK_LENGTH) {
                channel.write(zeros.clear(), at);
            }
            channel.force(true);
            final ByteBuffer bytes = ByteBuffer.allocateDirect(length);
            final long startNs = System.nanoTime();
            for (int i = 0; i < FORCES && System.nanoTime() - startNs < DURATION_MAX_NS; i++) {
                bytes.clear();
                while (bytes.remaining() >= Long.BYTES) {
                    bytes.putLong(i + 1L);
                }
                final long writeNs = System.nanoTime();
                channel.write(bytes.clear(), (long) i * length);
                channel.force(false);
                took.recordValue(System.nanoTime() - writeNs);
            }
        } finally {
            Files.delete(file);
        }
        return took;
    }
}
