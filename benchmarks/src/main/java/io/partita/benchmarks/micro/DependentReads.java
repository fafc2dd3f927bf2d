// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What a random access to a table costs at least: a walk over rows of 128 bytes in one random cycle, where each row says where
 * the next one is. No access can start before the one before it is done.
 */
public final class DependentReads implements AutoCloseable {
    private static final int ROW_LENGTH = 128;

    private final UnsafeBuffer table;
    private int position;

    /**
     * A table.
     *
     * @param rows how many, at most 16 million.
     */
    public DependentReads(final int rows) {
        table = new UnsafeBuffer(ByteBuffer.allocateDirect(rows * ROW_LENGTH));
        final int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            order[i] = i;
        }
        final SplittableRandom random = new SplittableRandom(rows);
        for (int i = rows - 1; i > 0; i--) { // Sattolo: one cycle through all rows
            final int k = random.nextInt(i);
            final int row = order[i];
            order[i] = order[k];
            order[k] = row;
        }
        for (int i = 0; i < rows; i++) {
            table.putInt(i * ROW_LENGTH, order[i] * ROW_LENGTH);
        }
    }

    /**
     * Reads on from where the last call ended.
     *
     * @param accesses how many reads.
     * @return nanoseconds of processor time per read.
     */
    public double measure(final int accesses) {
        final UnsafeBuffer rows = table;
        int at = position;
        final long startNs = CpuClock.threadNs();
        for (int i = 0; i < accesses; i++) {
            at = rows.getInt(at);
        }
        final long elapsedNs = CpuClock.threadNs() - startNs;
        position = at;
        return (double) elapsedNs / accesses;
    }

    /** Frees the table. */
    @Override
    public void close() {
        BufferUtil.free(table.byteBuffer());
    }
}
