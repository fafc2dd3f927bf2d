// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Takes memory away from everybody else on this machine, so that what runs beside it has to do with what is left. The pages are
 * those of a file in memory that has no name any more: they are gone with this process, however it ends.
 */
final class Ballast implements AutoCloseable {
    private static final int BLOCK_LENGTH = 1 << 20;
    private static final long KIB_PER_GIB = 1 << 20;

    private final @Nullable FileChannel channel;

    private Ballast(final @Nullable FileChannel channel) {
        this.channel = channel;
    }

    /** Takes what is available beyond that many GiB; nothing if that is 0 or more than there is. */
    static Ballast leaving(final double gib) throws IOException {
        final long blocks = (long) ((availableKib() - gib * KIB_PER_GIB) / (BLOCK_LENGTH >> 10));
        if (gib <= 0 || blocks <= 0) {
            return new Ballast(null);
        }
        final Path file = Files.createTempFile(Path.of("/dev/shm"), "partita-ballast", "");
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        Files.delete(file);
        final ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_LENGTH);
        for (long i = 0; i < blocks; i++) {
            channel.write(block.clear(), i * BLOCK_LENGTH);
        }
        System.err.println(
                "growth: " + blocks / 1024 + " GiB taken away, " + gib + " GiB left for the ledger and its files");
        return new Ballast(channel);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }

    private static long availableKib() throws IOException {
        for (final String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
            if (line.startsWith("MemAvailable:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("/proc/meminfo does not say what is available");
    }
}
