// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.testing.EngineKit;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ControlBodies;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The duty cycle, step by step on one thread. */
class EngineAgentTest {
    private EngineKit kit = new EngineKit(EngineConfig.defaults());

    @AfterEach
    void close() {
        kit.close();
    }

    @Test
    void shouldApplyAndAnswerOnlyWhatIsCommitted() {
        kit.submitAccount(1);
        kit.submitAccount(2);
        kit.engine().doWork();
        assertEquals(2, kit.journal().lastSeq(), "sequencing does not wait for commit");
        assertEquals(List.of(), kit.completed);

        kit.gate.commitSeq = 1;
        kit.engine().doWork();
        assertEquals(List.of("1:1"), kit.completed);
        assertEquals(1, kit.engine().appliedSeq());

        kit.gate.commitSeq = 2;
        kit.engine().doWork();
        assertEquals(List.of("1:1", "2:2"), kit.completed);
        assertEquals(List.of(1L, 2L), kit.gate.applied);
    }

    @Test
    void shouldWriteResultsAndStampsIntoTheBatch() {
        final List<String> results = new ArrayList<>();
        kit.submit(
                7,
                batch -> {
                    batch.commands().addAccount(0, 1, 1, 1, 0);
                    batch.commands().addAccount(0, 2, 1, 1, 0);
                    batch.commands().addAccount(0, 1, 1, 1, 0);
                    batch.commands().addTransfer(0, 100, 0, 1, 0, 2, 5, 1, 1, 0);
                },
                batch -> {
                    final ResultDecoder decoder = batch.commandResults();
                    while (decoder.next()) {
                        results.add(decoder.resultCode() + "@" + decoder.timestamp());
                    }
                    assertEquals(1_000_000_000L, batch.timestamp());
                });
        kit.commitAll();
        assertEquals(
                List.of(
                        ResultCode.CREATED + "@" + 999_999_997L,
                        ResultCode.CREATED + "@" + 999_999_998L,
                        ResultCode.EXISTS + "@" + 999_999_997L,
                        ResultCode.CREATED + "@" + 1_000_000_000L),
                results);
    }

    @Test
    void shouldMakeOneFrameOfEverythingThatWaits() {
        for (int i = 1; i <= 10; i++) {
            kit.submitAccount(i);
        }
        kit.engine().doWork();
        assertEquals(1, kit.count(CounterType.FRAMES));
        assertEquals(10, kit.count(CounterType.BATCHES));
        assertEquals(10, kit.count(CounterType.COMMANDS));
        assertEquals(List.of(10L), kit.gate.appended);
    }

    @Test
    void shouldBoundAFrameAndLetALargerRecordPassAlone() {
        kit.close();
        kit = new EngineKit(new EngineConfig(64, 1 << 20, 1024, 0, 1_000_000_000L));
        for (int i = 1; i <= 10; i++) {
            kit.submitAccount(i); // 64 + 8 + 80 bytes each
        }
        kit.submit(99, batch -> {
            for (int i = 0; i < 20; i++) {
                batch.commands().addAccount(0, 200 + i, 1, 1, 0);
            }
        });
        kit.engine().doWork();
        assertEquals(6, kit.journal().lastSeq());
        kit.engine().doWork();
        assertEquals(10, kit.journal().lastSeq());
        kit.engine().doWork();
        assertEquals(11, kit.journal().lastSeq());
        kit.commitAll();
        assertEquals(11, kit.completed.size());
    }

    @Test
    void shouldRefuseWhenTheWindowIsFullOfBatches() {
        kit.close();
        kit = new EngineKit(new EngineConfig(3, 1 << 20, 1 << 20, 0, 1_000_000_000L));
        for (int i = 1; i <= 3; i++) {
            assertEquals(0, kit.submitAccount(i));
        }
        assertEquals(Outcome.BACK_PRESSURED, kit.submitAccount(4));
        kit.engine().doWork();
        assertEquals(Outcome.BACK_PRESSURED, kit.submitAccount(4), "sequenced is still in flight");
        kit.commitAll();
        assertEquals(0, kit.submitAccount(4));
        assertEquals(2, kit.count(CounterType.BACK_PRESSURED));
        kit.commitAll();
        assertEquals(List.of("1:1", "2:2", "3:3", "4:4"), kit.completed);
    }

    @Test
    void shouldRefuseWhenTheWindowIsFullOfBytes() {
        kit.close();
        kit = new EngineKit(new EngineConfig(64, 1024, 1 << 20, 0, 1_000_000_000L));
        assertEquals(0, kit.submit(1, batch -> {
            for (int i = 0; i < 50; i++) {
                batch.commands().addAccount(0, 200 + i, 1, 1, 0); // alone it may be larger than the window
            }
        }));
        assertEquals(Outcome.BACK_PRESSURED, kit.submitAccount(2));
        kit.commitAll();
        for (int i = 2; i <= 12; i++) {
            assertEquals(0, kit.submitAccount(i), "i=" + i);
        }
        assertEquals(Outcome.BACK_PRESSURED, kit.submitAccount(13));
    }

    @Test
    void shouldNotOverrunTheRingOfWaitingBatches() {
        kit.close();
        kit = new EngineKit(new EngineConfig(1, 1 << 20, 1 << 20, 0, 1_000_000_000L));
        for (int i = 1; i <= 200; i++) {
            kit.startEpoch(1); // control records take seqs, too
        }
        kit.submitAccount(1);
        kit.engine().doWork();
        assertEquals(200, kit.journal().lastSeq(), "held back until the ring has room");
        kit.gate.commitSeq = 200;
        kit.engine().doWork();
        kit.engine().doWork();
        assertEquals(201, kit.journal().lastSeq());
        kit.commitAll();
        assertEquals(List.of("1:201"), kit.completed);
    }

    @Test
    void shouldSayNoAtOnceWhenTheDeadlineHasPassed() {
        assertEquals(0, kit.submit(1, batch -> {
            batch.deadline(kit.wallNs);
            batch.commands().addAccount(0, 1, 1, 1, 0);
        }));
        assertEquals(Outcome.DEADLINE_PASSED, kit.submit(2, batch -> {
            batch.deadline(kit.wallNs - 1);
            batch.commands().addAccount(0, 2, 1, 1, 0);
        }));
        kit.wallNs += 1_000;
        kit.commitAll(); // the first one is stamped too late now: EXPIRED, and recorded
        assertEquals(List.of("1:1"), kit.completed);
        assertEquals(0, kit.stateMachine().accountCount());
    }

    @Test
    void shouldRefuseCommandsWithTheGatesOutcome() {
        kit.submitAccount(1);
        kit.gate.epoch = Outcome.NOT_ACTIVE;
        kit.engine().doWork();
        assertEquals(List.of("1:NOT_ACTIVE"), kit.completed);
        assertEquals(Outcome.NOT_ACTIVE, kit.submitAccount(2));
        kit.gate.epoch = 1;
        kit.engine().doWork();
        assertEquals(0, kit.submitAccount(3));
        assertEquals(0, kit.journal().lastSeq());
    }

    @Test
    void shouldHoldCommandsBackWhileTheGateSaysSo() {
        kit.gate.epoch = 0;
        kit.submitAccount(1);
        kit.engine().doWork();
        assertEquals(0, kit.journal().lastSeq());
        kit.gate.epoch = 4;
        kit.commitAll();
        assertEquals(List.of("1:1"), kit.completed);
        assertEquals(4, kit.journal().lastEpoch());
    }

    @Test
    void shouldEndUnknownWhatADeposedActiveHasInFlight() {
        kit.submitAccount(1);
        kit.engine().doWork();
        kit.gate.epoch = Outcome.NOT_ACTIVE;
        kit.engine().doWork();
        assertEquals(List.of("1:UNKNOWN"), kit.completed);
        assertEquals(1, kit.count(CounterType.UNKNOWN));
    }

    @Test
    void shouldNotGiveOthersResultsToABatchWhoseSeqWasReplaced() {
        kit.submitAccount(1);
        kit.engine().doWork();
        kit.engine().failPending(Outcome.UNKNOWN);
        kit.journal().cutTo(0);
        kit.startEpoch(2);
        kit.gate.epoch = 2;
        kit.submitAccount(2);
        kit.commitAll();
        assertEquals(List.of("1:UNKNOWN", "2:2"), kit.completed);
    }

    @Test
    void shouldEndUnknownWhenTheEpochChangedUnseen() {
        kit.submitAccount(1);
        kit.engine().doWork();
        kit.gate.epoch = 3;
        kit.engine().doWork();
        assertEquals(List.of("1:UNKNOWN"), kit.completed);
    }

    @Test
    void shouldKeepAppliedResultsUntilTheGateLetsItAnswer() {
        kit.gate.mayAnswer = false;
        kit.submitAccount(1);
        kit.commitAll();
        assertEquals(1, kit.engine().appliedSeq());
        assertEquals(List.of(), kit.completed);
        kit.gate.mayAnswer = true;
        kit.engine().doWork();
        assertEquals(List.of("1:1"), kit.completed);
    }

    @Test
    void shouldEndUnknownWhenTheGateStopsAnswering() {
        kit.engine().doWork();
        kit.submitAccount(1);
        kit.engine().doWork();
        kit.gate.mayAnswer = false;
        kit.gate.commitSeq = 1;
        kit.engine().doWork();
        assertEquals(List.of("1:UNKNOWN"), kit.completed);
    }

    @Test
    void shouldApplyWhatOthersAppendedAsAStandbyDoes() {
        final Journal active = new MemoryJournal(EngineKit.CLUSTER);
        try (EngineKit source = new EngineKit(EngineConfig.defaults(), active)) {
            source.submitAccount(1);
            source.submitAccount(2);
            source.commitAll();
            kit.gate.epoch = Outcome.NOT_ACTIVE;
            try (JournalReader reader = active.reader(1)) {
                while (reader.next(Long.MAX_VALUE, Integer.MAX_VALUE)) {
                    kit.journal().append(reader.buffer(), reader.offset(), reader.length());
                }
            }
            kit.gate.commitSeq = 2;
            kit.engine().doWork();
            assertEquals(2, kit.engine().appliedSeq());
            assertEquals(
                    source.stateMachine().runningDigest(), kit.stateMachine().runningDigest());
            assertEquals(Outcome.NOT_ACTIVE, kit.submitAccount(3));
            kit.gate.epoch = 2; // promoted: continues where the other ended
            kit.engine().doWork();
            kit.submitAccount(3);
            kit.commitAll();
            assertEquals(List.of("3:3"), kit.completed);
        }
    }

    @Test
    void shouldCountAnOwnerThatThrowsAndGoOn() {
        kit.submit(1, batch -> batch.commands().addAccount(0, 1, 1, 1, 0), batch -> {
            throw new AssertionError("the owner's bug");
        });
        kit.submitAccount(2);
        kit.commitAll();
        assertEquals(List.of("2:2"), kit.completed);
        assertEquals(1, kit.count(CounterType.LISTENER_ERRORS));
        assertEquals(1, kit.count(CounterType.INCIDENTS));
        assertNull(kit.engine().haltReason());
    }

    @Test
    void shouldHaltBeforeItAnswersWhenApplyFails() {
        kit.submitAccount(1);
        kit.engine().doWork();
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.LOGIC_VERSION_LENGTH]);
        ControlBodies.encodeLogicVersion(body, 0, 999);
        kit.engine().appendControl(RecordType.LOGIC_VERSION, 1, body, 0, body.capacity());
        kit.submitAccount(2);
        kit.engine().doWork();
        kit.submitAccount(3);
        kit.gate.commitSeq = 3;
        kit.gate.epoch = 0; // the third stays in the queue
        kit.engine().doWork();

        assertEquals(List.of("1:UNKNOWN", "2:UNKNOWN", "3:CLOSED"), kit.completed);
        assertNotNull(kit.engine().haltReason());
        assertEquals(1, kit.halts.size());
        assertEquals(1, kit.count(CounterType.ENGINE_HALTED));
        assertEquals(1, kit.count(CounterType.INCIDENTS));
        assertEquals(Outcome.CLOSED, kit.submitAccount(4));
        assertTrue(String.valueOf(kit.engine().intake().closedReason()).startsWith("halted: "));
        kit.engine().doWork();
        assertEquals(1, kit.engine().appliedSeq(), "nothing is applied after a halt");
    }

    @Test
    void shouldHaltWhenTheJournalFails() {
        kit.close();
        final FailingJournal journal = new FailingJournal(new MemoryJournal(EngineKit.CLUSTER));
        kit = new EngineKit(EngineConfig.defaults(), journal);
        kit.submitAccount(1);
        kit.commitAll();
        journal.isFailing = true;
        kit.submitAccount(2);
        kit.engine().doWork();
        assertEquals(List.of("1:1", "2:UNKNOWN"), kit.completed);
        assertTrue(String.valueOf(kit.engine().haltReason()).startsWith("STORAGE_FAILED"));
    }

    @Test
    void shouldRefuseBatchesWhileTheJournalFindsNoRoomAndGoOnByItself() {
        kit.close();
        final FailingJournal journal = new FailingJournal(new MemoryJournal(EngineKit.CLUSTER));
        kit = new EngineKit(EngineConfig.defaults(), journal);
        kit.submitAccount(1);
        kit.commitAll();
        journal.isFull = true;
        kit.submitAccount(2);
        kit.submitAccount(3);
        kit.engine().doWork();
        assertEquals(1, journal.lastSeq(), "nothing was sequenced");
        journal.isFull = false;
        kit.submitAccount(4);
        kit.commitAll();
        assertEquals(List.of("1:1", "2:STORAGE_FULL", "3:STORAGE_FULL", "4:2"), kit.completed);
        assertNull(kit.engine().haltReason());
    }

    @Test
    void shouldHaltWhenTheJournalDoesNotTellItsPositions() {
        kit.close();
        final FailingJournal journal = new FailingJournal(new MemoryJournal(EngineKit.CLUSTER));
        kit = new EngineKit(EngineConfig.defaults(), journal);
        kit.submitAccount(1);
        kit.commitAll();
        journal.isSilent = true;
        kit.submitAccount(2);
        kit.engine().doWork();
        journal.isSilent = false;
        assertEquals(List.of("1:1", "2:UNKNOWN"), kit.completed);
        assertTrue(String.valueOf(kit.engine().haltReason()).startsWith("INTERNAL"));
    }

    @Test
    void shouldHaltWhenTheGateSaysSo() {
        kit.submitAccount(1);
        kit.gate.onPoll = () -> kit.engine().halt(ErrorCode.CLONE, "another process", null);
        kit.engine().doWork();
        assertEquals(List.of("1:CLOSED"), kit.completed);
        assertEquals(0, kit.journal().lastSeq());
        assertEquals(List.of("CLONE another process"), kit.halts);
    }

    @Test
    void shouldServeLinearizableReadsWhenTheGateAllows() {
        kit.submitAccount(1);
        kit.commitAll();
        kit.gate.readAllowed = 0;
        final List<String> rows = new ArrayList<>();
        kit.submitRead(
                10, BatchKind.LOOKUP_ACCOUNTS, batch -> batch.addId(0, 1).addId(0, 2), batch -> rows.add(rows(batch)));
        kit.engine().doWork();
        kit.submitAccount(2);
        kit.commitAll();
        assertEquals(List.of(), rows);
        kit.gate.readAllowed = 1;
        kit.engine().doWork();
        assertEquals(List.of("2: 1 2"), rows, "with the position at which it was executed");
        assertEquals(1, kit.count(CounterType.READS));
    }

    @Test
    void shouldServeStaleReadsAtOnceAndOnAnyNode() {
        kit.submitAccount(1);
        kit.commitAll();
        kit.gate.readToken = Outcome.NOT_ACTIVE;
        kit.gate.epoch = Outcome.NOT_ACTIVE;
        final List<String> rows = new ArrayList<>();
        kit.submitRead(
                10,
                BatchKind.LOOKUP_ACCOUNTS,
                batch -> batch.allowStale().addId(0, 1).addId(0, 9),
                batch -> rows.add(rows(batch)));
        kit.submitRead(11, BatchKind.LOOKUP_ACCOUNTS, batch -> batch.addId(0, 1), kit::onComplete);
        kit.engine().doWork();
        assertEquals(List.of("1: 1 -"), rows);
        assertEquals("11:NOT_ACTIVE", kit.completed.get(kit.completed.size() - 1));
    }

    @Test
    void shouldNotServeAReadBeforeWhatWasCommittedAtItsArrival() {
        kit.submitAccount(1);
        kit.engine().doWork();
        final List<String> rows = new ArrayList<>();
        kit.submitRead(10, BatchKind.LOOKUP_ACCOUNTS, batch -> batch.addId(0, 1), batch -> rows.add(rows(batch)));
        kit.gate.commitSeq = 1;
        kit.engine().doWork();
        assertEquals(List.of("1: 1"), rows);
    }

    @Test
    void shouldEndReadsWhenTheGateRefusesThemLater() {
        kit.gate.readAllowed = 0;
        kit.submitRead(10, BatchKind.DIGEST, batch -> {}, kit::onComplete);
        kit.engine().doWork();
        kit.gate.readAllowed = Outcome.NOT_ACTIVE;
        kit.engine().doWork();
        assertEquals(List.of("10:NOT_ACTIVE"), kit.completed);
    }

    @Test
    void shouldReadDigestsAndInvariants() {
        kit.submitAccount(1);
        kit.commitAll();
        kit.submitRead(10, BatchKind.DIGEST, batch -> {}, batch -> {
            final DirectBuffer results = batch.results();
            assertEquals(
                    kit.stateMachine().runningDigest(),
                    results.getLong(Batch.RUNNING_DIGEST_OFFSET, ByteOrder.LITTLE_ENDIAN));
            assertEquals(
                    kit.stateMachine().stateDigest().lo(),
                    results.getLong(Batch.STATE_DIGEST_OFFSET, ByteOrder.LITTLE_ENDIAN));
            assertEquals(1, results.getLong(Batch.ACCOUNT_COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN));
            kit.onComplete(batch);
        });
        kit.submitRead(11, BatchKind.INVARIANTS, batch -> {}, batch -> {
            assertEquals(0, batch.resultsLength());
            kit.onComplete(batch);
        });
        kit.engine().doWork();
        assertEquals(List.of("1:1", "10:1", "11:1"), kit.completed);
    }

    @Test
    void shouldGiveEveryBatchAnOutcomeAtClose() {
        kit.submitAccount(1);
        kit.submitAccount(2);
        kit.engine().doWork();
        kit.gate.onPoll = () -> kit.gate.commitSeq = 1; // the first commits while closing, the second never does
        kit.submitAccount(3);
        kit.gate.readAllowed = 0;
        kit.submitRead(10, BatchKind.DIGEST, batch -> {}, kit::onComplete);
        kit.gate.onPoll = () -> {
            kit.gate.commitSeq = 1;
            kit.nowNs += 1_000_000_000L;
        };
        kit.engine().onClose();
        kit.engine().onClose();
        assertEquals(List.of("3:CLOSED", "10:CLOSED", "1:1", "2:UNKNOWN"), kit.completed);
        assertEquals(Outcome.CLOSED, kit.submitAccount(4));
        assertEquals(0, kit.count(CounterType.ENGINE_OPEN));
    }

    @Test
    void shouldEndItsThreadWhenToldFromTheThreadItself() {
        kit.submit(
                1,
                batch -> batch.commands().addAccount(0, 1, 1, 1, 0),
                batch -> kit.engine().terminate());
        kit.engine().doWork();
        kit.gate.commitSeq = 1;
        kit.engine().doWork();
        assertThrows(AgentTerminationException.class, kit.engine()::doWork);
    }

    @Test
    void shouldAlarmOnceWhenTheWallClockJumps() {
        kit.submitAccount(1);
        kit.commitAll();
        kit.nowNs += 1_000;
        kit.wallNs += 3_600_000_000_000L;
        for (int i = 2; i < 5; i++) {
            kit.submitAccount(i);
            kit.commitAll();
        }
        assertEquals(3, kit.count(CounterType.CLOCK_ALARMS));
        assertEquals(1, kit.count(CounterType.INCIDENTS));
        assertTrue(kit.journal().lastTimestamp() < 1_100_000_000L);
    }

    @Test
    void shouldShowPositionsInItsCounters() {
        kit.submitAccount(1);
        kit.submitAccount(2);
        kit.engine().doWork();
        kit.gate.commitSeq = 1;
        kit.engine().doWork();
        assertEquals(2, kit.count(CounterType.JOURNAL_SEQ));
        assertEquals(1, kit.count(CounterType.COMMIT_SEQ));
        assertEquals(1, kit.count(CounterType.APPLIED_SEQ));
        assertEquals(1, kit.count(CounterType.EPOCH));
        assertEquals(1, kit.count(CounterType.COMMANDS_APPLIED));
        assertEquals(1, kit.count(CounterType.IN_FLIGHT));
        assertEquals(kit.stateMachine().runningDigest(), kit.count(CounterType.RUNNING_DIGEST));
        assertEquals(1, kit.count(CounterType.ENGINE_OPEN));
    }

    @Test
    void shouldKnowWhetherThereIsWork() {
        assertFalse(kit.engine().hasWork());
        kit.submitAccount(1);
        assertTrue(kit.engine().hasWork());
        kit.engine().doWork();
        assertFalse(kit.engine().hasWork());
        kit.gate.commitSeq = 1;
        assertTrue(kit.engine().hasWork());
        kit.engine().doWork();
        assertFalse(kit.engine().hasWork());
    }

    @Test
    void shouldReplayToTheSameDigests() {
        for (int i = 1; i <= 50; i++) {
            final int id = i;
            kit.submit(i, batch -> {
                batch.commands().addAccount(0, id, 1, 1, 0);
                batch.commands().addTransfer(0, 1000 + id, 0, id, 0, Math.max(1, id - 1), id, 1, 1, 0);
            });
        }
        kit.commitAll();
        try (EngineKit other = new EngineKit(EngineConfig.defaults());
                JournalReader reader = kit.journal().reader(1)) {
            assertEquals(50, Recovery.replay(reader, other.stateMachine(), Long.MAX_VALUE));
            assertEquals(
                    kit.stateMachine().runningDigest(), other.stateMachine().runningDigest());
            assertEquals(kit.stateMachine().stateDigest(), other.stateMachine().stateDigest());
        }
    }

    private static String rows(final Batch batch) {
        final StringBuilder text = new StringBuilder(batch.outcome() + ":");
        final AccountView view = new AccountView();
        for (int i = 0; i < batch.count(); i++) {
            text.append(' ');
            text.append(
                    batch.isFound(i)
                            ? view.wrap(batch.results(), batch.rowOffset(i)).idLo()
                            : "-");
        }
        return text.toString();
    }

    /** Fails when told. */
    private static final class FailingJournal implements Journal {
        private final Journal inner;
        boolean isFailing;
        boolean isSilent;
        boolean isFull;

        @Override
        public long firstSeq() {
            return inner.firstSeq();
        }

        @Override
        public void discardTo(final long seq) {
            inner.discardTo(seq);
        }

        FailingJournal(final Journal inner) {
            this.inner = inner;
        }

        @Override
        public void append(final DirectBuffer records, final int offset, final int length) {
            if (isFailing) {
                throw new PartitaException(ErrorCode.STORAGE_FAILED, "disk gone", "replace it");
            }
            inner.append(records, offset, length);
        }

        @Override
        public boolean makeRoom(final int length) {
            return !isFull && inner.makeRoom(length);
        }

        @Override
        public long lastSeq() {
            return inner.lastSeq();
        }

        @Override
        public long lastEpoch() {
            return inner.lastEpoch();
        }

        @Override
        public long lastChain() {
            return inner.lastChain();
        }

        @Override
        public long lastTimestamp() {
            return inner.lastTimestamp();
        }

        @Override
        public long durableSeq() {
            if (isSilent) {
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            return inner.durableSeq();
        }

        @Override
        public void requestForce() {
            inner.requestForce();
        }

        @Override
        public void force() {
            inner.force();
        }

        @Override
        public void cutTo(final long seq) {
            inner.cutTo(seq);
        }

        @Override
        public EpochRuns epochRuns() {
            return inner.epochRuns();
        }

        @Override
        public long chainAt(final long seq) {
            return inner.chainAt(seq);
        }

        @Override
        public JournalReader reader(final long fromSeq) {
            return inner.reader(fromSeq);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
