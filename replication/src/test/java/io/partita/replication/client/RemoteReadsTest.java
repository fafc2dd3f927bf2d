// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.replication.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where reads go and which position they insist on: the client against an active and a standby that do as told. */
class RemoteReadsTest {
    private final FakeNode a = new FakeNode("a", 4, FakeNode.ACCEPT).status(true, 5);
    private final FakeNode b = new FakeNode("b", 4, FakeNode.lookUp(8)).status(false, 5);
    private final List<String> answers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Long> askedOfB = new ConcurrentLinkedQueue<>();
    private RemoteLedgerClient client = connect(StaleReads.STANDBY, Duration.ofSeconds(20));

    private RemoteLedgerClient connect(final StaleReads preference, final Duration retryTimeout) {
        return RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(FakeNode.CLUSTER)
                .node("a", a.address())
                .node("b", b.address())
                .staleReads(preference)
                .retryTimeout(retryTimeout)
                .listener(this::onBatch));
    }

    @BeforeEach
    void meet() {
        awaitBoth();
    }

    private void awaitBoth() {
        Await.until("connections to both", () -> {
            client.poll(8);
            return client.status("a") != null && client.status("b") != null;
        });
    }

    private void reconnect(final StaleReads preference, final Duration retryTimeout) {
        client.close();
        client = connect(preference, retryTimeout);
        awaitBoth();
    }

    @AfterEach
    void close() {
        client.close();
        a.close();
        b.close();
    }

    private void onBatch(final Batch batch) {
        answers.add(batch.isOk() ? batch.outcome() + " in " + batch.epoch() : Outcome.name(batch.outcome()));
    }

    private void settle() {
        Await.until(() -> "answers=" + answers, () -> {
            client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(10));
            return client.inFlight() == 0;
        });
    }

    private Batch lookUp(final Consumer<Batch> options) {
        final Batch batch = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
        assertNotNull(batch);
        options.accept(batch.addId(0, 1));
        return batch;
    }

    private void read(final Consumer<Batch> options) {
        client.submit(lookUp(options));
        settle();
    }

    private void write() {
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, 1, 1, 1, 0);
        client.submit(batch);
        settle();
    }

    private FakeNode.Behaviour noting(final FakeNode.Behaviour then) {
        return (session, request) -> {
            askedOfB.add(request.deadlineNs());
            then.on(session, request);
        };
    }

    @Test
    void shouldAskAStandbyWhenToldSo() {
        read(Batch::allowStale);
        assertEquals(List.of("8 in 5"), answers);
        assertEquals(0, a.requests.get());
    }

    @Test
    void shouldAskTheActiveWhenNothingWasSaid() {
        reconnect(StaleReads.ACTIVE, Duration.ofSeconds(20));
        a.behave(FakeNode.lookUp(9));
        read(Batch::allowStale);
        assertEquals(List.of("9 in 5"), answers);
        assertEquals(0, b.requests.get());
    }

    @Test
    void shouldAskAnyNodeWhileThereIsNoActive() {
        reconnect(StaleReads.ACTIVE, Duration.ofSeconds(20));
        a.status(false, 5);
        Await.until("no active", () -> {
            client.poll(8);
            return client.active() == null;
        });
        a.behave(FakeNode.lookUp(8));
        read(Batch::allowStale);
        assertEquals(List.of("8 in 5"), answers);
    }

    @Test
    void shouldAskTheActiveForWhatMustNotBeStale() {
        a.behave(FakeNode.lookUp(9));
        read(batch -> {});
        assertEquals(List.of("9 in 5"), answers);
        assertEquals(0, b.requests.get());
    }

    @Test
    void shouldInsistOnWhatItHasSeen() {
        b.behave(noting(FakeNode.lookUp(8)));
        read(Batch::allowStale);
        write(); // answered at 7
        read(Batch::allowStale);
        b.behave(noting(FakeNode.lookUp(12)));
        read(batch -> batch.minSeq(11));
        read(Batch::allowStale);
        assertEquals(List.of(0L, 8L, 11L, 12L), List.copyOf(askedOfB));
        assertEquals(12, client.seenSeq());
    }

    @Test
    void shouldInsistOnWhatAnotherClientHasSeen() {
        b.behave(noting(FakeNode.lookUp(30)));
        client.seen(25);
        client.seen(3);
        read(Batch::allowStale);
        assertEquals(List.of(25L), List.copyOf(askedOfB));
    }

    @Test
    void shouldSendToANamedNodeWhatTheReadSaysAndNoMore() {
        b.behave(noting(FakeNode.lookUp(8)));
        client.seen(25);
        client.submitTo("b", lookUp(Batch::allowStale));
        settle();
        client.submitTo("b", lookUp(batch -> batch.minSeq(6)));
        settle();
        assertEquals(List.of(0L, 6L), List.copyOf(askedOfB));
        assertEquals(List.of("8 in 5", "8 in 5"), answers);
        final Batch commands = client.acquire();
        assertThrows(IllegalArgumentException.class, () -> client.submitTo("b", commands));
    }

    @Test
    void shouldAskTheActiveWhenTheStandbyIsBehind() {
        b.behave(FakeNode.refuse(Outcome.BEHIND));
        a.behave(FakeNode.lookUp(9));
        read(Batch::allowStale);
        assertEquals(List.of("9 in 5"), answers);
        assertEquals(1, b.requests.get());
    }

    @Test
    void shouldAskTheActiveWhenTheStandbyRefusesForWhateverReason() {
        for (final long refusal : new long[] {Outcome.CLOSED, Outcome.NOT_ACTIVE, Outcome.BACK_PRESSURED}) {
            answers.clear();
            b.behave(FakeNode.refuse(refusal)); // CLOSED: it has halted, and stays so
            a.behave(FakeNode.lookUp(9));
            read(Batch::allowStale);
            assertEquals(List.of("9 in 5"), answers);
        }
        assertEquals(3, a.requests.get());
        assertEquals(3, b.requests.get());
    }

    @Test
    void shouldAskTheStandbyWhenTheActiveRefuses() {
        reconnect(StaleReads.ACTIVE, Duration.ofSeconds(20));
        a.behave(FakeNode.refuse(Outcome.BACK_PRESSURED));
        read(Batch::allowStale);
        assertEquals(List.of("8 in 5"), answers);
    }

    @Test
    void shouldNotBelieveAnAnswerFromBeforeWhatItAskedFor() {
        b.behave(FakeNode.lookUp(6));
        a.behave(FakeNode.lookUp(9));
        client.seen(7);
        read(Batch::allowStale);
        assertEquals(List.of("9 in 5"), answers);
        assertEquals(1, b.requests.get());
    }

    @Test
    void shouldSayBehindWhenNobodyHasAppliedSoFar() {
        reconnect(StaleReads.STANDBY, Duration.ofMillis(300));
        a.behave(FakeNode.refuse(Outcome.BEHIND));
        b.behave(FakeNode.refuse(Outcome.BEHIND));
        read(batch -> batch.minSeq(99));
        assertEquals(List.of("BEHIND"), answers);
        assertTrue(a.requests.get() > 0 && b.requests.get() > 0);
        answers.clear();
        client.submitTo("b", lookUp(batch -> batch.minSeq(99)));
        settle();
        assertEquals(List.of("BEHIND"), answers);
    }

    @Test
    void shouldEndTheConnectionToANodeThatAnswersSomethingElse() {
        final byte[] rows = new byte[8 * Batch.ACCOUNT_SLOT_LENGTH];
        final int[][] wrong = {{8, 0}, {8, Batch.ACCOUNT_SLOT_LENGTH + 8}, {8, rows.length}, {-3, 0}};
        for (final int[] answer : wrong) {
            answers.clear();
            b.behave((session, request) -> {
                b.behave(FakeNode.lookUp(8));
                session.sendResult(request.correlationId(), answer[0], 9, 1, new UnsafeBuffer(rows), 0, answer[1]);
            });
            client.submitTo("b", lookUp(Batch::allowStale));
            settle();
            assertEquals(List.of("8 in 5"), answers);
        }
        assertEquals(2 * wrong.length, b.requests.get());
    }

    @Test
    void shouldTellTheListenerWhatIsKnown() {
        reconnect(StaleReads.STANDBY, Duration.ofSeconds(2));
        a.behave((session, request) -> {
            a.status(false, 5); // and so is not asked again
            session.sendRefusal(request.correlationId(), Outcome.DEGRADED);
        });
        write();
        assertEquals(List.of("DEGRADED"), answers);
        final Batch batch = client.acquire();
        assertNotNull(batch);
        final Attempts attempts = client.attempts(batch);
        assertEquals(new Attempts(attempts.sent(), false, Outcome.DEGRADED, "a"), attempts);
        assertTrue(attempts.sent() >= 1, attempts.toString());
        assertThrows(IllegalArgumentException.class, () -> client.attempts(new Batch(owned -> {}, 1)));
    }
}
