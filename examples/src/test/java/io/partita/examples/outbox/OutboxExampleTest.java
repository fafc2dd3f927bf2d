// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.outbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, killed while they notify: each committed payment is notified, in order; none is invented. */
class OutboxExampleTest {
    private static final int KILLS = 2;
    private static final int PER_TERM = 150;
    private static final int BOOK = 826;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(120);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final Map<String, Process> nodes = new HashMap<>();
    private final List<Integer> ports = freePorts();
    private final Set<Long> answered = new HashSet<>();
    private long next;

    private static List<Integer> freePorts() {
        final SecureRandom random = new SecureRandom();
        final List<Integer> ports = new ArrayList<>();
        while (ports.size() < 4) {
            final int port = 10_000 + random.nextInt(20_000); // below the range for outgoing connections
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!ports.contains(socket.getLocalPort())) {
                    ports.add(port);
                }
            } catch (final IOException e) {
                continue; // taken: another one
            }
        }
        return ports;
    }

    private void start(final String node) throws IOException {
        final Path flags = root.resolve("partita.jvm");
        if (!Files.exists(flags)) {
            try (InputStream in = NotifyingNode.class.getResourceAsStream("/META-INF/partita.jvm")) {
                Files.copy(in, flags);
            }
        }
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + flags,
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                NotifyingNode.class.getName(),
                root.toString(),
                node));
        ports.forEach(port -> command.add(port.toString()));
        nodes.put(
                node,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(
                                root.resolve(node + ".log").toFile()))
                        .start());
    }

    @AfterEach
    void end() {
        nodes.values().forEach(Process::destroyForcibly);
    }

    private RemoteLedgerClient connect() {
        return RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(NotifyingNode.CLUSTER)
                .node("a", new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(2)))
                .node("b", new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.get(3)))
                .batches(8)
                .listener(this::onBatch));
    }

    private void onBatch(final Batch batch) {
        assertTrue(batch.isOk(), () -> "outcome=" + Outcome.name(batch.outcome()));
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            final ResultCode code = results.resultCode();
            assertTrue(code == ResultCode.CREATED || code == ResultCode.EXISTS, () -> "code=" + code);
        }
        if (batch.tag() > 0) {
            answered.add(batch.tag());
        }
    }

    /** Not much faster than the notifications can follow, each of which is forced to the disk. */
    private void pay(final RemoteLedgerClient client, final int notified) {
        for (Batch batch = client.acquire(); batch != null; batch = client.acquire()) {
            if (next - notified > 100) {
                client.release(batch);
                break;
            }
            next++;
            batch.tag(next).commands().addTransfer(0, next, 0, 1, 0, 2 + next % 3, next, BOOK, 1, 0);
            client.submit(batch);
        }
        client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(20));
    }

    private void payUntilNotified(final RemoteLedgerClient client, final int goal) throws IOException {
        final long startNs = System.nanoTime();
        int notified = notifications().all().size();
        while (notified < goal) {
            pay(client, notified);
            notified = notifications().all().size();
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, "notified=" + notified);
        }
    }

    private Notifications notifications() throws IOException {
        return Notifications.read(root.resolve(NotifyingNode.NOTIFICATIONS));
    }

    private String awaitPair(final RemoteLedgerClient client) {
        final long startNs = System.nanoTime();
        while (true) {
            client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(20));
            final String active = client.active();
            final NodeReport report = active == null ? null : client.report(active, Duration.ofSeconds(1));
            if (report != null && report.serving() && report.inSync() == 2) {
                return active;
            }
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, "no pair in sync: active=" + active);
        }
    }

    @Test
    void shouldNotifyEachCommittedPaymentWhoeverIsKilled() throws IOException {
        start("a");
        start("b");
        try (RemoteLedgerClient client = connect()) {
            final Batch accounts = client.acquire();
            for (int id = 1; id <= 4; id++) {
                accounts.commands().addAccount(0, id, BOOK, 1, 0);
            }
            client.submit(accounts);
            for (int kill = 0; kill < KILLS; kill++) {
                final String victim = awaitPair(client);
                payUntilNotified(client, notifications().all().size() + PER_TERM);
                nodes.get(victim).destroyForcibly().onExit().join(); // kill -9, while its dispatcher is at work
                start(victim); // at once: it was alone if the other one had not kept up
                payUntilNotified(client, notifications().all().size() + PER_TERM);
            }
            awaitPair(client);
            final long startNs = System.nanoTime();
            while (client.inFlight() > 0 || notifications().all().size() < next) {
                client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(20));
                assertTrue(
                        System.nanoTime() - startNs < PATIENCE_NS,
                        "notified=" + notifications().all().size());
            }
        }
        check();
    }

    /** Exactly the payments, each once by its key, in the order of the journal. */
    private void check() throws IOException {
        final List<Notifications.Notification> all = notifications().all();
        assertEquals(next, answered.size());
        assertEquals(next, all.size());
        final Set<Long> notified = new HashSet<>();
        String key = "";
        for (final Notifications.Notification notification : all) {
            assertTrue(notification.key().compareTo(key) > 0, () -> "out of order: " + notification);
            key = notification.key();
            assertEquals(notification.transfer(), notification.amount());
            assertEquals(2 + notification.transfer() % 3, notification.payee());
            notified.add(notification.transfer());
        }
        assertEquals(answered, notified);
    }
}
