// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.ledger.model.Id128;
import io.partita.replication.node.NodeContext;
import io.partita.replication.node.ReplicatedLedger;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code partita status} and {@code partita switchover} against running nodes. */
class OperatorCommandsTest {
    private static final String CLUSTER = "0123456789abcdef0123456789abcdef";
    private static final int ATTEMPTS = 2_000;

    @TempDir
    Path root;

    private final Map<String, ReplicatedLedger> nodes = new HashMap<>();
    private final Map<String, Integer> peers = new HashMap<>();
    private final Map<String, Integer> clients = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Path config = Path.of("");

    @BeforeEach
    void startBoth() throws IOException, InterruptedException {
        final List<ServerSocket> held = new ArrayList<>();
        for (final Map<String, Integer> ports : List.of(peers, clients)) {
            for (final String id : List.of("a", "b")) {
                final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                ports.put(id, socket.getLocalPort());
            }
        }
        for (final ServerSocket socket : held) {
            socket.close();
        }
        config = root.resolve("a.properties");
        Files.writeString(
                config,
                String.join(
                        "\n",
                        "cluster.id=" + CLUSTER,
                        "node.id=a",
                        "data.folder=" + root.resolve("a"),
                        "register.folder=" + root.resolve("register"),
                        "members=a,b",
                        "member.a.peers=127.0.0.1:" + peers.get("a"),
                        "member.b.peers=127.0.0.1:" + peers.get("b"),
                        "member.a.clients=127.0.0.1:" + clients.get("a"),
                        "member.b.clients=127.0.0.1:" + clients.get("b")));
        start("a");
        start("b");
        for (int i = 0; run("status", "--config", config.toString()) != 0; i++) {
            assertTrue(i < ATTEMPTS, () -> "the pair does not get well: " + text(out) + text(err));
            Thread.sleep(10);
        }
    }

    private void start(final String id) {
        final NodeContext context = new NodeContext()
                .clusterId(Id128.of(new BigInteger(CLUSTER, 16)))
                .nodeId(id)
                .directory(root.resolve(id))
                .registerFolder(root.resolve("register"))
                .bootstrap(id.equals("a"));
        for (final String member : List.of("a", "b")) {
            context.member(member, loopback(peers.get(member)), loopback(clients.get(member)));
        }
        nodes.put(id, ReplicatedLedger.launch(context));
    }

    private static InetSocketAddress loopback(final @Nullable Integer port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Objects.requireNonNull(port));
    }

    @AfterEach
    void closeBoth() {
        nodes.values().forEach(ReplicatedLedger::close);
    }

    @Test
    void shouldShowWhoIsActiveAndInSync() throws JsonException {
        assertEquals(0, run("status", "--config", config.toString()));
        assertTrue(text(out).contains("a  127.0.0.1:" + clients.get("a") + "  SERVING  epoch=1 active=a"), text(out));
        assertTrue(text(out).contains("  b: in sync, link=STREAMING"), text(out));

        assertEquals(0, run("status", "--config", config.toString(), "--json"));
        final Map<?, ?> status = json();
        assertEquals(true, status.get("ok"));
        assertEquals("a", status.get("active"));
        final Map<?, ?> first = (Map<?, ?>) ((List<?>) status.get("nodes")).get(0);
        assertEquals("SERVING", first.get("health"));
        assertEquals(2, ((List<?>) first.get("members")).size());

        assertEquals(0, run("status", "--node", "127.0.0.1:" + clients.get("b"), "--cluster-id", CLUSTER));
        assertTrue(text(out).contains("b  127.0.0.1:" + clients.get("b") + "  STANDBY"), text(out));
    }

    @Test
    void shouldSwitchOverAndTellWhoIsActiveNow() throws JsonException {
        assertEquals(0, run("switchover", "--config", config.toString(), "--json"), text(err));
        final Map<?, ?> first = json();
        assertEquals("a", first.get("from"));
        assertEquals("b", first.get("active"));
        assertEquals("2", String.valueOf(first.get("epoch")));

        assertEquals(0, run("switchover", "--config", config.toString(), "--to", "a"), text(err));
        assertTrue(text(out).startsWith("OK: a is active in epoch 3, b follows it"), text(out));
    }

    @Test
    void shouldFailWithCodeCauseAndNextStep() throws JsonException {
        assertEquals(1, run("switchover", "--config", config.toString(), "--to", "a"));
        assertTrue(text(err).startsWith("partita: OPERATION_REFUSED: no handover: node=a is the active"), text(err));
        assertTrue(text(err).contains("\n  next: "), text(err));
        assertEquals(
                1, run("switchover", "--node", "127.0.0.1:" + clients.get("b"), "--cluster-id", CLUSTER, "--json"));
        assertEquals(false, json().get("ok"));
        assertTrue(text(err).contains("NODE_UNREACHABLE"), text(err));

        Objects.requireNonNull(nodes.remove("b")).close();
        assertEquals(1, run("status", "--config", config.toString(), "--json"));
        final Map<?, ?> status = json();
        assertEquals(false, status.get("ok"));
        assertEquals("a", status.get("active"));
        final Map<?, ?> second = (Map<?, ?>) ((List<?>) status.get("nodes")).get(1);
        assertEquals(false, second.get("reachable"));
        assertEquals("NODE_UNREACHABLE", ((Map<?, ?>) second.get("error")).get("code"));
        assertEquals(
                1,
                run(
                        "status",
                        "--node",
                        "127.0.0.1:" + clients.get("a"),
                        "--cluster-id",
                        "ffffffffffffffffffffffffffffffff"));
    }

    private Map<?, ?> json() throws JsonException {
        return (Map<?, ?>) Objects.requireNonNull(Json.parse(text(out).trim()));
    }

    private int run(final String... args) {
        out.reset();
        err.reset();
        final PrintStream stdout = System.out;
        final PrintStream stderr = System.err;
        try (PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            System.setOut(toOut);
            System.setErr(toErr);
            return PartitaTool.commandLine().execute(args);
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    private static String text(final ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
