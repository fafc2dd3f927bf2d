// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.state.LedgerQuery;
import io.partita.ledger.wire.QueryFilter;
import java.util.ArrayDeque;
import org.agrona.concurrent.NanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Queries on their way: in each duty cycle they read so many rows and no more, taking turns, so that neither commands nor a short
 * query wait for a long one.
 */
final class QueryStep {
    /** Rows visited in a cycle by all queries, about. */
    private static final int VISITS_PER_CYCLE = 2048;
    /** Time that they may take: less than that many visits do, but where rows must be fetched from the disk. */
    private static final long NANOS_PER_CYCLE = 250_000;
    /** Rows visited by a query before it is the next one's turn, about. */
    private static final int VISITS_PER_TURN = 128;

    private final NanoClock nanoClock;
    private final AppliedState state;
    private final ReadStep.Completer completer;
    private final ArrayDeque<Running> running = new ArrayDeque<>();
    /** In no queue while it is worked on: what fails then must still find it. */
    private @Nullable Running current;

    QueryStep(final NanoClock nanoClock, final AppliedState state, final ReadStep.Completer completer) {
        this.nanoClock = nanoClock;
        this.state = state;
        this.completer = completer;
    }

    /** Begins a query at the applied position. */
    void start(final Batch batch, final QueryKind kind) {
        final QueryFilter filter = new QueryFilter().decode(batch.body(), batch.bodyOffset());
        running.addLast(new Running(batch, state.machine().query(kind, filter, batch.resultsForWriting())));
    }

    int doWork() {
        return running.isEmpty() ? 0 : takeTurns();
    }

    private int takeTurns() {
        final long startNs = nanoClock.nanoTime();
        int work = 0;
        int visits = 0;
        while (visits < VISITS_PER_CYCLE
                && !running.isEmpty()
                && (work == 0 || nanoClock.nanoTime() - startNs < NANOS_PER_CYCLE)) {
            final Running next = running.pollFirst();
            current = next;
            visits += next.query.step(Math.min(VISITS_PER_TURN, VISITS_PER_CYCLE - visits));
            work++;
            if (next.query.isDone()) {
                next.batch.applied(next.query.timestamp(), next.query.length());
                current = null;
                completer.completeRead(next.batch, next.query.seq());
            } else {
                current = null;
                running.addLast(next);
            }
        }
        return work;
    }

    boolean hasWork() {
        return !running.isEmpty();
    }

    void failAll(final long outcome) {
        if (current != null) {
            completer.complete(current.batch, outcome);
            current = null;
        }
        for (Running next = running.pollFirst(); next != null; next = running.pollFirst()) {
            completer.complete(next.batch, outcome);
        }
    }

    private record Running(Batch batch, LedgerQuery query) {}
}
