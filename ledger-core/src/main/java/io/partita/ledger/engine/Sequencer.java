// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.observe.CounterType;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Makes each batch one record and everything that waits one frame, sealed once in a scratch buffer and appended once. Seq,
 * epoch, chain and timestamp continue whatever the journal ends with, so a standby that becomes active needs no hand-over here.
 */
final class Sequencer {
    private final Journal journal;
    private final ReplicationGate gate;
    private final BatchIntake intake;
    private final EngineContext context;
    private final Expiries expiries;
    private final SequencerClock clock;
    private final int frameLengthMax;
    private final int ringLength;
    private final CRC32C checksum = new CRC32C();
    private final UnsafeBuffer frame = new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.FRAME_LENGTH_MAX));
    private final AtomicCounter batches;
    private final AtomicCounter commands;
    private final AtomicCounter frames;
    private final AtomicCounter bytes;
    private final AtomicCounter clockAlarms;
    private final AtomicCounter ticks;
    private boolean isClockBad;
    private long alarmsSeen;
    private long tickBarrierSeq;
    private boolean isReleaseHeld;
    private boolean isStorageFull;

    Sequencer(final EngineContext context, final BatchIntake intake, final Expiries expiries, final int ringLength) {
        this.context = context;
        this.expiries = expiries;
        this.intake = intake;
        this.ringLength = ringLength;
        journal = context.journal();
        gate = context.gate();
        clock = new SequencerClock(context.config().clockJumpMaxNs());
        clock.follow(
                journal.lastTimestamp(),
                context.nanoClock().nanoTime(),
                context.epochNanoClock().nanoTime());
        frameLengthMax = context.config().frameLengthMax();
        batches = context.counters().get(CounterType.BATCHES);
        commands = context.counters().get(CounterType.COMMANDS);
        frames = context.counters().get(CounterType.FRAMES);
        bytes = context.counters().get(CounterType.BYTES);
        ticks = context.counters().get(CounterType.TICKS);
        clockAlarms = context.counters().get(CounterType.CLOCK_ALARMS);
    }

    /** Told of each batch that got a seq, before the frame is appended. */
    interface Entry {
        void enter(long seq, Batch batch);
    }

    /**
     * A new epoch: what is due is judged only on a state that has everything that was in the journal at its start, so that a
     * TICK of another active is not given again.
     */
    void startEpoch() {
        tickBarrierSeq = journal.lastSeq();
    }

    /** Whether the last call left batches because the disk is full (R38). */
    boolean isStorageFull() {
        return isStorageFull;
    }

    /** Whether what is due stays unreleased. */
    void holdReleases(final boolean isHeld) {
        isReleaseHeld = isHeld;
    }

    int sequence(final long nowNs, final long epoch, final long answeredSeq, final Entry entry) {
        Batch batch = intake.peekCommands();
        isStorageFull = false;
        final boolean mayTick =
                !isReleaseHeld && expiries.nextExpiry() != Long.MAX_VALUE && expiries.appliedSeq() >= tickBarrierSeq;
        if (batch == null && !mayTick) {
            return 0;
        }
        final long wallNs = context.epochNanoClock().nanoTime();
        final long ceilingNs = gate.timestampCeiling();
        long seq = journal.lastSeq();
        final long seqMax = answeredSeq + ringLength; // beyond it a slot of the ring may still be taken
        long chain = journal.lastChain();
        if (clock.last() != journal.lastTimestamp()) {
            clock.follow(journal.lastTimestamp(), nowNs, wallNs);
        }
        int length = 0;
        if (mayTick && seq < seqMax) {
            length = tick(nowNs, clock.now(nowNs, wallNs, ceilingNs), seq + 1, epoch, chain);
            if (length > 0) {
                seq++;
                chain = RecordDescriptor.chain(frame, 0);
            }
        }
        int commandCount = 0;
        int batchCount = 0;
        while (batch != null && seq < seqMax) {
            final int recordLength = RecordDescriptor.recordLength(batch.bodyLength());
            if (length > 0 && length + recordLength > frameLengthMax) {
                break;
            }
            if (!journal.makeRoom(length + recordLength)) {
                isStorageFull = true;
                break;
            }
            intake.pollCommands();
            seq++;
            batch.engineToken(epoch, seq);
            entry.enter(seq, batch); // first: from here on a failure finds it in the ring
            final long stamp = clock.next(batch.count(), nowNs, wallNs, ceilingNs);
            chain = write(batch, length, seq, epoch, stamp, chain);
            length += recordLength;
            commandCount += batch.kind() == BatchKind.COMMANDS ? batch.count() : 1;
            batchCount++;
            batch = intake.peekCommands();
        }
        if (length > 0) {
            journal.append(frame, 0, length);
            gate.onAppended(seq);
            intake.lastStamp(clock.last());
            count(batchCount, commandCount, length);
            watchClock();
        }
        return length > 0 ? Math.max(1, batchCount) : 0;
    }

    /**
     * Releases of what is due go first, in a record of their own. The next one waits until this one is applied: until then the
     * state shows the same pendings again.
     *
     * @return the record's length; 0 if nothing is due.
     */
    private int tick(final long nowNs, final long base, final long seq, final long epoch, final long chain) {
        if (expiries.nextExpiry() > base || !journal.makeRoom(RecordDescriptor.HEADER_LENGTH)) {
            return 0;
        }
        final int due = (int) Math.min(expiries.dueCount(base), Long.MAX_VALUE - base);
        if (due == 0) {
            return 0; // time has ended: there are no timestamps left to release it at
        }
        Invariant.check(due > 0 && due <= Limits.EXPIRIES_PER_TICK_MAX, "what is due is released, in bounds");
        final long stamp = clock.tick(base, due, nowNs);
        final int length = RecordDescriptor.writeHeader(frame, 0, seq, epoch, stamp, RecordType.TICK, due, 0);
        RecordDescriptor.seal(checksum, frame, 0, chain);
        tickBarrierSeq = seq;
        ticks.increment();
        return length;
    }

    private long write(
            final Batch batch, final int offset, final long seq, final long epoch, final long stamp, final long chain) {
        final RecordType type = batch.kind() == BatchKind.USER_COMMAND ? RecordType.USER : RecordType.COMMANDS;
        frame.putBytes(offset + RecordDescriptor.HEADER_LENGTH, batch.body(), batch.bodyOffset(), batch.bodyLength());
        RecordDescriptor.writeHeader(frame, offset, seq, epoch, stamp, type, batch.count(), batch.bodyLength());
        RecordDescriptor.batchOptions(frame, offset, batch.options(), batch.deadline());
        return RecordDescriptor.seal(checksum, frame, offset, chain);
    }

    long appendControl(
            final RecordType type, final long epoch, final DirectBuffer body, final int offset, final int length) {
        final long seq = journal.lastSeq() + 1;
        frame.putBytes(RecordDescriptor.HEADER_LENGTH, body, offset, length);
        final int recordLength =
                RecordDescriptor.writeHeader(frame, 0, seq, epoch, journal.lastTimestamp(), type, 0, length);
        RecordDescriptor.seal(checksum, frame, 0, journal.lastChain());
        journal.append(frame, 0, recordLength);
        return seq;
    }

    private void count(final int batchCount, final int commandCount, final int length) {
        batches.getAndAddRelease(batchCount);
        commands.getAndAddRelease(commandCount);
        frames.getAndAddRelease(1);
        bytes.getAndAddRelease(length);
    }

    /** One incident per episode, not per stamp. */
    private void watchClock() {
        final long alarms = clock.jumpAlarms() + clock.ceilingAlarms();
        final boolean isBad = alarms != alarmsSeen;
        alarmsSeen = alarms;
        if (isBad) {
            clockAlarms.setRelease(alarms);
        }
        if (isBad && !isClockBad) {
            context.incidents()
                    .record(
                            ErrorCode.INTERNAL,
                            "the wall clock is not believed: jumpAlarms=" + clock.jumpAlarms() + " ceilingAlarms="
                                    + clock.ceilingAlarms() + "; stamps go on by monotonic time",
                            "check this host's clock and its synchronisation");
        }
        isClockBad = isBad;
    }
}
