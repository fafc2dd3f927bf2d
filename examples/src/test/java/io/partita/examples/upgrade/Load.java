// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.upgrade;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Pays numbered transfers at a moderate pace until it is told to end, and remembers each answer. A thread of its own. */
final class Load implements Runnable {
    static final int PER_BATCH = 32;
    private static final int ACCOUNTS = 32;
    private static final int LEDGER = 826;
    private static final int TRANSFERS_MAX = 4_000_000;
    private static final long PACE_NS = 10_000_000L;

    private final RemoteLedgerClient client;
    private final long[] answeredAt = new long[TRANSFERS_MAX + 1];
    private final ArrayDeque<Long> again = new ArrayDeque<>();
    private final List<String> problems = new ArrayList<>();
    private long next = 1;
    private int inFlight;
    private volatile boolean ending;
    private volatile long answered;
    private volatile long unknown;

    Load(final RemoteClientContext context) {
        client = RemoteLedgerClient.connect(context.name("upgrade")
                .batches(8)
                .commandsMax(1024)
                .retryTimeout(Duration.ofSeconds(60))
                .listener(this::onBatch));
    }

    long answered() {
        return answered;
    }

    long unknown() {
        return unknown;
    }

    List<String> problems() {
        return problems;
    }

    RemoteLedgerClient client() {
        return client;
    }

    void end() {
        ending = true;
    }

    @Override
    public void run() {
        accounts();
        long dueNs = System.nanoTime();
        while (!ending || inFlight > 0 || !again.isEmpty()) {
            final long nowNs = System.nanoTime();
            final Long repeated = again.peek();
            if (repeated != null || (!ending && nowNs >= dueNs && next + PER_BATCH <= TRANSFERS_MAX)) {
                final Batch batch = client.acquire(BatchKind.COMMANDS);
                if (batch != null && repeated != null) {
                    again.remove();
                    submit(batch, repeated);
                } else if (batch != null) {
                    submit(batch, next);
                    next += PER_BATCH;
                    dueNs = Math.max(dueNs + PACE_NS, nowNs - PACE_NS);
                }
            }
            client.pollAwait(16, 1_000_000L);
        }
    }

    private void accounts() {
        final Batch batch = client.acquire(BatchKind.COMMANDS);
        for (int i = 1; i <= ACCOUNTS; i++) {
            batch.commands().addAccount(0, i, LEDGER, 1, 0);
        }
        inFlight++;
        client.submit(batch.tag(0));
        while (inFlight > 0) {
            client.pollAwait(1, 1_000_000L);
        }
    }

    private void submit(final Batch batch, final long first) {
        for (long id = first; id < first + PER_BATCH; id++) {
            final long debit = 1 + id % ACCOUNTS;
            batch.commands().addTransfer(0, id, 0, debit, 0, 1 + debit % ACCOUNTS, amount(id), LEDGER, 1, 0);
        }
        inFlight++;
        client.submit(batch.tag(first));
    }

    private static long amount(final long id) {
        return 1 + id % 1000;
    }

    private void onBatch(final Batch batch) {
        if (batch.kind() != BatchKind.COMMANDS) {
            return;
        }
        inFlight--;
        if (!batch.isOk()) {
            unknown++;
            if (batch.tag() > 0) {
                again.add(batch.tag()); // the same ids until there is an answer
            }
            return;
        }
        final ResultDecoder results = batch.commandResults();
        for (int i = 0; results.next(); i++) {
            if (results.resultCode() != ResultCode.CREATED && results.resultCode() != ResultCode.EXISTS) {
                problems.add("refused: id=" + (batch.tag() + i) + " code=" + results.resultCode());
            }
            if (batch.tag() > 0) {
                answeredAt[(int) batch.tag() + i] = results.timestamp();
            }
        }
        if (batch.tag() > 0) {
            answered += batch.count();
        }
    }

    /** After the end: reads every answered transfer back. Returns how many are lost or not as answered. */
    long audit() {
        final TransferView view = new TransferView();
        long lost = 0;
        for (long first = 1; first < next; first += 1024) {
            final long end = Math.min(first + 1024, next);
            final Batch batch = client.acquire(BatchKind.LOOKUP_TRANSFERS);
            for (long id = first; id < end; id++) {
                batch.addId(0, id);
            }
            client.submit(batch);
            while (client.pollAwait(1, 1_000_000L) == 0) {
                continue;
            }
            if (!batch.isOk()) {
                throw new IllegalStateException("a look-up was not answered: outcome=" + batch.outcome());
            }
            for (long id = first; id < end; id++) {
                final int at = (int) (id - first);
                final boolean isRight = answeredAt[(int) id] != 0
                        && batch.isFound(at)
                        && view.wrap(batch.results(), batch.rowOffset(at)).timestamp() == answeredAt[(int) id]
                        && view.amountLo() == amount(id);
                lost += isRight ? 0 : 1;
            }
        }
        return lost;
    }

    /** How many transfers were submitted, each with its number as id. */
    int submitted() {
        return (int) (next - 1);
    }

    /** Stamps of the answers, by number. */
    long[] answeredAt() {
        return Arrays.copyOf(answeredAt, (int) next);
    }
}
