// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchClient;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultDecoder;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * A client that pays: as fast as answers come, or at a rate that does not depend on them. A batch's time runs from the moment
 * at which it was to be sent, whether or not the client got to it, so that a stall counts for all that should have been sent
 * meanwhile (no coordinated omission).
 */
final class Payments {
    /** Rather a yield than a park, which costs a round trip of 90 us, while something may come soon. */
    private static final long YIELD_NS = 200_000;

    private static final long WAIT_MAX_NS = 100_000_000L;
    private static final long SILENCE_MAX_NS = 60_000_000_000L;
    private static final int LEDGER = 1;
    private static final int ACCOUNTS_BATCH = 1024;
    private static final int DIGITS = 3;

    private final PaidNode node;
    private final BatchClient client;
    private final int accounts;
    private final boolean isHot;
    private final AnswerListener answers;
    private final SplittableRandom random = new SplittableRandom(1);
    private final AccountView account = new AccountView();
    private final long[] dueNs;
    private Histogram latencies = new Histogram(DIGITS);
    private long lastId;
    private long created;
    private long answered;
    private long lastAnswerNs;
    private long debits;
    private long credits;
    private @Nullable String surprise;

    /** Is told of each batch of payments that is answered. */
    @FunctionalInterface
    interface AnswerListener {
        /** When it was to be sent and when it was answered, by {@link System#nanoTime}. */
        void onAnswer(long dueNs, long answeredNs);
    }

    /** With a ledger that has nothing yet; creates the accounts. */
    Payments(final PaidNode node, final LoadCase load) {
        this(node, load, (atNs, answeredNs) -> {});
    }

    /** The same, and somebody is told of each answer. */
    Payments(final PaidNode node, final LoadCase load, final AnswerListener answers) {
        this.node = node;
        this.answers = answers;
        accounts = load.accounts();
        isHot = load.isHot();
        client = node.client(this::onBatch);
        dueNs = new long[2 * Integer.highestOneBit(client.batches())];
        createAccounts();
    }

    /** Pays with so many batches in flight, always; then waits for the last answers. */
    Paid closedLoop(final int batch, final int window, final long durationNs) {
        return pay(batch, window, durationNs, 0);
    }

    /** Pays so many transfers a second, whatever the answers do; then waits for the last ones. */
    Paid openLoop(final int batch, final double perSecond, final long durationNs) {
        return pay(batch, client.batches(), durationNs, batch * 1e9 / perSecond);
    }

    private Paid pay(final int batch, final int window, final long durationNs, final double intervalNs) {
        final boolean isOpen = intervalNs > 0;
        latencies = new Histogram(DIGITS);
        final long answeredBefore = answered;
        final long startNs = System.nanoTime();
        long sent = 0;
        long idleSinceNs = 0;
        lastAnswerNs = startNs;
        while (true) {
            final long nowNs = System.nanoTime();
            long nextNs = isOpen ? startNs + (long) (sent * intervalNs) : nowNs;
            final boolean isOver = nextNs - startNs >= durationNs;
            if (isOver && client.inFlight() == 0) {
                break;
            }
            int work = 0;
            while (!isOver && client.inFlight() < window && nextNs - nowNs <= 0 && nextNs - startNs < durationNs) {
                submit(batch, isOpen ? nextNs : System.nanoTime());
                sent++;
                work++;
                nextNs = isOpen ? startNs + (long) (sent * intervalNs) : nowNs;
            }
            work += client.poll(window);
            if (work > 0) {
                idleSinceNs = nowNs;
            } else {
                idle(nowNs - idleSinceNs, isOver || nextNs <= nowNs ? WAIT_MAX_NS : nextNs - nowNs);
            }
            checkAnswers(nowNs);
        }
        checkAnswers(lastAnswerNs);
        return new Paid((answered - answeredBefore) * 1e9 / (lastAnswerNs - startNs), latencies);
    }

    /** Nothing to do for some time, and nothing to send for some. */
    private void idle(final long idleNs, final long untilNs) {
        if (idleNs < YIELD_NS || untilNs < YIELD_NS) {
            Thread.yield();
        } else {
            client.pollAwait(client.batches(), Math.min(WAIT_MAX_NS, untilNs - YIELD_NS / 2));
        }
    }

    private void submit(final int count, final long atNs) {
        final Batch batch = acquire(BatchKind.COMMANDS);
        for (int i = 0; i < count; i++) {
            final int debit = isHot ? 0 : random.nextInt(accounts);
            final int credit = (debit + 1 + random.nextInt(accounts - 1)) % accounts;
            batch.commands().addTransfer(1, ++lastId, 0, debit + 1, 0, credit + 1, 1, LEDGER, 1, 0);
        }
        dueNs[slot(submit(batch))] = atNs;
    }

    private long submit(final Batch batch) {
        long ticket = client.submit(batch);
        while (ticket == Outcome.BACK_PRESSURED) {
            client.poll(1);
            ticket = client.submit(batch);
        }
        if (ticket < 0) {
            throw new IllegalStateException("refused: " + Outcome.name(ticket) + ", " + client.closedReason());
        }
        return ticket;
    }

    /** Answers come in the order of submission, so that no more tickets are open than there are batches. */
    private int slot(final long ticket) {
        return (int) (ticket & dueNs.length - 1);
    }

    private void createAccounts() {
        int next = 0;
        while (next < accounts) {
            final Batch batch = acquire(BatchKind.COMMANDS);
            for (int i = 0; i < ACCOUNTS_BATCH && next < accounts; i++) {
                batch.commands().addAccount(0, ++next, LEDGER, 1, 0);
            }
            dueNs[slot(submit(batch))] = System.nanoTime();
        }
        drain();
        if (created != accounts) {
            throw new IllegalStateException("accounts created: " + created + " of " + accounts);
        }
        answered = 0;
    }

    /** Asks for every account: what was answered is what the balances say, and the nodes are what they were. */
    void checkTotals() {
        debits = 0;
        credits = 0;
        int next = 0;
        while (next < accounts) {
            final Batch batch = acquire(BatchKind.LOOKUP_ACCOUNTS);
            for (int i = 0; i < ACCOUNTS_BATCH && next < accounts; i++) {
                batch.addId(0, ++next);
            }
            submit(batch);
        }
        drain();
        if (debits != answered || credits != answered || answered != lastId) {
            throw new IllegalStateException("the ledger has other totals: debits=" + debits + " credits=" + credits
                    + " sent=" + lastId + " answered=" + answered);
        }
        node.check();
    }

    private Batch acquire(final BatchKind kind) {
        Batch batch = client.acquire(kind);
        while (batch == null) {
            poll();
            batch = client.acquire(kind);
        }
        return batch;
    }

    private void drain() {
        while (client.inFlight() > 0) {
            poll();
        }
        checkAnswers(lastAnswerNs);
    }

    private void poll() {
        if (client.pollAwait(client.batches(), SILENCE_MAX_NS) == 0) {
            throw new IllegalStateException("no answer for a minute: " + client.closedReason());
        }
    }

    private void onBatch(final Batch batch) {
        if (!batch.isOk()) {
            surprise = Outcome.name(batch.outcome());
        } else if (batch.kind() == BatchKind.COMMANDS) {
            onAnswer(batch);
        } else {
            onAccounts(batch);
        }
    }

    private void onAnswer(final Batch batch) {
        lastAnswerNs = System.nanoTime();
        final long wasDueNs = dueNs[slot(batch.ticket())];
        latencies.recordValue(Math.max(0, lastAnswerNs - wasDueNs));
        answers.onAnswer(wasDueNs, lastAnswerNs);
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            if (results.code() != ResultCode.CREATED.code()) {
                surprise = String.valueOf(results.resultCode());
            }
        }
        created += batch.count();
        answered += batch.count();
    }

    private void onAccounts(final Batch batch) {
        for (int i = 0; i < batch.count(); i++) {
            if (!batch.isFound(i)) {
                surprise = "an account is missing";
                return;
            }
            account.wrap(batch.results(), batch.rowOffset(i));
            debits += account.debitsPostedLo();
            credits += account.creditsPostedLo();
        }
    }

    private void checkAnswers(final long nowNs) {
        if (surprise != null) {
            throw new IllegalStateException("a payment was not made: " + surprise);
        }
        if (client.inFlight() > 0 && nowNs - lastAnswerNs > SILENCE_MAX_NS) {
            throw new IllegalStateException("no answer for a minute: " + client.closedReason());
        }
    }
}
