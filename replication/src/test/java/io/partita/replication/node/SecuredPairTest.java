// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.observe.IncidentLog;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.testing.TestAuthority;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.PeerHandler;
import io.partita.replication.transport.TlsConfig;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import io.partita.replication.transport.netty.TlsCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair over TLS: it fails over as ever, and does for each client what its roles allow. */
class SecuredPairTest {
    @TempDir
    Path root;

    private TestAuthority authority;
    private Path roles;

    @BeforeEach
    void issue() throws IOException {
        authority = new TestAuthority(root.resolve("tls"));
        roles = Files.writeString(
                root.resolve("roles.properties"), "role.payer=submit,read\nrole.clerk=submit\nrole.auditor=read\n");
    }

    @Test
    void shouldFailOverAndLoseNothing() {
        try (Pair pair = pair().startBoth();
                Payments payments = new Payments(client(pair, "payer"), 8).open()) {
            payments.pay(200).check();
            final String victim = pair.serving();
            pair.kill(victim);
            payments.pay(200).check();
            pair.start(victim);
            pair.awaitServing(2);
            payments.pay(100).check();
            payments.checkDigests();
        }
    }

    @Test
    void shouldDoForEachClientWhatItsRolesAllow() throws IOException {
        try (Pair pair = pair().startBoth()) {
            assertEquals(List.of("COMMANDS OK", "LOOKUP_ACCOUNTS OK", "report"), ask(pair, "payer"));
            assertEquals(List.of("COMMANDS OK", "LOOKUP_ACCOUNTS DENIED", "report"), ask(pair, "clerk"));
            assertEquals(List.of("COMMANDS DENIED", "LOOKUP_ACCOUNTS OK", "report"), ask(pair, "auditor"));
            final long before = pair.report(pair.serving()).lastSeq();
            assertEquals(List.of("COMMANDS DENIED", "LOOKUP_ACCOUNTS DENIED", "no report"), ask(pair, "nobody"));
            assertEquals(before, pair.report(pair.serving()).lastSeq());
            final String told = incidents(pair.folder(pair.serving()));
            assertTrue(told.contains("ACCESS_DENIED: a client asked for what its roles do not allow"), told);
            assertTrue(told.contains("principal=nobody needs=submit"), told);

            try (RemoteLedgerClient nobody = RemoteLedgerClient.connect(client(pair, "nobody"))) {
                assertNull(nobody.report("a", Duration.ofSeconds(20)));
                Files.writeString(roles, "role.payer=submit,read\nrole.nobody=read\n");
                Pair.await("the new roles", () -> nobody.report("a", Duration.ofSeconds(1)) != null);
            }
        }
    }

    @Test
    void shouldCutOffANodeThatSpeaksAsAnother() {
        try (Pair pair = pair();
                TlsCredentials credentials =
                        TestAuthority.open(authority.node("b"), Pair.CLUSTER, "b", new TestAuthority.Events())) {
            pair.start("a");
            final Peer heard = new Peer();
            try (TcpPeerTransport b = new TcpPeerTransport(new TcpConfig(Pair.CLUSTER, "b").tls(credentials))) {
                b.peer("a", pair.peers("a"));
                final long session = b.connect("a");
                Pair.await("a link", () -> {
                    b.poll(heard, 10);
                    return heard.isConnected;
                });
                b.sendFrame(session, new UnsafeBuffer(new byte[512]), 0, 512); // of nobody
                b.flush();
                Pair.await("the end of it", () -> {
                    b.poll(heard, 10);
                    return heard.isOver;
                });
            }
            Pair.await(
                    "an incident",
                    () -> incidents(pair.folder("a")).contains("ACCESS_DENIED: a node spoke in the name of another"));
            assertNotNull(pair.report("a"));
        }
    }

    @Test
    void shouldTellDaysLeftAndWarn() {
        authority.issue(
                "a",
                builder -> builder.subject("CN=a")
                        .notAfter(Instant.now().plus(Duration.ofDays(6)).plusSeconds(3_600)),
                "partita:node=a");
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)
                .with(context -> context.tls(TestAuthority.files(root.resolve("tls"), "a"), roles))) {
            pair.start("a");
            Pair.await("the warning", () -> incidents(pair.folder("a")).contains("CERTIFICATE_EXPIRES"));
            Pair.await("the counter", () -> daysLeft(pair.folder("a")) == 6);
        }
    }

    @Test
    void shouldNotStartWithoutRolesOrWithAnothersCertificate() {
        assertRefused("another's", "does not name this node", authority.node("b"), roles);
        assertRefused("no roles", "roles file cannot be read", authority.node("a"), root.resolve("none"));
        assertRefused(
                "expired",
                "CERTIFICATE_EXPIRED",
                authority.issue(
                        "old",
                        builder ->
                                builder.subject("CN=a").notAfter(Instant.now().minusSeconds(5)),
                        "partita:node=a"),
                roles);
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> RemoteLedgerClient.connect(new Pair(root, NodeContext.Transport.TCP)
                        .clientContext(batch -> {})
                        .tls(TestAuthority.files(root, "absent"))));
        assertEquals(ErrorCode.CERTIFICATE_INVALID, error.code());
    }

    private void assertRefused(final String what, final String why, final TlsConfig files, final Path rolesFile) {
        try (Pair pair = new Pair(root.resolve(what), NodeContext.Transport.TCP)
                .with(context -> context.tls(files, rolesFile))) {
            final PartitaException error = assertThrows(PartitaException.class, () -> pair.start("a"));
            assertTrue(error.getMessage().contains(why), error.getMessage());
        }
    }

    /** Asks for one thing of each kind. */
    private List<String> ask(final Pair pair, final String name) {
        final List<String> answers = new ArrayList<>();
        try (RemoteLedgerClient client = RemoteLedgerClient.connect(client(pair, name)
                .listener(batch -> answers.add(batch.kind() + " " + Outcome.name(batch.outcome()))))) {
            final Batch commands = client.acquire();
            commands.commands().addAccount(0, 7, 826, 1, 0);
            client.submit(commands);
            Pair.await("an answer", () -> client.pollAwait(1, 1_000_000) > 0);
            final Batch read = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
            read.addId(0, 7);
            client.submit(read);
            Pair.await("an answer", () -> client.pollAwait(1, 1_000_000) > 0);
            answers.add(client.report(pair.serving(), Duration.ofSeconds(20)) == null ? "no report" : "report");
        }
        return answers;
    }

    private Pair pair() {
        for (final String node : List.of("a", "b")) {
            authority.node(node);
        }
        return new Pair(root, NodeContext.Transport.TCP)
                .withNode((node, context) -> context.tls(TestAuthority.files(root.resolve("tls"), node), roles));
    }

    private RemoteClientContext client(final Pair pair, final String name) {
        return pair.clientContext(batch -> {}).tls(authority.client(name));
    }

    private static String incidents(final Path folder) {
        final StringBuilder text = new StringBuilder();
        IncidentLog.read(
                folder.resolve(IncidentLog.FILE_NAME),
                (count, first, last, incident) -> text.append(incident).append('\n'));
        return text.toString();
    }

    private static long daysLeft(final Path folder) {
        final long[] days = {Long.MIN_VALUE};
        CountersFile.open(folder).forEach((label, value) -> {
            if (label.equals("tls certificate days left")) {
                days[0] = value;
            }
        });
        return days[0];
    }

    /** Hears that its link comes and goes. */
    private static final class Peer implements PeerHandler {
        boolean isConnected;
        boolean isOver;

        @Override
        public void onConnected(final long session, final String peer, final boolean initiatedByUs) {
            isConnected = true;
        }

        @Override
        public void onConnectFailed(final long session, final String peer, final DisconnectReason reason) {
            throw new AssertionError(reason.name());
        }

        @Override
        public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {}

        @Override
        public void onAppend(
                final long session,
                final DirectBuffer header,
                final int headerOffset,
                final int headerLength,
                final DirectBuffer records,
                final int offset,
                final int length) {}

        @Override
        public void onDisconnected(final long session, final DisconnectReason reason) {
            isOver = true;
        }
    }
}
