// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The client's connections to all nodes, and the choice between them. The client's thread. */
final class NodeLinks implements AutoCloseable {
    private final NodeLink[] links;
    private final StaleReads staleReads;

    NodeLinks(final int count, final StaleReads staleReads, final IntFunction<NodeLink> factory) {
        this.staleReads = staleReads;
        links = new NodeLink[count];
        for (int i = 0; i < count; i++) {
            links[i] = factory.apply(i);
        }
    }

    void poll(final long nowNs) {
        for (final NodeLink link : links) {
            link.poll(nowNs);
        }
    }

    void flush() {
        for (final NodeLink link : links) {
            link.flush();
        }
    }

    NodeLink get(final int index) {
        return links[index];
    }

    NodeLink named(final String node) {
        for (final NodeLink link : links) {
            if (link.node.equals(node)) {
                return link;
            }
        }
        throw new IllegalArgumentException("the client was not told of such a node: node=" + node);
    }

    /** Who has a submission, or had it last. */
    @Nullable
    String nameOf(final int index) {
        return index == Submission.NONE ? null : links[index].node;
    }

    /** The active of the newest epoch among those that say they are. */
    @Nullable
    NodeLink active() {
        NodeLink best = null;
        for (final NodeLink link : links) {
            if (link.isActive() && (best == null || link.epoch() > best.epoch())) {
                best = link;
            }
        }

        return best;
    }

    /** Where a submission goes now. */
    @Nullable
    NodeLink route(final Submission submission, final @Nullable NodeLink active) {
        if (submission.pinned() != Submission.NONE) {
            return links[submission.pinned()];
        }
        if (!submission.batch.isStaleAllowed()) {
            return active;
        }
        final boolean isActiveFirst = (staleReads == StaleReads.ACTIVE || submission.refusedBy() != Submission.NONE)
                && active != null
                && active.hasRoom()
                && active.index != submission.refusedBy();
        final NodeLink other = isActiveFirst ? active : standby(submission, active);
        return other != null ? other : active;
    }

    /** One that is not the active and has not just refused it; they take turns. */
    private @Nullable NodeLink standby(final Submission submission, final @Nullable NodeLink active) {
        final int first = (int) ((submission.batch.ticket() + submission.sentCount()) % links.length);
        for (int i = 0; i < links.length; i++) {
            final NodeLink link = links[(first + i) % links.length];
            if (link != active && link.hasRoom() && link.index != submission.refusedBy()) {
                return link;
            }
        }
        final int refusedBy = submission.refusedBy();
        return active == null && refusedBy != Submission.NONE ? links[refusedBy] : null; // better than nobody
    }

    @Override
    public void close() {
        for (final NodeLink link : links) {
            link.close();
        }
    }
}
