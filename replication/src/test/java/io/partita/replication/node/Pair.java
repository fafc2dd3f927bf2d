// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.ResultListener;
import io.partita.ledger.model.Id128;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Two nodes, or more, in this process with real journals, links and a register in a temporary folder. */
final class Pair implements AutoCloseable {
    static final Id128 CLUSTER = new Id128(0x7061_7274L, 0x6974_6121L);
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path root;
    private final NodeContext.Transport transport;
    private final List<String> ids;
    private final Map<String, InetSocketAddress> peers = new HashMap<>();
    private final Map<String, InetSocketAddress> clients = new HashMap<>();
    private final Map<String, ReplicatedLedger> nodes = new HashMap<>();
    private final Set<String> paused = new HashSet<>();
    private BiConsumer<String, NodeContext> change = (node, context) -> {};
    private boolean isManual;

    Pair(final Path root, final NodeContext.Transport transport) {
        this(root, transport, List.of("a", "b"));
    }

    Pair(final Path root, final NodeContext.Transport transport, final List<String> ids) {
        this.root = root;
        this.transport = transport;
        this.ids = ids;
        final List<InetSocketAddress> free = freeAddresses(2 * ids.size());
        for (int i = 0; i < ids.size(); i++) {
            peers.put(ids.get(i), free.get(2 * i));
            clients.put(ids.get(i), free.get(2 * i + 1));
        }
    }

    /**
     * Addresses that were free a moment ago. A node's own address must be known to the other before either listens, so port 0
     * will not do; and from the range for outgoing connections any other program could take one in between.
     */
    static List<InetSocketAddress> freeAddresses(final int count) {
        final SecureRandom random = new SecureRandom();
        final List<InetSocketAddress> addresses = new ArrayList<>();
        while (addresses.size() < count) {
            final InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 10_000 + random.nextInt(20_000));
            try (ServerSocket socket = new ServerSocket(address.getPort(), 1, address.getAddress())) {
                if (socket.isBound() && !addresses.contains(address)) {
                    addresses.add(address);
                }
            } catch (final IOException e) {
                continue; // taken: another one
            }
        }
        return List.copyOf(addresses);
    }

    /** What differs from the defaults, for every node started from now on. */
    Pair with(final Consumer<NodeContext> newChange) {
        return withNode((node, context) -> newChange.accept(context));
    }

    /** The same, where it differs from node to node. */
    Pair withNode(final BiConsumer<String, NodeContext> newChange) {
        change = newChange;
        return this;
    }

    /** Nodes started from now on work only while the test waits, on its thread, and not while they are paused. */
    Pair manual() {
        isManual = true;
        return this;
    }

    /** Stops a manual node, as SIGSTOP would. */
    void pause(final String node) {
        paused.add(node);
    }

    void resume(final String node) {
        paused.remove(node);
    }

    /** A duty cycle of every manual node that is not paused. */
    int work() {
        int work = 0;
        if (isManual) {
            for (final Map.Entry<String, ReplicatedLedger> node : nodes.entrySet()) {
                work += paused.contains(node.getKey()) ? 0 : node.getValue().doWork();
            }
        }
        return work;
    }

    Path folder(final String node) {
        return root.resolve(node);
    }

    Path register() {
        return root.resolve("register");
    }

    InetSocketAddress clients(final String node) {
        return clients.get(node);
    }

    /** Where all nodes listen for clients. */
    Map<String, InetSocketAddress> clients() {
        return clients;
    }

    InetSocketAddress peers(final String node) {
        return peers.get(node);
    }

    NodeContext context(final String node) {
        final NodeContext context = new NodeContext()
                .clusterId(CLUSTER)
                .nodeId(node)
                .directory(folder(node))
                .registerFolder(register())
                .transport(transport)
                .useInvoker(isManual)
                .bootstrap(node.equals("a"));
        for (final String id : ids) {
            context.member(id, peers.get(id), clients.get(id));
        }
        change.accept(node, context);
        return context;
    }

    ReplicatedLedger start(final String node) {
        paused.remove(node);
        final ReplicatedLedger ledger = ReplicatedLedger.launch(context(node));
        nodes.put(node, ledger);
        return ledger;
    }

    /** Starts both and waits until they are in sync. */
    Pair startBoth() {
        return startAll();
    }

    /** Starts all and waits until they are in sync. */
    Pair startAll() {
        ids.forEach(this::start);
        awaitServing(ids.size());
        return this;
    }

    /** Ends a node as a kill would. */
    void kill(final String node) {
        nodes.remove(node).abandon();
    }

    void stop(final String node) {
        nodes.remove(node).close();
    }

    ReplicatedLedger node(final String node) {
        return nodes.get(node);
    }

    NodeReport report(final String node) {
        final ReplicatedLedger ledger = paused.contains(node) ? null : nodes.get(node);
        return ledger == null ? null : ledger.report(Duration.ofSeconds(2));
    }

    /** The node that serves; null if none does. */
    String serving() {
        for (final String node : nodes.keySet()) {
            final NodeReport report = report(node);
            if (report != null && report.serving()) {
                return node;
            }
        }
        return null;
    }

    String other(final String node) {
        return node.equals("a") ? "b" : "a";
    }

    /** Waits until a node serves with so many members in sync. */
    String awaitServing(final int members) {
        final String[] found = new String[1];
        awaitWorking("a node serves with members=" + members, () -> {
            found[0] = serving();
            return found[0] != null && report(found[0]).inSync() == members;
        });
        return found[0];
    }

    static void await(final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("in vain: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    /** Waits while the manual nodes work. */
    void awaitWorking(final String what, final BooleanSupplier condition) {
        await(what, () -> {
            while (work() > 0) {
                continue;
            }
            return condition.getAsBoolean();
        });
    }

    RemoteClientContext clientContext(final ResultListener listener) {
        final RemoteClientContext context =
                new RemoteClientContext().clusterId(CLUSTER).listener(listener);
        ids.forEach(id -> context.node(id, clients.get(id)));
        return context;
    }

    RemoteLedgerClient client(final ResultListener listener) {
        return RemoteLedgerClient.connect(clientContext(listener));
    }

    @Override
    public void close() {
        nodes.values().forEach(ReplicatedLedger::close);
        nodes.clear();
    }
}
