// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.upgrade;

import io.partita.examples.audit.FolderReplay;
import io.partita.examples.json.StateDigests;
import io.partita.examples.testing.Await;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.replication.client.RemoteClientContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * A pair under load goes from one release to another, back, and forward again; in between it is of mixed releases, each of them
 * active over the other. Standbys are stopped in order and started as the other release; an active is killed, or hands over as
 * planned and is then stopped in order, in turn. In the end: nothing answered is lost or doubled, digests are equal, and both releases
 * replay both journals to them.
 */
public final class UpgradeCampaign {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final long ANSWERS_PER_STEP = 1_000;
    private static final int ATTEMPTS = 10;

    private final Path old;
    private final Path latest;
    private final Path flags;
    private final Path root;
    private final Map<String, ReleaseNode> nodes = new LinkedHashMap<>();
    private final Map<String, String> releases = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> clients = new LinkedHashMap<>();
    private final Id128 cluster;
    private final String transport;
    private boolean isHandoverKnown;
    private long turn;
    private int planned;
    private int killed;

    private UpgradeCampaign(final Path old, final Path latest, final Path flags, final Path root, final long seed) {
        this.old = old;
        this.latest = latest;
        this.flags = flags;
        this.root = root;
        final SplittableRandom random = new SplittableRandom(seed);
        cluster = new Id128(random.nextLong(), random.nextLong() | 1);
        transport = seed % 2 == 0 ? "tcp" : "ipc";
        turn = seed / 2; // four seeds in a row: each change of the active both ways, over both transports
    }

    /**
     * One round.
     *
     * @param args jar of the old release, jar of the new one, the JVM flags' file, an empty folder, a seed.
     * @throws Exception if it fails: the exit code is 1.
     */
    public static void main(final String[] args) throws Exception {
        final UpgradeCampaign campaign = new UpgradeCampaign(
                Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Path.of(args[3]), Long.parseLong(args[4]));
        final int exitCode = campaign.run() ? 0 : 1;
        System.exit(exitCode);
    }

    private boolean run() throws IOException, InterruptedException {
        configure();
        isHandoverKnown = tool(old, "switchover", "--help") == 0;
        try {
            for (final String id : nodes.keySet()) {
                start(id, false);
            }
            awaitPair("the start");
            final RemoteClientContext context = new RemoteClientContext().clusterId(cluster);
            clients.forEach(context::node);
            final Load load = new Load(context);
            final Thread thread = new Thread(load, "load");
            thread.setDaemon(true);
            thread.start();
            roll(load);
            load.end();
            thread.join();
            return audit(load);
        } finally {
            for (final ReleaseNode node : nodes.values()) {
                node.kill();
            }
        }
    }

    /** Every mixture of active and standby is there for a while, on the way there and on the way back. */
    private void roll(final Load load) throws IOException, InterruptedException {
        step(load, "old pair");
        replaceStandby(true);
        step(load, "old active, new standby");
        takeOver(true);
        step(load, "new pair");
        replaceStandby(false);
        step(load, "new active, old standby");
        takeOver(false);
        step(load, "old pair again");
        checkOldReadsAll();
        replaceStandby(true);
        step(load, "old active, new standby again");
        takeOver(true);
        step(load, "new pair again");
        handOver();
        step(load, "new pair, handed over");
    }

    private void step(final Load load, final String what) {
        final long before = load.answered();
        final long unknown = load.unknown();
        await(what + ": load is answered", () -> load.answered() >= before + ANSWERS_PER_STEP);
        awaitPair(what);
        System.out.println("upgrade: " + what + ": active=" + id(active()) + " answered=" + load.answered()
                + " unknown=" + unknown + " releases=" + releases);
    }

    private void replaceStandby(final boolean toLatest) throws IOException, InterruptedException {
        awaitPair("before a standby is replaced");
        final String id = id(standby());
        node(id).stop();
        start(id, toLatest);
        awaitPair("node=" + id + " is back as another release");
    }

    /**
     * The active is killed or hands over, and comes back as the other's release. One that was killed comes back at once: on a
     * busy machine it may just have been left alone, and then nobody else may lead.
     */
    private void takeOver(final boolean toLatest) throws IOException, InterruptedException {
        final String former;
        if (turn++ % 2 == 0 && isHandoverKnown) {
            handOver();
            former = id(standby());
            node(former).stop();
        } else {
            awaitPair("before the active is killed");
            former = id(active());
            node(former).kill();
            killed++;
        }
        start(former, toLatest);
        awaitPair("node=" + former + " is back as the other's release");
    }

    /** As planned, by the tool of the active's release; again if the standby was slow just then. */
    private void handOver() throws IOException, InterruptedException {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            awaitPair("before a handover");
            final String from = id(active());
            final Path jar = "new".equals(releases.get(from)) ? latest : old;
            final int exitCode = tool(
                    jar,
                    "switchover",
                    "--timeout-ms",
                    "60000",
                    "--config",
                    root.resolve(from + ".properties").toString());
            awaitPair("after a handover");
            if (exitCode == 0) {
                planned++;
                return;
            }
            System.out.println("upgrade: no handover: attempt=" + attempt + " exit code=" + exitCode + " releases="
                    + releases + ", the reason is in tool.log");
        }
        throw new IllegalStateException("no handover in attempts=" + ATTEMPTS);
    }

    private void awaitPair(final String what) {
        await(what + ": one serves and the other is in sync", () -> active() != null && standby() != null);
    }

    // ---------------------------------------------------------------------------------------------- audit

    private boolean audit(final Load load) throws IOException, InterruptedException {
        final long lost = load.audit();
        final Map<String, String> digests = digests(load);
        awaitPair("the end");
        for (final String id : List.of(id(standby()), id(active()))) {
            node(id).stop();
        }
        boolean isOk = lost == 0
                && load.problems().isEmpty()
                && digests.values().stream().distinct().count() == 1;
        for (final String id : nodes.keySet()) {
            final long doubled = replay(id, load, digests);
            isOk &= doubled == 0;
        }
        isOk &= digests.values().stream().distinct().count() == 1;
        System.out.println("upgrade: transport=" + transport + " answered=" + load.answered() + " lost=" + lost
                + " refused=" + load.problems().size() + " planned=" + planned + " killed=" + killed + " digests="
                + digests + " ok=" + isOk);
        load.problems().stream().limit(5).forEach(System.out::println);
        return isOk;
    }

    /** Of both nodes at the same seq. */
    private Map<String, String> digests(final Load load) {
        final Map<String, String> digests = new LinkedHashMap<>();
        final long[] seqs = new long[nodes.size()];
        await("both nodes are at the same seq", () -> {
            int i = 0;
            for (final String id : nodes.keySet()) {
                final Batch batch = load.client().acquire(BatchKind.DIGEST);
                batch.allowStale();
                load.client().submitTo(id, batch);
                while (load.client().pollAwait(1, 1_000_000L) == 0) {
                    continue;
                }
                digests.put(id, StateDigests.of(batch));
                seqs[i++] = batch.outcome();
            }
            return seqs[0] > 0 && seqs[0] == seqs[1];
        });
        return digests;
    }

    /** Replays a journal with this release; returns how many transfers took effect twice or as nobody was told. */
    private long replay(final String id, final Load load, final Map<String, String> digests) {
        final byte[] effects = new byte[load.submitted() + 1];
        final long[] wrong = new long[1];
        final long[] answeredAt = load.answeredAt();
        try (FolderReplay replay =
                new FolderReplay(root.resolve(id).resolve("journal"), (seq, kind, idHi, idLo, code, timestamp) -> {
                    if (kind == CommandKind.CREATE_TRANSFER && FolderReplay.tookEffect(code)) {
                        final int number = (int) idLo;
                        wrong[0] += ++effects[number] > 1 || answeredAt[number] != timestamp ? 1 : 0;
                    }
                })) {
            replay.run(Long.MAX_VALUE, Long.MAX_VALUE, position -> {});
            digests.put("replay " + id, replay.machine().stateDigest().toString());
        }
        return wrong[0];
    }

    /** Nothing that ends the way back may be in the journals yet: the old release checks and replays them whole. */
    private void checkOldReadsAll() throws IOException, InterruptedException {
        for (final String id : nodes.keySet()) {
            final int exitCode = tool(old, "verify", root.resolve(id).toString());
            if (exitCode != 0) {
                throw new IllegalStateException("the old release finds damage: node=" + id + " exit code=" + exitCode);
            }
        }
    }

    private int tool(final Path jar, final String... arguments) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + flags,
                "-XX:+UseSerialGC",
                "-cp",
                jar.toString(),
                "io.partita.examples.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        root.resolve("tool.log").toFile()))
                .start()
                .waitFor();
    }

    // ---------------------------------------------------------------------------------------------- the pair

    private void configure() throws IOException {
        final List<Integer> ports = freePorts();
        final List<String> common = new ArrayList<>(List.of(
                "cluster.id=" + cluster,
                "members=a,b",
                "member.a.peers=127.0.0.1:" + ports.get(0),
                "member.a.clients=127.0.0.1:" + ports.get(1),
                "member.b.peers=127.0.0.1:" + ports.get(2),
                "member.b.clients=127.0.0.1:" + ports.get(3),
                "register.folder=" + root.resolve("register"),
                "ipc.folder=" + root.resolve("ipc"),
                "transport=" + transport,
                "journal.segment.length=4194304"));
        clients.put("a", new InetSocketAddress("127.0.0.1", ports.get(1)));
        clients.put("b", new InetSocketAddress("127.0.0.1", ports.get(3)));
        for (final String id : List.of("a", "b")) {
            final List<String> lines = new ArrayList<>(common);
            lines.add("node.id=" + id);
            lines.add("data.folder=" + root.resolve(id));
            lines.add("bootstrap=" + id.equals("a"));
            final Path file = root.resolve(id + ".properties");
            Files.write(file, lines);
            nodes.put(id, new ReleaseNode(id, file, flags));
        }
    }

    private static List<Integer> freePorts() throws IOException {
        final List<ServerSocket> sockets = new ArrayList<>();
        final List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        for (final ServerSocket socket : sockets) {
            socket.close();
        }
        return ports;
    }

    private void start(final String id, final boolean asLatest) throws IOException {
        node(id).start(asLatest ? latest : old);
        releases.put(id, asLatest ? "new" : "old");
    }

    private ReleaseNode node(final String id) {
        final ReleaseNode node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no such node: node=" + id);
        }
        return node;
    }

    private static String id(final @org.jspecify.annotations.Nullable ReleaseNode node) {
        if (node == null) {
            throw new IllegalStateException("nobody is");
        }
        return node.id();
    }

    private @org.jspecify.annotations.Nullable ReleaseNode active() {
        for (final ReleaseNode node : nodes.values()) {
            if (node.isActive()) {
                return node;
            }
        }
        return null;
    }

    private @org.jspecify.annotations.Nullable ReleaseNode standby() {
        for (final ReleaseNode node : nodes.values()) {
            if (node.health().equals("STANDBY")) {
                return node;
            }
        }
        return null;
    }

    private void await(final String what, final BooleanSupplier condition) {
        Await.until(PATIENCE, () -> what + "; folder=" + root, () -> {
            for (final ReleaseNode node : nodes.values()) {
                if (node.halted() != null) {
                    throw new IllegalStateException("node=" + node.id() + " halted: " + node.halted());
                }
            }
            return condition.getAsBoolean();
        });
    }
}
