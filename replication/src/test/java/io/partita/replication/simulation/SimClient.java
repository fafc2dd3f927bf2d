// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A closed-loop client. It sends a batch of transfers, one- and two-phase, some of them invalid, again and again with the same
 * ids, to any node, until the outcome is definite; or it gives up and resolves their ids. Now and then a copy of what was
 * answered long ago comes in again. And it reads: linearizably, or stale with the last seq it knows.
 */
final class SimClient {
    /** Accounts that all clients use: the first has no limit, of the others every second one may not be overdrawn. */
    static final int ACCOUNTS = 6;

    private static final int COMMANDS_MAX = 16;
    private static final long TIMEOUT_NS = 400_000_000L;
    private static final int LEDGER = 1;
    private static final int CODE = 7;

    private enum Doing {
        NOTHING,
        WRITING,
        READING,
        READING_STALE
    }

    private final Simulator simulator;
    private final SplittableRandom random;
    private final SplittableRandom ways;
    private final int index;
    private final BatchEncoder encoder = new BatchEncoder(COMMANDS_MAX);
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(COMMANDS_MAX)]);
    private final List<Id128> pendings = new ArrayList<>();
    private final List<SimBatch> old = new ArrayList<>();
    private @Nullable SimBatch batch;
    private Doing doing = Doing.NOTHING;
    private Id128 account = account(0);
    private long lastId;
    private int attempt;
    private int lost;
    private int target;
    private long watermark;
    private long definite;
    private boolean opened;

    SimClient(final Simulator simulator, final int index) {
        this.simulator = simulator;
        this.index = index;
        random = simulator.draws("client." + index);
        ways = simulator.draws("client." + index + ".ways");
        target = random.nextInt(simulator.nodes.size());
    }

    static Id128 account(final int number) {
        return new Id128(1, number + 1);
    }

    long definite() {
        return definite;
    }

    boolean isBusy() {
        return doing != Doing.NOTHING;
    }

    void start() {
        simulator.scheduler.after(think(), this::begin);
    }

    private long think() {
        return random.nextLong(simulator.plan.get(Parameter.THINK_US) * 1_000) / (simulator.isHealing() ? 4 : 1);
    }

    /** A message to or from a client is under way. */
    void hear(final Runnable message) {
        simulator.scheduler.after(100_000 + ways.nextLong(500_000), message);
    }

    // ---------------------------------------------------------------------------------------------- attempts

    private void begin() {
        if (simulator.isQuiet()) {
            return;
        }
        lost = 0;
        final int drawn = random.nextInt(12);
        if (!opened) {
            doing = Doing.WRITING;
            batch = accounts();
        } else if (drawn < 4) {
            doing = Doing.READING;
            account = account(random.nextInt(ACCOUNTS));
        } else if (drawn == 4) {
            doing = Doing.READING_STALE;
            account = account(random.nextInt(ACCOUNTS));
        } else {
            doing = Doing.WRITING;
            batch = transfers();
            if (!old.isEmpty() && random.nextInt(6) == 0) {
                final SimBatch again = old.get(random.nextInt(old.size()));
                send(simulator.nodes.get(random.nextInt(simulator.nodes.size())), again, 0);
            }
        }
        if (random.nextInt(6) == 0) {
            target = random.nextInt(simulator.nodes.size());
        }
        watermark = simulator.checkers.answeredHigh();
        attempt();
    }

    private void attempt() {
        final int now = ++attempt;
        final long answeredHigh = simulator.checkers.answeredHigh();
        if (doing == Doing.READING || answeredHigh < watermark) {
            // A read that is tried again is another read; and nobody waits for what an operator has given up (R36).
            watermark = answeredHigh;
        }
        final SimNode node = simulator.nodes.get(target);
        final SimBatch sent = batch;
        if (doing == Doing.WRITING && sent != null) {
            send(node, sent, now);
        } else {
            final boolean linearizable = doing == Doing.READING;
            final long minSeq = watermark;
            hear(() -> {
                final SimProcess process = node.process();
                if (process == null) {
                    hear(() -> onRefused(now, null));
                } else if (linearizable) {
                    process.engine().read(account, this, now);
                } else {
                    process.engine().readStale(account, minSeq, this, now);
                }
            });
        }
        simulator.scheduler.after(TIMEOUT_NS, () -> onLost(now));
    }

    private void send(final SimNode node, final SimBatch sent, final int now) {
        hear(() -> {
            final SimProcess process = node.process();
            if (process == null) {
                hear(() -> onRefused(now, null));
            } else {
                process.engine().submit(sent, this, now);
            }
        });
    }

    /** Definitely not sequenced. */
    void onRefused(final int ofAttempt, final @Nullable String hint) {
        retry(ofAttempt, hint == null ? -1 : simulator.node(hint).index);
    }

    /** Unknown. */
    void onLost(final int ofAttempt) {
        if (ofAttempt == attempt && doing == Doing.WRITING) {
            lost++;
            giveUp();
        }
        retry(ofAttempt, -1);
    }

    /** Instead of trying for ever, asks for a definite no. */
    private void giveUp() {
        final SimBatch tried = batch;
        if (tried == null || tried.transfers().isEmpty() || random.nextInt(8) != 0) {
            return;
        }
        old.add(tried);
        encoder.wrap(scratch, 0, COMMANDS_MAX);
        tried.transfers().forEach(id -> encoder.addResolve(id.hi(), id.lo(), 0));
        batch = finish(0, List.of(), tried.transfers());
    }

    private void retry(final int ofAttempt, final int hint) {
        if (!isBusy() || ofAttempt != attempt) {
            return;
        }
        attempt++;
        target = hint >= 0 && hint != target && random.nextInt(4) != 0 ? hint : random.nextInt(simulator.nodes.size());
        simulator.scheduler.after(5_000_000 + random.nextLong(20_000_000), this::attempt);
    }

    void onAnswered(final int ofAttempt, final List<SimBatch.Result> results) {
        final SimBatch answered = batch;
        if (doing != Doing.WRITING || ofAttempt != attempt || answered == null) {
            return;
        }
        if (results.size() != answered.count()) {
            throw new Violation("ANSWER", "results=" + results.size() + " commands=" + answered.count());
        }
        opened = true;
        if (random.nextInt(4) == 0 && !answered.transfers().isEmpty()) {
            old.add(answered);
        }
        batch = null;
        done();
    }

    void onRead(final int ofAttempt, final long appliedSeq) {
        if ((doing != Doing.READING && doing != Doing.READING_STALE) || ofAttempt != attempt) {
            return;
        }
        if (appliedSeq < watermark) {
            simulator.fail(
                    "STALE-READ", "a read saw seq=" + appliedSeq + " though seq=" + watermark + " was answered before");
        }
        done();
    }

    private void done() {
        doing = Doing.NOTHING;
        definite++;
        attempt++;
        simulator.scheduler.after(think(), this::begin);
    }

    // ---------------------------------------------------------------------------------------------- batches

    private SimBatch accounts() {
        encoder.wrap(scratch, 0, COMMANDS_MAX);
        for (int i = 0; i < ACCOUNTS; i++) {
            final Id128 id = account(i);
            encoder.addAccount(
                    id.hi(), id.lo(), LEDGER, CODE, i % 2 == 1 ? AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS : 0);
        }
        return finish(0, List.of(), List.of());
    }

    private SimBatch transfers() {
        encoder.wrap(scratch, 0, COMMANDS_MAX);
        final List<Id128> ids = new ArrayList<>();
        final int count = 1 + random.nextInt((int) simulator.plan.get(Parameter.BATCH_MAX));
        for (int i = 0; i < count; i++) {
            final Id128 id = new Id128(100 + index, ++lastId);
            ids.add(id);
            add(id);
        }
        final long deadline =
                random.nextInt(20) == 0 ? simulator.nodes.get(0).wallNs() + random.nextLong(500_000_000) : 0;
        return finish(deadline, ids, List.of());
    }

    private void add(final Id128 id) {
        final int drawn = random.nextInt(20);
        if (drawn < 3 && !pendings.isEmpty()) {
            final Id128 pending = pendings.get(random.nextInt(pendings.size()));
            final boolean posts = random.nextBoolean();
            final int flags = posts ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING;
            encoder.addTransfer(id.hi(), id.lo(), 0, 0, 0, 0, 0, 0, 0, flags);
            if (posts) {
                encoder.amount(-1, -1);
            }
            encoder.pendingId(pending.hi(), pending.lo());
            return;
        }
        final Id128 debit = drawn == 4 ? new Id128(9, 9) : account(random.nextInt(ACCOUNTS));
        final Id128 credit = account(random.nextInt(ACCOUNTS));
        final boolean pending = drawn < 8;
        encoder.addTransfer(
                id.hi(),
                id.lo(),
                debit.hi(),
                debit.lo(),
                credit.hi(),
                credit.lo(),
                1 + random.nextInt(100),
                LEDGER,
                CODE,
                pending ? TransferFlags.PENDING : 0);
        if (pending) {
            encoder.timeout(random.nextInt(4));
            pendings.add(id);
        }
    }

    private SimBatch finish(final long deadlineNs, final List<Id128> transfers, final List<Id128> resolves) {
        final int length = encoder.finish();
        final byte[] body = new byte[length];
        scratch.getBytes(encoder.bodyOffset(), body);
        return new SimBatch(body, encoder.count(), deadlineNs, transfers, resolves);
    }
}
