// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ChangeEventType;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.QueryFilter;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Queries against a scan, over random histories, filters and steps. {@code -Dpartita.queries.seed=S} for another seed. */
class LedgerQueryTest {
    private static final long SEED = Long.getLong("partita.queries.seed", 20_260_202);
    private static final int LEDGERS = Integer.getInteger("partita.queries.ledgers", 6);
    private static final int FILTERS = 400;
    private static final int ACCOUNTS = 30;
    private static final QueryKind[] KINDS = {
        QueryKind.ACCOUNT_TRANSFERS,
        QueryKind.ACCOUNT_BALANCES,
        QueryKind.QUERY_ACCOUNTS,
        QueryKind.QUERY_TRANSFERS,
        QueryKind.CHANGE_EVENTS,
        QueryKind.ACCOUNT_WITH_PENDINGS
    };
    private static final int SECOND = 1_000_000_000;

    private final UnsafeBuffer out = new UnsafeBuffer(new byte[Limits.QUERY_LIMIT_MAX * ChangeEventView.LENGTH]);
    private final Map<QueryKind, Integer> rowsSeen = new EnumMap<>(QueryKind.class);
    private final Map<ChangeEventType, Long> eventsSeen = new EnumMap<>(ChangeEventType.class);
    private final List<BigInteger> pendings = new ArrayList<>();
    private final UnsafeBuffer tick = new UnsafeBuffer(new byte[RecordDescriptor.HEADER_LENGTH]);
    private Random random = new Random(SEED);
    private long stamp = 1_000;
    private long nextId = 1_000;

    @Test
    void shouldAnswerAsAScanDoes() {
        for (int i = 0; i < LEDGERS; i++) {
            final long seed = SEED + i;
            try {
                compare(seed);
            } catch (Throwable e) {
                throw new AssertionError("replay with -Dpartita.queries.ledgers=1 -Dpartita.queries.seed=" + seed, e);
            }
        }
        for (final QueryKind kind : KINDS) {
            assertTrue(rowsSeen.getOrDefault(kind, 0) > 1_000, kind + " answered next to nothing: " + rowsSeen);
        }
        for (final ChangeEventType type : ChangeEventType.values()) {
            assertTrue(eventsSeen.getOrDefault(type, 0L) > 10, type + " hardly happened: " + eventsSeen);
        }
    }

    private void compare(long seed) {
        random = new Random(seed);
        pendings.clear();
        try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(seed), 16, 32)) {
            LedgerDriver driver = new LedgerDriver(ledger);
            apply(driver, accounts(1, ACCOUNTS));
            int batches = random.nextInt(60);
            for (int i = 0; i < batches; i++) {
                apply(driver, transfers(1 + random.nextInt(100)));
                tick(ledger);
            }
            QueryModel model = QueryModel.of(ledger);
            for (final ChangeEventType type : ChangeEventType.values()) {
                eventsSeen.merge(type, model.events(type), Long::sum);
            }
            for (int i = 0; i < FILTERS; i++) {
                QueryKind kind = KINDS[random.nextInt(KINDS.length)];
                QueryFilter filter = filter(kind, model);
                LedgerQuery query = ledger.query(kind, filter, out);
                runToEnd(query, 1 + random.nextInt(300));
                check(kind, filter, query, model);
                assertEquals(ledger.appliedSeq(), query.seq());
                assertEquals(ledger.lastTimestamp(), query.timestamp());
            }
        }
    }

    private void check(QueryKind kind, QueryFilter filter, LedgerQuery query, QueryModel model) {
        List<String> rows = QueryModel.rows(kind, out, query.length());
        assertEquals(model.answer(kind, filter), rows, () -> kind + " " + describe(filter));
        rowsSeen.merge(kind, rows.size(), Integer::sum);
    }

    @Test
    void shouldAnswerOfOnePositionWhateverIsAppliedMeanwhile() {
        try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(SEED), 16, 32)) {
            LedgerDriver driver = new LedgerDriver(ledger);
            apply(driver, accounts(1, ACCOUNTS));
            for (int i = 0; i < 20; i++) {
                apply(driver, transfers(100));
            }
            for (int i = 0; i < 150; i++) {
                QueryKind kind = KINDS[random.nextInt(KINDS.length)];
                QueryModel before = QueryModel.of(ledger);
                QueryFilter filter = filter(kind, before);
                final long seq = ledger.appliedSeq();
                final long timestamp = ledger.lastTimestamp();

                LedgerQuery query = ledger.query(kind, filter, out);
                query.step(1 + random.nextInt(40));
                if (!query.isDone()) {
                    apply(driver, accounts(ACCOUNTS + 1 + i * 2, ACCOUNTS + 2 + i * 2));
                    apply(driver, transfers(10));
                    tick(ledger);
                }
                runToEnd(query, 1 + random.nextInt(40));

                final boolean isOfEnd = query.seq() != seq;
                final boolean canChange = kind == QueryKind.QUERY_ACCOUNTS || kind == QueryKind.ACCOUNT_WITH_PENDINGS;
                assertTrue(!isOfEnd || canChange, "what cannot change is of the beginning");
                assertEquals(isOfEnd ? ledger.appliedSeq() : seq, query.seq());
                assertEquals(isOfEnd ? ledger.lastTimestamp() : timestamp, query.timestamp());
                check(kind, filter, query, isOfEnd ? QueryModel.of(ledger) : before);
            }
        }
    }

    @Test
    void shouldShowAccountsThatCameWhileItRanIfTheyAreInTime() {
        for (final boolean isReversed : new boolean[] {false, true}) {
            for (int offset = -1; offset <= 1; offset++) {
                assertEquals(offset <= 0, isNewAccountShown(isReversed, offset, 0), "timestampMin " + offset);
                assertEquals(offset >= 0, isNewAccountShown(isReversed, -50, offset), "timestampMax " + offset);
            }
        }
    }

    /** The range is given relative to the new account's timestamp. */
    private boolean isNewAccountShown(boolean isReversed, int min, int max) {
        try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(SEED))) {
            LedgerDriver driver = new LedgerDriver(ledger);
            driver.apply(100, 0, List.of(account(1), account(2)));
            QueryFilter filter =
                    new QueryFilter().limit(10).timestampMin(200 + min).timestampMax(min < -1 ? 200 + max : 0);
            LedgerQuery query = ledger.query(QueryKind.QUERY_ACCOUNTS, isReversed ? filter.reversed() : filter, out);
            driver.apply(200, 0, List.of(account(3)));
            runToEnd(query, 10);
            assertEquals(2, query.seq());
            return query.length() > 0;
        }
    }

    @Test
    void shouldReadNoUnrelatedRows() {
        try (LedgerStateMachine ledger = new LedgerStateMachine(new StateConfig(SEED))) {
            LedgerDriver driver = new LedgerDriver(ledger);
            apply(driver, List.of(account(1), account(2), account(3), account(4)));
            apply(driver, List.of(transfer(1, 2, 7)));
            for (int i = 0; i < 100; i++) {
                List<Command> unrelated = new ArrayList<>();
                for (int k = 0; k < 100; k++) {
                    unrelated.add(transfer(3, 4, 8));
                }
                apply(driver, unrelated);
            }
            apply(driver, List.of(transfer(1, 2, 7)));
            final long max = ledger.lastTimestamp();

            final QueryFilter ofAccount =
                    new QueryFilter().accountId(1).debits().limit(10);
            assertTrue(visits(ledger, QueryKind.ACCOUNT_TRANSFERS, ofAccount) < 20);
            assertTrue(visits(ledger, QueryKind.ACCOUNT_TRANSFERS, ofAccount.reversed()) < 20);
            final QueryFilter ofValue = new QueryFilter().code(1).userData64(7).limit(10);
            assertTrue(visits(ledger, QueryKind.QUERY_TRANSFERS, ofValue) < 20);
            assertTrue(visits(
                            ledger,
                            QueryKind.QUERY_TRANSFERS,
                            ofValue.timestampMin(1).timestampMax(max))
                    < 20);
            final QueryFilter none = new QueryFilter().code(1).userData64(9).limit(10);
            assertTrue(visits(ledger, QueryKind.QUERY_TRANSFERS, none) < 20);
            final QueryFilter late =
                    new QueryFilter().userData64(8).timestampMin(max - 5).limit(10);
            assertTrue(visits(ledger, QueryKind.QUERY_TRANSFERS, late) < 40);
            final QueryFilter first = new QueryFilter().userData64(8).limit(3);
            assertTrue(visits(ledger, QueryKind.QUERY_TRANSFERS, first) < 20);
        }
    }

    private int visits(LedgerStateMachine ledger, QueryKind kind, QueryFilter filter) {
        LedgerQuery query = ledger.query(kind, filter, out);
        int visits = 0;
        while (!query.isDone()) {
            visits += query.step(1_000_000);
        }
        return visits;
    }

    @Test
    void shouldFindNothingOfAnAccountThatDoesNotExist() {
        try (LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
            QueryFilter filter =
                    new QueryFilter().accountId(5).debits().credits().limit(10);
            for (final QueryKind kind : QueryKind.values()) {
                LedgerQuery query = ledger.query(kind, kind.isOfAccount() ? filter : new QueryFilter().limit(1), out);
                runToEnd(query, 100);
                assertEquals(kind == QueryKind.ACCOUNT_WITH_PENDINGS ? 176 : 0, query.length(), kind::toString);
                assertEquals(0, kind == QueryKind.ACCOUNT_WITH_PENDINGS ? out.getLong(0) : 0);
            }
        }
    }

    private static void runToEnd(LedgerQuery query, int visitsMax) {
        int length = query.length();
        assertTrue(query.isDone() || length == 0);
        while (!query.isDone()) {
            assertTrue(query.step(visitsMax) > 0);
        }
        assertFalse(query.length() % 8 != 0);
    }

    private void apply(LedgerDriver driver, List<Command> commands) {
        stamp += commands.size() + random.nextInt(50) + (random.nextInt(4) == 0 ? SECOND : 0);
        driver.apply(stamp, 0, commands);
    }

    /** Releases what is due, but not always, and not always all of it. */
    private void tick(LedgerStateMachine ledger) {
        final int due = ledger.dueCount(stamp);
        if (due > 0 && random.nextInt(3) > 0) {
            final int count = 1 + random.nextInt(due);
            stamp += count;
            RecordDescriptor.writeHeader(tick, 0, ledger.appliedSeq() + 1, 1, stamp, RecordType.TICK, count, 0);
            ledger.apply(tick, 0);
        }
    }

    private List<Command> accounts(int from, int to) {
        List<Command> commands = new ArrayList<>();
        for (int id = from; id <= to; id++) {
            Command account = account(id);
            account.ledger = 1 + random.nextInt(2);
            account.code = 1 + random.nextInt(3);
            account.flags = random.nextBoolean() ? AccountFlags.HISTORY : 0;
            values(account);
            commands.add(account);
        }
        return commands;
    }

    private static Command account(int id) {
        Command account = new Command(false);
        account.id = BigInteger.valueOf(id);
        return account;
    }

    private List<Command> transfers(int count) {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Command transfer = transfer(accountId(), accountId(), 0);
            transfer.ledger = 1 + random.nextInt(2);
            transfer.code = 1 + random.nextInt(3);
            transfer.amount = BigInteger.valueOf(random.nextInt(1_000)).shiftLeft(random.nextInt(20) == 0 ? 60 : 0);
            values(transfer);
            twoPhase(transfer);
            commands.add(transfer);
        }
        return commands;
    }

    private void twoPhase(Command transfer) {
        switch (random.nextInt(5)) {
            case 0 -> {
                transfer.flags = TransferFlags.PENDING;
                transfer.timeout = random.nextInt(4);
                if (random.nextInt(20) == 0 && !transfer.debit.equals(BigInteger.ONE)) {
                    transfer.flags |= TransferFlags.CLOSING_DEBIT;
                    transfer.timeout = 1;
                }
                pendings.add(transfer.id);
            }
            case 1 -> {
                if (!pendings.isEmpty()) {
                    final boolean isPost = random.nextInt(3) > 0;
                    transfer.flags = isPost ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING;
                    transfer.pendingId = pendings.remove(random.nextInt(pendings.size()));
                    transfer.debit = BigInteger.ZERO;
                    transfer.credit = BigInteger.ZERO;
                    transfer.ledger = 0;
                    transfer.code = 0;
                    transfer.amount = !isPost ? BigInteger.ZERO : random.nextBoolean() ? Command.MAX : BigInteger.TWO;
                }
            }
            default -> {}
        }
    }

    /** One account is in very many transfers. */
    private int accountId() {
        return random.nextInt(3) == 0 ? 1 : 1 + random.nextInt(ACCOUNTS);
    }

    private Command transfer(int debit, int credit, int userData64) {
        Command transfer = new Command(true);
        transfer.id = BigInteger.valueOf(nextId++);
        transfer.debit = BigInteger.valueOf(debit);
        transfer.credit = BigInteger.valueOf(credit);
        transfer.amount = BigInteger.ONE;
        transfer.userData64 = userData64;
        return transfer;
    }

    /** Few values, so that they meet; 0, which is none; and some that differ in their high bits only. */
    private void values(Command command) {
        command.userData128 = value128(random.nextInt(5));
        command.userData64 = value64(random.nextInt(40));
        command.userData32 = random.nextInt(4) - 1;
    }

    private static BigInteger value128(int choice) {
        return choice == 0
                ? BigInteger.ZERO
                : BigInteger.valueOf(choice & 1).add(BigInteger.ONE.shiftLeft(60 + choice));
    }

    private static long value64(int choice) {
        return choice == 0 ? 0 : choice == 1 ? Long.MIN_VALUE : choice;
    }

    private QueryFilter filter(QueryKind kind, QueryModel model) {
        QueryFilter filter = new QueryFilter().flags(random.nextInt(8) & kind.flags());
        if (kind.needsSide() && filter.flags() % 4 == 0) {
            filter.debits().credits();
        }
        filter.limit(random.nextInt(3) == 0 ? 1 + random.nextInt(20) : 1 + random.nextInt(8189));
        if (kind.isOfAccount()) {
            filter.accountId(random.nextInt(20) == 0 ? 99_999 : accountId());
        }
        if (kind.hasValues()) {
            BigInteger userData128 = value128(random.nextInt(3) == 0 ? random.nextInt(5) : 0);
            filter.userData128(userData128.shiftRight(64).longValue(), userData128.longValue())
                    .userData64(value64(random.nextInt(4) == 0 ? random.nextInt(41) : 0))
                    .userData32(random.nextInt(3) == 0 ? random.nextInt(4) - 1 : 0)
                    .code(random.nextInt(3) == 0 ? random.nextInt(5) : 0)
                    .ledger(kind.hasLedger() && random.nextInt(3) == 0 ? random.nextInt(4) : 0);
        }
        if (!kind.hasTimeRange()) {
            return filter.check(kind);
        }
        if (model.transfers() > 0 && random.nextInt(3) == 0) {
            filter.timestampMin(
                    Math.max(0, model.timestamp(random.nextInt(model.transfers())) + random.nextInt(3) - 1));
        }
        if (model.transfers() > 0 && random.nextInt(3) == 0) {
            long max = model.timestamp(random.nextInt(model.transfers())) + random.nextInt(3) - 1;
            filter.timestampMax(Math.max(max, filter.timestampMin()));
        } else if (random.nextInt(10) == 0) {
            filter.timestampMax(Long.MAX_VALUE);
        }
        return filter.check(kind);
    }

    private static String describe(QueryFilter filter) {
        return "account=" + filter.accountIdLo() + " ud128=" + filter.userData128Hi() + ":" + filter.userData128Lo()
                + " ud64=" + filter.userData64() + " ud32=" + filter.userData32() + " ledger=" + filter.ledger()
                + " code=" + filter.code() + " min=" + filter.timestampMin() + " max=" + filter.timestampMax()
                + " limit=" + filter.limit() + " flags=" + filter.flags();
    }
}
