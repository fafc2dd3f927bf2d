// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.state.LedgerStateMachine;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Executes reads on the engine's thread, each at one applied position. A linearizable read waits until the gate allows it
 * (R28) and until everything that was committed when it arrived is applied. A stale read is served at once, on any node, or
 * waits for the seq that it must not be older than, for a bounded time. Queries are begun here and go on in {@link QueryStep}.
 */
final class ReadStep {
    private static final int READS_PER_CYCLE_MAX = 64;
    /** Ids looked up in a cycle, about: a full look-up still goes through at once. */
    private static final int IDS_PER_CYCLE_MAX = 4096;

    private final BatchIntake intake;
    private final ReplicationGate gate;
    private final AppliedState state;
    private final NanoClock nanoClock;
    private final Completer completer;
    private final QueryStep queries;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    /** Stale reads of a seq that is not applied yet, in the order in which their time is up. */
    private final ArrayDeque<Batch> behind = new ArrayDeque<>();

    private long behindAppliedSeq;
    /** In no queue while it is worked on: what fails then must still find it. */
    private @Nullable Batch current;

    private int idsLookedUp;

    ReadStep(
            final BatchIntake intake,
            final ReplicationGate gate,
            final AppliedState state,
            final NanoClock nanoClock,
            final Completer completer) {
        this.intake = intake;
        this.gate = gate;
        this.state = state;
        this.nanoClock = nanoClock;
        this.completer = completer;
        queries = new QueryStep(nanoClock, state, completer);
    }

    int doWork() {
        int work = 0;
        idsLookedUp = 0;
        while (work < READS_PER_CYCLE_MAX && idsLookedUp < IDS_PER_CYCLE_MAX) {
            final Batch batch = intake.pollReads();
            if (batch == null) {
                break;
            }
            work++;
            current = batch;
            start(batch);
            current = null;
        }
        while (!waiting.isEmpty() && idsLookedUp < IDS_PER_CYCLE_MAX && tryServe(waiting.peekFirst())) {
            waiting.pollFirst();
            work++;
        }
        work += behind.isEmpty() ? 0 : serveBehind();
        return work + queries.doWork();
    }

    /** Goes through those that wait for a seq: only after something was applied, or when the time of the first is up. */
    private int serveBehind() {
        final long nowNs = nanoClock.nanoTime();
        final long appliedSeq = state.machine().appliedSeq();
        if (appliedSeq == behindAppliedSeq && nowNs - behind.getFirst().engineToken() < 0) {
            return 0;
        }
        int work = 0;
        boolean hasMore = false;
        for (int i = behind.size(); i > 0; i--) {
            final Batch batch = behind.removeFirst();
            current = batch;
            final boolean isBehind = batch.minSeq() > appliedSeq;
            if (isBehind && nowNs - batch.engineToken() >= 0) {
                completer.complete(batch, Outcome.BEHIND);
                work++;
            } else if (isBehind || idsLookedUp >= IDS_PER_CYCLE_MAX) {
                behind.addLast(batch);
                hasMore |= !isBehind;
            } else {
                serve(batch);
                work++;
            }
            current = null;
        }
        behindAppliedSeq = hasMore ? -1 : appliedSeq;
        return work;
    }

    /** Whether a query is on its way that could go on. */
    boolean hasWork() {
        return queries.hasWork();
    }

    /** The state is another one: what is half read of the one before is of no use. */
    void onReplaced() {
        queries.failAll(Outcome.BEHIND);
    }

    /** Ends all reads, the waiting ones and those still in the queue. */
    void failAll(final long outcome) {
        if (current != null) {
            completer.complete(current, outcome);
            current = null;
        }
        queries.failAll(outcome);
        for (Batch batch = behind.pollFirst(); batch != null; batch = behind.pollFirst()) {
            completer.complete(batch, outcome);
        }
        for (Batch batch = waiting.pollFirst(); batch != null; batch = waiting.pollFirst()) {
            completer.complete(batch, outcome);
        }
        for (Batch batch = intake.pollReads(); batch != null; batch = intake.pollReads()) {
            completer.complete(batch, outcome);
        }
    }

    private void start(final Batch batch) {
        if (batch.isStaleAllowed()) {
            if (batch.minSeq() <= state.machine().appliedSeq()) {
                serve(batch);
            } else {
                batch.engineToken(nanoClock.nanoTime() + Limits.MIN_SEQ_WAIT_NS, batch.minSeq());
                current = null;
                behind.addLast(batch);
            }
            return;
        }
        final long token = gate.readToken();
        if (token < 0) {
            completer.complete(batch, token);
            return;
        }
        batch.engineToken(token, gate.commitSeq());
        if (!waiting.isEmpty() || !tryServe(batch)) {
            current = null;
            waiting.addLast(batch);
        }
    }

    private boolean tryServe(final @Nullable Batch batch) {
        if (batch == null) {
            return false;
        }
        final long allowed = gate.readAllowed(batch.engineToken());
        if (allowed < 0) {
            completer.complete(batch, allowed);
            return true;
        }
        if (allowed == 0 || state.machine().appliedSeq() < batch.engineTokenSeq()) {
            return false;
        }
        serve(batch);
        return true;
    }

    private void serve(final Batch batch) {
        final QueryKind query = batch.kind().query();
        if (query != null) {
            queries.start(batch, query);
            return;
        }
        final MutableDirectBuffer out = batch.resultsForWriting();
        final int length = switch (batch.kind()) {
            case LOOKUP_ACCOUNTS, LOOKUP_TRANSFERS -> lookUp(batch, out);
            case DIGEST -> digest(out);
            case INVARIANTS -> invariants(out);
            default -> throw new IllegalStateException("not a read");
        };
        batch.applied(state.machine().lastTimestamp(), length);
        completer.completeRead(batch, state.machine().appliedSeq());
    }

    private int lookUp(final Batch batch, final MutableDirectBuffer out) {
        final DirectBuffer ids = batch.body();
        final boolean isAccounts = batch.kind() == BatchKind.LOOKUP_ACCOUNTS;
        final int slotLength = batch.slotLength();
        for (int i = 0; i < batch.count(); i++) {
            final long idLo = ids.getLong(i * Batch.ID_LENGTH, ByteOrder.LITTLE_ENDIAN);
            final long idHi = ids.getLong(i * Batch.ID_LENGTH + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
            final int row = i * slotLength + Batch.ROW_OFFSET;
            final boolean isFound = isAccounts
                    ? state.machine().lookupAccount(idHi, idLo, out, row)
                    : state.machine().lookupTransfer(idHi, idLo, out, row);
            out.putLong(i * slotLength, isFound ? 1 : 0, ByteOrder.LITTLE_ENDIAN);
        }
        idsLookedUp += batch.count();
        return batch.count() * slotLength;
    }

    private int digest(final MutableDirectBuffer out) {
        final LedgerStateMachine stateMachine = state.machine();
        final Digest128 digest = stateMachine.stateDigest();
        out.putLong(Batch.RUNNING_DIGEST_OFFSET, stateMachine.runningDigest(), ByteOrder.LITTLE_ENDIAN);
        out.putLong(Batch.STATE_DIGEST_OFFSET, digest.lo(), ByteOrder.LITTLE_ENDIAN);
        out.putLong(Batch.STATE_DIGEST_OFFSET + Long.BYTES, digest.hi(), ByteOrder.LITTLE_ENDIAN);
        out.putLong(Batch.ACCOUNT_COUNT_OFFSET, stateMachine.accountCount(), ByteOrder.LITTLE_ENDIAN);
        out.putLong(Batch.TRANSFER_COUNT_OFFSET, stateMachine.transferCount(), ByteOrder.LITTLE_ENDIAN);
        out.putLong(Batch.LAST_TIMESTAMP_OFFSET, stateMachine.lastTimestamp(), ByteOrder.LITTLE_ENDIAN);
        return Batch.DIGEST_LENGTH;
    }

    private int invariants(final MutableDirectBuffer out) {
        final String text = String.join("\n", state.machine().checkInvariants().violations());
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        final int length = Math.min(bytes.length, Batch.INVARIANTS_LENGTH_MAX);
        out.putBytes(0, bytes, 0, length);
        return length;
    }

    /** How a batch goes back to its owner. */
    interface Completer {
        /** Ends a batch without results. */
        void complete(Batch batch, long outcome);

        /** Ends a read with results. */
        void completeRead(Batch batch, long position);
    }
}
