// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Chunks of anonymous memory. A chunk is zeroed, and so touched, when it is acquired: later stores meet no page fault, and
 * acquiring one takes a fraction of a millisecond.
 *
 * <p>Chunks are cut from slabs, each as long as all before it together: an allocator that asks the kernel for huge pages does so
 * for areas in which one has room. What is not cut off yet is only reserved.
 */
final class AnonymousChunks implements ChunkSource {
    private static final int HUGE_PAGE_LENGTH = 2 << 20;
    private static final int SLAB_LENGTH_MAX = 64 << 20;
    private static final int SLABS_INITIAL = 16;
    private static final long[] NONE = {};

    private long[] slabs = NONE;
    private int slabCount;
    private long reserved;
    private long next;
    private long end;

    @Override
    public long acquire() {
        if (next == end) {
            addSlab();
        }
        final long chunk = next;
        next = chunk + CHUNK_LENGTH;
        UnsafeApi.setMemory(chunk, CHUNK_LENGTH, (byte) 0);
        return chunk;
    }

    @Override
    public void close() {
        final long[] toFree = slabs;
        final int toFreeCount = slabCount;
        slabs = NONE;
        slabCount = 0;
        reserved = 0;
        next = 0;
        end = 0;
        for (int i = 0; i < toFreeCount; i++) {
            UnsafeApi.freeMemory(toFree[i]);
        }
    }

    private void addSlab() {
        // The array doubles: one by one it would make garbage with every slab, the more the larger the ledger.
        if (slabCount == slabs.length) {
            slabs = Arrays.copyOf(slabs, Math.max(SLABS_INITIAL, 2 * slabCount));
        }
        final long length = Math.max(CHUNK_LENGTH, Math.min(SLAB_LENGTH_MAX, reserved));
        final long slab = UnsafeApi.allocateMemory(length + HUGE_PAGE_LENGTH);
        slabs[slabCount++] = slab;
        reserved += length;
        next = (slab + HUGE_PAGE_LENGTH - 1) & -HUGE_PAGE_LENGTH;
        end = next + length;
    }
}
