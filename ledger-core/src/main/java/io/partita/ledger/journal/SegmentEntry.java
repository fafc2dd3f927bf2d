// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import java.util.ArrayList;
import java.util.List;

/**
 * What the manifest knows of one segment.
 *
 * @param id dense but for segments that were dropped unused; never used twice.
 * @param state how far its life has gone.
 * @param firstSeq seq of its first record, 0 while PREPARED.
 * @param previousChain chain value before its first record.
 * @param endSeq the last record that counts, {@code firstSeq - 1} if none; a cut moves it back. 0 until CLOSED.
 * @param endChain chain value at {@code endSeq}.
 * @param endEpoch epoch at {@code endSeq}.
 * @param endTimestamp timestamp at {@code endSeq}.
 * @param storedSeq the last record that the file holds; those after {@code endSeq} are quarantined.
 * @param endOffset file offset behind its last whole excerpt.
 * @param sealLength bytes of its seal file, 0 until SEALED.
 * @param sealCrc CRC-32C of its seal file.
 * @param runs its records up to {@code endSeq} by epoch.
 */
record SegmentEntry(
        long id,
        State state,
        long firstSeq,
        long previousChain,
        long endSeq,
        long endChain,
        long endEpoch,
        long endTimestamp,
        long storedSeq,
        long endOffset,
        long sealLength,
        int sealCrc,
        List<EpochRuns.Run> runs) {
    SegmentEntry {
        runs = List.copyOf(runs);
    }

    /** How far a segment's life has gone. */
    enum State {
        /** Made ahead; holds no record, or is being rolled to this moment. */
        PREPARED,
        /** Appended to by the running process, or by one that died. */
        OPEN,
        /** Takes no more records; its end is known. */
        CLOSED,
        /** Its files do not change any more and their checksums are in its seal. */
        SEALED
    }

    static SegmentEntry prepared(final long id) {
        return new SegmentEntry(id, State.PREPARED, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    static SegmentEntry open(final long id, final long firstSeq, final long previousChain) {
        return new SegmentEntry(id, State.OPEN, firstSeq, previousChain, 0, 0, 0, 0, 0, 0, 0, 0, List.of());
    }

    /** Whether its end is known. */
    boolean isEnded() {
        return state == State.CLOSED || state == State.SEALED;
    }

    /** Whether it holds records that count, or may yet get some. */
    boolean counts() {
        return state == State.OPEN || isEnded() && endSeq >= firstSeq;
    }

    SegmentEntry sealed(final long length, final int crc) {
        return of(State.SEALED, storedSeq, endOffset, length, crc);
    }

    /** The same segment while it has no seal; one that has not ended has none anyway. */
    SegmentEntry unsealed() {
        return isEnded() ? of(State.CLOSED, storedSeq, endOffset, 0, 0) : this;
    }

    /** The same records in another file. */
    SegmentEntry withFile(final long stored, final long offset) {
        return of(state, stored, offset, sealLength, sealCrc);
    }

    private SegmentEntry of(
            final State newState, final long stored, final long offset, final long length, final int crc) {
        return new SegmentEntry(
                id,
                newState,
                firstSeq,
                previousChain,
                endSeq,
                endChain,
                endEpoch,
                endTimestamp,
                stored,
                offset,
                length,
                crc,
                runs);
    }

    /** This segment with everything after {@code seq} quarantined; the last record that stays is described. */
    SegmentEntry cut(final long seq, final long chain, final long epoch, final long timestamp) {
        final List<EpochRuns.Run> kept = new ArrayList<>();
        for (final EpochRuns.Run run : runs) {
            if (run.lastSeq() <= seq) {
                kept.add(run);
            } else if (run.firstSeq() <= seq) {
                kept.add(new EpochRuns.Run(run.epoch(), run.firstSeq(), seq, chain));
            }
        }
        return new SegmentEntry(
                id,
                state,
                firstSeq,
                previousChain,
                Math.max(seq, firstSeq - 1),
                seq >= firstSeq ? chain : previousChain,
                seq >= firstSeq ? epoch : 0,
                seq >= firstSeq ? timestamp : 0,
                storedSeq,
                endOffset,
                sealLength,
                sealCrc,
                kept);
    }
}
