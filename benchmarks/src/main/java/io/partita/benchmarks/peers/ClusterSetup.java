// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.micro.BenchFolder;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What all nodes of a cluster have to know.
 *
 * @param folder where their archives are.
 * @param driverFolder where the drivers have their buffers: memory, if the machine has a file system of it.
 * @param ports five of each node: for clients, consensus, log, catch-up and archive.
 * @param isForced whether each node forces what it records before it says that it has it.
 * @param isTuned for few processors.
 */
record ClusterSetup(Path folder, Path driverFolder, List<Integer> ports, boolean isForced, boolean isTuned) {
    /** Buffers for many large batches, in few packets. */
    static final String LARGE = "term-length=64m|mtu=16k";

    private static final int PORTS_PER_NODE = 5;
    private static final String HOST = "127.0.0.1";
    private static final Path MEMORY = Path.of("/dev/shm");

    static ClusterSetup of(
            final Path folder, final Path driverFolder, final int nodes, final boolean isForced, final boolean isTuned)
            throws IOException {
        return new ClusterSetup(folder, driverFolder, freePorts(nodes * PORTS_PER_NODE), isForced, isTuned);
    }

    /** A folder for drivers, in memory if there is a file system of it; who makes it outlives them. */
    static BenchFolder makeDriverFolder() {
        return Files.isWritable(MEMORY) ? new BenchFolder(MEMORY) : new BenchFolder();
    }

    private static List<Integer> freePorts(final int count) throws IOException {
        final List<DatagramSocket> sockets = new ArrayList<>();
        final List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(HOST), 0));
            sockets.add(socket);
            ports.add(socket.getLocalPort());
        }
        sockets.forEach(DatagramSocket::close);
        return ports;
    }

    List<String> arguments() {
        return List.of(
                folder.toString(),
                driverFolder.toString(),
                String.join(",", ports.stream().map(String::valueOf).toList()),
                Boolean.toString(isForced),
                Boolean.toString(isTuned));
    }

    static ClusterSetup parse(final List<String> arguments) {
        return new ClusterSetup(
                Path.of(arguments.get(0)),
                Path.of(arguments.get(1)),
                List.of(arguments.get(2).split(",")).stream()
                        .map(Integer::valueOf)
                        .toList(),
                Boolean.parseBoolean(arguments.get(3)),
                Boolean.parseBoolean(arguments.get(4)));
    }

    int nodes() {
        return ports.size() / PORTS_PER_NODE;
    }

    /** An endpoint of a node, by its place among the five. */
    private String endpoint(final int node, final int which) {
        return HOST + ":" + ports.get(node * PORTS_PER_NODE + which);
    }

    /** As Aeron Cluster wants them. */
    String members() {
        final StringBuilder out = new StringBuilder();
        for (int node = 0; node < nodes(); node++) {
            out.append(node);
            for (int which = 0; which < PORTS_PER_NODE; which++) {
                out.append(',').append(endpoint(node, which));
            }
            out.append('|');
        }
        return out.toString();
    }

    /** As its clients want them. */
    String ingressEndpoints() {
        final List<String> endpoints = new ArrayList<>();
        for (int node = 0; node < nodes(); node++) {
            endpoints.add(node + "=" + endpoint(node, 0));
        }
        return String.join(",", endpoints);
    }

    String archiveChannel(final int node) {
        return "aeron:udp?endpoint=" + endpoint(node, PORTS_PER_NODE - 1);
    }

    /** A channel to this host, on a port that its driver finds. */
    static String anyPort() {
        return "aeron:udp?endpoint=" + HOST + ":0";
    }

    String driver(final int node) {
        return driverFolder.resolve("driver-" + node).toString();
    }

    Path node(final int node) {
        return folder.resolve("node-" + node);
    }
}
