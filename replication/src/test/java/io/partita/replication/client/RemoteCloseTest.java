// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Outcome;
import io.partita.replication.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of a client's batches when it is closed, or its thread interrupted. */
@Timeout(60)
class RemoteCloseTest {
    private static final long LONG_NS = TimeUnit.HOURS.toNanos(1);

    private final FakeNode node = new FakeNode("a", 4, FakeNode.ACCEPT).status(true, 1);
    private final List<String> outcomes = new ArrayList<>();
    private Consumer<Batch> then = batch -> {};
    private final RemoteLedgerClient client = RemoteLedgerClient.connect(new RemoteClientContext()
            .clusterId(FakeNode.CLUSTER)
            .node("a", node.address())
            .batches(4)
            .silenceTimeout(Duration.ofSeconds(30))
            .listener(batch -> {
                outcomes.add(batch.isOk() ? "OK" : Outcome.name(batch.outcome()));
                then.accept(batch);
            }));

    @AfterEach
    void close() {
        client.close();
        node.close();
    }

    private long submit() {
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, 1, 1, 1, 0);
        return client.submit(batch);
    }

    private void awaitRequests(final int count) {
        Await.until("requests=" + count, () -> {
            client.poll(0);
            return node.requests.get() == count;
        });
    }

    @Test
    void shouldTellApartWhatWasSentAndWhatWasNot() {
        node.behave(FakeNode.SILENT);
        submit();
        awaitRequests(1);
        node.status(false, 1);
        Await.until("no active", () -> {
            client.poll(0);
            return client.active() == null;
        });
        submit();
        assertEquals(2, client.inFlight());
        client.close();
        assertEquals(2, client.pollAwait(8, LONG_NS));
        outcomes.sort(null);
        assertEquals(List.of("CLOSED", "UNKNOWN"), outcomes);
        assertEquals(0, client.inFlight());
    }

    @Test
    void shouldDeliverWhatWasAnsweredBefore() {
        submit();
        Await.until("an answer", () -> {
            client.poll(0); // takes in, delivers nothing
            return client.seenSeq() > 0;
        });
        client.close();
        client.close();
        assertEquals(1, client.poll(8));
        assertEquals(List.of("OK"), outcomes);
    }

    @Test
    void shouldTakeNothingAfterwardsAndWaitForNothing() {
        client.close();
        assertEquals(Outcome.CLOSED, submit());
        assertEquals(0, client.poll(8));
        assertEquals(0, client.pollAwait(8, LONG_NS), "nothing can come any more");
        assertNull(client.report("a", Duration.ofHours(1)));
        assertNull(client.active());
        assertNull(client.status("a"));
    }

    @Test
    void shouldEndTheRestWhenClosedByItsListener() {
        node.behave((session, request) -> {
            node.behave(FakeNode.SILENT);
            FakeNode.ACCEPT.on(session, request);
        });
        then = batch -> client.close();
        submit();
        submit();
        submit();
        Await.until("all three", () -> {
            client.poll(8);
            return outcomes.size() == 3;
        });
        assertEquals("OK", outcomes.get(0));
        assertFalse(outcomes.subList(1, 3).contains("OK"));
        assertEquals(0, client.inFlight());
    }

    @Test
    void shouldLetTheListenerSubmitTheSameIdsAgain() {
        node.behave(FakeNode.refuse(Outcome.DEADLINE_PASSED));
        then = batch -> {
            then = again -> {};
            node.behave(FakeNode.ACCEPT);
            submit();
        };
        submit();
        Await.until("both", () -> {
            client.poll(8);
            return outcomes.size() == 2;
        });
        assertEquals(List.of("DEADLINE_PASSED", "OK"), outcomes);
    }

    @Test
    void shouldComeBackWhenInterruptedAndLoseNothing() {
        node.behave(FakeNode.SILENT);
        submit();
        awaitRequests(1);
        Thread.currentThread().interrupt();
        assertEquals(0, client.pollAwait(8, LONG_NS));
        assertTrue(Thread.currentThread().isInterrupted(), "the flag stays");
        assertNull(client.report("a", Duration.ofHours(1)));
        assertTrue(Thread.interrupted());
        assertEquals(1, client.inFlight());
        node.behave(FakeNode.ACCEPT);
        node.status(false, 2).status(true, 3);
        client.close();
        assertEquals(1, client.poll(8));
        assertEquals(List.of("UNKNOWN"), outcomes);
    }

    @Test
    void shouldRefuseABatchThatIsInFlight() {
        node.behave(FakeNode.SILENT);
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, 1, 1, 1, 0);
        client.submit(batch);
        assertThrows(IllegalStateException.class, () -> client.submit(batch));
        assertEquals(1, client.inFlight());
    }
}
