// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.wire.ResultDecoder;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way: who has it, what is known of the attempts so far, and so how it may end. The rules that keep a client from
 * being told two things of one id are here, and see neither clock nor connection:
 *
 * <ul>
 *   <li>An attempt that was sent and neither answered nor refused is <em>open</em>: it may have been sequenced, or be sequenced
 *       later. Once one is open the batch can only end with results or UNKNOWN, whatever later attempts are refused with.
 *   <li>EXPIRED is a no of the record that it answers, and comes before any look at the ids (LEDGER.md 2.1). With an earlier
 *       attempt open it says nothing of that one, so the batch ends UNKNOWN. Its ids are settled by then, though: what is not
 *       there is burnt, and {@code resolve} or a look-up tells.
 *   <li>All other results speak for every attempt: a repeated id is EXISTS if it took effect, and burnt if it was refused for a
 *       reason that passes.
 *   <li>A read is never sequenced: it ends with its answer, with the last refusal if there was one, else UNKNOWN.
 * </ul>
 */
final class Submission {
    /** Where the batch is. */
    enum State {
        /** With the application. */
        FREE,
        /** To be sent, now or later. */
        WAITING,
        /** At a node. */
        SENT
    }

    /** Nobody. */
    static final int NONE = -1;

    private static final long BACK_OFF_NS = 1_000_000L;
    private static final long REFUSED_BACK_OFF_NS = 20_000_000L;

    final int index;
    final Batch batch;
    private State state = State.FREE;
    private long correlationId;
    private int pinned = NONE;
    private int node = NONE;
    private int refusedBy = NONE;
    private long sentEpoch;
    private long deadlineNs;
    private long notBeforeNs;
    private long lastRefusal;
    private int sentCount;
    private boolean isOpen;
    private boolean isRefused;

    Submission(final int index, final Batch batch) {
        this.index = index;
        this.batch = batch;
    }

    /** Submitted: to be sent at once, to one node only or to whichever is right. */
    void start(final long newCorrelationId, final int pinnedTo, final long nowNs, final long endNs) {
        state = State.WAITING;
        correlationId = newCorrelationId;
        pinned = pinnedTo;
        node = NONE;
        refusedBy = NONE;
        sentEpoch = 0;
        deadlineNs = endNs;
        notBeforeNs = nowNs;
        lastRefusal = Outcome.NOT_ACTIVE;
        sentCount = 0;
        isOpen = false;
        isRefused = false;
    }

    State state() {
        return state;
    }

    long correlationId() {
        return correlationId;
    }

    /** The only node that may have it, or NONE. */
    int pinned() {
        return pinned;
    }

    /** Who has, or had, the last attempt, or NONE. */
    int node() {
        return node;
    }

    /** The node that refused the last attempt, or NONE. */
    int refusedBy() {
        return refusedBy;
    }

    /** Attempts so far. */
    int sentCount() {
        return sentCount;
    }

    boolean isAt(final int link) {
        return state == State.SENT && node == link;
    }

    boolean isDue(final long nowNs) {
        return state == State.WAITING && nowNs - notBeforeNs >= 0;
    }

    boolean isOverdue(final long nowNs) {
        return state != State.FREE && nowNs - deadlineNs >= 0;
    }

    /** Whether a newer active should have it than the node that has it: that one may be paused or cut off, and say nothing. */
    boolean isOutdated(final int active, final long epoch) {
        return state == State.SENT && pinned == NONE && !batch.isStaleAllowed() && node != active && sentEpoch < epoch;
    }

    void sent(final int link, final long epoch) {
        state = State.SENT;
        node = link;
        sentEpoch = epoch;
        sentCount++;
    }

    /** The node that has it will not say what became of it. */
    void lost(final long nowNs) {
        isOpen = !batch.kind().isRead();
        again(nowNs);
    }

    /**
     * The node that has it refused it.
     *
     * @return how the batch ends, or {@link Batch#PENDING}: it is to be tried again.
     */
    long refused(final long outcome, final long nowNs) {
        if (outcome == Outcome.UNKNOWN) {
            lost(nowNs);
            return Batch.PENDING;
        }
        state = State.WAITING;
        isRefused = true;
        if (outcome == Outcome.DEADLINE_PASSED || outcome == Outcome.DENIED) {
            return ended(outcome);
        }
        lastRefusal = outcome == Outcome.CLOSED ? Outcome.NOT_ACTIVE : outcome; // that node is closed, not the cluster
        refusedBy = node;
        again(nowNs + (isSoonOver(outcome) ? BACK_OFF_NS : REFUSED_BACK_OFF_NS));
        return Batch.PENDING;
    }

    private static boolean isSoonOver(final long outcome) {
        return outcome == Outcome.BACK_PRESSURED || outcome == Outcome.NOT_ACTIVE || outcome == Outcome.BEHIND;
    }

    /**
     * Results came, and are in the batch.
     *
     * @return how the batch ends: with the position, or UNKNOWN.
     */
    long answered(final long seq) {
        final long outcome = isOpen && isExpired() ? Outcome.UNKNOWN : seq;
        state = State.FREE;
        return outcome;
    }

    /** All commands of a batch are EXPIRED, or none. */
    private boolean isExpired() {
        if (batch.deadline() == 0) {
            return false;
        }
        if (batch.kind() == BatchKind.USER_COMMAND) {
            return batch.userResult().status() == UserStatus.EXPIRED;
        }
        final ResultDecoder results = new ResultDecoder().wrap(batch.results(), 0, 1); // rare enough to allocate
        return results.next() && results.code() == ResultCode.EXPIRED.code();
    }

    /** Its time is over: how the batch ends. */
    long timedOut() {
        return ended(lastRefusal);
    }

    /** The client is closed: how the batch ends. */
    long closed() {
        return ended(Outcome.CLOSED);
    }

    private long ended(final long refusal) {
        isOpen |= state == State.SENT && !batch.kind().isRead();
        state = State.FREE;
        final boolean isUnanswered = batch.kind().isRead() && sentCount > 0 && !isRefused;
        return isOpen || isUnanswered ? Outcome.UNKNOWN : refusal;
    }

    private void again(final long fromNs) {
        state = State.WAITING;
        notBeforeNs = fromNs;
    }

    Attempts attempts(final @Nullable String nodeName) {
        return new Attempts(sentCount, isOpen, lastRefusal, nodeName);
    }
}
