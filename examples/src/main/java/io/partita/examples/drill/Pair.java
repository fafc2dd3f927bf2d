// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.terminal.ToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The two node processes, what they last said of themselves, and the faults that they are coming back from. Everything is
 * guarded by this object; who waits for something is woken by each line.
 */
final class Pair implements NodeProcess.Listener, AutoCloseable {
    private static final long EXIT_TIMEOUT_MS = 120_000;
    private static final long POLL_MS = 20;

    private final PairFolder folder;
    private final Signals signals;
    private final Map<String, Node> nodes = new LinkedHashMap<>();
    private final List<FaultRecord> faults = new ArrayList<>();
    /** A node that stands still would not notice that the drill was ended, and would stay. */
    private final Thread atExit = new Thread(this::killAll, "drill-exit");

    private boolean closing;
    private @Nullable String unexpected;
    private double startUpNs = 0.8e9;
    private double rejoinNs = 0.2e9;

    Pair(final PairFolder folder) throws IOException {
        this.folder = folder;
        signals = new Signals();
        for (final String id : PairFolder.NODES) {
            nodes.put(id, new Node());
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Starts both nodes. */
    synchronized void start() throws IOException {
        for (final String id : nodes.keySet()) {
            restart(id);
        }
    }

    /** Kills a node, on record. The caller has chosen the moment. */
    void kill(final FaultRecord fault) {
        final NodeProcess process;
        synchronized (this) {
            faults.add(fault);
            final Node node = node(fault.victim);
            node.isKilled = true;
            node.forget();
            process = node.process();
        }
        process.kill();
    }

    /** Kills a node that is coming back from a fault that is on record already. */
    void killQuietly(final String id) {
        final NodeProcess process;
        synchronized (this) {
            node(id).forget();
            node(id).isKilled = true;
            process = node(id).process();
        }
        process.kill();
    }

    /** Stops a node with SIGSTOP, on record. */
    void pause(final FaultRecord fault) throws IOException {
        final NodeProcess process;
        synchronized (this) {
            faults.add(fault);
            node(fault.victim).isStopped = true;
            process = node(fault.victim).process();
        }
        process.pause(signals);
    }

    /** Notes a fault that leaves the process alone. */
    synchronized void note(final FaultRecord fault) {
        faults.add(fault);
    }

    /** Lets a stopped node run again. */
    void resume(final FaultRecord fault) throws IOException {
        process(fault.victim).resume(signals);
    }

    /** A fault is over that left the process alive: it is back once it is in sync and has what was answered by now. */
    synchronized void healed(final FaultRecord fault, final long answeredSeq) {
        final Node node = node(fault.victim);
        node.isStopped = false;
        fault.onHealed(System.nanoTime(), answeredSeq);
        if (node.isInSync() && node.epoch >= newestEpoch()) {
            fault.onInSync(fault.victim, fault.victimLife, node.appliedSeq, System.nanoTime());
        }
        notifyAll();
    }

    private long newestEpoch() {
        long newest = 0;
        for (final Node node : nodes.values()) {
            newest = Math.max(newest, node.epoch);
        }
        return newest;
    }

    /** Waits until a killed process has ended. */
    void awaitExit(final String id) throws InterruptedException {
        if (!process(id).awaitExit(EXIT_TIMEOUT_MS)) {
            throw ToolException.failed(
                    "NODE_NOT_KILLED",
                    "a killed process did not end: node=" + id,
                    "look at the system's process table");
        }
    }

    /** Restarts a node that has ended. It may refuse to serve, if that is what the fault is about. */
    synchronized void restart(final String id, final boolean mayHalt) throws IOException {
        restart(id);
        node(id).mayHalt = mayHalt;
    }

    /** Why a node that was allowed to halt did; null while it has not. */
    synchronized @Nullable String halted(final String id) {
        return node(id).halted;
    }

    /** From now on, a node may end by itself. */
    synchronized void allowHalt(final String id, final boolean mayHalt) {
        node(id).mayHalt = mayHalt;
    }

    /** The last position that a node said it has applied. */
    synchronized long appliedSeq(final String id) {
        return node(id).appliedSeq;
    }

    /** Whether a node says that it is in sync. */
    synchronized boolean isInSync(final String id) {
        return node(id).isInSync();
    }

    /** Restarts a killed node at once. */
    void restartKilled(final String id) throws IOException, InterruptedException {
        awaitExit(id);
        synchronized (this) {
            restart(id);
        }
    }

    /** The process of a node now. */
    synchronized NodeProcess process(final String id) {
        return node(id).process();
    }

    /** The node that serves, null while none does. */
    synchronized @Nullable String active() {
        String active = null;
        long epoch = -1;
        for (final Map.Entry<String, Node> node : nodes.entrySet()) {
            // One that was stopped or cut off may not have heard yet that it serves no more.
            if (node.getValue().isServing() && node.getValue().epoch > epoch) {
                active = node.getKey();
                epoch = node.getValue().epoch;
            }
        }
        return active;
    }

    /** The epoch in which a node serves, -1 while none does. */
    synchronized long servingEpoch() {
        final String active = active();
        return active == null ? -1 : node(active).epoch;
    }

    /** Whether one node serves with every node in sync, and the other stands by. */
    synchronized boolean isDuplex() {
        boolean isServing = false;
        boolean isStandby = false;
        for (final Node node : nodes.values()) {
            isServing |= !node.isStopped && "SERVING".equals(node.health);
            isStandby |= !node.isStopped && "STANDBY".equals(node.health);
        }
        return isServing && isStandby;
    }

    /** In which phase the return of a node is. */
    synchronized Phase phaseOf(final String id) {
        final Node node = node(id);
        if (node.listeningNs == 0) {
            return Phase.START_UP;
        }
        return node.isServing() || "STANDBY".equals(node.health) ? Phase.SERVING : Phase.REJOIN;
    }

    /** When the node's process started. */
    synchronized long startedNs(final String id) {
        return node(id).process().startedNs();
    }

    /** When the node's process said that it listens; 0 before. */
    synchronized long listeningNs(final String id) {
        return node(id).listeningNs;
    }

    /** How long a start takes until the node listens, by experience. */
    synchronized double startUpNs() {
        return startUpNs;
    }

    /** How long it then takes until the node is in sync, by experience. */
    synchronized double rejoinNs() {
        return rejoinNs;
    }

    synchronized boolean haveAllRejoined() {
        for (final FaultRecord fault : faults) {
            if (!fault.hasRejoined()) {
                return false;
            }
        }
        return true;
    }

    synchronized List<FaultRecord> faults() {
        return List.copyOf(faults);
    }

    /** Whether a node ended that nobody had killed; says which. */
    synchronized @Nullable String unexpected() {
        return unexpected;
    }

    synchronized void onAnswer(final long seq, final long nowNs, final long sentNs) {
        for (final FaultRecord fault : faults) {
            fault.onAnswer(seq, nowNs, sentNs);
        }
    }

    /** Waits for a condition on this pair. */
    synchronized boolean await(final BooleanSupplier condition, final long timeoutMs) throws InterruptedException {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            final long leftMs = timeoutMs - (System.nanoTime() - startNs) / 1_000_000L;
            if (leftMs <= 0) {
                return false;
            }
            wait(Math.min(leftMs, POLL_MS));
        }
        return true;
    }

    @Override
    public synchronized void onLine(
            final NodeProcess process, final Map<String, @Nullable Object> line, final long arrivedNs) {
        final Node node = node(process.id());
        if (node.process != process || node.isKilled) {
            return;
        }
        switch (String.valueOf(line.get("event"))) {
            case "listening" -> {
                node.listeningNs = arrivedNs;
                startUpNs = 0.7 * startUpNs + 0.3 * (arrivedNs - process.startedNs());
            }
            case "active" -> {
                node.epoch = Math.max(node.epoch, number(line, "epoch"));
                for (final FaultRecord fault : faults) {
                    fault.onActive(process.id(), process.life(), number(line, "fromSeq"), arrivedNs);
                }
            }
            case "tookOver" -> {
                for (final FaultRecord fault : faults) {
                    fault.onTookOver(process.id(), arrivedNs, line);
                }
            }
            case "health" -> onHealth(process, node, line, arrivedNs);
            case "halted" -> {
                if (node.mayHalt) {
                    node.halted = String.valueOf(line.get("reason"));
                } else {
                    unexpected = "node " + process.id() + " halted: " + line.get("reason");
                }
            }
            default -> {
                break;
            }
        }
        notifyAll();
    }

    @Override
    public synchronized void onExit(final NodeProcess process) {
        final Node node = node(process.id());
        if (node.process == process) {
            final boolean mayEnd = node.isKilled || node.mayHalt || closing;
            final String halted = node.halted;
            node.forget();
            node.halted = halted;
            if (!mayEnd && unexpected == null) {
                unexpected = "node " + process.id() + " ended by itself; its log: " + folder.log(process.id());
            }
        }
        notifyAll();
    }

    /** Stops both nodes in order, the standby first; gives what went wrong. */
    List<String> stop() throws InterruptedException {
        final List<String> order = new ArrayList<>(nodes.keySet());
        final String active = active();
        if (active != null) {
            order.remove(active);
            order.add(active);
        }
        synchronized (this) {
            closing = true;
        }
        final List<String> problems = new ArrayList<>();
        for (final String id : order) {
            final int exitCode = process(id).stop(EXIT_TIMEOUT_MS);
            if (exitCode != 0) {
                problems.add("node " + id + " did not close in order: exit code " + exitCode);
            }
        }
        return problems;
    }

    /** Ends whatever still runs. */
    @Override
    public void close() {
        killAll();
        signals.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (final IllegalStateException ex) {
            return; // The process is ending, and the hook has run or will.
        }
    }

    private synchronized void killAll() {
        closing = true;
        for (final Node node : nodes.values()) {
            if (node.process != null) {
                node.process.kill(); // works on a stopped one, too
            }
        }
    }

    private void onHealth(
            final NodeProcess process,
            final Node node,
            final Map<String, @Nullable Object> line,
            final long arrivedNs) {
        final boolean wasInSync = node.isInSync();
        node.health = String.valueOf(line.get("health"));
        node.epoch = Math.max(node.epoch, number(line, "epoch"));
        node.appliedSeq = number(line, "appliedSeq");
        if (!wasInSync && node.isInSync() && node.listeningNs != 0 && process.life() > 0) {
            rejoinNs = 0.7 * rejoinNs + 0.3 * (arrivedNs - node.listeningNs);
        }
        for (final FaultRecord fault : faults) {
            if ("FROZEN".equals(node.health)) {
                fault.onFrozen(process.id(), arrivedNs);
            }
            if (node.isInSync()) {
                fault.onInSync(process.id(), process.life(), number(line, "appliedSeq"), arrivedNs);
            }
        }
    }

    private void restart(final String id) throws IOException {
        final Node node = node(id);
        node.forget();
        node.isKilled = false;
        node.process = NodeProcess.start(
                id, node.lives++, folder.config(id), folder.log(id).toFile(), this);
    }

    private Node node(final String id) {
        final Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalArgumentException("no such node: node=" + id);
        }
        return node;
    }

    private static long number(final Map<String, @Nullable Object> line, final String name) {
        return line.get(name) instanceof Number number ? number.longValue() : 0;
    }

    /** What is known of a node. */
    private static final class Node {
        @Nullable
        NodeProcess process;

        int lives;
        boolean isKilled;
        boolean isStopped;
        boolean mayHalt;

        @Nullable
        String halted;

        long epoch;
        long appliedSeq;
        String health = "";
        long listeningNs;

        NodeProcess process() {
            if (process == null) {
                throw new IllegalStateException("the node was not started");
            }
            return process;
        }

        boolean isServing() {
            return !isStopped && ("SERVING".equals(health) || "DEGRADED".equals(health));
        }

        boolean isInSync() {
            return isServing() || (!isStopped && "STANDBY".equals(health));
        }

        void forget() {
            health = "";
            isStopped = false;
            mayHalt = false;
            halted = null;
            epoch = 0;
            appliedSeq = 0;
            listeningNs = 0;
        }
    }
}
