// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BufferUtil;

/**
 * Off-heap memory that grows by chunks and never moves. A chunk is zeroed, and so touched, when it is added: later stores meet
 * no page fault, and adding one takes a fraction of a millisecond.
 *
 * <p>Its units (rows or index segments) have a length that is a power of two, so that none crosses a chunk or, from 64 bytes on,
 * starts in the middle of a cache line. Units are handed out as addresses, since a bounds check at each of the some fifty
 * accesses of a transfer costs more than the rest of them. What keeps an access within memory is this class: a unit that was
 * never reserved, or any unit after {@link #close()}, has no address; and users add no more than a constant below the unit's
 * length.
 */
final class Chunks implements AutoCloseable {
    /** Bytes of a chunk: large against a page, small enough that zeroing one is no pause. */
    static final int CHUNK_LENGTH = 1 << 20;

    private static final int ALIGNMENT = 4096;
    private static final int CHUNKS_INITIAL = 16;
    private static final long[] NO_ADDRESSES = {};
    private static final ByteBuffer[] NO_CHUNKS = {};

    private final int unitsPerChunkShift;
    private final int unitLengthShift;
    private final int unitMask;
    private long[] addresses = NO_ADDRESSES;
    private ByteBuffer[] chunks = NO_CHUNKS;
    private int chunkCount;

    /**
     * Memory for units of one length; none yet.
     *
     * @param unitLength a power of two, at most {@link #CHUNK_LENGTH}.
     */
    Chunks(final int unitLength) {
        if (Integer.bitCount(unitLength) != 1 || unitLength > CHUNK_LENGTH) {
            throw new IllegalArgumentException("unitLength must be a power of two: unitLength=" + unitLength);
        }
        unitLengthShift = Integer.numberOfTrailingZeros(unitLength);
        unitsPerChunkShift = Integer.numberOfTrailingZeros(CHUNK_LENGTH) - unitLengthShift;
        unitMask = (1 << unitsPerChunkShift) - 1;
    }

    /** Makes sure that the next unit's chunk is there. What can fail of an insertion fails here, before anything is changed. */
    void reserve(final long unit) {
        if (unit >>> unitsPerChunkShift >= chunkCount) {
            addChunk();
        }
    }

    /**
     * Where a unit is.
     *
     * @throws IndexOutOfBoundsException if it was never reserved, or is freed.
     */
    long address(final long unit) {
        final long chunk = unit >>> unitsPerChunkShift;
        if (chunk >= chunkCount) { // not the array's own check: it has room to grow
            throw new IndexOutOfBoundsException("never reserved, or freed: unit=" + unit);
        }
        return addresses[(int) chunk] + ((unit & unitMask) << unitLengthShift);
    }

    /** Bytes of all chunks. */
    long memoryLength() {
        return (long) chunkCount * CHUNK_LENGTH;
    }

    /** Frees all chunks at once, not when the collector gets round to it. */
    @Override
    public void close() {
        final ByteBuffer[] toFree = chunks;
        final int count = chunkCount;
        chunkCount = 0;
        addresses = NO_ADDRESSES;
        chunks = NO_CHUNKS;
        for (int i = 0; i < count; i++) {
            BufferUtil.free(toFree[i]);
        }
    }

    /** The arrays double: one by one they would make garbage with every chunk, the more the larger the ledger. */
    private void addChunk() {
        final int count = chunkCount;
        if (count == addresses.length) {
            chunks = Arrays.copyOf(chunks, Math.max(CHUNKS_INITIAL, 2 * count));
            addresses = Arrays.copyOf(addresses, Math.max(CHUNKS_INITIAL, 2 * count));
        }
        final ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_LENGTH + ALIGNMENT);
        chunks[count] = chunk;
        addresses[count] = (BufferUtil.address(chunk) + ALIGNMENT - 1) & -ALIGNMENT;
        chunkCount = count + 1;
    }
}
