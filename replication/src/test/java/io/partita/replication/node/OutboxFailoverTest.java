// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.outbox.Effect;
import io.partita.replication.outbox.EffectSink;
import io.partita.replication.outbox.OutboxConfig;
import io.partita.replication.outbox.OutboxDispatcher;
import io.partita.replication.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A dispatcher on each node of a pair, one receiver for both: nothing is missing, invented or out of order. */
class OutboxFailoverTest {
    private static final OutboxConfig CONFIG =
            new OutboxConfig(Pair.CLUSTER, 0x6F75_7462_6F78L, 999, 16, Duration.ofMillis(1));

    @TempDir
    Path root;

    private final Map<String, OutboxDispatcher> dispatchers = new HashMap<>();
    private final Receiver receiver = new Receiver();

    private void start(final Pair pair, final String node) {
        final OutboxDispatcher dispatcher = new OutboxDispatcher(CONFIG, receiver);
        dispatchers.put(node, dispatcher);
        pair.with(context -> context.roleListener(dispatcher));
        dispatcher.start(pair.start(node)::client);
    }

    @AfterEach
    void close() {
        dispatchers.values().forEach(OutboxDispatcher::close);
        dispatchers.values().forEach(OutboxDispatcher::close);
    }

    /** What a careful receiver keeps: each key once, in the order of arrival; and what came again. */
    private static final class Receiver implements EffectSink {
        final Map<String, String> taken = new LinkedHashMap<>();
        final List<Long> transfers = new ArrayList<>();
        int repeated;

        @Override
        public synchronized void deliver(final Effect effect) {
            final String what = effect.event().type() + " " + effect.event().transferIdLo() + " "
                    + effect.event().amountLo();
            final String before = taken.putIfAbsent(effect.key(), what);
            if (before == null) {
                transfers.add(effect.event().transferIdLo());
            } else {
                assertEquals(before, what, "the same key, the same effect");
                repeated++;
            }
        }

        synchronized int count() {
            return taken.size();
        }
    }

    @Test
    void shouldSendEachCommittedPaymentWhoeverIsActive() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            start(pair, "a");
            start(pair, "b");
            pair.awaitServing(2);
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), 3).open()) {
                for (int round = 0; round < 2; round++) {
                    payUntilReceived(payments, receiver.count() + 100);
                    final String victim = pair.awaitServing(2);
                    payments.send(8);
                    pair.kill(victim); // while its dispatcher is at work
                    dispatchers.get(victim).close();
                    start(pair, victim); // at once: it was alone if the other one had not kept up
                    payUntilReceived(payments, receiver.count() + 100);
                    pair.awaitServing(2);
                }
                payments.check();
                Await.until(
                        () -> "effects=" + receiver.count() + " of " + payments.submitted(),
                        () -> receiver.count() >= payments.submitted());
                check(payments);
            }
        }
    }

    /** Nobody dies: both dispatchers live on, and each is the active's in turn, with effects on the way whenever that changes. */
    @Test
    void shouldSendEachCommittedPaymentOverPlannedSwitchovers() {
        final int rounds = 4;
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            start(pair, "a");
            start(pair, "b");
            pair.awaitServing(2);
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), 3).open()) {
                for (int round = 0; round < rounds; round++) {
                    payUntilReceived(payments, receiver.count() + 60);
                    final String from = pair.awaitServing(2);
                    payments.send(8);
                    final OperatorReply reply = pair.node(from).switchover(null, Pair.PATIENCE);
                    assertTrue(reply != null && reply.ok(), () -> "round from " + from + ": " + reply);
                    payUntilReceived(payments, receiver.count() + 60);
                }
                payments.check();
                Await.until(
                        () -> "effects=" + receiver.count() + " of " + payments.submitted(),
                        () -> receiver.count() >= payments.submitted());
                check(payments);
                assertTrue(receiver.repeated <= 2 * rounds * CONFIG.pageRows(), "repeated=" + receiver.repeated);
            }
        }
    }

    /** Not faster than the effects can follow. */
    private void payUntilReceived(final Payments payments, final int goal) {
        Await.until(() -> "effects=" + receiver.count() + " goal=" + goal, () -> {
            if (payments.submitted() - receiver.count() < 100) {
                payments.pay(2);
            }
            return receiver.count() >= goal;
        });
    }

    private void check(final Payments payments) {
        synchronized (receiver) {
            assertEquals(payments.submitted(), receiver.taken.size(), "one effect for each payment, none invented");
            final List<String> keys = new ArrayList<>(receiver.taken.keySet());
            final List<String> sorted = new ArrayList<>(keys);
            sorted.sort(null);
            assertEquals(sorted, keys, "in the order of the journal");
            final long distinct = receiver.transfers.stream().distinct().count();
            assertEquals(payments.submitted(), distinct);
        }
    }

    @Test
    void shouldGoOnWhereTheLastActiveAcknowledged() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            start(pair, "a");
            start(pair, "b");
            final String first = pair.awaitServing(2);
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), 4).open()) {
                payments.pay(20);
                Await.until("all sent", () -> receiver.count() == payments.submitted());
                final long position = dispatchers.get(first).position();
                Await.until("all acknowledged", () -> dispatchers.get(first).position() > position || position > 0);
                dispatchers.get(first).close();
                pair.stop(first);
                final OutboxDispatcher second = dispatchers.get(pair.other(first));
                payments.pay(20);
                Await.until("all sent", () -> receiver.count() == payments.submitted());
                check(payments);
                assertTrue(receiver.repeated <= CONFIG.pageRows(), "repeated=" + receiver.repeated);
                assertTrue(second.position() > 0);
            }
        }
    }

    @Test
    void shouldTryAgainWhatTheSinkDidNotTakeAndPassNothingOver() {
        final AtomicInteger refusals = new AtomicInteger(3);
        final List<Long> got = new ArrayList<>();
        final OutboxDispatcher dispatcher = new OutboxDispatcher(CONFIG, effect -> {
            if (effect.event().transferIdLo() == 2 && refusals.getAndDecrement() > 0) {
                if (refusals.get() == 1) {
                    throw new AssertionError("whatever");
                }
                throw new IllegalStateException("not now");
            }
            synchronized (got) {
                got.add(effect.event().transferIdLo());
            }
        });
        dispatchers.put("a", dispatcher);
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            pair.with(context -> context.roleListener(dispatcher));
            final ReplicatedLedger node = pair.start("a");
            dispatcher.start(node::client);
            pair.awaitServing(1);
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), 3).open()) {
                payments.pay(1);
                Await.until("three effects", () -> {
                    synchronized (got) {
                        return got.size() >= 3;
                    }
                });
            }
            assertEquals(List.of(1L, 2L, 3L), got);
            assertEquals(3, dispatcher.failures());
            assertEquals(3, dispatcher.delivered());
            dispatcher.close();
        }
    }

    @Test
    void shouldNotMoveBackWhenTwoAcknowledge() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            start(pair, "a");
            pair.awaitServing(1);
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), 4).open()) {
                payments.pay(5);
                final OutboxDispatcher dispatcher = dispatchers.get("a");
                Await.until("all sent", () -> receiver.count() == payments.submitted());
                Await.until("acknowledged", () -> dispatcher.position() > 0);
                // A node that was deposed and does not know it acknowledges from where it was: from the beginning.
                final List<String> codes = new ArrayList<>();
                try (LedgerClient stale = pair.node("a").client(batch -> {
                    final var results = batch.commandResults();
                    results.next();
                    codes.add(String.valueOf(results.resultCode()));
                })) {
                    final Batch batch = stale.acquire();
                    batch.commands()
                            .addTransfer(
                                    CONFIG.outboxId(), 0, CONFIG.outboxId(), 1, CONFIG.outboxId(), 2, 7, 999, 1, 0);
                    stale.submit(batch);
                    Await.until("an answer", () -> stale.poll(1) == 1);
                }
                assertEquals(List.of("EXISTS_WITH_DIFFERENT_AMOUNT"), codes);
            }
        }
    }

    @Test
    void shouldRefuseAConfigurationThatCannotWork() {
        assertThrows(PartitaException.class, () -> OutboxConfig.of(Pair.CLUSTER, 0, 999));
        assertThrows(PartitaException.class, () -> OutboxConfig.of(Pair.CLUSTER, 1, 0));
        assertThrows(PartitaException.class, () -> new OutboxConfig(Pair.CLUSTER, 1, 9, 0, Duration.ofMillis(1)));
        assertThrows(PartitaException.class, () -> new OutboxConfig(Pair.CLUSTER, 1, 9, 1, Duration.ZERO));
        final OutboxDispatcher closed = new OutboxDispatcher(CONFIG, receiver);
        closed.close();
        assertThrows(IllegalStateException.class, () -> closed.start(listener -> null));
    }
}
