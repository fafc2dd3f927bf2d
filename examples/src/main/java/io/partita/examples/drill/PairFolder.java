// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.node.DrillClock;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.model.Id128;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of a drill: the nodes' configurations, data folders {@code a} and {@code b}, the register, logs. */
final class PairFolder {
    static final List<String> NODES = List.of("a", "b");

    /** Common name of the certificate that the drill pays and operates with. */
    private static final String CLIENT = "drill";

    /** A Unix-domain socket's path has some 108 bytes. */
    private static final int IPC_PATH_LENGTH_MAX = 80;

    private final Path root;
    private final Id128 clusterId;
    private final boolean isTemporary;
    private final @Nullable Path temporaryIpc;
    private final @Nullable DrillCertificates certificates;
    private final Map<String, InetSocketAddress> clientAddresses = new LinkedHashMap<>();
    private final Map<String, DrillClock> clocks = new LinkedHashMap<>();
    private @Nullable Network network;
    private List<Integer> ensemblePorts = List.of();

    private PairFolder(
            final Path root,
            final Id128 clusterId,
            final boolean isTemporary,
            final @Nullable Path temporaryIpc,
            final @Nullable DrillCertificates certificates) {
        this.root = root;
        this.clusterId = clusterId;
        this.isTemporary = isTemporary;
        this.temporaryIpc = temporaryIpc;
        this.certificates = certificates;
    }

    /** Makes the folder and writes the configurations, with ports that are free now. */
    static PairFolder make(final DrillSettings settings) throws IOException, InterruptedException {
        final Path keep = settings.keep();
        if (keep != null) {
            checkEmpty(keep);
        }
        final Path root = keep == null
                ? Files.createTempDirectory("partita-drill-")
                : Files.createDirectories(keep).toRealPath();
        final boolean isTooLong = root.resolve("ipc").toString().length() > IPC_PATH_LENGTH_MAX;
        final Path ipc = isTooLong ? Files.createTempDirectory("partita-ipc-") : null;
        final SplittableRandom random = new SplittableRandom();
        final DrillCertificates certificates = settings.tls()
                ? DrillCertificates.make(root.resolve("tls"), NODES, Map.of(CLIENT, "submit,read,operate"))
                : null;
        final Id128 clusterId = new Id128(random.nextLong(), random.nextLong() | 1);
        final PairFolder folder = new PairFolder(root, clusterId, keep == null, ipc, certificates);
        folder.writeConfigs(settings, ipc == null ? root.resolve("ipc") : ipc);

        return folder;
    }

    Id128 clusterId() {
        return clusterId;
    }

    Path root() {
        return root;
    }

    Path config(final String node) {
        return root.resolve(node + ".properties");
    }

    Path log(final String node) {
        return root.resolve(node + ".log");
    }

    Path data(final String node) {
        return root.resolve(node);
    }

    Path clientLog() {
        return root.resolve("client.log");
    }

    /** Where the servers of the register's ensemble have their files, if it has one. */
    Path ensemble() {
        return root.resolve("zookeeper");
    }

    /** The ports of those servers, as {@link EnsembleMain} wants them. */
    List<Integer> ensemblePorts() {
        return ensemblePorts;
    }

    InetSocketAddress clientAddress(final String node) {
        final InetSocketAddress address = clientAddresses.get(node);
        if (address == null) {
            throw new IllegalArgumentException("no such node: node=" + node);
        }
        return address;
    }

    /** What the drill shows as a client and operator; null in a drill without TLS. */
    @Nullable
    TlsConfig clientTls() {
        return certificates == null ? null : certificates.files(CLIENT);
    }

    /** What can be cut; null in a drill without partitions. */
    @Nullable
    Network network() {
        return network;
    }

    /** A node's wall clock, in a drill that sets clocks wrong. */
    DrillClock clock(final String node) {
        final DrillClock clock = clocks.get(node);
        if (clock == null) {
            throw new IllegalArgumentException("no clock of the drill's: node=" + node);
        }
        return clock;
    }

    /** Ends the proxies, if there are any; what was cut stays cut. */
    void closeNetwork() {
        final Network cuttable = network;
        if (cuttable != null) {
            cuttable.close();
        }
    }

    /** The other node of the pair. */
    static String other(final String node) {
        return NODES.get(NODES.get(0).equals(node) ? 1 : 0);
    }

    /**
     * The configuration of a second process of a node, with a data folder of its own and ports that are free.
     *
     * @param node whose.
     * @param data the folder.
     */
    Path cloneConfig(final String node, final Path data) throws IOException {
        final List<Integer> ports = freePorts(2);
        final List<String> lines = new ArrayList<>();
        for (final String line : Files.readAllLines(config(node))) {
            if (line.startsWith("data.folder=")) {
                lines.add("data.folder=" + escaped(data));
            } else if (line.startsWith("member." + node + ".peers=")) {
                lines.add("member." + node + ".peers=127.0.0.1:" + ports.get(0));
            } else if (line.startsWith("member." + node + ".clients=")) {
                lines.add("member." + node + ".clients=127.0.0.1:" + ports.get(1));
            } else {
                lines.add(line);
            }
        }
        return Files.write(root.resolve(node + "-clone.properties"), lines);
    }

    /** Who the drill's clients are to the nodes. */
    void secure(final RemoteClientContext context) {
        if (certificates != null) {
            context.tls(certificates.files(CLIENT));
        }
    }

    /** Deletes what is temporary. */
    void delete() throws IOException {
        if (isTemporary) {
            FolderFiles.deleteTree(root);
        }
        if (temporaryIpc != null) {
            FolderFiles.deleteTree(temporaryIpc);
        }
    }

    private void writeConfigs(final DrillSettings settings, final Path ipc) throws IOException {
        final boolean isZooKeeper = "zookeeper".equals(settings.register());
        final int forNodes = 2 * NODES.size();
        final List<Integer> ports =
                freePorts(forNodes + (isZooKeeper ? EnsembleMain.SERVERS * EnsembleMain.PORTS_PER_SERVER : 0));
        ensemblePorts = ports.subList(forNodes, ports.size());
        final Map<String, Integer> peerPorts = new LinkedHashMap<>();
        final Map<String, Integer> clientPorts = new LinkedHashMap<>();
        for (int i = 0; i < NODES.size(); i++) {
            peerPorts.put(NODES.get(i), ports.get(2 * i));
            clientPorts.put(NODES.get(i), ports.get(2 * i + 1));
        }
        final Network cuttable = settings.faults().contains(FaultKind.PARTITION)
                ? new Network(root, peerPorts, clientPorts, ensembleClientPorts())
                : null;
        network = cuttable;
        final List<String> common = new ArrayList<>();
        common.add("cluster.id=" + clusterId);
        common.add("members=" + String.join(",", NODES));
        common.add("register=" + settings.register());
        common.add("transport=" + settings.transport());
        common.add("ipc.folder=" + escaped(ipc));
        common.add("durability=" + settings.durability());
        common.add("stop.with.stdin=true");
        common.add("print.positions=true");
        settings.nodeKeys().forEach((key, value) -> common.add(key + "=" + value));
        for (final String node : NODES) {
            final List<String> lines = new ArrayList<>(common);
            for (final String member : NODES) {
                // A node listens on its own port; whatever comes to it from elsewhere passes the proxy, if there is
                // one.
                final Network between = member.equals(node) ? null : cuttable;
                lines.add("member." + member + ".peers=127.0.0.1:"
                        + (between == null ? port(peerPorts, member) : between.peerPort(member)));
                lines.add("member." + member + ".clients=127.0.0.1:"
                        + (between == null ? port(clientPorts, member) : between.clientPort(member)));
            }
            if (isZooKeeper) {
                lines.add("zookeeper.connect="
                        + addresses(cuttable == null ? ensembleClientPorts() : cuttable.ensemblePorts(node)));
            }
            lines.add("register.folder="
                    + escaped(cuttable == null ? root.resolve("register") : cuttable.registerLink(node)));
            clientAddresses.put(
                    node,
                    new InetSocketAddress(
                            "127.0.0.1", cuttable == null ? port(clientPorts, node) : cuttable.clientPort(node)));
            lines.add("node.id=" + node);
            lines.add("data.folder=" + escaped(data(node)));
            lines.add("bootstrap=" + node.equals(NODES.get(0)));
            if (certificates != null) {
                final TlsConfig tls = certificates.files(node);
                lines.add("tls.certificate=" + escaped(tls.certificate()));
                lines.add("tls.key=" + escaped(tls.key()));
                lines.add("tls.trusted=" + escaped(tls.trusted()));
                lines.add("tls.roles=" + escaped(certificates.roles()));
            }
            if (settings.faults().contains(FaultKind.CLOCK)) {
                final Path file = root.resolve(node + ".clock");
                clocks.put(node, DrillClock.open(file));
                lines.add("drill.clock.file=" + escaped(file));
            }
            Files.write(config(node), lines);
        }
    }

    static int port(final Map<String, Integer> ports, final String node) {
        final Integer port = ports.get(node);
        if (port == null) {
            throw new IllegalArgumentException("no such node: node=" + node);
        }
        return port;
    }

    /** Where the servers of the register's ensemble listen for clients. */
    private List<Integer> ensembleClientPorts() {
        final List<Integer> servers = new ArrayList<>();
        for (int i = 0; i < ensemblePorts.size(); i += EnsembleMain.PORTS_PER_SERVER) {
            servers.add(ensemblePorts.get(i));
        }
        return servers;
    }

    private static String addresses(final List<Integer> ports) {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    /** Backslashes are escapes in a properties file. */
    private static String escaped(final Path path) {
        return path.toString().replace("\\", "\\\\");
    }

    private static void checkEmpty(final Path keep) throws IOException {
        if (Files.exists(keep)) {
            try (Stream<Path> entries = Files.list(keep)) {
                if (entries.findAny().isPresent()) {
                    throw ToolException.usage(
                            "FOLDER_NOT_EMPTY",
                            "--keep must be a new or empty folder: folder=" + keep,
                            "name another one");
                }
            }
        }
    }

    /** All held at once, so that they differ. */
    private static List<Integer> freePorts(final int count) throws IOException {
        final List<ServerSocket> sockets = new ArrayList<>();
        try {
            final List<Integer> ports = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                sockets.add(socket);
                ports.add(socket.getLocalPort());
            }
            return ports;
        } finally {
            for (final ServerSocket socket : sockets) {
                socket.close();
            }
        }
    }
}
