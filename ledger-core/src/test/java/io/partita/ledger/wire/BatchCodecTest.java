// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.CommandGenerator;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class BatchCodecTest {
    private final BatchEncoder encoder = new BatchEncoder();
    private final BatchDecoder decoder = new BatchDecoder();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);

    @Test
    void shouldReadWhatWasWritten() {
        CommandGenerator generator = new CommandGenerator(3, 100);
        for (int round = 0; round < 200; round++) {
            List<Command> commands = generator.batch(70);
            encoder.wrap(buffer, round % 5, 70 + round % 9);
            commands.forEach(command -> command.encode(encoder));
            int length = encoder.finish();
            assertNull(BatchDecoder.validate(buffer, encoder.bodyOffset(), length, commands.size()));
            decoder.wrap(buffer, encoder.bodyOffset(), length, commands.size());
            for (Command command : commands) {
                assertTrue(decoder.next());
                assertEquals(command.toString(), read(decoder).toString());
            }
            assertFalse(decoder.next());
        }
    }

    @Test
    void shouldTakeNoExtensionWhenItWouldBeZero() {
        encoder.wrap(buffer, 0, 3);
        assertTrue(encoder.addTransfer(0, 1, 0, 2, 0, 3, -1L, 1, 1, 0));
        encoder.amount(0, 5)
                .userData64(0)
                .userData128(0, 0)
                .pendingId(0, 0)
                .timeout(0)
                .timestamp(0);
        assertEquals(8 + 64, encoder.finish());
        encoder.userData64(1);
        assertEquals(8 + 128, encoder.finish());
        encoder.userData64(0);
        assertTrue(encoder.addAccount(0, 1, 1, 1, 0));
        assertEquals(8 + 128 + 80, encoder.finish());
        encoder.debitsPosted(0, 1);
        assertEquals(8 + 128 + 144, encoder.finish());

        decoder.wrap(buffer, encoder.bodyOffset(), encoder.finish(), 2);
        assertTrue(decoder.next());
        assertTrue(decoder.transfer().extended());
        assertEquals(0, decoder.transfer().userData64());
        assertTrue(decoder.next());
        assertEquals(CommandKind.CREATE_ACCOUNT, decoder.kind());
        assertEquals(1, decoder.account().debitsPostedLo());
    }

    @Test
    void shouldComeBackToAPosition() {
        encoder.wrap(buffer, 0, 8190);
        for (int i = 0; i < 5; i++) {
            encoder.addTransfer(0, i, 0, 2, 0, 3, 1, 1, 1, 0);
            encoder.userData32(i % 2);
        }
        decoder.wrap(buffer, encoder.bodyOffset() + 0, encoder.finish(), 5);
        assertEquals(0, encoder.bodyOffset() % 8);
        decoder.wrap(buffer, encoder.bodyOffset(), encoder.finish(), 5);
        decoder.next();
        decoder.next();
        long position = decoder.position();
        decoder.next();
        decoder.next();
        assertEquals(3, decoder.transfer().idLo());
        decoder.position(position);
        assertEquals(1, decoder.index());
        decoder.next();
        assertEquals(2, decoder.transfer().idLo());
    }

    @Test
    void shouldSayThatABatchIsFull() {
        UnsafeBuffer small = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(2)]);
        encoder.wrap(small, 0, 2);
        assertTrue(encoder.addAccount(0, 1, 1, 1, 0));
        assertTrue(encoder.addAccount(0, 2, 1, 1, 0));
        assertFalse(encoder.addAccount(0, 3, 1, 1, 0));
        assertEquals(2, encoder.count());

        encoder.wrap(small, 0, 8190);
        assertFalse(encoder.addTransfer(0, 1, 0, 2, 0, 3, 1, 1, 1, 0), "no room behind the kinds");
        assertThrows(IllegalArgumentException.class, () -> encoder.wrap(small, 0, 8191));
        assertThrows(IllegalArgumentException.class, () -> encoder.wrap(small, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new BatchEncoder(8191));
    }

    @Test
    void shouldRefuseFieldsThatTheLastCommandHasNot() {
        encoder.wrap(buffer, 0, 2);
        assertThrows(IllegalStateException.class, () -> encoder.timeout(1));
        assertThrows(IllegalStateException.class, () -> encoder.userData64(1));
        encoder.addAccount(0, 1, 1, 1, 0);
        assertThrows(IllegalStateException.class, () -> encoder.timeout(1));
        encoder.addTransfer(0, 1, 0, 2, 0, 3, 1, 1, 1, 0);
        assertThrows(IllegalStateException.class, () -> encoder.creditLimit(0, 1));
    }

    @Test
    void shouldFindDamageInTheStructureOfABody() {
        encoder.wrap(buffer, 0, 3);
        encoder.addAccount(0, 1, 1, 1, 0);
        encoder.addTransfer(0, 1, 0, 2, 0, 3, 1, 1, 1, 0);
        encoder.addTransfer(0, 2, 0, 2, 0, 3, 1, 1, 1, 0);
        int length = encoder.finish();
        int at = encoder.bodyOffset();
        assertNull(BatchDecoder.validate(buffer, at, length, 3));
        assertNotNull(BatchDecoder.validate(buffer, at, length, 0));
        assertNotNull(BatchDecoder.validate(buffer, at, length, -1));
        assertNotNull(BatchDecoder.validate(buffer, at, length, 8191));
        assertNotNull(BatchDecoder.validate(buffer, at, length, 2));
        assertNotNull(BatchDecoder.validate(buffer, at, length, 4));
        assertNotNull(BatchDecoder.validate(buffer, at, length - 8, 3));
        assertNotNull(BatchDecoder.validate(buffer, at, length + 8, 3));
        assertNotNull(BatchDecoder.validate(buffer, at, 7, 3));
        assertNotNull(BatchDecoder.validate(buffer, at, Integer.MAX_VALUE, 3));
        assertNotNull(BatchDecoder.validate(buffer, at, Integer.MIN_VALUE, 3));
        for (int kind = 0; kind < 256; kind++) {
            buffer.putByte(at, (byte) kind);
            assertEquals(kind == CommandKind.CREATE_ACCOUNT, BatchDecoder.validate(buffer, at, length, 3) == null);
        }
        buffer.putByte(at, CommandKind.CREATE_ACCOUNT);
        buffer.putByte(at + 3, (byte) 1);
        assertNotNull(BatchDecoder.validate(buffer, at, length, 3));
    }

    /** Bodies that were written, of which something was changed: some stay valid, most do not. */
    @Test
    void shouldNeverReadBeyondABodyWhateverItsBytesAre() {
        Random random = new Random(4);
        CommandGenerator generator = new CommandGenerator(4, 100);
        int valid = 0;
        int rounds = 20_000;
        for (int round = 0; round < rounds; round++) {
            List<Command> commands = generator.batch(4);
            encoder.wrap(buffer, 0, 4);
            commands.forEach(command -> command.encode(encoder));
            int written = encoder.finish();
            int length = random.nextInt(4) == 0 ? random.nextInt(written + 9) : written;
            UnsafeBuffer body = new UnsafeBuffer(new byte[length]);
            body.putBytes(0, buffer, encoder.bodyOffset(), Math.min(length, written));
            for (int changes = length == 0 ? 0 : random.nextInt(3); changes > 0; changes--) {
                // The kinds stand at the head, and say how long the commands are.
                int at = random.nextBoolean() ? random.nextInt(Math.min(length, 8)) : random.nextInt(length);
                body.putByte(at, (byte) (random.nextBoolean() ? random.nextInt() : random.nextInt(6)));
            }
            int count = random.nextInt(4) == 0 ? random.nextInt(6) : commands.size();
            if (BatchDecoder.validate(body, 0, length, count) == null) {
                valid++;
                decoder.wrap(body, 0, length, count);
                for (int i = 0; i < count; i++) {
                    assertTrue(decoder.next());
                    readAny(decoder);
                }
                assertFalse(decoder.next());
            }
        }
        assertTrue(valid > rounds / 10 && valid < rounds * 9 / 10, "valid: " + valid);
    }

    @Test
    void shouldReadResultsThatWereWritten() {
        UnsafeBuffer results = new UnsafeBuffer(new byte[64]);
        results.setMemory(0, 64, (byte) -1);
        ResultEncoder writer = new ResultEncoder().wrap(results, 8);
        writer.add(77, ResultCode.CREATED.code());
        writer.add(Long.MAX_VALUE, ResultCode.RESOLVED_ABSENT.code());
        assertEquals(32, writer.length());
        assertEquals(1L, results.getLong(16), "padding is zero");

        ResultDecoder reader = new ResultDecoder().wrap(results, 8, writer.count());
        assertTrue(reader.next());
        assertEquals(77, reader.timestamp());
        assertEquals(ResultCode.CREATED, reader.resultCode());
        assertTrue(reader.next());
        assertEquals(1, reader.index());
        assertEquals(Long.MAX_VALUE, reader.timestamp());
        assertEquals(81, reader.code());
        assertFalse(reader.next());
        assertEquals(77, reader.at(0).timestamp());
        assertThrows(IndexOutOfBoundsException.class, () -> reader.at(2));
    }

    @Test
    void shouldReadCreditLimitsAndResolvesThatWereWritten() {
        encoder.wrap(buffer, 0, 3);
        assertTrue(encoder.addCreditLimit(1, 2, 3, 4, 5, 1));
        assertTrue(encoder.addResolve(6, 7, 1));
        assertTrue(encoder.addCreditLimit(8, 9, 10, 11, 0, 0));
        encoder.creditLimit(12, 13);
        int length = encoder.finish();
        assertEquals(8 + 56 + 24 + 56, length);

        decoder.wrap(buffer, encoder.bodyOffset(), length, 3);
        assertTrue(decoder.next());
        assertEquals(CommandKind.SET_CREDIT_LIMIT, decoder.kind());
        CreditLimitCommandDecoder limit = decoder.creditLimit();
        assertEquals("1:2 3:4 0:5 1", fields(limit));
        assertEquals(1, decoder.flags());
        assertTrue(decoder.next());
        assertEquals(CommandKind.RESOLVE, decoder.kind());
        assertEquals(6, decoder.resolve().transferIdHi());
        assertEquals(7, decoder.resolve().transferIdLo());
        assertEquals(1, decoder.flags());
        assertTrue(decoder.next());
        assertEquals("8:9 10:11 12:13 0", fields(limit));
        assertFalse(decoder.next());
        int at = encoder.bodyOffset();
        assertNull(BatchDecoder.validate(buffer, at, length, 3));
        for (int padding : new int[] {8 + 50, 8 + 55, 8 + 56 + 18, length - 1}) {
            buffer.putByte(at + padding, (byte) 1);
            assertNotNull(BatchDecoder.validate(buffer, at, length, 3));
            buffer.putByte(at + padding, (byte) 0);
        }
        assertThrows(IllegalStateException.class, () -> encoder.userData64(1));
    }

    @Test
    void shouldReadBalancesThatWereWritten() {
        UnsafeBuffer results = new UnsafeBuffer(new byte[8 + 2 * (16 + 160)]);
        results.setMemory(0, results.capacity(), (byte) -1);
        ResultEncoder writer = new ResultEncoder().wrapWithBalances(results, 8, 2);
        assertTrue(writer.wantsBalances());
        assertEquals(2 * 176, ResultEncoder.length(2, BatchOptions.RETURN_BALANCES));
        assertEquals(2 * 16, ResultEncoder.length(2, BatchOptions.NONE));
        writer.add(1, ResultCode.CREATED.code());
        writer.touched(false, 1, 2)
                .debitsPending(3, 4)
                .debitsPosted(5, 6)
                .creditsPending(7, 8)
                .creditsPosted(9, 10);
        writer.add(2, ResultCode.CREATED.code());
        writer.touched(true, 0, 1).creditsPosted(0, 9);

        ResultDecoder reader = new ResultDecoder().wrapWithBalances(results, 8, 2);
        ResultBalancesView view = new ResultBalancesView();
        assertTrue(reader.next());
        assertEquals("1:2 3:4 5:6 7:8 9:10", fields(reader.balances(false, view)));
        assertFalse(reader.balances(true, view).isPresent());
        assertTrue(reader.next());
        assertFalse(reader.balances(false, view).isPresent());
        assertEquals("0:1 0:0 0:0 0:0 0:9", fields(reader.balances(true, view)));

        writer.replace(0, 3, ResultCode.LINKED_EVENT_FAILED.code());
        assertEquals(ResultCode.LINKED_EVENT_FAILED, reader.at(0).resultCode());
        assertEquals(3, reader.timestamp());
        assertFalse(reader.balances(false, view).isPresent());
        assertEquals(2, reader.at(1).timestamp());
        assertTrue(reader.balances(true, view).isPresent());
    }

    @Test
    void shouldReadControlBodiesThatWereWritten() {
        ControlBodies.EpochStart start = new ControlBodies.EpochStart("abcdefghijklmn-1", 5, -6, 7);
        assertEquals(64, ControlBodies.encodeEpochStart(buffer, 3, start));
        assertEquals(start, ControlBodies.decodeEpochStart(buffer, 3));
        assertEquals(8, ControlBodies.encodeLogicVersion(buffer, 3, 9));
        assertEquals(9, ControlBodies.decodeLogicVersion(buffer, 3));
        buffer.putInt(RecordDescriptor.HEADER_LENGTH, 0x0102_0304, ByteOrder.LITTLE_ENDIAN);
        assertEquals(
                ControlBodies.decodeLogicVersion(buffer, RecordDescriptor.HEADER_LENGTH),
                RecordDescriptor.logicVersion(buffer, 0));
        for (String name : List.of("", "A", "abcdefghijklmnopq", "a b")) {
            assertThrows(IllegalArgumentException.class, () -> new ControlBodies.EpochStart(name, 5, -6, 7), name);
        }
    }

    @Test
    void shouldReadOperatorsCommandsThatWereWritten() {
        String longest = "ö".repeat(OperatorCommand.WHO_LENGTH_MAX / 2);
        for (OperatorCommand command : List.of(
                new OperatorCommand(OperatorKind.SWITCHOVER, "CN=alice,O=Bank", 1_790_000_000_000_000_000L, "to=b"),
                new OperatorCommand(0xFFFF, longest, -1, "x".repeat(OperatorCommand.DETAILS_LENGTH_MAX)),
                new OperatorCommand(OperatorKind.LEAVE, "b", 0, ""))) {
            assertEquals(512, ControlBodies.encodeOperator(buffer, 8, command));
            assertEquals(command, ControlBodies.decodeOperator(buffer, 8));
        }
        assertEquals("KIND_65535", new OperatorCommand(0xFFFF, "a", 0, "").kindName());
        assertEquals("ACCEPT_LOSS", new OperatorCommand(OperatorKind.ACCEPT_LOSS, "a", 0, "").kindName());
        for (OperatorKind kind : OperatorKind.values()) {
            assertEquals(kind, OperatorKind.of(kind.code()));
        }
        assertNull(OperatorKind.of(0));
        assertThrows(IllegalArgumentException.class, () -> new OperatorCommand(0, "a", 0, ""));
        assertThrows(IllegalArgumentException.class, () -> new OperatorCommand(OperatorKind.LEAVE, "", 0, ""));
        assertThrows(
                IllegalArgumentException.class, () -> new OperatorCommand(OperatorKind.LEAVE, longest + "a", 0, ""));
        assertThrows(IllegalArgumentException.class, () -> new OperatorCommand(OperatorKind.LEAVE, "a", 0, "a\nb"));
    }

    private static String fields(CreditLimitCommandDecoder limit) {
        return limit.idHi() + ":" + limit.idLo() + " " + limit.accountIdHi() + ":" + limit.accountIdLo() + " "
                + limit.creditLimitHi() + ":" + limit.creditLimitLo() + " " + limit.flags();
    }

    private static String fields(ResultBalancesView view) {
        return view.accountIdHi() + ":" + view.accountIdLo() + " " + view.debitsPendingHi() + ":"
                + view.debitsPendingLo() + " " + view.debitsPostedHi() + ":" + view.debitsPostedLo() + " "
                + view.creditsPendingHi() + ":" + view.creditsPendingLo() + " " + view.creditsPostedHi() + ":"
                + view.creditsPostedLo();
    }

    private static String readAny(BatchDecoder batch) {
        return switch (batch.kind()) {
            case CommandKind.SET_CREDIT_LIMIT -> fields(batch.creditLimit());
            case CommandKind.RESOLVE ->
                batch.resolve().transferIdHi() + ":" + batch.resolve().transferIdLo();
            default -> read(batch).toString();
        };
    }

    private static Command read(BatchDecoder batch) {
        boolean isTransfer = batch.kind() == CommandKind.CREATE_TRANSFER;
        Command command = new Command(isTransfer);
        if (isTransfer) {
            TransferCommandDecoder t = batch.transfer();
            command.id = number(t.idHi(), t.idLo());
            command.debit = number(t.debitAccountIdHi(), t.debitAccountIdLo());
            command.credit = number(t.creditAccountIdHi(), t.creditAccountIdLo());
            command.amount = number(t.amountHi(), t.amountLo());
            command.pendingId = number(t.pendingIdHi(), t.pendingIdLo());
            command.userData128 = number(t.userData128Hi(), t.userData128Lo());
            command.userData64 = t.userData64();
            command.userData32 = t.userData32();
            command.timeout = t.timeout();
            command.timestamp = t.timestamp();
            command.ledger = t.ledger();
            command.code = t.code();
            command.flags = t.flags();
        } else {
            AccountCommandDecoder a = batch.account();
            command.id = number(a.idHi(), a.idLo());
            command.userData128 = number(a.userData128Hi(), a.userData128Lo());
            command.creditLimit = number(a.creditLimitHi(), a.creditLimitLo());
            command.userData64 = a.userData64();
            command.userData32 = a.userData32();
            command.timestamp = a.timestamp();
            command.ledger = a.ledger();
            command.code = a.code();
            command.flags = a.flags();
            command.reserved = a.reserved();
            command.debitsPending = number(a.debitsPendingHi(), a.debitsPendingLo());
            command.debitsPosted = number(a.debitsPostedHi(), a.debitsPostedLo());
            command.creditsPending = number(a.creditsPendingHi(), a.creditsPendingLo());
            command.creditsPosted = number(a.creditsPostedHi(), a.creditsPostedLo());
        }
        return command;
    }

    private static BigInteger number(long hi, long lo) {
        return new BigInteger(Long.toUnsignedString(hi)).shiftLeft(64).add(new BigInteger(Long.toUnsignedString(lo)));
    }
}
