// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.ClientSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The client against two nodes that do as told. */
class RemoteLedgerClientTest {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final FakeNode a = new FakeNode("a", 4, FakeNode.ACCEPT);
    private final FakeNode b = new FakeNode("b", 4, FakeNode.ACCEPT);
    private final List<Long> outcomes = new ArrayList<>();
    private RemoteLedgerClient client = connect(Duration.ofSeconds(20));

    private RemoteLedgerClient connect(final Duration retryTimeout) {
        return RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(FakeNode.CLUSTER)
                .node("a", a.address())
                .node("b", b.address())
                .batches(8)
                .retryTimeout(retryTimeout)
                .silenceTimeout(Duration.ofSeconds(10))
                .listener(batch -> outcomes.add(batch.outcome())));
    }

    private void reconnect(final Duration retryTimeout) {
        client.close();
        client = connect(retryTimeout);
    }

    @AfterEach
    void close() {
        client.close();
        a.close();
        b.close();
    }

    private long submit() {
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, 1, 1, 1, 0);
        return client.submit(batch);
    }

    private void pollUntil(final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(10));
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, () -> "in vain; outcomes=" + outcomes);
        }
    }

    private void pollUntilSettled() {
        pollUntil(() -> client.inFlight() == 0);
    }

    @Test
    void shouldSendToTheNodeThatIsActive() {
        b.status(true, 1);
        submit();
        pollUntilSettled();
        assertEquals(List.of(7L), outcomes);
        assertEquals(0, a.requests.get());
        assertEquals("b", client.active());
    }

    @Test
    void shouldPreferTheNewerEpochWhenTwoSayTheyAreActive() {
        a.status(true, 1);
        b.status(true, 2);
        pollUntil(() -> client.status("a") != null && client.status("b") != null);
        submit();
        pollUntilSettled();
        assertEquals(0, a.requests.get());
    }

    @Test
    void shouldFollowTheRoleWhenARefusalSaysNotActive() {
        a.status(true, 1);
        a.behave((session, request) -> {
            a.status(false, 2);
            b.status(true, 2);
            session.sendRefusal(request.correlationId(), Outcome.NOT_ACTIVE);
        });
        submit();
        pollUntilSettled();
        assertEquals(List.of(7L), outcomes);
        assertEquals(1, b.requests.get());
    }

    @Test
    void shouldTryAgainElsewhereWhenTheConnectionBreaks() {
        a.status(true, 1);
        a.behave((session, request) -> {
            session.close();
            a.status(false, 1);
            b.status(true, 2);
        });
        submit();
        pollUntilSettled();
        assertEquals(List.of(7L), outcomes);
        assertEquals(1, b.requests.get());
    }

    @Test
    void shouldMoveToANewerActiveWhenTheOldOneIsSilent() {
        a.status(true, 1);
        a.behave(FakeNode.SILENT);
        submit();
        pollUntil(() -> a.requests.get() == 1);
        b.status(true, 2);
        pollUntilSettled();
        assertEquals(List.of(7L), outcomes);
    }

    @Test
    void shouldTakeOneAnswerWhenBothAttemptsAreAnswered() {
        final ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
        a.status(true, 1);
        a.behave((session, request) -> {
            final long correlationId = request.correlationId();
            held.add(() -> session.sendResult(correlationId, 3, 9, 1, new UnsafeBuffer(new byte[16]), 0, 16));
        });
        submit();
        pollUntil(() -> a.requests.get() == 1);
        b.status(true, 2);
        pollUntilSettled();
        a.behave((session, request) -> {
            held.remove().run();
            FakeNode.ACCEPT.on(session, request);
        });
        a.status(true, 3);
        pollUntil(() -> "a".equals(client.active()));
        submit();
        pollUntilSettled();
        assertEquals(List.of(7L, 7L), outcomes);
    }

    @Test
    void shouldTryAgainWhenTheNodeIsBusyOrDegraded() {
        for (final long refusal : new long[] {Outcome.BACK_PRESSURED, Outcome.DEGRADED, Outcome.STORAGE_FULL}) {
            outcomes.clear();
            a.behave((session, request) -> {
                a.behave(FakeNode.ACCEPT);
                session.sendRefusal(request.correlationId(), refusal);
            });
            a.status(true, 1);
            submit();
            pollUntilSettled();
            assertEquals(List.of(7L), outcomes);
        }
    }

    @Test
    void shouldEndWithTheLastRefusalWhenNothingWasSequenced() {
        a.behave((session, request) -> {
            a.status(false, 1);
            session.sendRefusal(request.correlationId(), Outcome.DEGRADED);
        });
        a.status(true, 1);
        reconnect(Duration.ofMillis(500));
        submit();
        pollUntilSettled();
        assertEquals(List.of(Outcome.DEGRADED), outcomes);
    }

    @Test
    void shouldEndNotActiveWhenNoNodeIsActive() {
        reconnect(Duration.ofMillis(300));
        submit();
        pollUntilSettled();
        assertEquals(List.of(Outcome.NOT_ACTIVE), outcomes);
        assertEquals(0, a.requests.get() + b.requests.get());
    }

    @Test
    void shouldEndUnknownWhenNoAnswerComes() {
        a.behave(FakeNode.SILENT);
        a.status(true, 1);
        reconnect(Duration.ofMillis(300));
        submit();
        pollUntilSettled();
        assertEquals(List.of(Outcome.UNKNOWN), outcomes);
    }

    @Test
    void shouldStayUnknownWhenALaterAttemptIsRefused() {
        a.behave(FakeNode.refuse(Outcome.UNKNOWN));
        a.status(true, 1);
        reconnect(Duration.ofSeconds(1));
        submit();
        pollUntil(() -> a.requests.get() > 0);
        a.behave(FakeNode.refuse(Outcome.DEGRADED));
        pollUntilSettled();
        assertEquals(List.of(Outcome.UNKNOWN), outcomes);
    }

    @Test
    void shouldEndWithDeadlinePassedWhenItWasNeverSequenced() {
        a.behave(FakeNode.refuse(Outcome.DEADLINE_PASSED));
        a.status(true, 1);
        submit();
        pollUntilSettled();
        assertEquals(List.of(Outcome.DEADLINE_PASSED), outcomes);
    }

    @Test
    void shouldKeepToTheWindowOfTheNode() {
        final ConcurrentLinkedQueue<Runnable> held = new ConcurrentLinkedQueue<>();
        a.behave((session, request) -> {
            final long correlationId = request.correlationId();
            held.add(() -> session.sendRefusal(correlationId, Outcome.DEADLINE_PASSED));
        });
        a.status(true, 1);
        for (int i = 0; i < 8; i++) {
            submit();
        }
        assertNull(client.acquire(), "the window of the client is full");
        pollUntil(() -> a.requests.get() == 4);
        client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(50));
        assertEquals(4, a.requests.get(), "the window of the node is full");
    }

    @Test
    void shouldGiveEveryBatchAnOutcomeWhenClosed() {
        a.behave(FakeNode.SILENT);
        a.status(true, 1);
        submit();
        pollUntil(() -> a.requests.get() == 1);
        a.status(false, 1);
        pollUntil(() -> client.active() == null);
        submit();
        client.close();
        client.close();
        assertEquals(2, client.poll(8));
        assertEquals(java.util.Set.of(Outcome.UNKNOWN, Outcome.CLOSED), java.util.Set.copyOf(outcomes));
        final Batch batch = client.acquire();
        assertNotNull(batch);
        assertEquals(Outcome.CLOSED, client.submit(batch));
    }

    @Test
    void shouldDeliverTheRestWhenTheListenerThrows() {
        client.close();
        client = RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(FakeNode.CLUSTER)
                .node("a", a.address())
                .listener(batch -> {
                    outcomes.add(batch.outcome());
                    throw new IllegalStateException("the listener's own fault");
                }));
        a.status(true, 1);
        submit();
        submit();
        pollUntilSettled();
        assertEquals(List.of(7L, 7L), outcomes);
        assertEquals(2, client.listenerErrors());
    }

    @Test
    void shouldReportWhatANodeSays() {
        final NodeReport report = new NodeReport("a", 3, true, 4, "a", 2, 10, 9, 8, 7, 6);
        a.behave((session, request) -> answer(session, request.correlationId(), report));
        assertEquals(report, client.report("a", Duration.ofSeconds(10)));
        b.behave(FakeNode.SILENT);
        assertNull(client.report("b", Duration.ofMillis(200)));
        assertThrows(IllegalArgumentException.class, () -> client.report("c", Duration.ofMillis(1)));
    }

    private static void answer(final ClientSession session, final long correlationId, final NodeReport report) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[NodeReport.LENGTH]);
        report.encode(buffer, 0);
        session.sendResult(correlationId, report.appliedSeq(), 0, 1, buffer, 0, NodeReport.LENGTH);
    }

    @Test
    void shouldRefuseAContextThatCannotWork() {
        final PartitaException noNode = assertThrows(
                PartitaException.class,
                () -> RemoteLedgerClient.connect(
                        new RemoteClientContext().clusterId(FakeNode.CLUSTER).listener(batch -> {})));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, noNode.code());
        final RemoteClientContext context = new RemoteClientContext()
                .clusterId(FakeNode.CLUSTER)
                .node("a", a.address())
                .listener(batch -> {});
        RemoteLedgerClient.connect(context).close();
        assertThrows(PartitaException.class, () -> RemoteLedgerClient.connect(context), "used twice");
    }
}
