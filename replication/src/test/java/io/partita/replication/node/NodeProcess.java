// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.Durability;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A node as a process of its own, which can really be killed. It ends by itself when the test that started it does. */
final class NodeProcess implements AutoCloseable {
    private final Process process;

    private NodeProcess(final Process process) {
        this.process = process;
    }

    /**
     * A client of the pair.
     *
     * @param addresses as the ports of {@link #start}.
     */
    static RemoteClientContext clientOf(final List<InetSocketAddress> addresses) {
        return new RemoteClientContext()
                .clusterId(Pair.CLUSTER)
                .node("a", addresses.get(2))
                .node("b", addresses.get(3))
                .listener(batch -> {});
    }

    /**
     * Starts one.
     *
     * @param root where its folder, its log and the register are.
     * @param ports peers of a, peers of b, clients of a, clients of b.
     */
    static NodeProcess start(
            final Path root, final String node, final NodeContext.Transport transport, final List<Integer> ports) {
        return start(root, node, transport, ports, List.of(), List.of());
    }

    /**
     * Starts one that differs.
     *
     * @param prefix a command that runs the rest of its line as a command.
     * @param properties of the JVM, {@code -Dpartita.test...}: see {@link #main}.
     */
    static NodeProcess start(
            final Path root,
            final String node,
            final NodeContext.Transport transport,
            final List<Integer> ports,
            final List<String> prefix,
            final List<String> properties) {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + flags(root));
        command.add("-Xmx512m");
        command.addAll(properties);
        command.add("-Djava.util.logging.SimpleFormatter.format=%1$tT.%1$tL %4$s %5$s%6$s%n");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(NodeProcess.class.getName());
        command.add(root.toString());
        command.add(node);
        command.add(transport.name());
        ports.forEach(port -> command.add(port.toString()));
        try {
            return new NodeProcess(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            root.resolve(node + ".log").toFile()))
                    .start());
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path flags(final Path root) {
        final Path file = root.resolve("partita.jvm");
        if (Files.exists(file)) {
            return file; // a process that starts may be reading it
        }
        try (InputStream in = NodeProcess.class.getResourceAsStream("/META-INF/partita.jvm")) {
            Files.copy(in, file);
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
        return file;
    }

    /** kill -9, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Stops it in its tracks: nothing is closed, nothing is sent. */
    void pause() {
        signal("-STOP");
    }

    /** Lets it go on. */
    void resume() {
        signal("-CONT");
    }

    private void signal(final String signal) {
        try {
            final Process sender = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (!sender.waitFor(30, TimeUnit.SECONDS) || sender.exitValue() != 0) {
                throw new AssertionError("the process was not signalled: pid=" + process.pid());
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the process does not end: pid=" + process.pid());
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets it end orderly. */
    @Override
    public void close() {
        try {
            process.getOutputStream().close();
        } catch (final IOException e) {
            process.destroyForcibly();
        }
        awaitEnd();
    }

    /**
     * The process. Properties {@code partita.test...}: {@code spaceLowBytes}, {@code durability}, {@code segmentLength}, {@code
     * snapshotEvery}, {@code keepRecords}, and {@code patient} for nodes that leave nobody out only because the machine is busy.
     *
     * @param args root, node, transport and the four ports.
     * @throws IOException if its input fails.
     */
    public static void main(final String[] args) throws IOException {
        final Path root = Path.of(args[0]);
        final String node = args[1];
        final NodeContext context = new NodeContext()
                .clusterId(Pair.CLUSTER)
                .nodeId(node)
                .directory(root.resolve(node))
                .registerFolder(root.resolve("register"))
                .transport(NodeContext.Transport.valueOf(args[2]))
                .member("a", address(args[3]), address(args[5]))
                .member("b", address(args[4]), address(args[6]))
                .segmentLength(Long.getLong("partita.test.segmentLength", 8 * 1024 * 1024))
                .durability(Durability.valueOf(System.getProperty("partita.test.durability", Durability.MEMORY.name())))
                .snapshots(new SnapshotPolicy(
                        Long.getLong("partita.test.snapshotEvery", 0),
                        SnapshotStore.KEEP_MIN,
                        Long.getLong("partita.test.keepRecords", SnapshotPolicy.WHOLE_JOURNAL)))
                .timers(NodeProcess::configure)
                .bootstrap(node.equals("a"));
        try (ReplicatedLedger ledger = ReplicatedLedger.launch(context)) {
            System.out.println("launched " + ledger.closedReason());
            while (System.in.read() >= 0) {
                continue; // until the parent closes it or is gone
            }
        } catch (final PartitaException e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
    }

    private static void configure(final CoreConfig config) {
        config.spaceLowBytes(Long.getLong("partita.test.spaceLowBytes", config.spaceLowBytes()));
        if (Boolean.getBoolean("partita.test.patient")) {
            config.shrinkNs(TimeUnit.SECONDS.toNanos(20)).suspectNs(TimeUnit.SECONDS.toNanos(30));
        }
    }

    private static InetSocketAddress address(final String port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }
}
