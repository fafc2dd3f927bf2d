// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

import java.util.List;

/**
 * The id space of transfers: which ids name a transfer, which a setCreditLimit, and which are burnt. A ref is {@code (row + 1) * 4 + kind}.
 */
final class TransferIds implements AutoCloseable, Id128Index.Rows {
    /** Kind of a ref: the row is one of the {@link TransferTable}. */
    static final int TRANSFER = 0;
    /** Kind of a ref: the id is burnt; the row is one of the burnt ids. */
    static final int BURNT = 1;
    /** Kind of a ref: the row is one of the {@link InstructionTable}. */
    static final int INSTRUCTION = 2;

    private static final int KIND_BITS = 2;
    private static final int KIND_MASK = 3;
    private static final int BURNT_ROW_LENGTH = 16;
    /** Ids whose homes are loaded ahead. */
    private static final int GROUP = 64;

    private final TransferTable transfers;
    private final InstructionTable instructions;
    private final Chunks burntIds = new Chunks(BURNT_ROW_LENGTH);
    private final Id128Index index;
    private long burntCount;
    private long touched;

    TransferIds(final TransferTable transfers, final InstructionTable instructions, final int indexSegmentSlots) {
        this.transfers = transfers;
        this.instructions = instructions;
        index = new Id128Index(this, indexSegmentSlots);
    }

    static int kind(final long ref) {
        return (int) ref & KIND_MASK;
    }

    static long row(final long ref) {
        return (ref >>> KIND_BITS) - 1;
    }

    @Override
    public boolean hasId(final long ref, final long idHi, final long idLo) {
        final long row = row(ref);
        if (kind(ref) == TRANSFER) {
            return transfers.hasId(row, idHi, idLo);
        }
        if (kind(ref) == INSTRUCTION) {
            return instructions.hasId(row, idHi, idLo);
        }
        return burntIdLo(row) == idLo && burntIdHi(row) == idHi;
    }

    long touch(final long hash) {
        return index.touch(hash);
    }

    /** A ref that is nearly always the right one, to be verified; 0 if there is none. Reads no row. */
    long candidate(final long hash) {
        return index.candidate(hash);
    }

    /** The ref of an id, 0 if it was never used up. */
    long find(final long hash, final long idHi, final long idLo) {
        return index.find(hash, idHi, idLo);
    }

    /** Records that an id, not here yet, names the transfer that is added next. */
    void addNextTransfer(final long hash) {
        index.insert(hash, (transfers.count() + 1) << KIND_BITS | TRANSFER);
    }

    /** Records that an id, not here yet, names the setCreditLimit that is added next. */
    void addNextInstruction(final long hash) {
        index.insert(hash, (instructions.count() + 1) << KIND_BITS | INSTRUCTION);
    }

    /** Forgets the id of the last transfer, which is about to be taken back. */
    void removeLastTransfer(final long hash) {
        index.remove(hash, transfers.count() << KIND_BITS | TRANSFER);
    }

    /** Forgets the id of the last setCreditLimit, which is about to be taken back. */
    void removeLastInstruction(final long hash) {
        index.remove(hash, instructions.count() << KIND_BITS | INSTRUCTION);
    }

    /** Burns an id that is not here yet. */
    void burn(final long hash, final long idHi, final long idLo) {
        final long row = burntCount;
        burntIds.reserve(row);
        index.insert(hash, (row + 1) << KIND_BITS | BURNT);
        final long at = burntIds.address(row);
        putLong(at, idLo);
        putLong(at + Long.BYTES, idHi);
        burntCount = row + 1;
    }

    long burntCount() {
        return burntCount;
    }

    long burntIdLo(final long row) {
        return getLong(burntIds.address(row));
    }

    long burntIdHi(final long row) {
        return getLong(burntIds.address(row) + Long.BYTES);
    }

    /** Adds the table to those of a snapshot. */
    void addTo(final List<StateTable> tables) {
        tables.add(new StateTable(12, "burnt ids", true, burntIds, burntCount, value -> burntCount = value));
    }

    /**
     * While the table of transfers is filled: puts the ids of some of them in the index. Homes of a group are loaded before any is
     * needed: they lie far apart.
     *
     * @param from the first row.
     * @param end behind the last.
     */
    void resumeTransfers(final IdHash idHash, final long from, final long end) {
        final long[] hashes = new long[GROUP];
        for (long first = from; first < end; first += GROUP) {
            final int group = (int) Math.min(GROUP, end - first);
            for (int i = 0; i < group; i++) {
                hashes[i] = idHash.hash(transfers.idHi(first + i), transfers.idLo(first + i));
                touched += index.touch(hashes[i]);
            }
            for (int i = 0; i < group; i++) {
                index.insert(hashes[i], (first + i + 1) << KIND_BITS | TRANSFER);
            }
        }
    }

    /** What was loaded ahead, so that it counts as used. */
    long touched() {
        return touched;
    }

    /** After all tables were filled: puts all other ids in the index. */
    void resume(final IdHash idHash, final Runnable pause) {
        for (long row = 0; row < instructions.count(); row++) {
            final long hash = idHash.hash(instructions.idHi(row), instructions.idLo(row));
            index.insert(hash, (row + 1) << KIND_BITS | INSTRUCTION);
            StateWalk.pauseAfter(row, pause);
        }
        for (long row = 0; row < burntCount; row++) {
            index.insert(idHash.hash(burntIdHi(row), burntIdLo(row)), (row + 1) << KIND_BITS | BURNT);
            StateWalk.pauseAfter(row, pause);
        }
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return burntIds.memoryLength() + index.memoryLength();
    }

    @Override
    public void close() {
        burntIds.close();
        index.close();
    }
}
