// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.RecordDescriptor;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Damage in the own journal that is no torn tail, met by scrub, replay or send (R39). The node gives up its membership by a new
 * lineage; what is not committed is cut away, what is committed is fetched from the active and replaced in place; then it
 * catches up and is added like any other. An active first leaves the lead to a standby that holds what is committed. Whoever
 * is alone halts for the operator, an active after a snapshot of its state, which is still good.
 */
final class Repair {
    private final CoreContext context;
    private final @Nullable Snapshots snapshots;
    private final Renewal renewal;
    private final CRC32C checksum = new CRC32C();
    /** The damaged range; 0 if there is none. */
    private long firstSeq;

    private long lastSeq;
    /** The last record of the range that was taken in, or the one before it; and the chain value there, once one was. */
    private long collectedSeq;

    private long collectedChain;
    /** Whether all were taken in, and are being put in their place. */
    private boolean isReplacing;

    private boolean isHandoverTried;
    private boolean renewed;
    private long askedNs;
    /** Whether the active's history is the own one beyond the damage, which may be in what an operator has given up (R36). */
    private boolean isOfOneHistory;

    Repair(final CoreContext context, final @Nullable Snapshots snapshots, final Renewal renewal) {
        this.context = context;
        this.snapshots = snapshots;
        this.renewal = renewal;
    }

    /** Whether records wait to be cut away or replaced. */
    boolean isPending() {
        return firstSeq != 0;
    }

    /** Whether a record is one of those. */
    boolean isDamaged(final long seq) {
        return isPending() && seq >= firstSeq && seq <= lastSeq;
    }

    void onDamage(final long first, final long last) {
        context.effects.alarm(AlarmKind.DAMAGED, "firstSeq=" + first + " lastSeq=" + last);
        if (snapshots == null) {
            context.halt(HaltReason.DAMAGED, "damaged records: firstSeq=" + first + " lastSeq=" + last);
            return;
        }
        // What was discarded (R33) or cut (R8) since it was met is not missed.
        final long keptFirst = Math.max(first, context.journal.oldestSeq());
        final long keptLast = Math.min(last, context.journal.lastSeq());
        if (keptLast < keptFirst || !isReplacing && isDamaged(keptFirst) && isDamaged(keptLast)) {
            return;
        }
        firstSeq = isPending() ? Math.min(firstSeq, keptFirst) : keptFirst;
        lastSeq = Math.max(lastSeq, keptLast);
        collectedSeq = firstSeq - 1;
        isReplacing = false;
        renewed = false;
        isHandoverTried = false;
    }

    /** The journal was replaced: what was damaged is gone. */
    void forget() {
        firstSeq = 0;
        lastSeq = 0;
        isReplacing = false;
    }

    /** Gives up the membership as soon as that can be done; a node that is FROZEN must know first what it becomes. */
    void tick(final Follower follower, final Leader leader) {
        final RegisterConfig cfg = context.register.current();
        if (!isPending() || renewed || cfg == null || context.role == Role.FROZEN) {
            return;
        }
        final boolean active = context.role == Role.ACTIVE;
        if (active && isHandedOver(leader)) {
            return;
        }
        final boolean alone = active
                ? !leader.isBackedUp()
                : context.isInSync() && cfg.inSync().size() == 1;
        if (alone) {
            if (active && snapshots != null) {
                snapshots.take();
            }
            context.halt(
                    HaltReason.DAMAGED,
                    "damaged records: firstSeq=" + firstSeq + " lastSeq=" + lastSeq + ", and nobody else is in sync");
            return;
        }
        if (active) {
            leader.stepDown();
        }
        follower.abandon();
        renewed = true;
        renewal.start();
        onMetaDurable();
    }

    /** Whether a standby is being made the active (R29), which costs less than to be missed by it. */
    private boolean isHandedOver(final Leader leader) {
        if (!isHandoverTried) {
            isHandoverTried = true;
            leader.handover().begin(null);
        }
        return leader.handover().state().isRunning();
    }

    /** What is not committed is sent again; with a lineage that has acknowledged nothing it may be cut. */
    void onMetaDurable() {
        if (!isPending() || !renewed || renewal.isUnderWay()) {
            return;
        }
        final long keep = Math.max(firstSeq - 1, context.commit());
        if (keep < context.journal.lastSeq()) {
            context.cutTo(keep);
            lastSeq = Math.min(lastSeq, keep);
        }
        if (lastSeq < firstSeq) {
            forget();
        }
    }

    /** Asks the active for what is missing, now and then until it has come. */
    int flush(final long session, final long sessionId, final long epoch) {
        if (!isPending() || isReplacing || context.nowNs - askedNs < context.config.shrinkNs()) {
            return 0;
        }
        final long from = isOfOneHistory ? collectedSeq + 1 : anchorSeq();
        if (context.frames.fetch(session, sessionId, epoch, from, isOfOneHistory ? lastSeq : from)) {
            askedNs = context.nowNs;
        }
        return 1;
    }

    /** A session has begun in which to ask; both journals are the same up to a record. */
    void begin(final long commonSeq) {
        isOfOneHistory = commonSeq >= lastSeq;
        askAtOnce();
    }

    private void askAtOnce() {
        askedNs = context.nowNs - context.config.shrinkNs();
    }

    /** A record whose chain value is known here, and says that all before it are the same. */
    private long anchorSeq() {
        return Math.min(lastSeq + 1, context.journal.lastSeq());
    }

    /**
     * Committed records of the active: of one history, so they are what was here (I1).
     *
     * @return false if they are not intact or do not continue what is before them.
     */
    boolean onRecords(final Storage target, final DirectBuffer records, final int offset, final int length) {
        if (length == 0) {
            return true; // A heartbeat.
        }
        if (!isOfOneHistory) {
            return compare(records, offset, length);
        }
        if (isReplacing || RecordDescriptor.seq(records, offset) > lastSeq) {
            return true; // What was asked for twice.
        }
        if (!context.journal.isReadable(firstSeq - 1)) {
            return true; // More is damaged than is known yet.
        }
        final int end = offset + length;
        int from = offset;
        int at = offset;
        long seq = collectedSeq + 1;
        long chain = seq == firstSeq ? context.journal.chainAt(firstSeq - 1) : collectedChain;
        while (at < end && seq <= lastSeq) {
            if (!RecordDescriptor.isIntact(checksum, records, at, end - at)) {
                return false;
            }
            final int next = at + RecordDescriptor.length(records, at);
            if (RecordDescriptor.seq(records, at) < seq) {
                from = next; // Of an answer that was asked for twice.
            } else if (RecordDescriptor.seq(records, at) == seq
                    && RecordDescriptor.continuesChain(records, at, chain)) {
                chain = RecordDescriptor.chain(records, at);
                seq++;
            } else {
                return false;
            }
            at = next;
        }
        if (seq > collectedSeq + 1) {
            target.collect(records, from, at - from);
            collectedSeq = seq - 1;
            collectedChain = chain;
            askedNs = context.nowNs;
        }
        if (collectedSeq == lastSeq) {
            isReplacing = true;
            target.repair(firstSeq, lastSeq);
        }
        return true;
    }

    /** Returns whether nothing is missing any more; another range than was asked for is of what was before more was found. */
    boolean onRepaired(final long first, final long last) {
        if (isReplacing && first == firstSeq && last == lastSeq) {
            forget();
        }
        return !isPending();
    }

    private boolean compare(final DirectBuffer records, final int offset, final int length) {
        final long seq = anchorSeq();
        if (!RecordDescriptor.isIntact(checksum, records, offset, length)
                || RecordDescriptor.seq(records, offset) != seq) {
            return false;
        }
        if (!context.journal.isReadable(seq)) {
            return true; // More is damaged than is known yet.
        }
        if (RecordDescriptor.chain(records, offset) == context.journal.chainAt(seq)) {
            isOfOneHistory = true;
            askAtOnce();
        } else {
            context.halt(
                    HaltReason.COMMITTED_CONFLICT,
                    "the active has another record at seq=" + seq
                            + ", before which committed ones are damaged here: firstSeq=" + firstSeq + " lastSeq="
                            + lastSeq);
        }
        return true;
    }
}
