// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.drill.DrillCertificates;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.model.Id128;
import io.partita.replication.node.NodeContext;
import io.partita.replication.node.ReplicatedLedger;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Nodes a and b in this process, and the configuration file by which the tool finds them. */
final class RunningPair implements AutoCloseable {
    static final String CLUSTER = "0123456789abcdef0123456789abcdef";
    static final Id128 CLUSTER_ID = Id128.of(new BigInteger(CLUSTER, 16));

    /** Small, so that there is soon one to give up. */
    private static final long SEGMENT_LENGTH = 64 * 1024;

    private final Path root;
    private final @Nullable DrillCertificates certificates;
    private final long snapshotEveryRecords;
    private final Map<String, InetSocketAddress> peers = new LinkedHashMap<>();
    private final Map<String, InetSocketAddress> clients = new LinkedHashMap<>();
    private final Map<String, ReplicatedLedger> nodes = new LinkedHashMap<>();

    /** Starts both; with certificates over TLS. */
    RunningPair(final Path root, final @Nullable DrillCertificates certificates) throws IOException {
        this(root, certificates, 0);
    }

    /** Starts both; with a snapshot after every so many records, behind which they give up their journals. */
    static RunningPair givingUp(final Path root, final long snapshotEveryRecords) throws IOException {
        return new RunningPair(root, null, snapshotEveryRecords);
    }

    private RunningPair(
            final Path root, final @Nullable DrillCertificates certificates, final long snapshotEveryRecords)
            throws IOException {
        this.root = root;
        this.certificates = certificates;
        this.snapshotEveryRecords = snapshotEveryRecords;
        final List<ServerSocket> held = new ArrayList<>();
        for (final Map<String, InetSocketAddress> addresses : List.of(peers, clients)) {
            for (final String id : List.of("a", "b")) {
                final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                addresses.put(id, new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
            }
        }
        for (final ServerSocket socket : held) {
            socket.close();
        }
        final List<String> lines = new ArrayList<>(List.of(
                "cluster.id=" + CLUSTER,
                "node.id=a",
                "data.folder=" + folder("a"),
                "register.folder=" + root.resolve("register"),
                "members=a,b"));
        for (final String id : List.of("a", "b")) {
            lines.add("member." + id + ".peers=127.0.0.1:" + peer(id).getPort());
            lines.add("member." + id + ".clients=" + address(id));
        }
        if (snapshotEveryRecords > 0) {
            lines.add("snapshot.every.records=" + snapshotEveryRecords);
            lines.add("journal.keep.records=0");
            lines.add("journal.segment.length=" + SEGMENT_LENGTH);
        }
        Files.write(root.resolve("a.properties"), lines);
        start("a");
        start("b");
    }

    /** Starts a node, again after it was stopped. */
    void start(final String id) {
        final NodeContext context = new NodeContext()
                .clusterId(CLUSTER_ID)
                .nodeId(id)
                .directory(folder(id))
                .registerFolder(root.resolve("register"))
                .bootstrap(id.equals("a"));
        for (final String member : List.of("a", "b")) {
            context.member(member, peer(member), client(member));
        }
        if (snapshotEveryRecords > 0) {
            context.snapshots(new SnapshotPolicy(snapshotEveryRecords, 2, 0)).segmentLength(SEGMENT_LENGTH);
        }
        if (certificates != null) {
            context.tls(certificates.files(id), certificates.roles());
        }
        nodes.put(id, ReplicatedLedger.launch(context));
    }

    private InetSocketAddress peer(final String id) {
        return Objects.requireNonNull(peers.get(id));
    }

    InetSocketAddress client(final String id) {
        return Objects.requireNonNull(clients.get(id));
    }

    /** Where a node listens for clients, as the tool takes and prints it. */
    String address(final String id) {
        return "127.0.0.1:" + client(id).getPort();
    }

    String config() {
        return root.resolve("a.properties").toString();
    }

    Path folder(final String id) {
        return root.resolve(id);
    }

    void stop(final String id) {
        Objects.requireNonNull(nodes.remove(id)).close();
    }

    @Override
    public void close() {
        nodes.values().forEach(ReplicatedLedger::close);
        nodes.clear();
    }
}
