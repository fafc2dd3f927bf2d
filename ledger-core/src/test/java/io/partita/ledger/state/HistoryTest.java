// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.testing.Command;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both tables against lists: rows are added and taken back at random, then every chain is read in every way, and every balance
 * recorded is compared.
 */
class HistoryTest {
    private static final StateConfig CONFIG = StateConfig.defaults();
    private static final int SEGMENT_SLOTS = 16;
    private static final int[] BALANCES = {
        AccountTable.DEBITS_PENDING,
        AccountTable.DEBITS_POSTED,
        AccountTable.CREDITS_PENDING,
        AccountTable.CREDITS_POSTED
    };

    /** What a row must say: the command, resolved, and the balances after it. */
    private record Row(Command command, long timestamp, int debit, int credit, long pending, BigInteger[] after) {}

    private final IdHash idHash = new IdHash(CONFIG.hashSeed());
    private final AccountTable accounts = new AccountTable(idHash, SEGMENT_SLOTS, SEGMENT_SLOTS);
    private final TransferTable transfers = new TransferTable(accounts, CONFIG, SEGMENT_SLOTS);
    private final List<Row> accountRows = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
    private Random random = new Random(0);
    private long timestamp;

    @AfterEach
    void close() {
        accounts.close();
        transfers.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldBeAsListsAre(long seed) {
        random = new Random(seed);
        addAccount();
        addAccount();
        for (int i = 0; i < 6_000; i++) {
            int dice = random.nextInt(100);
            if (dice < 6) {
                addAccount();
            } else if (dice < 80) {
                addTransfer();
            } else if (dice < 90) {
                addResolution();
            } else if (dice < 91) {
                takeBack(1 + random.nextInt(200));
            } else {
                takeBack(1 + random.nextInt(3));
            }
        }
        checkRows();
        checkAccountChains();
        checkValueChains(rows, (field, hi, lo) -> transfers.valueChain(field, hi, lo));
        checkValueChains(accountRows, (field, hi, lo) -> accounts.valueChain(field, hi, lo));
        checkTimestamps();
        takeBack(rows.size() + accountRows.size());
        removeAccount();
        removeAccount();
        assertEquals(0, transfers.count());
        assertEquals(0, accounts.count());
    }

    private interface ValueChains {
        Chain of(int field, long hi, long lo);
    }

    private void addAccount() {
        Command command = userData(new Command(false));
        command.id = BigInteger.valueOf(accountRows.size() + 1).multiply(BigInteger.valueOf(0x9E37_79B9_7F4AL));
        command.ledger = 1 + random.nextInt(3);
        command.code = 1 + random.nextInt(50);
        BatchDecoder batch = decode(command);
        timestamp += 1 + random.nextInt(5);
        accounts.add(hash(command.id), batch.account(), timestamp);
        accountRows.add(new Row(command, timestamp, 0, 0, -1, new BigInteger[0]));
    }

    private void addTransfer() {
        Command command = userData(new Command(true));
        command.flags = random.nextInt(4) == 0 ? TransferFlags.PENDING : 0;
        command.timeout = command.flags == 0 ? 0 : random.nextInt(3);
        command.amount = amount();
        int debit = random.nextInt(3) == 0 ? 0 : random.nextInt((int) accounts.count());
        int credit = (debit + 1 + random.nextInt((int) accounts.count() - 1)) % (int) accounts.count();
        command.debit = accountRows.get(debit).command.id;
        command.credit = accountRows.get(credit).command.id;
        command.ledger = 1 + random.nextInt(2);
        command.code = 1 + random.nextInt(3);
        BatchDecoder batch = decode(command);
        timestamp += 1 + random.nextInt(5);
        transfers.reserve();
        long row = transfers.add(
                batch.transfer(), timestamp, debit, credit, Command.hi(command.amount), Command.lo(command.amount));
        if (command.flags == TransferFlags.PENDING) {
            assertEquals(-1, transfers.pendingNumber(row));
            transfers.pendingNumber(row, row * 3);
        }
        record(command, row, debit, credit, -1);
    }

    private void addResolution() {
        int pendingRow = random.nextInt(rows.size() + 1) - 1;
        if (pendingRow < 0 || rows.get(pendingRow).command.flags != TransferFlags.PENDING) {
            return;
        }
        Row pending = rows.get(pendingRow);
        Command command = userData(new Command(true));
        command.flags = random.nextBoolean() ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING;
        command.pendingId = pending.command.id;
        command.ledger = 0;
        command.code = 0;
        command.amount = amount();
        BatchDecoder batch = decode(command);
        timestamp += 1 + random.nextInt(5);
        transfers.reserve();
        long row = transfers.addResolution(
                batch.transfer(), timestamp, pendingRow, Command.hi(command.amount), Command.lo(command.amount));
        Command stored = pending.command;
        command.debit = stored.debit;
        command.credit = stored.credit;
        command.ledger = stored.ledger;
        command.code = stored.code;
        command.userData128 = command.userData128.signum() == 0 ? stored.userData128 : command.userData128;
        command.userData64 = command.userData64 == 0 ? stored.userData64 : command.userData64;
        command.userData32 = command.userData32 == 0 ? stored.userData32 : command.userData32;
        record(command, row, pending.debit, pending.credit, pendingRow);
    }

    /** Changes balances at random, some of them wide, and closes and reopens; what the balances mean is not the tables' affair. */
    private void record(Command command, long row, int debit, int credit, long pending) {
        assertEquals(rows.size(), row);
        for (int account : new int[] {debit, credit}) {
            boolean isWide = random.nextInt(20) == 0;
            if (isWide) {
                accounts.reserveWide(account);
            }
            accounts.balance(account, BALANCES[random.nextInt(4)], isWide ? random.nextInt(3) : 0, random.nextLong());
            if (random.nextInt(10) == 0) {
                accounts.closed(account, random.nextBoolean());
            }
        }
        transfers.recordBalances(row);
        BigInteger[] after = new BigInteger[10];
        for (int i = 0; i < 4; i++) {
            after[i] = balance(debit, BALANCES[i]);
            after[4 + i] = balance(credit, BALANCES[i]);
        }
        after[8] = BigInteger.valueOf(accounts.flags(debit) & 32);
        after[9] = BigInteger.valueOf(accounts.flags(credit) & 32);
        rows.add(new Row(command, timestamp, debit, credit, pending, after));
    }

    /** The last rows of both tables, in reverse order, as far as the accounts have no transfers. */
    private void takeBack(int count) {
        for (int i = 0; i < count; i++) {
            Row account = accountRows.get(accountRows.size() - 1);
            Row transfer = rows.isEmpty() ? null : rows.get(rows.size() - 1);
            if (transfer == null || account.timestamp > transfer.timestamp) {
                if (accountRows.size() <= 2) {
                    return;
                }
                removeAccount();
            } else {
                transfers.removeLast();
                rows.remove(rows.size() - 1);
            }
        }
    }

    private void removeAccount() {
        int row = accountRows.size() - 1;
        BigInteger id = accountRows.get(row).command.id;
        assertEquals(row, accounts.index().find(hash(id), Command.hi(id), Command.lo(id)));
        accounts.removeLast();
        accountRows.remove(row);
        assertEquals(AccountIndex.NOT_FOUND, accounts.index().find(hash(id), Command.hi(id), Command.lo(id)));
        if (row > 0) {
            BigInteger known = accountRows.get(random.nextInt(row)).command.id;
            assertTrue(accounts.index().find(hash(known), Command.hi(known), Command.lo(known)) >= 0);
        }
    }

    private void checkRows() {
        assertEquals(rows.size(), transfers.count());
        UnsafeBuffer out = new UnsafeBuffer(new byte[TransferView.LENGTH]);
        TransferView view = new TransferView().wrap(out, 0);
        TransferRowEncoder encoder = new TransferRowEncoder();
        for (int row = 0; row < rows.size(); row++) {
            Row expected = rows.get(row);
            transfers.encode(row, encoder.wrap(out, 0));
            assertEquals(expected.command.amount, id(view.amountHi(), view.amountLo()));
            assertEquals(expected.command.debit, id(view.debitAccountIdHi(), view.debitAccountIdLo()));
            assertEquals(expected.command.credit, id(view.creditAccountIdHi(), view.creditAccountIdLo()));
            assertEquals(expected.command.pendingId, id(view.pendingIdHi(), view.pendingIdLo()));
            assertEquals(expected.command.userData128, id(view.userData128Hi(), view.userData128Lo()));
            assertEquals(expected.command.userData64, view.userData64());
            assertEquals(expected.command.userData32, view.userData32());
            assertEquals(expected.command.timeout, view.timeout());
            assertEquals(expected.command.ledger, view.ledger());
            assertEquals(expected.command.code, view.code());
            assertEquals(expected.command.flags, view.flags());
            assertEquals(expected.timestamp, view.timestamp());
            assertEquals(expected.pending, transfers.pendingRow(row));
            if (expected.command.flags == TransferFlags.PENDING) {
                assertEquals(row * 3L, transfers.pendingNumber(row));
            }
            for (int i = 0; i < 8; i++) {
                int side = i < 4 ? TransferTable.DEBIT_BALANCES : TransferTable.CREDIT_BALANCES;
                long hi = transfers.balanceAfterHi(row, side, BALANCES[i % 4]);
                long lo = transfers.balanceAfterLo(row, side, BALANCES[i % 4]);
                assertEquals(expected.after[i], id(hi, lo), "row=" + row + " i=" + i);
            }
            assertEquals(expected.after[8].signum() != 0, transfers.debitClosedAfter(row));
            assertEquals(expected.after[9].signum() != 0, transfers.creditClosedAfter(row));
        }
    }

    private void checkAccountChains() {
        for (int account = 0; account < accounts.count(); account++) {
            List<Long> expected = new ArrayList<>();
            for (int row = 0; row < rows.size(); row++) {
                if (rows.get(row).debit == account || rows.get(row).credit == account) {
                    expected.add((long) row);
                }
            }
            checkChain(expected, transfers.accountChain(account));
        }
    }

    private void checkValueChains(List<Row> table, ValueChains chains) {
        for (int field = 0; field < ChainHeads.FIELDS; field++) {
            TreeMap<BigInteger, List<Long>> byValue = new TreeMap<>();
            for (int row = 0; row < table.size(); row++) {
                byValue.computeIfAbsent(value(table.get(row).command, field), any -> new ArrayList<>())
                        .add((long) row);
            }
            byValue.remove(BigInteger.ZERO);
            for (var entry : byValue.entrySet()) {
                BigInteger value = entry.getKey();
                checkChain(entry.getValue(), chains.of(field, Command.hi(value), Command.lo(value)));
            }
            checkChain(List.of(), chains.of(field, 0, 0));
            checkChain(List.of(), chains.of(field, 0, 999_999));
        }
    }

    private void checkChain(List<Long> expected, Chain chain) {
        assertEquals(expected.size(), chain.count());
        List<Long> walked = new ArrayList<>();
        for (long row = chain.last(); row != Chain.NONE; row = chain.before(row)) {
            walked.add(row);
        }
        Collections.reverse(walked);
        assertEquals(expected, walked);

        List<Long> inBlocks = new ArrayList<>();
        long[] block = new long[Chain.BLOCK_LENGTH];
        for (int number = 0, length = chain.block(0, block); length > 0; length = chain.block(++number, block)) {
            for (int i = 0; i < length; i++) {
                inBlocks.add(block[i]);
            }
        }
        assertEquals(expected, inBlocks);

        for (int i = 0; i < 20; i++) {
            long bound = random.nextInt(rows.size() + 2);
            int below = 0;
            while (below < expected.size() && expected.get(below) < bound) {
                below++;
            }
            assertEquals(below, chain.countBelow(bound));
            assertEquals(below == 0 ? Chain.NONE : expected.get(below - 1), chain.lastBelow(bound));
        }
    }

    private void checkTimestamps() {
        assertEquals(rows.get(rows.size() - 1).timestamp, transfers.lastTimestamp());
        assertEquals(accountRows.get(accountRows.size() - 1).timestamp, accounts.lastTimestamp());
        for (int i = 0; i < 500; i++) {
            long sought = random.nextInt((int) timestamp + 3);
            int row = 0;
            while (row < rows.size() && rows.get(row).timestamp < sought) {
                row++;
            }
            assertEquals(row, transfers.rowAtOrAfter(sought));
            boolean isThere = rows.stream().anyMatch(any -> any.timestamp == sought);
            assertEquals(isThere, transfers.hasTimestamp(sought));
            int account = 0;
            while (account < accountRows.size() && accountRows.get(account).timestamp < sought) {
                account++;
            }
            assertEquals(account, accounts.rowAtOrAfter(sought));
            assertEquals(accountRows.stream().anyMatch(any -> any.timestamp == sought), accounts.hasTimestamp(sought));
        }
        assertFalse(accounts.hasTimestamp(timestamp + 1));
    }

    /** Values that many share, that few share, and none at all. */
    private Command userData(Command command) {
        command.id = BigInteger.valueOf(rows.size() + 1).shiftLeft(random.nextInt(2) * 64);
        switch (random.nextInt(4)) {
            case 0 ->
                command.userData128 = BigInteger.valueOf(1 + random.nextInt(4)).shiftLeft(random.nextInt(2) * 64);
            case 1 -> command.userData64 = 1 + random.nextInt(4);
            case 2 -> {
                command.userData128 = BigInteger.valueOf(1 + random.nextInt(2_000));
                command.userData64 = random.nextInt(2_000);
                command.userData32 = random.nextInt(3);
            }
            default -> {}
        }
        return command;
    }

    private BigInteger amount() {
        BigInteger amount = BigInteger.valueOf(random.nextInt(1_000));
        return random.nextInt(10) == 0 ? amount.shiftLeft(64) : amount;
    }

    private static BigInteger value(Command command, int field) {
        return switch (field) {
            case ChainHeads.LEDGER -> BigInteger.valueOf(command.ledger);
            case ChainHeads.CODE -> BigInteger.valueOf(command.code);
            case ChainHeads.USER_DATA_128 -> command.userData128;
            case ChainHeads.USER_DATA_64 -> BigInteger.valueOf(command.userData64);
            default -> BigInteger.valueOf(command.userData32);
        };
    }

    private BigInteger balance(int row, int balance) {
        return id(accounts.balanceHi(row, balance), accounts.balanceLo(row, balance));
    }

    private long hash(BigInteger id) {
        return idHash.hash(Command.hi(id), Command.lo(id));
    }

    private static BigInteger id(long hi, long lo) {
        return Id128.toBigInteger(hi, lo);
    }

    private BatchDecoder decode(Command command) {
        BatchEncoder encoder = new BatchEncoder(1).wrap(buffer, 0, 1);
        command.encode(encoder);
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(buffer, encoder.bodyOffset(), length, 1);
        batch.next();
        return batch;
    }
}
