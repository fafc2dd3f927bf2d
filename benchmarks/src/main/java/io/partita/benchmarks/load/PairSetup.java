// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.benchmarks.links.Loopback;
import io.partita.ledger.model.Id128;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.node.NodeContext;
import io.partita.replication.protocol.Durability;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What both processes of a pair have to know.
 *
 * @param folder of the pair.
 * @param durability of the pair.
 * @param link between the nodes.
 * @param ports for peers and for clients of the first node, then of the second.
 */
record PairSetup(Path folder, Durability durability, Link link, List<Integer> ports) {
    static final List<String> NODES = List.of("a", "b");

    private static final Id128 CLUSTER = new Id128(1, 2);

    /** Nobody is to be suspected because the machine is busy: a pair that falls apart is not what is measured. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    static PairSetup of(final Path folder, final LoadCase load) throws IOException {
        final List<Integer> ports = Loopback.freeAddresses(2 * NODES.size()).stream()
                .map(InetSocketAddress::getPort)
                .toList();
        return new PairSetup(folder, Durability.valueOf(load.mode().durability()), load.link(), ports);
    }

    List<String> arguments() {
        return List.of(
                folder.toString(),
                durability.name(),
                link.name(),
                String.join(",", ports.stream().map(String::valueOf).toList()));
    }

    static PairSetup parse(final List<String> arguments) {
        return new PairSetup(
                Path.of(arguments.get(0)),
                Durability.valueOf(arguments.get(1)),
                Link.valueOf(arguments.get(2)),
                List.of(arguments.get(3).split(",")).stream()
                        .map(Integer::valueOf)
                        .toList());
    }

    Path certificates() {
        return folder.resolve("tls");
    }

    Path roles() {
        return folder.resolve("roles.properties");
    }

    NodeContext context(final String id) {
        final NodeContext context = new NodeContext()
                .clusterId(CLUSTER)
                .nodeId(id)
                .directory(folder.resolve(id))
                .registerFolder(folder.resolve("register"))
                .durability(durability)
                .snapshots(LoadRun.snapshots())
                .transport(link == Link.IPC ? NodeContext.Transport.IPC : NodeContext.Transport.TCP)
                .timers(core -> core.suspectNs(PATIENCE.toNanos()).shrinkNs(PATIENCE.toNanos() / 2))
                .bootstrap(id.equals(NODES.get(0)));
        for (int i = 0; i < NODES.size(); i++) {
            context.member(NODES.get(i), address(ports.get(2 * i)), address(ports.get(2 * i + 1)));
        }
        if (link == Link.TLS) {
            final Path files = certificates();
            context.tls(
                    new TlsConfig(files.resolve(id + ".pem"), files.resolve(id + ".key"), files.resolve("ca.pem")),
                    roles());
        }
        return context;
    }

    /** Of a client over TCP, which waits for its pair rather than ask it whether it is still there. */
    RemoteClientContext client() {
        final RemoteClientContext context =
                new RemoteClientContext().clusterId(CLUSTER).silenceTimeout(PATIENCE);
        for (int i = 0; i < NODES.size(); i++) {
            context.node(NODES.get(i), address(ports.get(2 * i + 1)));
        }
        return context;
    }

    private static InetSocketAddress address(final int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
