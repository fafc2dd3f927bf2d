// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.Arrays;

/**
 * Off-heap memory that grows by chunks and never moves.
 *
 * <p>Its units (rows or index segments) have a length that is a power of two, so that none crosses a chunk or, from 64 bytes on,
 * starts in the middle of a cache line. Units are handed out as addresses, since a bounds check at each of the some fifty
 * accesses of a transfer costs more than the rest of them. What keeps an access within memory is this class: a unit that was
 * never reserved, or any unit after {@link #close()}, has no address; and users add no more than a constant below the unit's
 * length.
 */
final class Chunks implements AutoCloseable {
    private static final int CHUNKS_INITIAL = 16;
    private static final long[] NO_ADDRESSES = {};

    private final ChunkSource source;
    private final int unitsPerChunkShift;
    private final int unitLengthShift;
    private final int unitMask;
    private long[] addresses = NO_ADDRESSES;
    private int chunkCount;

    /**
     * Anonymous memory for units of one length; none yet.
     *
     * @param unitLength a power of two, at most {@link ChunkSource#CHUNK_LENGTH}.
     */
    Chunks(final int unitLength) {
        this(unitLength, new AnonymousChunks());
    }

    /**
     * Memory for units of one length; none yet.
     *
     * @param unitLength a power of two, at most {@link ChunkSource#CHUNK_LENGTH}.
     * @param source of its chunks, closed with this.
     */
    Chunks(final int unitLength, final ChunkSource source) {
        if (Integer.bitCount(unitLength) != 1 || unitLength > ChunkSource.CHUNK_LENGTH) {
            throw new IllegalArgumentException("unitLength must be a power of two: unitLength=" + unitLength);
        }
        this.source = source;
        unitLengthShift = Integer.numberOfTrailingZeros(unitLength);
        unitsPerChunkShift = Integer.numberOfTrailingZeros(ChunkSource.CHUNK_LENGTH) - unitLengthShift;
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

    /** How many units lie in one piece from a unit on, reserved or not. */
    int unitsInPiece(final long unit) {
        return unitMask + 1 - (int) (unit & unitMask);
    }

    /** Bytes of a unit. */
    int unitLength() {
        return 1 << unitLengthShift;
    }

    /** Bytes of all chunks. */
    long memoryLength() {
        return (long) chunkCount * ChunkSource.CHUNK_LENGTH;
    }

    /** Frees all chunks. */
    @Override
    public void close() {
        chunkCount = 0;
        addresses = NO_ADDRESSES;
        source.close();
    }

    private void addChunk() {
        final int count = chunkCount;
        if (count == addresses.length) {
            addresses = Arrays.copyOf(addresses, Math.max(CHUNKS_INITIAL, 2 * count));
        }
        addresses[count] = source.acquire();
        chunkCount = count + 1;
    }
}
