// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ControlBodies;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Records that a journal never has: the machine refuses them, and whatever comes next as well. */
class LedgerHaltTest {
    private static final long SECOND = 1_000_000_000;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[2048]);
    private final BatchEncoder encoder = new BatchEncoder(4);

    /** Two accounts, and two reservations that expire after a second and after two; the last stamp is 100. */
    @BeforeEach
    void begin() {
        begin(4);
        encoder.addAccount(0, 1, 1, 1, 0);
        encoder.addAccount(0, 2, 1, 1, 0);
        encoder.addTransfer(0, 3, 0, 1, 0, 2, 5, 1, 1, TransferFlags.PENDING);
        encoder.timeout(1);
        encoder.addTransfer(0, 4, 0, 1, 0, 2, 5, 1, 1, TransferFlags.PENDING);
        encoder.timeout(2);
        complete(1, 100, 4, 0);
        ledger.apply(record, 0);
        assertEquals(2, ledger.openPendingCount());
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, -1})
    void shouldTakeOnlyTheNextSeq(long seq) {
        account(9, seq, 200);
        assertHalts();
    }

    @Test
    void shouldTakeABatchStampedAsEarlyAsItCanBe() {
        account(9, 2, 101);
        ledger.apply(record, 0);
        assertEquals(101, ledger.lastTimestamp());
    }

    @Test
    void shouldRefuseABatchThatOwnsATimestampAlreadyUsed() {
        account(9, 2, 100);
        assertHalts();
    }

    @Test
    void shouldRefuseAStampBelowTheCount() {
        try (LedgerStateMachine fresh = new LedgerStateMachine(StateConfig.defaults())) {
            begin(2);
            encoder.addAccount(0, 1, 1, 1, 0);
            encoder.addAccount(0, 2, 1, 1, 0);
            complete(1, 1, 2, 0);
            assertThrows(IllegalStateException.class, () -> fresh.apply(record, 0));
        }
    }

    @Test
    void shouldRefuseOptionsItDoesNotKnow() {
        account(9, 2, 200);
        RecordDescriptor.batchOptions(record, 0, BatchOptions.SUPPORTED + 1, 0);
        assertHalts();
    }

    @Test
    void shouldRefuseABatchWhoseCountIsNotItsOwn() {
        account(9, 2, 200);
        record.putInt(RecordDescriptor.COUNT_OFFSET, 2);
        assertHalts();
    }

    @ParameterizedTest
    @EnumSource(
            value = RecordType.class,
            names = {"EPOCH_START", "SNAPSHOT", "LOGIC_VERSION", "OPERATOR"})
    void shouldRefuseAControlRecordWithAStampOfItsOwn(RecordType type) {
        control(type, 101, 1);
        assertHalts();
    }

    @ParameterizedTest
    @EnumSource(
            value = RecordType.class,
            names = {"EPOCH_START", "SNAPSHOT", "LOGIC_VERSION", "OPERATOR"})
    void shouldTakeAControlRecordWithTheLastStamp(RecordType type) {
        control(type, 100, 1);
        ledger.apply(record, 0);
        assertEquals(2, ledger.appliedSeq());
        assertEquals(100, ledger.lastTimestamp());
    }

    @Test
    void shouldRefuseALaterLogicVersion() {
        control(RecordType.LOGIC_VERSION, 100, 2);
        PartitaException refused = assertThrows(PartitaException.class, () -> ledger.apply(record, 0));
        assertEquals(ErrorCode.UNKNOWN_FORMAT, refused.code());
        assertHalts();
    }

    @Test
    void shouldFollowALaterLogicVersionThatItKnowsAndNeverGoBack() {
        try (LedgerStateMachine later =
                new LedgerStateMachine(StateConfig.defaults().withLogicVersionMax(3))) {
            account(1, 1, 100);
            later.apply(record, 0);
            Digest128 before = later.stateDigest();
            control(RecordType.LOGIC_VERSION, 100, 3);
            later.apply(record, 0);
            assertEquals(3, later.logicVersion());
            assertNotEquals(before, later.stateDigest(), "the rules in force are part of the state");
            ControlBodies.encodeLogicVersion(record, RecordDescriptor.HEADER_LENGTH, 2);
            RecordDescriptor.writeHeader(
                    record, 0, 3, 1, 100, RecordType.LOGIC_VERSION, 0, ControlBodies.LOGIC_VERSION_LENGTH);
            assertThrows(IllegalStateException.class, () -> later.apply(record, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Limits.EXPIRIES_PER_TICK_MAX + 1})
    void shouldRefuseATickThatReleasesNoneOrTooMany(int count) {
        tick(2, 10 * SECOND, count, 0);
        assertHalts();
    }

    @Test
    void shouldRefuseATickWithABody() {
        tick(2, 10 * SECOND, 1, 8);
        assertHalts();
    }

    @Test
    void shouldRefuseATickThatOwnsATimestampAlreadyUsed() {
        tick(2, 101, 2, 0);
        assertHalts();
    }

    @Test
    void shouldTakeATickOfAsManyAsThereMayBe() {
        tick(2, 100 + Limits.EXPIRIES_PER_TICK_MAX, Limits.EXPIRIES_PER_TICK_MAX, 0);
        ledger.apply(record, 0);
        assertEquals(0, ledger.expiryCount());
        assertEquals(100 + Limits.EXPIRIES_PER_TICK_MAX, ledger.lastTimestamp());
    }

    /** The third command is stamped 99, the fourth 100; so the first reservation is due at 99 + a second. */
    @Test
    void shouldReleaseWhatIsDueBeforeTheTick() {
        assertEquals(99 + SECOND, ledger.nextExpiry());
        assertEquals(0, ledger.dueCount(98 + SECOND));
        assertEquals(1, ledger.dueCount(99 + SECOND));
        tick(2, 99 + SECOND, 1, 0); // base 98 + a second
        ledger.apply(record, 0);
        assertEquals(0, ledger.expiryCount());
        tick(3, 100 + SECOND, 1, 0);
        ledger.apply(record, 0);
        assertEquals(1, ledger.expiryCount());
        assertEquals(1, ledger.openPendingCount());
        assertEquals(100 + 2 * SECOND, ledger.nextExpiry());
    }

    @Test
    void shouldApplyNothingWhenClosed() {
        ledger.close();
        account(9, 2, 200);
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> ledger.apply(record, 0));
        assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
    }

    private void assertHalts() {
        final long applied = ledger.appliedSeq();
        assertThrows(IllegalStateException.class, () -> ledger.apply(record, 0));
        account(9, applied + 1, 1000);
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> ledger.apply(record, 0));
        assertTrue(refused.getMessage().contains("failed once"), refused.getMessage());
        assertEquals(applied, ledger.appliedSeq());
    }

    private void account(long id, long seq, long stamp) {
        begin(1);
        encoder.addAccount(0, id, 1, 1, 0);
        complete(seq, stamp, 1, 0);
    }

    private void tick(long seq, long stamp, int count, int bodyLength) {
        RecordDescriptor.writeHeader(record, 0, seq, 1, stamp, RecordType.TICK, count, bodyLength);
    }

    private void control(RecordType type, long stamp, int version) {
        if (type == RecordType.LOGIC_VERSION) {
            ControlBodies.encodeLogicVersion(record, RecordDescriptor.HEADER_LENGTH, version);
            RecordDescriptor.writeHeader(record, 0, 2, 1, stamp, type, 0, ControlBodies.LOGIC_VERSION_LENGTH);
        } else if (type == RecordType.EPOCH_START) {
            ControlBodies.encodeEpochStart(
                    record, RecordDescriptor.HEADER_LENGTH, new ControlBodies.EpochStart("node-a", 1, 2, 1));
            RecordDescriptor.writeHeader(record, 0, 2, 1, stamp, type, 0, ControlBodies.EPOCH_START_LENGTH);
        } else if (type == RecordType.OPERATOR) {
            ControlBodies.encodeOperator(
                    record,
                    RecordDescriptor.HEADER_LENGTH,
                    new OperatorCommand(OperatorKind.SWITCHOVER, "alice", 1, "to=b"));
            RecordDescriptor.writeHeader(record, 0, 2, 1, stamp, type, 0, ControlBodies.OPERATOR_LENGTH);
        } else {
            RecordDescriptor.writeHeader(record, 0, 2, 1, stamp, type, 0, 0);
        }
    }

    private void begin(int commands) {
        encoder.wrap(record, RecordDescriptor.HEADER_LENGTH, commands);
    }

    private void complete(long seq, long stamp, int count, long deadline) {
        int length = encoder.finish();
        RecordDescriptor.writeHeader(record, 0, seq, 1, stamp, RecordType.COMMANDS, count, length);
        RecordDescriptor.batchOptions(record, 0, 0, deadline);
    }
}
