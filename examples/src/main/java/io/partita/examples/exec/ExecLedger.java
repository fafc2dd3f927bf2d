// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.RowWriter;
import io.partita.examples.json.StateDigests;
import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.ThreadingMode;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.model.Outcome;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The embedded ledger of {@code exec}: one batch at a time, invoked by the thread that uses it. Releases of what has expired are
 * held back while a line is worked on, so that the line comes first and the clock alone decides the rest.
 */
public final class ExecLedger implements AutoCloseable {
    private static final List<Object> CHECKED = List.of(
            "debits equal credits in every ledger, posted and pending",
            "every limited account is within its limit",
            "the open pendings of every account add up to its pending balances",
            "every transfer is in exactly two account histories");
    private static final long PARK_NS = 20_000L;

    private final @Nullable Path folder;
    private final @Nullable ManualClock clock;
    private Ledger ledger;
    private LedgerClient client;
    private @Nullable Batch unsubmitted;

    /**
     * Opens the ledger.
     *
     * @param folder where it lives; null for one that ends with this process.
     * @param isClockManual whether time moves only when told to.
     */
    public ExecLedger(final @Nullable Path folder, final boolean isClockManual) {
        this.folder = folder;
        clock = isClockManual ? new ManualClock() : null;
        ledger = launch(folder, clock);
        client = ledger.client(batch -> {});
        try {
            if (clock != null) {
                clock.startAt(position().timestamp());
            }
            releaseDue();
        } catch (final ExecException ex) {
            close();
            throw new IllegalStateException("the ledger stopped as soon as it was open: " + ex.getMessage(), ex);
        }
    }

    boolean isDurable() {
        return folder != null;
    }

    boolean isClockManual() {
        return clock != null;
    }

    /** The time: the manual clock's, or that of the last stamp. */
    long now() throws ExecException {
        return clock != null ? clock.nanoTime() : position().timestamp();
    }

    /** Moves the manual clock. The system's has moved by itself: what has come due meanwhile goes first. */
    void moveClock(final long nanos) throws ExecException {
        if (clock == null) {
            releaseDue();
            return;
        }
        if (!clock.canMove(nanos)) {
            throw ExecException.refused(
                    "OUT_OF_RANGE", "the clock cannot go beyond 2^63-1: now=" + clock.nanoTime() + ", nanos=" + nanos);
        }
        clock.move(nanos);
    }

    /** An empty batch to fill; what an earlier line left unsubmitted is gone. */
    Batch batch(final BatchKind kind) {
        if (unsubmitted != null) {
            client.release(unsubmitted);
            unsubmitted = null;
        }
        final Batch batch = client.acquire(kind);
        if (batch == null) {
            throw new IllegalStateException("one batch at a time: the pool is never empty");
        }
        unsubmitted = batch;

        return batch;
    }

    /** Submits a batch and works until it is complete. Its results may be read until the next {@link #batch}. */
    void run(final Batch batch) throws ExecException {
        final long ticket = client.submit(batch);
        if (ticket < 0) {
            throw refused(ticket);
        }
        unsubmitted = null;
        while (client.poll(1) == 0) {
            if (ledger.doWork() == 0) {
                LockSupport.parkNanos(PARK_NS);
            }
        }
        if (!batch.isOk()) {
            throw refused(batch.outcome());
        }
    }

    /**
     * Lets the ledger release what is due, until nothing is; the manual clock follows the last release. A ledger that stopped
     * releases nothing: the next line is told why.
     */
    void releaseDue() throws ExecException {
        ledger.holdReleases(false);
        boolean isAnyReleased = false;
        for (int work = ledger.doWork(); work > 0 || !ledger.isCaughtUp(); work = ledger.doWork()) {
            isAnyReleased = true;
            if (ledger.closedReason() != null) {
                return;
            }
            if (work == 0) {
                LockSupport.parkNanos(PARK_NS);
            }
        }
        ledger.holdReleases(true);
        if (isAnyReleased && clock != null) {
            clock.follow(position().timestamp());
        }
    }

    long appliedSeq() throws ExecException {
        return position().outcome();
    }

    Map<String, @Nullable Object> digest() throws ExecException {
        final Batch batch = batch(BatchKind.DIGEST);
        run(batch);
        final long running = batch.results().getLong(Batch.RUNNING_DIGEST_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("seq", RowWriter.number(0, batch.outcome()));
        answer.put("runningDigest", String.format("%016x", running));
        answer.put("stateDigest", StateDigests.of(batch));

        return answer;
    }

    Map<String, @Nullable Object> invariants() throws ExecException {
        final Batch batch = batch(BatchKind.INVARIANTS);
        run(batch);
        final byte[] text = new byte[batch.resultsLength()];
        batch.results().getBytes(0, text);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("ok", text.length == 0);
        answer.put("checked", CHECKED);
        if (text.length > 0) {
            answer.put("violations", List.of(new String(text, StandardCharsets.UTF_8).split("\n")));
        }

        return answer;
    }

    /** An empty ledger again, the clock at 0. */
    void reset() {
        close();
        if (clock != null) {
            clock.startAt(0);
        }
        unsubmitted = null;
        ledger = launch(folder, clock);
        client = ledger.client(batch -> {});
    }

    @Override
    public void close() {
        client.close();
        ledger.close();
    }

    /** The cheapest read there is: it says where the ledger stands. */
    private Batch position() throws ExecException {
        final Batch batch = batch(BatchKind.LOOKUP_ACCOUNTS).addId(0, 0);
        run(batch);

        return batch;
    }

    private ExecException refused(final long outcome) {
        final String reason = client.closedReason();
        return ExecException.refused(
                Outcome.name(outcome),
                outcome == Outcome.CLOSED && reason != null
                        ? reason
                        : "the ledger refused: outcome=" + Outcome.name(outcome));
    }

    private static Ledger launch(final @Nullable Path folder, final @Nullable ManualClock clock) {
        final LedgerContext context = new LedgerContext()
                .threadingMode(ThreadingMode.INVOKER)
                .durability(folder == null ? Durability.MEMORY : Durability.FSYNC)
                .clientBatches(1);
        if (folder == null) {
            context.ephemeral();
        } else {
            context.directory(folder);
        }
        if (clock != null) {
            context.epochNanoClock(clock).nanoClock(clock.monotonic());
        }

        final Ledger ledger = Ledger.launch(context);
        ledger.holdReleases(true);

        return ledger;
    }
}
