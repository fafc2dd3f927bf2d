// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.LinkLoss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Links between nodes as TCP gives them: ordered frames, any delay, ends that one side hears of late or never. By parameter also
 * as the model has them: frames are lost, doubled, overtake each other, or come again in a later session.
 */
final class SimNetwork {
    /** A frame under way. */
    interface Frame {
        /** It arrives at an end of a link, whose process is alive. */
        void arrive(End at);
    }

    /** A frame of long ago. A greeting of an earlier life would be the network inventing a node. */
    private record Kept(Frame frame, SimProcess from, boolean greeting) {}

    /** One side of a link. */
    static final class End {
        final long session;
        final SimProcess process;
        final SimNode other;
        private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();

        @Nullable
        End peer;

        private long readyNs;
        boolean open = true;

        private End(final long session, final SimProcess process, final SimNode other) {
            this.session = session;
            this.process = process;
            this.other = other;
        }

        private boolean isAlive() {
            return open && process.isAlive();
        }

        private int index() {
            return process.node.index;
        }
    }

    private static final long BASE_NS = 100_000;
    private static final long HELD_NS = 5_000_000;
    private static final int KEPT_FRAMES = 16;

    private final Simulator simulator;
    private final SplittableRandom[][] delays;
    private final SplittableRandom[][] mischief;
    private final SplittableRandom halfOpenDelays;
    private final long[][] blockedUntilNs;
    private final List<List<Kept>> kept = new ArrayList<>();
    private final List<End> links = new ArrayList<>();
    private final Map<Long, End> bySession = new HashMap<>();
    private final int size;
    private long tailNs;
    private long bytesPerMs;
    private boolean faulty = true;
    private long nextSession = 1;

    SimNetwork(final Simulator simulator, final int size) {
        this.simulator = simulator;
        this.size = size;
        tailNs = simulator.plan.get(Parameter.NETWORK_TAIL_US) * 1_000;
        bytesPerMs = simulator.plan.get(Parameter.BYTES_PER_MS);
        halfOpenDelays = simulator.draws("net.half-open");
        blockedUntilNs = new long[size][size];
        delays = new SplittableRandom[size][size];
        mischief = new SplittableRandom[size][size];
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                delays[from][to] = simulator.draws("net." + from + "." + to + ".delay");
                mischief[from][to] = simulator.draws("net." + from + "." + to + ".mischief");
                kept.add(new ArrayList<>());
            }
        }
    }

    void block(final int from, final int to, final long durationNs) {
        blockedUntilNs[from][to] = Math.max(blockedUntilNs[from][to], simulator.scheduler.nowNs() + durationNs);
    }

    void heal() {
        faulty = false;
        tailNs = 300_000;
        bytesPerMs = 0;
        for (final long[] row : blockedUntilNs) {
            java.util.Arrays.fill(row, 0);
        }
        // Without the mischief of a network that is no TCP, what it lost would never be missed by an idle session.
        if (simulator.plan.get(Parameter.FRAME_LOSS_PPM) + simulator.plan.get(Parameter.FRAME_OVERTAKES_PPM) > 0) {
            simulator.nodes.forEach(node -> reset(node, false));
        }
    }

    private boolean isBlocked(final int from, final int to) {
        return simulator.scheduler.nowNs() < blockedUntilNs[from][to];
    }

    private long delay(final int from, final int to) {
        final SplittableRandom random = delays[from][to];
        final long tail = random.nextInt(20) == 0 ? tailNs * 20 : tailNs;
        return BASE_NS + random.nextLong(tail);
    }

    // ---------------------------------------------------------------------------------------------- links

    long connect(final SimProcess from, final SimNode to) {
        final End near = add(from, to);
        final int source = from.node.index;
        final int target = to.index;
        simulator.scheduler.after(delay(source, target), () -> {
            if (!near.isAlive()) {
                return;
            }
            if (isBlocked(source, target) || isBlocked(target, source) || to.isHostDown()) {
                simulator.scheduler.after(150_000_000, () -> fail(near, LinkLoss.TIMEOUT));
                return;
            }
            final SimProcess listener = to.process();
            if (listener == null) {
                simulator.scheduler.after(delay(target, source), () -> fail(near, LinkLoss.REFUSED));
                return;
            }
            final End far = add(listener, from.node);
            far.peer = near;
            near.peer = far;
            enqueue(far, () -> far.process.onConnected(far, false));
            enqueue(near, () -> near.process.onConnected(near, true));
        });
        return near.session;
    }

    private End add(final SimProcess process, final SimNode other) {
        final End end = new End(nextSession++, process, other);
        links.add(end);
        bySession.put(end.session, end);
        return end;
    }

    private void fail(final End near, final LinkLoss reason) {
        if (near.isAlive()) {
            near.open = false;
            near.process.onConnectFailed(near, reason);
        }
    }

    /** The process's open end of a session; null if there is none any more. */
    @Nullable
    End find(final SimProcess process, final long session) {
        final End end = bySession.get(session);
        return end != null && end.process == process && end.open && end.peer != null ? end : null;
    }

    /** The process closes: what it sent still arrives, then the other side hears EOF. */
    void close(final SimProcess process, final long session) {
        final End near = bySession.get(session);
        if (near == null || near.process != process || !near.open) {
            return;
        }
        near.open = false;
        final End far = near.peer;
        if (far != null) {
            enqueue(far, () -> lose(far, LinkLoss.EOF));
        }
    }

    private void lose(final End end, final LinkLoss reason) {
        if (end.isAlive()) {
            end.open = false;
            end.process.onDisconnected(end, reason);
        }
    }

    /** The process died: its kernel closes the links; a dead host says nothing, until the other side gives up. */
    void died(final SimProcess process, final boolean host, final SplittableRandom random) {
        for (final End end : List.copyOf(links)) {
            if (end.process == process && end.open) {
                end.open = false;
                final End far = end.peer;
                if (far != null && far.open) {
                    if (host) {
                        simulator.scheduler.after(
                                300_000_000 + random.nextLong(3_000_000_000L), () -> lose(far, LinkLoss.RESET));
                    } else if (random.nextBoolean()) {
                        enqueue(far, () -> lose(far, LinkLoss.EOF));
                    } else {
                        simulator.scheduler.after(delay(end.index(), far.index()), () -> lose(far, LinkLoss.RESET));
                    }
                }
            }
        }
        forget();
    }

    /** Breaks the links of a node; with {@code halfOpen} one side hears of it much later. */
    void reset(final SimNode node, final boolean halfOpen) {
        for (final End end : List.copyOf(links)) {
            final End far = end.peer;
            if (end.process.node == node && end.open && far != null && far.open) {
                final int near = end.index();
                final long lateNs = halfOpen ? halfOpenDelays.nextLong(2_000_000_000L) : 0;
                simulator.scheduler.after(delay(near, far.index()), () -> lose(end, LinkLoss.RESET));
                simulator.scheduler.after(delay(near, far.index()) + lateNs, () -> lose(far, LinkLoss.RESET));
            }
        }
        forget();
    }

    private void forget() {
        links.removeIf(end -> {
            final boolean over = !end.open && (end.peer == null || !end.peer.open);
            if (over) {
                bySession.remove(end.session);
            }
            return over;
        });
    }

    // ---------------------------------------------------------------------------------------------- frames

    /** Sends a frame over a link that is up. */
    void send(final End from, final Frame frame, final int length, final boolean greeting) {
        final End to = from.peer;
        if (to == null) {
            return;
        }
        if (bytesPerMs > 0) {
            to.readyNs = Math.max(to.readyNs, simulator.scheduler.nowNs()) + length * 1_000_000L / bytesPerMs;
        }
        if (!faulty) {
            enqueue(to, () -> frame.arrive(to));
            return;
        }
        final SplittableRandom random = mischief[from.index()][to.index()];
        if (random.nextDouble() < simulator.plan.rate(Parameter.FRAME_LOSS_PPM)) {
            return;
        }
        if (random.nextDouble() < simulator.plan.rate(Parameter.FRAME_OVERTAKES_PPM)) {
            simulator.scheduler.after(delay(from.index(), to.index()), () -> deliver(to, () -> frame.arrive(to)));
        } else {
            enqueue(to, () -> frame.arrive(to));
        }
        if (random.nextDouble() < simulator.plan.rate(Parameter.FRAME_TWICE_PPM)) {
            simulator.scheduler.after(
                    delay(from.index(), to.index()) * random.nextInt(1, 40), () -> deliver(to, () -> frame.arrive(to)));
        }
        final List<Kept> old = kept.get(from.index() * size + to.index());
        if (!old.isEmpty() && random.nextDouble() < simulator.plan.rate(Parameter.FRAME_REPLAY_PPM)) {
            final Kept again = old.get(random.nextInt(old.size()));
            if (!again.greeting() || again.from() == from.process) {
                enqueue(to, () -> again.frame().arrive(to));
            }
        }
        if (random.nextInt(8) == 0) {
            if (old.size() == KEPT_FRAMES) {
                old.remove(random.nextInt(KEPT_FRAMES));
            }
            old.add(new Kept(frame, from.process, greeting));
        }
    }

    /** Puts something on its way to an end, behind what is on its way already. */
    private void enqueue(final End to, final Runnable delivery) {
        to.inbox.add(delivery);
        final int from = to.other.index;
        to.readyNs = Math.max(to.readyNs, simulator.scheduler.nowNs() + delay(from, to.index()));
        simulator.scheduler.after(to.readyNs - simulator.scheduler.nowNs(), () -> pump(to));
    }

    private void pump(final End to) {
        if (!to.isAlive()) {
            to.open = false;
            return;
        }
        if (isHeld(to)) {
            simulator.scheduler.after(HELD_NS, () -> pump(to));
            return;
        }
        final Runnable head = to.inbox.poll();
        if (head != null) {
            head.run();
        }
    }

    private void deliver(final End to, final Runnable delivery) {
        if (to.isAlive()) {
            if (isHeld(to)) {
                simulator.scheduler.after(HELD_NS, () -> deliver(to, delivery));
            } else {
                delivery.run();
            }
        }
    }

    private boolean isHeld(final End to) {
        return isBlocked(to.other.index, to.index()) || to.process.isPaused();
    }
}
