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

/** The embedded ledger of {@code exec}: one batch at a time, invoked by the thread that uses it. */
public final class ExecLedger implements AutoCloseable {
    private static final List<Object> CHECKED = List.of(
            "debits equal credits in every ledger, posted and pending",
            "every limited account is within its limit",
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
        if (clock != null) {
            clock.startAt(lastTimestamp());
        }
    }

    boolean isDurable() {
        return folder != null;
    }

    boolean isClockManual() {
        return clock != null;
    }

    /** The time: the manual clock's, or that of the last stamp. */
    long now() {
        return clock != null ? clock.nanoTime() : lastTimestamp();
    }

    /** Moves the manual clock; nothing with the system's. */
    void moveClock(final long nanos) throws ExecException {
        if (clock != null) {
            if (!clock.canMove(nanos)) {
                throw ExecException.refused(
                        "OUT_OF_RANGE",
                        "the clock cannot go beyond 2^63-1: now=" + clock.nanoTime() + ", nanos=" + nanos);
            }
            clock.move(nanos);
        }
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

    /**
     * Submits a batch and works until it is complete. Its results may be read until the next {@link #batch}.
     *
     * @return a position, or a negative {@code Outcome}.
     */
    long run(final Batch batch) {
        final long ticket = client.submit(batch);
        if (ticket < 0) {
            return ticket;
        }
        unsubmitted = null;
        while (client.poll(1) == 0) {
            if (ledger.doWork() == 0) {
                LockSupport.parkNanos(PARK_NS);
            }
        }

        return batch.outcome();
    }

    String whyRefused(final long outcome) {
        final String reason = client.closedReason();
        return outcome == Outcome.CLOSED && reason != null ? reason : "the ledger refused: " + Outcome.name(outcome);
    }

    long appliedSeq() {
        return runRead(BatchKind.DIGEST).outcome();
    }

    Map<String, @Nullable Object> digest() {
        final Batch batch = runRead(BatchKind.DIGEST);
        final long running = batch.results().getLong(Batch.RUNNING_DIGEST_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("seq", RowWriter.number(0, batch.outcome()));
        answer.put("runningDigest", String.format("%016x", running));
        answer.put("stateDigest", StateDigests.of(batch));

        return answer;
    }

    Map<String, @Nullable Object> invariants() {
        final Batch batch = runRead(BatchKind.INVARIANTS);
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

    private Batch runRead(final BatchKind kind) {
        final Batch batch = batch(kind);
        final long outcome = run(batch);
        if (outcome < 0) {
            throw new IllegalStateException("the embedded ledger stopped: " + whyRefused(outcome));
        }
        return batch;
    }

    private long lastTimestamp() {
        return runRead(BatchKind.DIGEST).results().getLong(Batch.LAST_TIMESTAMP_OFFSET, ByteOrder.LITTLE_ENDIAN);
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

        return Ledger.launch(context);
    }
}
