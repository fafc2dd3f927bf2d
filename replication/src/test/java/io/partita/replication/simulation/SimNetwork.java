// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.LinkLoss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Links between nodes as TCP gives them: ordered frames, any delay, ends that one side hears of late or never. */
final class SimNetwork {
    /** One side of a link. */
    static final class End {
        final long session;
        final SimNode node;
        final int life;
        final SimNode other;
        final ArrayDeque<Runnable> inbox = new ArrayDeque<>();

        @Nullable
        End peer;

        long readyNs;
        boolean open = true;

        End(final long session, final SimNode node, final SimNode other) {
            this.session = session;
            this.node = node;
            this.life = node.life();
            this.other = other;
        }

        boolean isAlive() {
            return open && node.isUp(life);
        }
    }

    private final Simulator simulator;
    private final SplittableRandom random;
    private final List<End> ends = new ArrayList<>();
    private final boolean[][] blocked;
    long baseNs = 100_000;
    long tailNs = 300_000;
    private long nextSession = 1;

    SimNetwork(final Simulator simulator, final SplittableRandom random, final int nodes) {
        this.simulator = simulator;
        this.random = random;
        blocked = new boolean[nodes][nodes];
    }

    void block(final int from, final int to, final boolean value) {
        blocked[from][to] = value;
    }

    void heal() {
        for (final boolean[] row : blocked) {
            java.util.Arrays.fill(row, false);
        }
    }

    private boolean isBlocked(final SimNode from, final SimNode to) {
        return blocked[from.index][to.index];
    }

    long delay() {
        final long tail = random.nextInt(20) == 0 ? tailNs * 20 : tailNs;
        return baseNs + random.nextLong(tail);
    }

    long connect(final SimNode from, final SimNode to) {
        final End near = new End(nextSession++, from, to);
        ends.add(near);
        simulator.scheduler.after(delay(), () -> {
            if (!near.isAlive()) {
                return;
            }
            if (isBlocked(from, to) || isBlocked(to, from) || to.isHostDown()) {
                simulator.scheduler.after(150_000_000, () -> fail(near, LinkLoss.TIMEOUT));
                return;
            }
            if (!to.isUp(to.life())) {
                simulator.scheduler.after(delay(), () -> fail(near, LinkLoss.REFUSED));
                return;
            }
            final End far = new End(nextSession++, to, from);
            ends.add(far);
            far.peer = near;
            near.peer = far;
            enqueue(near, far, () -> far.node.onConnected(far, false));
            enqueue(far, near, () -> near.node.onConnected(near, true));
        });
        return near.session;
    }

    private void fail(final End near, final LinkLoss reason) {
        if (near.isAlive()) {
            near.open = false;
            near.node.onConnectFailed(near, reason);
        }
    }

    @Nullable
    End find(final SimNode node, final long session) {
        for (int i = ends.size() - 1; i >= 0; i--) {
            final End end = ends.get(i);
            if (end.session == session && end.node == node) {
                return end;
            }
        }
        return null;
    }

    /** Puts something on its way from one end to the other, behind what is on its way already. */
    void enqueue(final End from, final End to, final Runnable delivery) {
        to.inbox.add(delivery);
        to.readyNs = Math.max(to.readyNs, simulator.scheduler.nowNs() + delay());
        simulator.scheduler.after(to.readyNs - simulator.scheduler.nowNs(), () -> pump(from, to));
    }

    private void pump(final End from, final End to) {
        if (!to.open || to.inbox.isEmpty()) {
            return;
        }
        if (!to.node.isUp(to.life)) {
            to.open = false;
            return;
        }
        if (isBlocked(from.node, to.node) || to.node.isPaused()) {
            simulator.scheduler.after(5_000_000, () -> pump(from, to));
            return;
        }
        final Runnable head = to.inbox.poll();
        if (head != null) {
            head.run();
        }
    }

    /** The near side closes: what it sent still arrives, then the far side hears EOF. */
    void close(final End near) {
        if (!near.open) {
            return;
        }
        near.open = false;
        final End far = near.peer;
        if (far != null) {
            enqueue(near, far, () -> lose(far, LinkLoss.EOF));
        }
    }

    private void lose(final End end, final LinkLoss reason) {
        if (end.isAlive()) {
            end.open = false;
            end.node.onDisconnected(end, reason);
        }
    }

    /** The process died: its kernel closes the links; a dead host says nothing, until the other side gives up. */
    void died(final SimNode node, final boolean host) {
        for (final End end : List.copyOf(ends)) {
            if (end.node == node && end.open) {
                end.open = false;
                final End far = end.peer;
                if (far != null && far.open) {
                    if (host) {
                        simulator.scheduler.after(
                                300_000_000 + random.nextLong(3_000_000_000L), () -> lose(far, LinkLoss.RESET));
                    } else if (random.nextBoolean()) {
                        enqueue(end, far, () -> lose(far, LinkLoss.EOF));
                    } else {
                        simulator.scheduler.after(delay(), () -> lose(far, LinkLoss.RESET));
                    }
                }
            }
        }
        ends.removeIf(end -> !end.open && (end.peer == null || !end.peer.open));
    }

    /** Breaks a link of two nodes; with {@code halfOpen} one side hears of it much later. */
    void reset(final boolean halfOpen) {
        for (final End end : List.copyOf(ends)) {
            final End far = end.peer;
            if (end.open && far != null && far.open) {
                simulator.scheduler.after(delay(), () -> lose(end, LinkLoss.RESET));
                simulator.scheduler.after(
                        halfOpen ? random.nextLong(2_000_000_000L) : delay(), () -> lose(far, LinkLoss.RESET));
            }
        }
        ends.removeIf(end -> !end.open && (end.peer == null || !end.peer.open));
    }
}
