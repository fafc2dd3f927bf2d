// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.observe.Preflight;
import io.partita.ledger.snapshot.SnapshotInfo;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A single node in this process: launch it, take a client per thread, close it.
 *
 * <pre>{@code
 * try (Ledger ledger = Ledger.launch(new LedgerContext().directory(folder))) {
 *     LedgerClient client = ledger.client(batch -> ...);
 *     Batch batch = client.acquire();
 *     batch.commands().addTransfer(...);
 *     client.submit(batch);
 *     client.pollAwait(16, 1_000_000_000L);
 * }
 * }</pre>
 *
 * <p>An answered batch is on the disk itself, unless {@code Durability.MEMORY} was chosen.
 */
public final class Ledger implements AutoCloseable {
    private final SoloNode node;

    private Ledger(final SoloNode node) {
        this.node = node;
    }

    /**
     * Opens or makes a ledger, replays its journal, and starts it.
     *
     * @param context its settings; used up by this.
     * @return the running ledger.
     * @throws io.partita.ledger.model.PartitaException if it cannot: the message says why and what to do; nothing is left open.
     */
    public static Ledger launch(final LedgerContext context) {
        Preflight.check(); // first: what follows loads classes that need the flags
        context.conclude();
        return new Ledger(SoloNode.launch(context));
    }

    /**
     * A client for one thread.
     *
     * @param listener gets completed batches when that thread polls.
     * @return the client.
     */
    public LedgerClient client(final ResultListener listener) {
        return node.client(listener);
    }

    /**
     * A wrapper that gives futures, for any thread.
     *
     * @return the wrapper.
     */
    public AsyncLedger async() {
        return node.async();
    }

    /**
     * One duty cycle, in {@link ThreadingMode#INVOKER} only.
     *
     * @return work done; 0 if there was none.
     */
    public int doWork() {
        return node.doWork();
    }

    /**
     * Holds back the release of pending transfers that have expired, in {@link ThreadingMode#INVOKER} only: for a tool that
     * must have its own batches and reads before the releases. What has expired can no longer be posted all the same.
     *
     * @param isHeld true to hold it back from the next {@link #doWork} on; false, as it is at first, to release what is due.
     */
    public void holdReleases(final boolean isHeld) {
        node.engine().holdReleases(isHeld);
    }

    /**
     * Whether all that is journaled is applied, in {@link ThreadingMode#INVOKER} only. If it is, and {@link #doWork} found
     * nothing to do, then nothing is left that is due.
     *
     * @return false while something waits to be committed or applied.
     */
    public boolean isCaughtUp() {
        return node.engine().isCaughtUp();
    }

    /**
     * Takes a snapshot of all that is journaled now, beside the running ledger, which does not pause. Any thread. See {@link
     * LedgerContext#snapshots} for those that are taken by themselves.
     *
     * @return completed when the snapshot is durable, by {@link LedgerContext#asyncExecutor}; or with a {@code PartitaException}:
     *     SNAPSHOT_REFUSED if none can be taken of this ledger or now, STORAGE_FAILED if it cannot be written.
     */
    public CompletableFuture<SnapshotInfo> snapshot() {
        return node.snapshot();
    }

    /**
     * Why the ledger takes nothing any more.
     *
     * @return the reason; null while it is open.
     */
    public @Nullable String closedReason() {
        return node.engine().intake().closedReason();
    }

    /**
     * The data folder.
     *
     * @return its path; null if ephemeral.
     */
    public @Nullable Path directory() {
        return node.directory();
    }

    /**
     * The engine: for tools and tests that run in {@link ThreadingMode#INVOKER}.
     *
     * @return the engine.
     */
    EngineAgent engine() {
        return node.engine();
    }

    /**
     * Closes: takes nothing new, gives what is in flight a bounded time, gives every batch an outcome, forces and seals the
     * journal. May be called twice and from any thread, also from a listener. On the ledger's own thread it returns at once and
     * the rest follows.
     */
    @Override
    public void close() {
        node.close();
    }
}
