// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** What a standby does with the records of a session: skips what it has, cuts what differs, appends the rest (R7, R8). */
final class RecordIntake {
    private final CoreContext context;
    private final CRC32C checksum = new CRC32C();
    private @Nullable String active;
    private long epoch;
    private long matched;
    private @Nullable NackCode objection;
    private long objectionSeq;

    RecordIntake(final CoreContext context) {
        this.context = context;
    }

    /** No session. */
    void forget() {
        matched = 0;
    }

    /** A session in which the own journal is known to hold the same up to {@code commonSeq}. */
    void begin(final @Nullable String newActive, final long newEpoch, final long commonSeq) {
        active = newActive;
        epoch = newEpoch;
        matched = commonSeq;
    }

    /** Up to here the own journal holds what the active's does. */
    long matched() {
        return matched;
    }

    /** Why the records before were not taken; null if the node has halted over them. */
    @Nullable
    NackCode objection() {
        return objection;
    }

    /** Where they go wrong. */
    long objectionSeq() {
        return objectionSeq;
    }

    /**
     * Takes a run of records.
     *
     * @param newest no record may be of a later epoch.
     * @return false if they are not taken, and the session is to be ended: {@link #objection} says why.
     */
    boolean take(final long newest, final DirectBuffer records, final int offset, final int length) {
        final int end = offset + length;
        objection = null;
        int at = offset;
        while (at < end) {
            if (!RecordDescriptor.isIntact(checksum, records, at, end - at)) {
                context.effects.alarm(AlarmKind.CORRUPT_RECORDS, "seq=" + (matched + 1) + " peer=" + active);
                return object(NackCode.CORRUPT, matched + 1);
            }
            if (RecordDescriptor.epoch(records, at) > newest) {
                // Read in the journal of one that was deposed meanwhile and follows another: not this session's
                // records.
                return object(NackCode.GAP, matched + 1);
            }
            at += RecordDescriptor.length(records, at);
        }
        at = offset;
        while (at < end && RecordDescriptor.seq(records, at) <= matched) {
            at += RecordDescriptor.length(records, at);
        }
        if (at < end && RecordDescriptor.seq(records, at) != matched + 1) {
            return object(NackCode.GAP, matched + 1);
        }
        at = passOverEqual(records, at, end);
        return at >= 0 && (at == end || appendRest(records, at, end));
    }

    private boolean object(final NackCode code, final long seq) {
        objection = code;
        objectionSeq = seq;
        return false;
    }

    /** What the own journal has already is equal and skipped, or differs and is cut (R8). -1: nothing more is taken. */
    private int passOverEqual(final DirectBuffer records, final int from, final int end) {
        int at = from;
        while (at < end && matched < context.journal.lastSeq()) {
            final long seq = RecordDescriptor.seq(records, at);
            if (!context.journal.isReadable(seq) || !context.journal.isReadable(seq - 1)) {
                object(NackCode.CHAIN_MISMATCH, seq);
                return -1;
            }
            if (context.journal.chainAt(seq) == RecordDescriptor.chain(records, at)
                    || !context.rules.recordsAreCompared()) {
                matched = seq;
                at += RecordDescriptor.length(records, at);
            } else if (!RecordDescriptor.continuesChain(records, at, context.journal.chainAt(seq - 1))) {
                object(NackCode.CHAIN_MISMATCH, seq);
                return -1;
            } else {
                return cut(seq - 1) ? at : -1;
            }
        }
        return at;
    }

    /** Cuts the own journal behind a record. Returns false if that was committed or applied: the node has halted. */
    boolean cut(final long seq) {
        if (seq < context.commit() || seq < context.applied) {
            context.halt(
                    HaltReason.COMMITTED_CONFLICT,
                    "cut to seq=" + seq + " below commit=" + context.commit() + " applied=" + context.applied
                            + ", asked for by active=" + active + " epoch=" + epoch);
            return false;
        }
        context.cutTo(seq);
        return true;
    }

    private boolean appendRest(final DirectBuffer records, final int from, final int end) {
        long chain = context.journal.lastChain();
        long lastEpoch = context.journal.lastEpoch();
        long seq = matched;
        int last = from;
        boolean asksForLogic = false;
        for (int at = from; at < end; at += RecordDescriptor.length(records, at)) {
            if (RecordDescriptor.seq(records, at) != seq + 1
                    || RecordDescriptor.epoch(records, at) < lastEpoch
                    || !RecordDescriptor.continuesChain(records, at, chain)) {
                return object(NackCode.CHAIN_MISMATCH, seq + 1);
            }
            chain = RecordDescriptor.chain(records, at);
            lastEpoch = RecordDescriptor.epoch(records, at);
            last = at;
            seq++;
            asksForLogic |= RecordDescriptor.type(records, at) == RecordType.LOGIC_VERSION.code();
        }
        if (asksForLogic && !isLogicKnown(records, from, end)) {
            return false;
        }
        context.effects.append(records, from, end - from);
        matched = seq;
        if (context.isInSync()) {
            context.activeClock.onStamp(RecordDescriptor.timestamp(records, last), context.nowNs);
        }
        if (asksForLogic) {
            rememberLogic(records, from, end);
        }
        return true;
    }

    /** R35: a version that this release lacks is not appended, not skipped. */
    private boolean isLogicKnown(final DirectBuffer records, final int from, final int end) {
        for (int at = from; at < end; at += RecordDescriptor.length(records, at)) {
            if (RecordDescriptor.type(records, at) == RecordType.LOGIC_VERSION.code()
                    && !context.logic.isKnown(RecordDescriptor.logicVersion(records, at))) {
                context.halt(
                        HaltReason.LOGIC,
                        "the journal asks for logicVersion=" + RecordDescriptor.logicVersion(records, at) + " at seq="
                                + RecordDescriptor.seq(records, at) + ", known=" + context.config.logicVersionMin()
                                + ".." + context.config.logicVersionMax());
                return false;
            }
        }
        return true;
    }

    private void rememberLogic(final DirectBuffer records, final int from, final int end) {
        for (int at = from; at < end; at += RecordDescriptor.length(records, at)) {
            if (RecordDescriptor.type(records, at) == RecordType.LOGIC_VERSION.code()) {
                context.logic.onAppended(RecordDescriptor.seq(records, at), RecordDescriptor.logicVersion(records, at));
            }
        }
        context.rememberLogic();
    }
}
