// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.StubGate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the sequencer writes a TICK, where in the frame, and how it is stamped; what is due is said by a stand-in. */
class TickSequencingTest {
    private static final Id128 CLUSTER = new Id128(1, 2);
    private static final long START = 1_000_000_000L;

    private final Journal journal = new MemoryJournal(CLUSTER);
    private final LedgerStateMachine stateMachine = new LedgerStateMachine(StateConfig.defaults());
    private final LedgerCounters counters = LedgerCounters.create(null, CLUSTER, 0);
    private final StubGate gate = new StubGate();
    private final Pendings pendings = new Pendings();
    private long nowNs;
    private long wallNs = START;
    private final EngineAgent engine = new EngineAgent(
            new EngineContext(
                    new EngineConfig(64, 1 << 20, 1 << 20, 0, 1_000_000_000L),
                    journal,
                    stateMachine,
                    gate,
                    counters,
                    IncidentLog.create(null, CLUSTER, () -> 0, counters.get(CounterType.INCIDENTS)),
                    () -> nowNs,
                    () -> wallNs,
                    () -> {},
                    (code, reason) -> {}),
            pendings);

    @AfterEach
    void close() {
        gate.onPoll =
                () -> nowNs += 1_000_000_000L; // this clock stands still otherwise, and a close waits a bounded time
        engine.onClose();
        stateMachine.close();
        journal.close();
    }

    @Test
    void shouldWriteNoTickWhileNothingIsDue() {
        engine.doWork();
        pendings.due(START + 1);
        engine.doWork();
        assertEquals(List.of(), records());
    }

    @Test
    void shouldReleaseWhatIsDueAtThatVeryInstantAlsoWhenIdle() {
        pendings.due(START + 1, START + 1, START + 2);
        advance(1);
        engine.doWork();
        assertEquals(List.of("TICK 2 @" + (START + 3)), records(), "stamp = base + count, so that base is before both");
        assertEquals(1, counters.get(CounterType.TICKS).get());
        assertEquals(List.of(1L), gate.appended);
    }

    @Test
    void shouldPutTheTickBeforeTheBatchesOfItsFrame() {
        pendings.due(START);
        submit(1);
        submit(2);
        engine.doWork();
        assertEquals(
                List.of("TICK 1 @" + (START + 1), "COMMANDS 1 @" + (START + 2), "COMMANDS 1 @" + (START + 3)),
                records());
        assertEquals(1, counters.get(CounterType.FRAMES).get());
        assertEquals(2, counters.get(CounterType.BATCHES).get());
        assertEquals(2, counters.get(CounterType.COMMANDS).get());
    }

    @Test
    void shouldHoldReleasesBackForAToolAndReleaseThemAfterwards() {
        pendings.due(START);
        engine.holdReleases(true);
        submit(1);
        engine.doWork();
        assertEquals(List.of("COMMANDS 1 @" + START), records());

        engine.holdReleases(false);
        engine.doWork();
        assertEquals("TICK 1 @" + (START + 1), records().get(1));
    }

    @Test
    void shouldReleaseOnlyAsManyAsThereAreTimestampsLeft() {
        pendings.due(START, START, START);
        final long base = Long.MAX_VALUE - 2;
        nowNs = base - START;
        wallNs = base;
        engine.doWork();
        assertEquals(List.of("TICK 2 @" + Long.MAX_VALUE), records());

        pendings.appliedSeq = 1;
        engine.doWork();
        assertEquals(1, records().size());
    }

    @Test
    void shouldWriteNoSecondTickBeforeTheFirstIsApplied() {
        pendings.due(START);
        engine.doWork();
        advance(1_000);
        submit(1);
        engine.doWork();
        assertEquals(List.of("TICK 1 @" + (START + 1), "COMMANDS 1 @" + (START + 1_000)), records());

        pendings.appliedSeq = 1; // and another one became due
        engine.doWork();
        assertEquals("TICK 1 @" + (START + 1_001), records().get(2));
    }

    @Test
    void shouldBoundATickAndGoOnWithTheRest() {
        final long[] many = new long[Limits.EXPIRIES_PER_TICK_MAX + 5];
        java.util.Arrays.fill(many, START);
        pendings.due(many);
        engine.doWork();
        assertEquals(List.of("TICK 8190 @" + (START + 8190)), records());

        pendings.appliedSeq = 1;
        pendings.due(START, START, START, START, START);
        engine.doWork();
        assertEquals("TICK 5 @" + (START + 8195), records().get(1));
    }

    @Test
    void shouldJudgeByTheLastStampWhenTheClockStandsBehindIt() {
        submit(1);
        engine.doWork();
        wallNs = START - 500;
        pendings.due(START);
        engine.doWork();
        assertEquals("TICK 1 @" + (START + 1), records().get(1));
    }

    @Test
    void shouldNotReleaseBecauseTheClockJumpedAhead() {
        pendings.due(START + 5_000_000_000L);
        submit(1);
        engine.doWork();
        wallNs += 3_600_000_000_000L; // not believed: monotonic time stands still
        engine.doWork();
        assertEquals(1, records().size());
    }

    @Test
    void shouldNotReleaseBeyondThePeersClock() {
        pendings.due(START + 100);
        submit(1);
        engine.doWork();
        advance(200);
        gate.timestampCeiling = START + 50;
        gate.epoch = 1;
        nowNs -= 200; // a clock that only claims to have moved
        engine.doWork();
        assertEquals(1, records().size());
    }

    @Test
    void shouldWriteNothingAfterADeposition() {
        pendings.due(START);
        gate.epoch = Outcome.NOT_ACTIVE;
        engine.doWork();
        gate.epoch = 0;
        engine.doWork();
        assertEquals(List.of(), records());
    }

    @Test
    void shouldWaitInANewEpochUntilEverythingBeforeItIsApplied() {
        pendings.due(START);
        engine.doWork();
        assertEquals(1, records().size());

        gate.epoch = Outcome.NOT_ACTIVE;
        engine.doWork();
        submit(1);
        gate.epoch = 3; // elected again, with the first epoch's TICK in the journal, not applied
        engine.doWork();
        engine.doWork();
        assertEquals(
                1, records().stream().filter(each -> each.startsWith("TICK")).count());

        pendings.appliedSeq = 1;
        engine.doWork();
        assertEquals(
                2, records().stream().filter(each -> each.startsWith("TICK")).count());
    }

    private void advance(final long ns) {
        nowNs += ns;
        wallNs += ns;
    }

    private void submit(final long id) {
        final Batch batch = new Batch(done -> {}, 1).reset(BatchKind.COMMANDS);
        batch.commands().addAccount(0, id, 1, 1, 0);
        batch.prepare(id);
        engine.intake().submit(batch);
    }

    private List<String> records() {
        final List<String> records = new ArrayList<>();
        try (JournalReader reader = journal.reader(1)) {
            while (reader.next(journal.lastSeq(), 1 << 20)) {
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(reader.buffer(), at)) {
                    records.add(RecordType.of(RecordDescriptor.type(reader.buffer(), at)) + " "
                            + RecordDescriptor.count(reader.buffer(), at) + " @"
                            + RecordDescriptor.timestamp(reader.buffer(), at));
                }
            }
        }
        return records;
    }

    /** What would be open in the state, were it the real one. */
    private static final class Pendings implements Expiries {
        private long[] expiresAt = {};
        private long appliedSeq;

        void due(final long... times) {
            expiresAt = times;
        }

        @Override
        public long nextExpiry() {
            long next = Long.MAX_VALUE;
            for (final long time : expiresAt) {
                next = Math.min(next, time);
            }
            return next;
        }

        @Override
        public int dueCount(final long base) {
            int count = 0;
            for (final long time : expiresAt) {
                count += time <= base ? 1 : 0;
            }
            return Math.min(count, Limits.EXPIRIES_PER_TICK_MAX);
        }

        @Override
        public long appliedSeq() {
            return appliedSeq;
        }
    }
}
