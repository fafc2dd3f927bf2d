// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.engine.SequencerClock;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Snapshot;
import io.partita.replication.protocol.Zoo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** The engine of a process: sequences batches, applies what is committed to the real ledger, answers, serves reads. */
final class SimEngine {
    /** Some heartbeats: by then states that differ have been compared, if they can be. */
    private static final long NOTICE_NS = 100_000_000L;

    private static final long CLOCK_JUMP_MAX_NS = 1_000_000_000L;
    static final int RESULTS_LENGTH = 4096;

    private record Submission(SimBatch batch, SimClient client, int attempt) {}

    private record Read(long token, Id128 account, SimClient client, int attempt) {}

    private final SimProcess process;
    private final Simulator simulator;
    private final SimNode node;
    private final SimDisk disk;
    private final SplittableRandom random;
    private final CRC32C checksum = new CRC32C();
    private final SequencerClock clock = new SequencerClock(CLOCK_JUMP_MAX_NS);
    private LedgerStateMachine ledger;
    private final UnsafeBuffer out = new UnsafeBuffer(new byte[RESULTS_LENGTH]);
    private final ResultDecoder results = new ResultDecoder();
    private final ArrayDeque<Submission> intake = new ArrayDeque<>();
    private final Map<Long, Submission> waiting = new TreeMap<>();
    private final List<Read> reads = new ArrayList<>();
    private long commitSeen;
    private long tickBarrierSeq;
    private boolean closed;
    private boolean otherwise;
    /** The record that this state was made of otherwise; 0 if there is none. */
    private long differsAt;

    private long differsSinceNs;

    SimEngine(final SimProcess process) {
        this.process = process;
        simulator = process.node.simulator;
        node = process.node;
        disk = node.disk;
        random = simulator.draws("node." + node.index + ".engine." + node.nextIdentity());
        final Snapshot newest = disk.newest();
        final byte[] content = newest == null ? new byte[0] : disk.content(newest.seq());
        ledger = SimStorage.replayed(content, node.release());
        differsAt = SimDisk.differsAt(content);
        commitSeen = ledger.appliedSeq();
    }

    long applied() {
        return ledger.appliedSeq();
    }

    LedgerStateMachine ledger() {
        return ledger;
    }

    long differsAt() {
        return differsAt;
    }

    /** R32: another state, further on. */
    void load(final LedgerStateMachine state, final long stateDiffersAt) {
        ledger.close();
        ledger = state;
        differsAt = stateDiffersAt;
        otherwise &= differsAt == 0;
        commitSeen = state.appliedSeq();
        tickBarrierSeq = 0;
    }

    /** The process ends. */
    void close() {
        if (!closed) {
            closed = true;
            if (differsAt != 0 && simulator.scheduler.nowNs() - differsSinceNs < NOTICE_NS) {
                simulator.outside(false); // It was never compared, and is gone.
            }
            failWaiting();
            ledger.close();
        }
    }

    /** R26: what is in flight ends UNKNOWN. */
    void failWaiting() {
        for (final Submission submission : waiting.values()) {
            submission.client().hear(() -> submission.client().onLost(submission.attempt()));
        }
        waiting.clear();
    }

    // ---------------------------------------------------------------------------------------------- sequencing

    void submit(final SimBatch batch, final SimClient client, final int attempt) {
        process.step(() -> intake.add(new Submission(batch, client, attempt)));
    }

    void sequence(final ReplicaCore core) {
        while (!intake.isEmpty()) {
            final long epoch = core.sequencingEpoch();
            if (epoch == 0) {
                simulator.coverage.hit("R21");
                break;
            }
            final Submission submission = intake.poll();
            if (epoch < 0) {
                simulator.coverage.hit("R21");
                refuse(core, submission.client(), submission.attempt());
                continue;
            }
            waiting.put(append(core, epoch, submission.batch()), submission);
        }
        tick(core);
        core.onLocalAppend(disk.lastSeq());
    }

    private static void refuse(final ReplicaCore core, final SimClient client, final int attempt) {
        final String hint = core.activeHint();
        client.hear(() -> client.onRefused(attempt, hint));
    }

    private long append(final ReplicaCore core, final long epoch, final SimBatch batch) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(batch.body().length)]);
        record.putBytes(RecordDescriptor.HEADER_LENGTH, batch.body());
        followClock();
        final long alarms = clock.jumpAlarms() + clock.ceilingAlarms();
        final long stamp = clock.next(batch.count(), node.monotonicNs(), node.wallNs(), core.timestampCeilingNs());
        if (clock.jumpAlarms() + clock.ceilingAlarms() > alarms) {
            simulator.coverage.hit("R41");
        }
        simulator.checkers.onStamp(node, disk.lastTimestamp(), batch.count(), stamp, core.timestampCeilingNs());
        final long seq = disk.lastSeq() + 1;
        RecordDescriptor.writeHeader(
                record, 0, seq, epoch, stamp, RecordType.COMMANDS, batch.count(), batch.body().length);
        RecordDescriptor.batchOptions(record, 0, 0, batch.deadlineNs());
        seal(record);
        return seq;
    }

    private void followClock() {
        if (clock.last() != disk.lastTimestamp()) {
            clock.follow(disk.lastTimestamp(), node.monotonicNs(), node.wallNs());
        }
    }

    /** Releases pendings whose time has come, as the engine's sequencer does. */
    private void tick(final ReplicaCore core) {
        final long epoch = core.sequencingEpoch();
        if (epoch <= 0 || ledger.nextExpiry() == Long.MAX_VALUE || ledger.appliedSeq() < tickBarrierSeq) {
            return;
        }
        followClock();
        final long base = clock.now(node.monotonicNs(), node.wallNs(), core.timestampCeilingNs());
        final int due = ledger.nextExpiry() > base ? 0 : ledger.dueCount(base);
        if (due == 0) {
            return;
        }
        final long stamp = clock.tick(base, due, node.monotonicNs());
        simulator.checkers.onStamp(node, disk.lastTimestamp(), due, stamp, core.timestampCeilingNs());
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(0)]);
        tickBarrierSeq = disk.lastSeq() + 1;
        RecordDescriptor.writeHeader(record, 0, tickBarrierSeq, epoch, stamp, RecordType.TICK, due, 0);
        seal(record);
    }

    /** A control record of the core's: it owns no timestamp. */
    long appendControl(final RecordType type, final long epoch, final UnsafeBuffer body) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(body.capacity())]);
        record.putBytes(RecordDescriptor.HEADER_LENGTH, body, 0, body.capacity());
        final long seq = disk.lastSeq() + 1;
        RecordDescriptor.writeHeader(record, 0, seq, epoch, disk.lastTimestamp(), type, 0, body.capacity());
        seal(record);
        tickBarrierSeq = seq;
        return seq;
    }

    private void seal(final UnsafeBuffer record) {
        RecordDescriptor.seal(checksum, record, 0, disk.lastChain());
        disk.append(record);
    }

    // ---------------------------------------------------------------------------------------------- apply

    void cycle(final ReplicaCore core) {
        apply(core);
        serve(core);
        final boolean isAlone = core.role() == Role.ACTIVE
                && simulator.register.current().inSync().size() == 1;
        if (differsAt != 0 && isAlone) {
            simulator.outside(false); // It answers from a state that it has nothing to compare with.
        }
    }

    void apply(final ReplicaCore core) {
        if (core.role() == Role.HALTED) {
            return;
        }
        final long commit = core.commitSeq();
        while (commitSeen < commit) {
            commitSeen++;
            process.observer().onCommit(core);
            simulator.checkers.onCommit(node, commitSeen);
        }
        final long end = simulator.bug == Zoo.Bug.APPLY_BEFORE_COMMIT ? disk.lastSeq() : commit;
        final boolean slow = random.nextDouble() < simulator.plan.rate(Parameter.SLOW_APPLY_PPM);
        int budget = slow ? 1 : Integer.MAX_VALUE;
        while (ledger.appliedSeq() < end && !disk.isDamaged(ledger.appliedSeq() + 1) && budget-- > 0) {
            final UnsafeBuffer record = asApplied(disk.record(ledger.appliedSeq() + 1));
            final int rules = ledger.logicVersion();
            final int length;
            try {
                length = ledger.apply(record, 0, out, 0);
            } catch (final PartitaException e) {
                core.onStorageFault(HaltReason.LOGIC, e.getMessage());
                return;
            }
            if (ledger.logicVersion() != rules) {
                simulator.coverage.hit("R35");
                core.onLogicVersion(ledger.logicVersion());
            }
            final long seq = ledger.appliedSeq();
            core.onApplied(seq, ledger.runningDigest());
            final Submission submission = waiting.remove(seq);
            if (submission != null) {
                answer(core, submission, seq, length);
            }
        }
    }

    /** The next batch is applied as if its deadline had passed: this node's state is another one from then on. */
    void applyNextOtherwise() {
        otherwise = differsAt == 0;
    }

    /** A batch as if its deadline had passed. */
    static UnsafeBuffer otherwise(final UnsafeBuffer record) {
        final UnsafeBuffer copy = copyOf(record);
        RecordDescriptor.batchOptions(copy, 0, 0, 1);
        return copy;
    }

    private static UnsafeBuffer copyOf(final UnsafeBuffer record) {
        final UnsafeBuffer copy = new UnsafeBuffer(new byte[record.capacity()]);
        copy.putBytes(0, record, 0, record.capacity());
        return copy;
    }

    private UnsafeBuffer asApplied(final UnsafeBuffer record) {
        final boolean commands = RecordDescriptor.type(record, 0) == RecordType.COMMANDS.code();
        if (!commands || (!otherwise && simulator.bug != Zoo.Bug.DEDUP_BY_TIME)) {
            return record;
        }
        if (otherwise) {
            otherwise = false;
            differsAt = RecordDescriptor.seq(record, 0);
            differsSinceNs = simulator.scheduler.nowNs();
            return otherwise(record);
        }
        final UnsafeBuffer copy = copyOf(record);
        if (RecordDescriptor.count(copy, 0) == 1
                && (copy.getByte(RecordDescriptor.HEADER_LENGTH) & CommandKind.KIND_MASK)
                        == CommandKind.CREATE_TRANSFER) {
            // Another id every second: what came before is as if forgotten.
            final int idHi = RecordDescriptor.HEADER_LENGTH + 16;
            copy.putLong(idHi, copy.getLong(idHi) ^ RecordDescriptor.timestamp(copy, 0) / 1_000_000_000L << 16);
        }
        return copy;
    }

    private void answer(final ReplicaCore core, final Submission submission, final long seq, final int length) {
        if (!core.mayAnswer()) {
            throw new Violation("ANSWER", node.id + " answers though it may not");
        }
        simulator.coverage.hit("R20");
        final int count = submission.batch().count();
        final List<SimBatch.Result> answer = new ArrayList<>(count);
        results.wrap(out, 0, count);
        while (results.next()) {
            answer.add(new SimBatch.Result(results.resultCode(), results.timestamp()));
        }
        if (length == 0) {
            throw new Violation("ANSWER", node.id + " has no results at seq=" + seq);
        }
        simulator.checkers.onAnswered(seq, submission.batch(), answer);
        submission.client().hear(() -> submission.client().onAnswered(submission.attempt(), answer));
    }

    // ---------------------------------------------------------------------------------------------- reads

    /** Linearizable. */
    void read(final Id128 account, final SimClient client, final int attempt) {
        process.step(() -> {
            final ReplicaCore core = process.core();
            final long token = core.readToken();
            if (token >= 0) {
                reads.add(new Read(token, account, client, attempt));
            } else if (token == Outcome.NOT_ACTIVE) {
                refuse(core, client, attempt);
            } else {
                throw new Violation("OUTCOME", "token=" + token);
            }
        });
    }

    /** From whatever is applied, if that is enough. */
    void readStale(final Id128 account, final long minSeq, final SimClient client, final int attempt) {
        process.step(() -> {
            if (ledger.appliedSeq() < minSeq || process.core().role() == Role.HALTED) {
                refuse(process.core(), client, attempt);
            } else {
                tell(account, client, attempt);
            }
        });
    }

    private void serve(final ReplicaCore core) {
        for (int i = reads.size() - 1; i >= 0; i--) {
            final Read read = reads.get(i);
            final long allowed = core.readAllowed(read.token());
            if (allowed != 0) {
                reads.remove(i);
                if (allowed < 0) {
                    refuse(core, read.client(), read.attempt());
                } else {
                    if (read.token() > 0) {
                        simulator.coverage.hit("R28");
                    }
                    tell(read.account(), read.client(), read.attempt());
                }
            }
        }
    }

    private void tell(final Id128 account, final SimClient client, final int attempt) {
        final long seq = ledger.appliedSeq();
        simulator.checkers.onRead(node, account, seq, balances(account));
        client.hear(() -> client.onRead(attempt, seq));
    }

    /** Debits pending and posted, credits pending and posted; null if there is no such account. */
    long @Nullable [] balances(final Id128 account) {
        final UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        if (!ledger.lookupAccount(account.hi(), account.lo(), row, 0)) {
            return null;
        }
        final AccountView view = new AccountView().wrap(row, 0);
        return new long[] {
            view.debitsPendingLo(), view.debitsPostedLo(), view.creditsPendingLo(), view.creditsPostedLo()
        };
    }
}
