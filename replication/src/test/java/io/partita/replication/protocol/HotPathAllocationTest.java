// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Append, acknowledge, commit, apply: a duty cycle of either side allocates nothing. */
class HotPathAllocationTest {
    private static final int WARM_UP = 60_000;
    private static final int CYCLES = 60_000;

    /** A journal that remembers its last record only. */
    private static final class TailJournal implements LocalJournal {
        private long lastSeq;
        private long lastEpoch;
        private long lastChain = RecordDescriptor.genesisChain(CoreHarness.CLUSTER.hi(), CoreHarness.CLUSTER.lo());

        @Override
        public long lastSeq() {
            return lastSeq;
        }

        @Override
        public long lastEpoch() {
            return lastEpoch;
        }

        @Override
        public long lastChain() {
            return lastChain;
        }

        @Override
        public long durableSeq() {
            return 0;
        }

        @Override
        public long oldestSeq() {
            return 1;
        }

        @Override
        public boolean makeRoom(final int length) {
            return true;
        }

        @Override
        public long freeBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean isReadable(final long seq) {
            return true;
        }

        @Override
        public long chainAt(final long seq) {
            return lastChain;
        }

        @Override
        public EpochRuns epochRuns() {
            return new EpochRuns(List.of());
        }
    }

    /** Passes frames to the other side at once, or nearly: never within an in-method. */
    private static final class Wire implements Effects {
        private final TailJournal journal;
        private final UnsafeBuffer frame = new UnsafeBuffer(new byte[ReplicaCore.FRAME_LENGTH_MAX]);
        private final UnsafeBuffer header = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);
        private int frameLength;
        private boolean hasAppend;
        private long appendFirst;
        private long appendLast;
        private RegisterConfig cas;
        private long metaToken;

        Wire(final TailJournal journal) {
            this.journal = journal;
        }

        @Override
        public boolean send(final long session, final DirectBuffer buffer, final int offset, final int length) {
            frame.putBytes(0, buffer, offset, length);
            frameLength = length;
            return true;
        }

        @Override
        public long sendAppend(
                final long session, final AppendHeader appendHeader, final long lastSeq, final int lengthMax) {
            appendHeader.lastSeq(lastSeq);
            appendHeader.encode(header, 0);
            appendFirst = appendHeader.firstSeq();
            appendLast = lastSeq;
            hasAppend = true;
            return lastSeq;
        }

        @Override
        public void append(final DirectBuffer records, final int offset, final int length) {
            journal.lastSeq = RecordDescriptor.seq(records, offset);
            journal.lastEpoch = RecordDescriptor.epoch(records, offset);
            journal.lastChain = RecordDescriptor.chain(records, offset);
        }

        @Override
        public void cutTo(final long seq) {
            throw new AssertionError();
        }

        @Override
        public void appendEpochStart(
                final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
            // The test does.
            journal.lastSeq = startSeq;
            journal.lastEpoch = epoch;
        }

        @Override
        public void appendLogicVersion(final long epoch, final int logicVersion) {
            throw new AssertionError();
        }

        @Override
        public void appendOperator(final long epoch, final OperatorCommand command) {
            throw new AssertionError();
        }

        @Override
        public void persistMeta(final NodeMeta meta, final long token) {
            metaToken = token;
        }

        @Override
        public void requestForce() {
            // Nothing is forced here.
        }

        @Override
        public void readRegister() {
            // Answered where the test wants it.
        }

        @Override
        public void cas(final RegisterConfig config) {
            cas = config;
        }

        @Override
        public long connect(final String peer) {
            return 1;
        }

        @Override
        public void close(final long session) {
            throw new AssertionError();
        }

        @Override
        public void roleChanged(final Role role, final long epoch, final long fromSeq) {
            // Expected.
        }

        @Override
        public void halt(final HaltReason reason, final String text) {
            throw new AssertionError(text);
        }

        @Override
        public void alarm(final AlarmKind kind, final String text) {
            throw new AssertionError(text);
        }
    }

    private final CRC32C checksum = new CRC32C();
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(64)]);
    private final TailJournal journalA = new TailJournal();
    private final TailJournal journalB = new TailJournal();
    private final Wire wireA = new Wire(journalA);
    private final Wire wireB = new Wire(journalB);
    private final AppendHeader header = new AppendHeader();
    private ReplicaCore coreA;
    private ReplicaCore coreB;
    private long nowNs = 1_000_000_000L;
    private long applied;

    private static NodeMeta meta(final String node, final Id128 lid) {
        return new NodeMeta(CoreHarness.CLUSTER, node, lid, 0, 0, 0, false, "boot", false, 0, 1, HaltReason.NONE);
    }

    private static RegisterConfig register(final long chain) {
        final CoreConfig config = CoreHarness.config("node-a", 5);
        return new RegisterConfig(
                CoreHarness.CLUSTER,
                1,
                new Id128(0, 1),
                "node-a",
                0,
                1,
                "node-a",
                List.of(
                        new RegisterConfig.Member("node-a", CoreHarness.LID_A),
                        new RegisterConfig.Member("node-b", CoreHarness.LID_B)),
                1,
                chain,
                0,
                chain,
                Policy.AVAILABILITY,
                1,
                Durability.MEMORY,
                config.nodes(),
                List.of(),
                RegisterConfig.Unclean.NEVER);
    }

    private void pair() {
        final RegisterConfig cfg = register(journalA.lastChain);
        coreA = new ReplicaCore(CoreHarness.config("node-a", 5), meta("node-a", CoreHarness.LID_A), journalA, wireA);
        coreB = new ReplicaCore(CoreHarness.config("node-b", 6), meta("node-b", CoreHarness.LID_B), journalB, wireB);
        coreA.start(nowNs, nowNs);
        coreB.start(nowNs, nowNs);
        coreA.onRegisterRead(cfg);
        coreA.onMetaDurable(wireA.metaToken);
        coreB.onRegisterRead(cfg);
        nowNs += 1_000_000;
        coreB.onTick(nowNs, nowNs);
        coreB.onConnected(1, "node-a", true);
        coreA.onConnected(2, "node-b", false);
        coreA.onFrame(2, wireB.frame, 0, wireB.frameLength);
        coreB.onFrame(1, wireA.frame, 0, wireA.frameLength);
        coreB.onMetaDurable(wireB.metaToken);
        coreB.flush();
        coreA.onFrame(2, wireB.frame, 0, wireB.frameLength);
        // EPOCH_START, as the engine would have written it.
        journalA.lastSeq = 0;
        write(RecordType.EPOCH_START);
        cycle(false);
    }

    private void write(final RecordType type) {
        RecordDescriptor.writeHeader(record, 0, journalA.lastSeq + 1, 1, 1, type, 1, 64);
        journalA.lastChain = RecordDescriptor.seal(checksum, record, 0, journalA.lastChain);
        journalA.lastSeq++;
        journalA.lastEpoch = 1;
    }

    private void cycle(final boolean sequence) {
        nowNs += 20_000;
        coreA.onTick(nowNs, nowNs);
        if (sequence) {
            write(RecordType.COMMANDS);
        }
        coreA.onLocalAppend(journalA.lastSeq);
        final long token = sequence ? coreA.readToken() : 0;
        coreA.flush();
        coreB.onTick(nowNs, nowNs);
        if (wireA.hasAppend) {
            wireA.hasAppend = false;
            header.decode(wireA.header, 0, AppendHeader.LENGTH);
            coreB.onAppend(1, header, record, 0, wireA.appendLast < wireA.appendFirst ? 0 : record.capacity());
        }
        coreB.flush();
        coreA.onFrame(2, wireB.frame, 0, wireB.frameLength);
        coreA.flush();
        if (coreA.commitSeq() > applied) {
            applied = coreA.commitSeq();
            coreA.onApplied(applied, applied);
        }
        if (sequence) {
            assertEquals(1, coreA.readAllowed(token));
        }
    }

    @Test
    void shouldAllocateNothingPerCycle() {
        pair();
        cycle(false);
        for (int i = 0; i < WARM_UP; i++) {
            cycle(true);
        }
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        final long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < CYCLES; i++) {
            cycle(true);
        }
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;

        assertEquals(applied, journalB.lastSeq);
        assertEquals(null, wireA.cas);
        assertTrue(applied > WARM_UP + CYCLES - 5, "applied=" + applied);
        // Less than a byte per cycle: timers, which run much more seldom, may do their part.
        assertTrue(allocated < CYCLES, "allocated " + allocated + " bytes in " + CYCLES + " cycles");
    }
}
