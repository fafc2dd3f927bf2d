// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Off-heap memory that grows by chunks and never moves. A chunk is zeroed, and so touched, when it is added: later stores meet
 * no page fault, and adding one takes a fraction of a millisecond.
 *
 * <p>Its units (rows or index segments) have a length that is a power of two, so that none crosses a chunk or, from 64 bytes on,
 * starts in the middle of a cache line.
 */
final class Chunks implements AutoCloseable {
    /** Bytes of a chunk: large against a page, small enough that zeroing one is no pause. */
    static final int CHUNK_LENGTH = 1 << 20;

    private static final int ALIGNMENT = 4096;
    private static final UnsafeBuffer[] NO_CHUNKS = {};

    private final int unitsPerChunkShift;
    private final int unitLengthShift;
    private final int unitMask;
    private UnsafeBuffer[] chunks = NO_CHUNKS;
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

    /** Makes sure that the unit's chunk is there. What can fail of an insertion fails here, before anything is changed. */
    void reserve(final long unit) {
        if (unit >>> unitsPerChunkShift >= chunkCount) {
            addChunk();
        }
    }

    UnsafeBuffer buffer(final long unit) {
        return chunks[(int) (unit >>> unitsPerChunkShift)];
    }

    int offset(final long unit) {
        return ((int) unit & unitMask) << unitLengthShift;
    }

    private void addChunk() {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, Math.max(16, chunkCount * 2));
        }
        final ByteBuffer memory = ByteBuffer.allocateDirect(CHUNK_LENGTH + ALIGNMENT);
        final int start = (int) (-BufferUtil.address(memory) & (ALIGNMENT - 1));
        chunks[chunkCount] = new UnsafeBuffer(memory, start, CHUNK_LENGTH);
        chunkCount++;
    }

    /** Bytes of all chunks. */
    long memoryLength() {
        return (long) chunkCount * CHUNK_LENGTH;
    }

    /** Frees all chunks at once, not when the collector gets round to it. Any later access fails with an exception. */
    @Override
    public void close() {
        final UnsafeBuffer[] toFree = chunks;
        final int count = chunkCount;
        chunks = NO_CHUNKS;
        chunkCount = 0;
        for (int i = 0; i < count; i++) {
            final ByteBuffer memory = toFree[i].byteBuffer();
            toFree[i].wrap(0, 0);
            BufferUtil.free(memory);
        }
    }
}
