// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.wire.ResultEncoder;
import io.partita.ledger.wire.UserResult;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a batch ends, for every way its attempts can go. */
class SubmissionTest {
    private static final long SEQ = 7;
    private static final long END_NS = 1_000_000_000L;

    private final Batch batch = new Batch(owned -> {}, 4);
    private final Submission submission = new Submission(0, batch);
    private long nowNs;
    private long end = Batch.PENDING;

    /**
     * {@code sent} to a node; {@code down}: its connection is lost; {@code moved}: given to a newer active; a name of an outcome:
     * the node refuses; {@code created} and {@code expired}: it answers; {@code timeout}; {@code close}.
     */
    @ParameterizedTest
    @CsvSource({
        // definite: results, from whichever attempt
        "sent created, OK",
        "sent down created, OK", // an answer that was read after its connection was given up
        "sent down sent created, OK",
        "sent moved sent created, OK",
        "sent UNKNOWN sent created, OK",
        "sent DEGRADED sent created, OK",
        // definite: certainly never sequenced
        "timeout, NOT_ACTIVE",
        "sent NOT_ACTIVE timeout, NOT_ACTIVE",
        "sent BACK_PRESSURED timeout, BACK_PRESSURED",
        "sent DEGRADED timeout, DEGRADED",
        "sent STORAGE_FULL timeout, STORAGE_FULL",
        "sent BEHIND timeout, BEHIND",
        "sent DEADLINE_PASSED, DEADLINE_PASSED",
        "sent DEGRADED sent NOT_ACTIVE sent DEADLINE_PASSED, DEADLINE_PASSED",
        "sent DENIED, DENIED",
        "sent DEGRADED sent NOT_ACTIVE timeout, NOT_ACTIVE",
        "sent CLOSED timeout, NOT_ACTIVE", // that node is closed, not the cluster
        "close, CLOSED",
        "sent DEGRADED close, CLOSED",
        // some attempt is open: nothing but results is definite any more
        "sent timeout, UNKNOWN",
        "sent close, UNKNOWN",
        "sent down timeout, UNKNOWN",
        "sent down close, UNKNOWN",
        "sent UNKNOWN timeout, UNKNOWN",
        "sent moved sent NOT_ACTIVE timeout, UNKNOWN",
        "sent down sent DEGRADED timeout, UNKNOWN",
        "sent down sent DEADLINE_PASSED, UNKNOWN",
        "sent UNKNOWN sent DEADLINE_PASSED, UNKNOWN",
        "sent down sent DENIED, UNKNOWN",
        "sent UNKNOWN sent STORAGE_FULL sent CLOSED close, UNKNOWN",
        // a deadline that passed on the way says nothing of an open attempt
        "sent expired, OK",
        "sent DEGRADED sent expired, OK",
        "sent down sent expired, UNKNOWN",
        "sent moved sent expired, UNKNOWN",
        "sent UNKNOWN sent expired, UNKNOWN",
    })
    void shouldEnd(final String way, final String outcome) {
        batch.reset(BatchKind.COMMANDS).deadline(1);
        batch.commands().addTransfer(0, 9, 0, 1, 0, 2, 1, 1, 1, 0);
        start();
        for (final String event : way.split(" ")) {
            assertEquals(Batch.PENDING, end, () -> "ended before " + event);
            on(event);
        }
        assertEquals(outcome, Outcome.name(end));
        assertEquals(end >= 0 ? SEQ : end, end);
        assertEquals(Submission.State.FREE, submission.state());
    }

    @ParameterizedTest
    @CsvSource({
        "timeout, NOT_ACTIVE",
        "sent timeout, UNKNOWN",
        "sent down timeout, UNKNOWN",
        "sent BEHIND timeout, BEHIND",
        "sent BEHIND sent timeout, BEHIND",
        "sent down sent NOT_ACTIVE timeout, NOT_ACTIVE",
        "close, CLOSED",
        "sent close, UNKNOWN",
    })
    void shouldEndARead(final String way, final String outcome) {
        batch.reset(BatchKind.LOOKUP_ACCOUNTS).addId(0, 1);
        start();
        for (final String event : way.split(" ")) {
            on(event);
        }
        assertEquals(outcome, Outcome.name(end));
        assertFalse(submission.attempts(null).mayBeSequenced());
    }

    private void start() {
        batch.prepare(1);
        submission.start(1 << Submissions.INDEX_BITS, Submission.NONE, nowNs, END_NS);
    }

    private void on(final String event) {
        nowNs += 50_000_000;
        switch (event) {
            case "sent" -> {
                assertTrue(submission.isDue(nowNs));
                submission.sent(1, 1);
            }
            case "down", "moved" -> {
                assertTrue(event.equals("down") || submission.isOutdated(0, 2));
                submission.lost(nowNs);
            }
            case "created" -> end = answer(ResultCode.CREATED);
            case "expired" -> end = answer(ResultCode.EXPIRED);
            case "timeout" -> {
                assertFalse(submission.isOverdue(nowNs));
                assertTrue(submission.isOverdue(END_NS));
                end = submission.timedOut();
            }
            case "close" -> end = submission.closed();
            default -> end = submission.refused(outcome(event), nowNs);
        }
    }

    private long answer(final ResultCode code) {
        final ResultEncoder encoder = new ResultEncoder();
        encoder.wrap(batch.resultsForWriting(), 0);
        encoder.add(5, code.code());
        batch.applied(5, Limits.RESULT_LENGTH);
        return submission.answered(SEQ);
    }

    private static long outcome(final String name) {
        for (long outcome = Outcome.BACK_PRESSURED; outcome >= Outcome.DENIED; outcome--) {
            if (Outcome.name(outcome).equals(name)) {
                return outcome;
            }
        }
        throw new AssertionError("no such outcome: " + name);
    }

    @ParameterizedTest
    @CsvSource({"EXPIRED, false, OK", "EXPIRED, true, UNKNOWN", "DONE, true, OK", "REFUSED, true, OK"})
    void shouldJudgeAUsersCommandByItsStatus(
            final UserStatus status, final boolean isEarlierAttemptOpen, final String outcome) {
        batch.reset(BatchKind.USER_COMMAND).deadline(1).putUserCommand(new UnsafeBuffer(new byte[8]), 0, 8, 1);
        start();
        submission.sent(1, 1);
        if (isEarlierAttemptOpen) {
            submission.lost(nowNs);
            submission.sent(0, 2);
        }
        final int length = UserResult.write(batch.resultsForWriting(), 0, 5, status, 0, 0);
        batch.applied(5, length);
        assertEquals(outcome, Outcome.name(submission.answered(SEQ)));
    }

    @Test
    void shouldSayWhatIsKnown() {
        batch.reset(BatchKind.COMMANDS);
        batch.commands().addTransfer(0, 9, 0, 1, 0, 2, 1, 1, 1, 0);
        start();
        assertEquals(new Attempts(0, false, Outcome.NOT_ACTIVE, null), submission.attempts(null));
        on("sent");
        on("DEGRADED");
        assertEquals(new Attempts(1, false, Outcome.DEGRADED, "b"), submission.attempts("b"));
        on("sent");
        on("timeout");
        assertEquals(
                "sent=2 mayBeSequenced=true lastRefusal=DEGRADED lastNode=b",
                submission.attempts("b").toString());
        start();
        assertEquals(new Attempts(0, false, Outcome.NOT_ACTIVE, null), submission.attempts(null));
    }

    @Test
    void shouldStayWithAPausedNodeIfItIsPinnedOrAStaleRead() {
        batch.reset(BatchKind.DIGEST).allowStale();
        start();
        submission.sent(1, 1);
        assertFalse(submission.isOutdated(0, 2));
        batch.reset(BatchKind.DIGEST);
        batch.prepare(2);
        submission.start(2 << Submissions.INDEX_BITS, 1, nowNs, END_NS);
        submission.sent(1, 1);
        assertFalse(submission.isOutdated(0, 2));
    }
}
