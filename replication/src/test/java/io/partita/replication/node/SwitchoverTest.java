// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.ControlBodies;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.client.OperatorStatus;
import io.partita.replication.protocol.Policy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Planned changes of running nodes: handover, leave, and the operator's door, with real journals and links. */
class SwitchoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int PER_BATCH = 8;

    @TempDir
    Path root;

    private static OperatorClient operator() {
        return new OperatorClient(Pair.CLUSTER, "operator", PATIENCE, null);
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldSwitchOverUnderLoadWithoutARefusal(final NodeContext.Transport transport) {
        try (Pair pair = new Pair(root, transport).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open();
                OperatorClient operator = operator()) {
            for (int round = 0; round < 6; round++) {
                final int before = payments.answered();
                payments.pumpUntil("some answers", () -> payments.answered() > before + 200);
                final String from = pair.serving();
                final CompletableFuture<OperatorReply> asked =
                        CompletableFuture.supplyAsync(() -> operator.switchover(pair.clients(), "", "somebody"));
                payments.pumpUntil("a reply", asked::isDone);
                final OperatorReply reply = asked.join();
                assertTrue(reply.ok(), reply::toString);
                assertEquals(pair.other(from), reply.field(OperatorReply.ACTIVE));
                assertEquals(Long.toString(round + 2), reply.field(OperatorReply.EPOCH));
            }
            payments.check();
            payments.checkDigests();
            assertEquals(2, pair.report(pair.serving()).inSync());
        }
    }

    @Test
    void shouldKeepInTheJournalThatItWasAskedFor() {
        final Path journal;
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                OperatorClient operator = operator()) {
            journal = pair.folder("b").resolve("journal");
            assertTrue(operator.switchover(pair.clients(), "b", "al\u0007ice").ok());
        }
        final OperatorCommand[] found = new OperatorCommand[1];
        try (JournalReader reader = FolderReader.open(journal, 1)) {
            while (reader.next(Long.MAX_VALUE, Limits.FRAME_LENGTH_MAX)) {
                final DirectBuffer buffer = reader.buffer();
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                    if (RecordDescriptor.type(buffer, at) == RecordType.OPERATOR.code()) {
                        found[0] = ControlBodies.decodeOperator(buffer, at + RecordDescriptor.HEADER_LENGTH);
                    }
                }
            }
        }
        assertNotNull(found[0]);
        assertEquals("SWITCHOVER", found[0].kindName());
        assertEquals("unauthenticated", found[0].who());
        assertEquals("to=b by=al ice", found[0].details());
    }

    @ParameterizedTest
    @EnumSource(
            value = NodeContext.Transport.class,
            names = {"TCP", "IPC"})
    void shouldRunThreeNodesThroughDeathsSwitchoversAndCleanStops(final NodeContext.Transport transport) {
        try (Pair pair = new Pair(root, transport, List.of("a", "b", "c"))
                        .with(context -> context.policy(Policy.CONSISTENCY, 2))
                        .startAll();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pumpUntil("some answers", () -> payments.answered() > 200);
            pair.kill("a");
            final int[] before = {payments.answered()};
            payments.pumpUntil("answers by another one", () -> payments.answered() > before[0] + 500);
            assertEquals("b", pair.awaitServing(2), "the first in rank, and the third is kept");
            pair.start("a");
            payments.pumpUntil("all in sync", () -> pair.report("b").inSync() == 3);

            final OperatorReply reply = pair.node("b").switchover("c", PATIENCE);
            assertNotNull(reply);
            assertTrue(reply.ok(), reply::toString);
            before[0] = payments.answered();
            payments.pumpUntil("answers by c", () -> payments.answered() > before[0] + 200);
            assertEquals("c", pair.awaitServing(3));

            pair.stop("b"); // leaves
            assertEquals("c", pair.awaitServing(2));
            payments.pay(10);
            pair.start("b");
            payments.pumpUntil("all in sync", () -> pair.report("c").inSync() == 3);
            pair.stop("c"); // hands over, and leaves
            payments.pay(10);
            final String last = pair.awaitServing(2);
            assertNotEquals("c", last);
            pair.start("c");
            payments.pumpUntil("all in sync", () -> pair.report(last).inSync() == 3);
            payments.check();
            payments.checkDigests("a", "b", "c");
        }
    }

    @Test
    void shouldTellWhatItIs() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                OperatorClient operator = operator()) {
            final OperatorStatus active = operator.status(pair.clients("a"));
            assertTrue(active.isServing());
            assertEquals("SERVING", active.health());
            assertEquals("a", active.active());
            assertEquals(1, active.epoch());
            assertEquals(2, active.members().size());
            assertEquals("SELF", active.members().get(0).link());
            assertEquals("STREAMING", active.members().get(1).link());
            assertTrue(active.members().get(1).inSync());
            assertEquals("AVAILABILITY", active.policy());
            assertEquals("MEMORY", active.durability());

            Pair.await(
                    "the standby has read that it is in sync",
                    () -> !operator.status(pair.clients("b")).health().equals("CATCHING_UP"));
            final OperatorStatus standby = operator.status(pair.clients("b"));
            assertEquals("STANDBY", standby.health());
            assertEquals("FOLLOWING", standby.members().get(0).link());
            assertEquals(standby, OperatorStatus.of(standby.toFields()));
            assertNotNull(pair.node("b").status(PATIENCE));
        }
    }

    @Test
    void shouldRefuseWhatCannotBe() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                OperatorClient operator = operator()) {
            final InetSocketAddress a = pair.clients("a");
            final InetSocketAddress b = pair.clients("b");
            final OperatorReply atStandby = operator.ask(b, OperatorRequest.switchover("", ""));
            assertFalse(atStandby.ok());
            assertEquals(OperatorReply.NOT_ACTIVE, atStandby.code());
            assertEquals("a", atStandby.field(OperatorReply.ACTIVE));
            assertRefused(operator.ask(a, OperatorRequest.switchover("x", "")), "not a member");
            assertRefused(operator.ask(a, OperatorRequest.switchover("a", "")), "is the active");
            assertRefused(operator.ask(a, new OperatorRequest("dance", Map.of())), "operation=dance");
            pair.kill("b");
            Pair.await("the link is lost", () -> {
                final OperatorReply alone = operator.ask(a, OperatorRequest.switchover("", ""));
                return !alone.ok() && alone.cause().contains("no standby is in sync");
            });
            assertTrue(operator.status(a).isServing());
            assertUnreachable(() -> operator.status(b));
            assertUnreachable(() -> operator.switchover(Map.of("b", b), "", ""));
            try (OperatorClient stranger = new OperatorClient(new Id128(9, 9), "operator", PATIENCE, null)) {
                assertUnreachable(() -> stranger.status(a));
            }
        }
    }

    private static void assertRefused(final OperatorReply reply, final String cause) {
        assertFalse(reply.ok());
        assertEquals(ErrorCode.OPERATION_REFUSED.name(), reply.code());
        assertTrue(reply.cause().contains(cause), reply::cause);
        assertFalse(reply.nextStep().isEmpty());
    }

    private static void assertUnreachable(final Runnable call) {
        assertEquals(
                ErrorCode.NODE_UNREACHABLE,
                assertThrows(PartitaException.class, call::run).code());
    }

    /** R30: the active has not to find out by a time-out that its standby is gone. */
    @Test
    void shouldLeaveTheSetBeforeItStops() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            pair.stop("b");
            assertEquals(1, pair.report("a").inSync(), "nothing was written, yet it is out");
            payments.pay(5).check();
            pair.start("b");
            pair.awaitServing(2);
            payments.checkDigests();
        }
    }

    /** R30 as well where the application closes the node in a callback. */
    @Test
    void shouldLeaveTheSetWhenItIsClosedOnItsOwnThread() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)) {
            pair.withNode((node, context) -> context.userLogic((command, ledger) -> {
                if (node.equals("b")) {
                    pair.node("b").close();
                }
                return 0;
            }));
            pair.startBoth();
            try (LedgerClient client = pair.node("a").client(batch -> {})) {
                final Batch batch = client.acquire(BatchKind.USER_COMMAND);
                assertTrue(client.submit(batch.putUserCommand(new UnsafeBuffer(new byte[8]), 0, 8, 1)) >= 0);
                Pair.await("an answer", () -> client.poll(1) == 1);
            }
            Pair.await(
                    "nothing is written, yet b is out", () -> pair.report("a").inSync() == 1);
        }
    }

    @Test
    void shouldHandOverBeforeItStops() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            final CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> pair.stop("a"));
            payments.pumpUntil("stopped", stopped::isDone);
            stopped.join();
            payments.check();
            assertEquals("b", pair.awaitServing(1));
            assertEquals(2, pair.report("b").epoch());
            pair.start("a");
            pair.awaitServing(2);
            payments.checkDigests();
        }
    }
}
