// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RequestKinds;
import io.partita.replication.protocol.Role;
import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes of users and strangers: each a clear error, and nothing lost. */
class MistakesTest {
    private static final int PER_BATCH = 4;

    @TempDir
    Path root;

    private Pair pair;

    @BeforeEach
    void make() {
        pair = new Pair(root, NodeContext.Transport.TCP);
    }

    private ErrorCode refusal(final Consumer<NodeContext> mistake) {
        final NodeContext context = pair.context("a");
        mistake.accept(context);
        final PartitaException refused = assertThrows(PartitaException.class, () -> ReplicatedLedger.launch(context));
        assertFalse(refused.nextStep().isEmpty());
        return refused.code();
    }

    private void startAndStop() {
        pair.start("a");
        pair.awaitServing(1);
        pair.stop("a");
    }

    @Test
    void shouldRefuseAContextThatCannotWork() {
        assertEquals(ErrorCode.INVALID_CONFIGURATION, refusal(context -> context.nodeId("c")));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, refusal(context -> context.windowBatches(0)));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, refusal(context -> context.sessionWindow(0)));
        assertEquals(
                ErrorCode.INVALID_CONFIGURATION, refusal(context -> context.timers(core -> core.suspectNs(1_000_000))));
        final NodeContext used = pair.context("a");
        ReplicatedLedger.launch(used).close();
        assertThrows(PartitaException.class, () -> ReplicatedLedger.launch(used));
    }

    @Test
    void shouldRefuseAFolderOfAnotherClusterOrNode() {
        startAndStop();
        assertEquals(ErrorCode.WRONG_CLUSTER, refusal(context -> context.clusterId(new Id128(8, 9))));
        assertEquals(ErrorCode.WRONG_NODE, refusal(context -> context.nodeId("b")));
        startAndStop();
    }

    @Test
    void shouldRefuseARegisterOfAnotherCluster() {
        startAndStop();
        assertEquals(
                ErrorCode.WRONG_CLUSTER,
                refusal(context -> context.clusterId(new Id128(8, 9)).directory(root.resolve("other"))));
    }

    @Test
    void shouldRefuseAFolderInUse() {
        pair.start("a");
        assertEquals(ErrorCode.FOLDER_IN_USE, refusal(context -> {}));
        pair.awaitServing(1);
        pair.close();
    }

    @Test
    void shouldRefuseAPortInUseAndLeaveNothingOpen() throws IOException {
        for (final InetSocketAddress address : List.of(pair.clients("a"), pair.peers("a"))) {
            try (ServerSocket taken = new ServerSocket(address.getPort(), 1, address.getAddress())) {
                assertTrue(taken.isBound());
                assertEquals(ErrorCode.ADDRESS_IN_USE, refusal(context -> {}));
            }
        }
        startAndStop();
    }

    @Test
    void shouldRefuseToListenBeyondLoopbackUnasked() {
        assertEquals(
                ErrorCode.INVALID_CONFIGURATION,
                refusal(context -> context.nodeId("c")
                        .member("c", new InetSocketAddress("0.0.0.0", 0), new InetSocketAddress("0.0.0.0", 0))));
    }

    @Test
    void shouldNotServeOnADamagedJournal() throws IOException {
        pair.with(context -> context.segmentLength(64 * 1024)).start("a");
        pair.awaitServing(1);
        try (Payments payments = new Payments(pair.clientContext(batch -> {}), 100).open()) {
            payments.pay(60).check();
        }
        pair.stop("a");
        damageTheFirstSegment();
        pair.start("a");
        Pair.await("a is halted", () -> {
            assertNull(pair.serving());
            return pair.node("a").closedReason() != null;
        });
        assertTrue(
                pair.node("a").closedReason().contains("DAMAGED"),
                pair.node("a").closedReason());
        pair.close();
    }

    private void damageTheFirstSegment() throws IOException {
        final Path segment;
        try (Stream<Path> files = Files.walk(pair.folder("a").resolve("journal"))) {
            segment = files.filter(file -> file.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
            // In the middle of the records: they start behind the index blocks.
            final byte[] bytes = Files.readAllBytes(segment);
            int last = bytes.length - 1;
            while (bytes[last] == 0) {
                last--;
            }
            file.seek(last - 4096);
            file.write(bytes[last - 4096] ^ 3); // one bit alone would be put back
        }
    }

    @Test
    void shouldHaltWhenTheRegisterIsDamagedAndSayItIsHalted() throws IOException {
        pair.start("a");
        pair.awaitServing(1);
        final Path newest;
        try (Stream<Path> files = Files.list(pair.register())) {
            newest = files.filter(file -> file.getFileName().toString().startsWith("cfg."))
                    .sorted()
                    .reduce((first, second) -> second)
                    .orElseThrow();
        }
        final Path next = newest.resolveSibling("cfg.2");
        final byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(next, bytes);
        Pair.await("a is halted", () -> pair.node("a").closedReason() != null);
        assertTrue(
                pair.node("a").closedReason().contains("REGISTER_FAILED"),
                pair.node("a").closedReason());
        Pair.await("a says so", () -> {
            final NodeReport report = pair.report("a");
            return report != null && report.role() == Role.HALTED.code() && !report.serving();
        });
        pair.close();
    }

    @Test
    void shouldGoOnWhenStrangersConnect() throws IOException {
        pair.startBoth();
        for (final InetSocketAddress address : List.of(pair.clients("a"), pair.peers("a"), pair.peers("b"))) {
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\n\r\n"
                                .repeat(20)
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                socket.setSoTimeout(20_000);
                final byte[] rest = socket.getInputStream().readAllBytes();
                assertTrue(rest.length < 1024);
            } catch (final IOException e) {
                assertNotNull(e.getMessage(), "a reset is as good");
            }
        }
        try (Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pay(20).check();
            payments.checkDigests();
        }
        pair.close();
    }

    @Test
    void shouldEndASessionThatSendsNoBatchAndServeTheOthers() {
        pair.start("a");
        pair.awaitServing(1);
        final UnsafeBuffer garbage = new UnsafeBuffer(new byte[64]);
        garbage.setMemory(0, 64, (byte) 0x7F);
        final int commands = RequestKinds.code(BatchKind.COMMANDS);
        final int lookup = RequestKinds.code(BatchKind.LOOKUP_ACCOUNTS);
        final int[][] requests = {
            {commands, 1, 64}, {commands, 0, 0}, {commands, 9000, 64}, {lookup, 5, 64}, {99, 1, 16}, {lookup, -1, 64}
        };
        for (final int[] request : requests) {
            try (ClientConnector connector = new ClientConnector(new TcpConfig(Pair.CLUSTER, "stranger"));
                    ClientConnection connection = connector.connect(pair.clients("a"), () -> {})) {
                final Replies replies = new Replies();
                Pair.await("connected", () -> connection.poll(replies, 16) > 0 && connection.isOpen());
                connection.submit(1, request[0], 0, request[1], 0, garbage, 0, request[2]);
                connection.flush();
                Pair.await("cut off: " + request[0], () -> {
                    connection.poll(replies, 16);
                    return replies.ended != null;
                });
                assertEquals(0, replies.answers);
            }
        }
        try (Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pay(20).check();
        }
        pair.close();
    }

    @Test
    void shouldServeAClientInTheSameProcessAndGiveEveryBatchAnOutcomeAtClose() {
        pair.startBoth();
        final List<Long> outcomes = new ArrayList<>();
        final LedgerClient standby = pair.node("b").client(batch -> outcomes.add(batch.outcome()));
        assertEquals(Outcome.NOT_ACTIVE, standby.submit(account(standby.acquire())));
        final LedgerClient active = pair.node("a").client(batch -> outcomes.add(batch.outcome()));
        assertTrue(active.submit(account(active.acquire())) > 0);
        Pair.await("answered", () -> active.poll(16) == 1);
        assertTrue(outcomes.get(0) > 0);
        outcomes.clear();
        int submitted = 0;
        for (Batch batch = active.acquire(); batch != null; batch = active.acquire()) {
            assertTrue(active.submit(account(batch)) > 0);
            submitted++;
        }
        pair.node("a").close();
        pair.node("a").close();
        assertEquals(submitted, active.poll(1_000));
        assertEquals(submitted, outcomes.size());
        assertNotNull(pair.node("a").closedReason());
        assertNull(pair.report("a"));
        pair.close();
    }

    private static Batch account(final Batch batch) {
        batch.commands().addAccount(0, 1, 1, 1, 0);
        return batch;
    }

    /** Counts what comes back. */
    private static final class Replies implements ClientReplyHandler {
        private DisconnectReason ended;
        private int answers;

        @Override
        public void onWelcome(final NodeStatus status, final int windowRequests) {
            assertEquals("a", status.node());
        }

        @Override
        public void onStatus(final NodeStatus status) {
            assertEquals("a", status.node());
        }

        @Override
        public void onResult(
                final long correlationId,
                final long seq,
                final long timestamp,
                final int count,
                final DirectBuffer results,
                final int offset,
                final int length) {
            answers++;
        }

        @Override
        public void onRefusal(final long correlationId, final long outcome) {
            answers++;
        }

        @Override
        public void onPong(final long token) {
            answers++;
        }

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            ended = reason;
        }
    }
}
