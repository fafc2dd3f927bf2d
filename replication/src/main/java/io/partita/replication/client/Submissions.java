// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchOwner;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** All batches of a client: sends what waits, moves it on, ends what is over. The client's thread. */
final class Submissions {
    /** Bits of a correlation id that say which submission; the ticket is above them. */
    static final int INDEX_BITS = 12;

    private static final int INDEX_MASK = (1 << INDEX_BITS) - 1;

    private final Submission[] all;
    private final NodeLinks links;
    private final long[] order;
    private int waiting;
    private long seenSeq;

    Submissions(final int count, final int commandsMax, final BatchOwner owner, final NodeLinks links) {
        this.links = links;
        all = new Submission[count];
        order = new long[count];
        for (int i = 0; i < count; i++) {
            final Batch batch = new Batch(owner, commandsMax);
            all[i] = new Submission(i, batch);
            batch.attachment(all[i]);
        }
    }

    Batch batch(final int index) {
        return all[index].batch;
    }

    int count() {
        return all.length;
    }

    /** The highest position that was answered. */
    long seenSeq() {
        return seenSeq;
    }

    void seen(final long seq) {
        seenSeq = Math.max(seenSeq, seq);
    }

    /** Takes a prepared batch in, and sends it at once if nothing waits before it. */
    void start(final Submission submission, final int pinned, final long nowNs, final long endNs) {
        final long correlationId = (submission.batch.ticket() << INDEX_BITS) | submission.index;
        submission.start(correlationId, pinned, nowNs, endNs);
        waiting++;
        if (waiting == 1) {
            send(submission, links.active());
        }
    }

    /**
     * What a deposed active has not answered is sent to its successor at once: a paused or cut off node closes no connection.
     * Its late answer is as good as the other's.
     */
    void moveToNewerActive(final long nowNs) {
        final NodeLink active = links.active();
        if (active == null || !active.hasRoom()) {
            return;
        }
        for (final Submission submission : all) {
            if (submission.isOutdated(active.index, active.epoch())) {
                lost(submission, nowNs);
            }
        }
    }

    void sendWaiting(final long nowNs) {
        if (waiting == 0) {
            return;
        }
        int count = 0;
        for (final Submission submission : all) {
            if (submission.isDue(nowNs)) {
                order[count++] = submission.correlationId();
            }
        }
        Arrays.sort(order, 0, count); // tickets are in the high bits: the order of submission
        final NodeLink active = links.active();
        for (int i = 0; i < count; i++) {
            send(all[(int) order[i] & INDEX_MASK], active);
        }
    }

    private void send(final Submission submission, final @Nullable NodeLink active) {
        final NodeLink link = links.route(submission, active);
        if (link != null && link.send(submission.correlationId(), submission.batch)) {
            submission.sent(link.index, link.epoch());
            waiting--;
        }
    }

    /** Ends what has used up its time. */
    void expire(final long nowNs) {
        for (final Submission submission : all) {
            if (submission.isOverdue(nowNs)) {
                leave(submission);
                complete(submission, submission.timedOut());
            }
        }
    }

    /** The client is closed: ends everything. */
    void close() {
        for (final Submission submission : all) {
            if (submission.state() != Submission.State.FREE) {
                leave(submission);
                complete(submission, submission.closed());
            }
        }
    }

    /** A node is gone: what it had and did not answer is sent again. */
    void onDown(final int link, final long nowNs) {
        for (final Submission submission : all) {
            if (submission.isAt(link)) {
                lost(submission, nowNs);
            }
        }
    }

    void onRefusal(final Submission submission, final long outcome, final long nowNs) {
        final long end = submission.refused(outcome, nowNs);
        if (end == Batch.PENDING) {
            waiting++;
        } else {
            complete(submission, end);
        }
    }

    /** Results are in the batch. */
    void onResult(final Submission submission, final long seq) {
        leave(submission);
        complete(submission, submission.answered(seq));
    }

    private void lost(final Submission submission, final long nowNs) {
        waiting++;
        submission.lost(nowNs);
    }

    private void leave(final Submission submission) {
        if (submission.state() == Submission.State.WAITING) {
            waiting--;
        }
    }

    private void complete(final Submission submission, final long outcome) {
        seen(outcome);
        submission.batch.complete(outcome);
    }

    /** The submission of a batch of this client. */
    Submission of(final Batch batch) {
        if (batch.attachment() instanceof Submission submission
                && submission.index < all.length
                && all[submission.index] == submission) {
            return submission;
        }
        throw new IllegalArgumentException("the batch is not of this client: ticket=" + batch.ticket());
    }

    /** What an answer is to; null if that has ended. */
    @Nullable
    Submission of(final long correlationId) {
        final int index = (int) correlationId & INDEX_MASK;
        if (index >= all.length) {
            return null;
        }
        final Submission submission = all[index];
        final boolean isIt = submission.state() != Submission.State.FREE && submission.correlationId() == correlationId;
        return isIt ? submission : null;
    }
}
