// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Everything that flows between the nodes, to them from clients, and from them to the register, where it can be cut. A node reaches
 * the register's folder through a symbolic link of its own; cut off, the link leads nowhere, as with a network folder that is gone.
 * It reaches the servers of an ensemble through proxies of its own.
 */
final class Network implements AutoCloseable {
    private final Path root;
    private final Map<String, TcpProxy> peers = new LinkedHashMap<>();
    private final Map<String, TcpProxy> clients = new LinkedHashMap<>();
    private final Map<String, List<TcpProxy>> ensembles = new LinkedHashMap<>();

    /**
     * Proxies and links for each node.
     *
     * @param root of the drill, with the register in it.
     * @param peerPorts where each node listens for the other.
     * @param clientPorts where each node listens for clients.
     * @param ensemblePorts where the servers of the register's ensemble listen, if it has one.
     */
    Network(
            final Path root,
            final Map<String, Integer> peerPorts,
            final Map<String, Integer> clientPorts,
            final List<Integer> ensemblePorts)
            throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("register"));
        for (final String node : PairFolder.NODES) {
            peers.put(node, new TcpProxy(PairFolder.port(peerPorts, node)));
            clients.put(node, new TcpProxy(PairFolder.port(clientPorts, node)));
            final List<TcpProxy> servers = new ArrayList<>();
            for (final int port : ensemblePorts) {
                servers.add(new TcpProxy(port));
            }
            ensembles.put(node, servers);
            Files.createSymbolicLink(registerLink(node), Path.of("register"));
        }
    }

    /** Where others connect to reach a node as a peer. */
    int peerPort(final String node) {
        return of(peers, node).port();
    }

    /** Where clients connect. */
    int clientPort(final String node) {
        return of(clients, node).port();
    }

    /** Where a node connects to reach the servers of the ensemble. */
    List<Integer> ensemblePorts(final String node) {
        return of(ensembles, node).stream().map(TcpProxy::port).toList();
    }

    /** The register as a node sees it. */
    Path registerLink(final String node) {
        return root.resolve("register-" + node);
    }

    /** Cuts, from the victim's point of view. */
    void cut(final Cut what, final String victim) throws IOException {
        final TcpProxy toVictim = of(peers, victim);
        final TcpProxy toOther = of(peers, PairFolder.other(victim));
        switch (what) {
            case PEERS, ISOLATED -> {
                toVictim.hold(true, true);
                toOther.hold(true, true);
            }
            case PEERS_OUT -> {
                toVictim.hold(false, true);
                toOther.hold(true, false);
            }
            case PEERS_IN -> {
                toVictim.hold(true, false);
                toOther.hold(false, true);
            }
            case PEERS_REFUSED -> {
                toVictim.refuse();
                toOther.refuse();
            }
            case CLIENTS -> of(clients, victim).hold(true, true);
            case REGISTER -> {}
        }
        if (what.cutsRegister()) {
            point(victim, "register-out-of-reach");
            of(ensembles, victim).forEach(server -> server.hold(true, true));
        }
    }

    /**
     * Everything passes again.
     *
     * @param resets whether connections that were held are reset rather than resumed.
     */
    void heal(final boolean resets) throws IOException {
        for (final String node : PairFolder.NODES) {
            of(peers, node).heal(resets);
            of(clients, node).heal(resets);
            for (final TcpProxy server : of(ensembles, node)) {
                server.heal(resets);
            }
            point(node, "register");
        }
    }

    @Override
    public void close() {
        peers.values().forEach(TcpProxy::close);
        clients.values().forEach(TcpProxy::close);
        ensembles.values().forEach(servers -> servers.forEach(TcpProxy::close));
    }

    /** In one step: a node never finds no link at all, and makes no folder of its own. */
    private void point(final String node, final String target) throws IOException {
        final Path aside = root.resolve("register-" + node + ".new");
        Files.deleteIfExists(aside);
        Files.createSymbolicLink(aside, Path.of(target));
        Files.move(aside, registerLink(node), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static <T> T of(final Map<String, T> proxies, final String node) {
        final T found = proxies.get(node);
        if (found == null) {
            throw new IllegalArgumentException("no such node: node=" + node);
        }
        return found;
    }
}
