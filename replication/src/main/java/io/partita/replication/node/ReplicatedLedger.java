// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.observe.Preflight;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.client.OperatorStatus;
import io.partita.replication.failover.TakeOver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One node of a pair in this process: launch it, and it follows, takes over and serves by itself.
 *
 * <p>An answered batch is in the journal of every in-sync node, and on disk where the durability mode says so. While a node is
 * alone everything it answers is on its disk first.
 */
public final class ReplicatedLedger implements AutoCloseable {
    private final NodeAssembly node;

    private ReplicatedLedger(final NodeAssembly node) {
        this.node = node;
    }

    /**
     * Takes the data folder, recovers the journal, and starts the node as a standby, whatever it was before (R4).
     *
     * @param context its settings; used up by this.
     * @return the running node.
     * @throws io.partita.ledger.model.PartitaException if it cannot: the message says why and what to do; nothing is left open.
     */
    public static ReplicatedLedger launch(final NodeContext context) {
        Preflight.check(); // first: what follows loads classes that need the flags
        return new ReplicatedLedger(NodeAssembly.launch(context.conclude()));
    }

    /**
     * A client in this process, for one thread. While the node is not the active, submissions are refused with NOT_ACTIVE;
     * stale reads are served.
     *
     * @param listener gets completed batches when that thread polls.
     * @return the client.
     */
    public LedgerClient client(final ResultListener listener) {
        return node.client(listener);
    }

    /**
     * What the node says about itself.
     *
     * @param timeout how long to wait for the engine's thread.
     * @return the report; null if the node did not answer in time, is halted or closed.
     */
    public @Nullable NodeReport report(final Duration timeout) {
        return node.report(timeout);
    }

    /**
     * What the node is and what it knows of its cluster, for an operator.
     *
     * @param timeout how long to wait for the engine's thread.
     * @return the status; null if the node did not answer in time or is closed.
     */
    public @Nullable OperatorStatus status(final Duration timeout) {
        final OperatorReply reply = node.operate(OperatorRequest.status(), timeout);
        return reply == null || !reply.ok() ? null : OperatorStatus.of(reply.fields());
    }

    /**
     * Hands over to a standby, as planned (R29): nothing is refused meanwhile, clients find the new active by themselves. The
     * journal keeps that it was asked for. Any thread but the engine's.
     *
     * @param to node id; null for the fittest standby.
     * @param timeout how long to wait for the end; the handover goes on or is given up by itself whatever this is.
     * @return done, with the new active and its epoch; or OPERATION_REFUSED, SWITCHOVER_ABORTED or NOT_ACTIVE with the cause;
     *     null if there is no end in time.
     */
    public @Nullable OperatorReply switchover(final @Nullable String to, final Duration timeout) {
        return node.operate(OperatorRequest.switchover(to == null ? "" : to, ""), timeout);
    }

    /**
     * One duty cycle, with {@link NodeContext#useInvoker} only.
     *
     * @return work done; 0 if there was none.
     */
    public int doWork() {
        return node.doWork();
    }

    /**
     * Why the node takes nothing any more.
     *
     * @return code, cause and next step; null while it is open.
     */
    public @Nullable String closedReason() {
        return node.closedReason();
    }

    /**
     * When this node took over for the last time, step by step: for whoever asks why it took so long. Any thread.
     *
     * @return null if it never did in this process.
     */
    public @Nullable TakeOver takeOver() {
        return node.takeOver();
    }

    /** For tests: ends like a process that is killed. */
    void abandon() {
        node.abandon();
    }

    /**
     * Closes: an active hands over first if somebody can take over, and any node leaves the in-sync set so that nobody waits for
     * it, for two seconds at most. Then it takes nothing new, gives what is in flight a bounded time, gives every batch an outcome, forces and seals the
     * journal, and marks the end as orderly. A second call does nothing. On the node's own engine thread, in a callback, it returns
     * at once, and all this happens after the duty cycle.
     */
    @Override
    public void close() {
        node.close();
    }
}
