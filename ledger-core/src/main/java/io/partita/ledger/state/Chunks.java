// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Invariant;
import java.util.Arrays;
import org.agrona.UnsafeApi;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap memory that grows by chunks and never moves.
 *
 * <p>Its units (rows or index segments) have a length that is a power of two, so that none crosses a chunk or, from 64 bytes on,
 * starts in the middle of a cache line. Units are handed out as addresses, since a bounds check at each of the some fifty
 * accesses of a transfer costs more than the rest of them. What keeps an access within memory is this class: a unit that was
 * never reserved, or any unit after {@link #close()}, has no address; and users add no more than a constant below the unit's
 * length.
 *
 * <p>The first units may be lent by somebody who keeps them elsewhere, {@link #lend}. They are found a little slower, are never
 * written to, and what is reserved comes behind them.
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

    /** Chunks of which all units are lent: those that are here come behind them. */
    private long lentChunks;

    private @Nullable LentUnits lent;

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
        if ((unit >>> unitsPerChunkShift) - lentChunks >= chunkCount) {
            addChunk();
        }
    }

    /**
     * Where a unit is.
     *
     * @throws IndexOutOfBoundsException if it was never reserved, or is freed.
     */
    long address(final long unit) {
        final long chunk = (unit >>> unitsPerChunkShift) - lentChunks;
        if (Long.compareUnsigned(chunk, chunkCount) >= 0) { // not the array's own check: it has room to grow
            return lentAddress(unit);
        }
        return addresses[(int) chunk] + ((unit & unitMask) << unitLengthShift);
    }

    /** How many units lie in one piece from a unit on, reserved or not. */
    int unitsInPiece(final long unit) {
        final int inChunk = unitMask + 1 - (int) (unit & unitMask);
        final LentUnits before = lent;
        return before == null || unit >>> unitsPerChunkShift >= lentChunks && chunkCount > 0 || unit >= before.count()
                ? inChunk
                : (int) Math.min(before.unitsInPiece(unit), unitMask + 1);
    }

    /** Whether units may better be lent than copied: then their memory is in files anyway. */
    boolean isLendable() {
        return source.isInFiles();
    }

    /**
     * Takes units that lie elsewhere as they are, behind those that were lent before; none was reserved yet. They stay there, and
     * stay the same, until this is closed. {@link #settle} ends it.
     *
     * @param address of the first, on no certain boundary.
     * @param units how many lie there in one piece.
     */
    void lend(final long address, final long units) {
        Invariant.check(chunkCount == 0, "units are lent before any is reserved");
        LentUnits before = lent;
        if (before == null) {
            before = new LentUnits(unitLengthShift);
            lent = before;
        }
        before.add(address, units);
    }

    /** After the last unit was lent: those that share a chunk with the next unit are copied into it. */
    void settle() {
        final LentUnits before = lent;
        if (before == null) {
            return;
        }
        lentChunks = before.count() >>> unitsPerChunkShift;
        final long first = lentChunks << unitsPerChunkShift;
        if (first < before.count()) {
            final long chunk = source.acquire();
            for (long unit = first; unit < before.count(); ) {
                final long units = before.unitsInPiece(unit);
                UnsafeApi.copyMemory(
                        before.address(unit), chunk + (unit - first << unitLengthShift), units << unitLengthShift);
                unit += units;
            }
            addresses = new long[CHUNKS_INITIAL];
            addresses[0] = chunk;
            chunkCount = 1;
        }
    }

    /** Bytes of a unit. */
    int unitLength() {
        return 1 << unitLengthShift;
    }

    /** Bytes of all chunks, and of what is lent in the place of some. */
    long memoryLength() {
        return (lentChunks + chunkCount) * ChunkSource.CHUNK_LENGTH;
    }

    /** Frees all chunks, and forgets what was lent. */
    @Override
    public void close() {
        chunkCount = 0;
        lent = null;
        addresses = NO_ADDRESSES;
        source.close();
    }

    private long lentAddress(final long unit) {
        final LentUnits before = lent;
        if (before == null || unit < 0 || unit >= before.count()) {
            throw new IndexOutOfBoundsException("never reserved, or freed: unit=" + unit);
        }
        return before.address(unit);
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
