// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Chunks of anonymous memory. A chunk is zeroed, and so touched, when it is acquired: later stores meet no page fault, and
 * acquiring one takes a fraction of a millisecond.
 */
final class AnonymousChunks implements ChunkSource {
    private static final int ALIGNMENT = 4096;
    private static final int CHUNKS_INITIAL = 16;
    private static final long[] NONE = {};

    private long[] allocations = NONE;
    private int count;

    @Override
    public long acquire() {
        // The array doubles: one by one it would make garbage with every chunk, the more the larger the ledger.
        if (count == allocations.length) {
            allocations = Arrays.copyOf(allocations, Math.max(CHUNKS_INITIAL, 2 * count));
        }
        final long allocation = UnsafeApi.allocateMemory(CHUNK_LENGTH + ALIGNMENT);
        allocations[count++] = allocation;
        final long chunk = (allocation + ALIGNMENT - 1) & -ALIGNMENT;
        UnsafeApi.setMemory(chunk, CHUNK_LENGTH, (byte) 0);
        return chunk;
    }

    @Override
    public void close() {
        final long[] toFree = allocations;
        final int toFreeCount = count;
        allocations = NONE;
        count = 0;
        for (int i = 0; i < toFreeCount; i++) {
            UnsafeApi.freeMemory(toFree[i]);
        }
    }
}
