// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.Limits;
import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Instruction;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Transfer;
import io.partita.ledger.oracle.Situations.Situation;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** One seed: the naive ledger and the subject get the same records and must not be told apart. */
final class Duel {
    private static final long SECOND = 1_000_000_000L;
    private static final int STATE_EVERY = 64;
    private static final int RUNNING_MAX = 8;
    private static final int SHOWN_LENGTH = 160;

    private final Tally tally;
    private final Chance chance;
    /** When queries read on: apart, so that how many steps the subject needs changes nothing else. */
    private final Chance pace;

    private final Profile profile;
    private final NaiveLedger naive;
    private final NaiveQueries queries;
    private final Subject subject;
    private final EventGenerator events;
    private final FilterGenerator filters;
    private final Records records;
    private final UnsafeBuffer filterBytes = new UnsafeBuffer(new byte[Filter.LENGTH]);
    private final List<Running> running = new ArrayList<>();
    private int commands;
    /** The stamp of the last batch less its length. */
    private long batchBase;

    Duel(
            final long seed,
            final Tally tally,
            final NaiveLedger naive,
            final NaiveQueries queries,
            final Subject subject,
            final Records records) {
        this.tally = tally;
        this.naive = naive;
        this.queries = queries;
        this.subject = subject;
        this.records = records;
        chance = new Chance(seed);
        pace = new Chance(~seed);
        profile = new Profile(chance);
        events = new EventGenerator(chance, profile, naive);
        filters = new FilterGenerator(chance, events, naive);
        naive.lastTimestamp = 0;
    }

    /** Commands so far. */
    int commands() {
        return commands;
    }

    /** Runs until the seed's ledger has had its commands, the clock's end is near, or there is a difference: that throws. */
    void run() {
        int step = 0;
        long base = profile.start;
        while (commands < profile.commands) {
            final int count = batchLength();
            base = nextBase(Math.max(base, naive.lastTimestamp), count);
            if (base > Long.MAX_VALUE - count) {
                break;
            }
            tick(base);
            if (naive.lastTimestamp > base) {
                base = naive.lastTimestamp;
            }
            if (base > Long.MAX_VALUE - count) {
                break;
            }
            batchBase = base;
            batch(base + count, count);
            // The more there is to scan the fewer.
            for (int i = 0; i < 1 + count / 16; i++) {
                if (naive.changes.size() < 2000 || chance.oneIn(4)) {
                    query(filters.filter());
                }
            }
            for (int i = running.size() - 1; i >= 0; i--) {
                step(running.get(i), pace.oneIn(20) ? Integer.MAX_VALUE : pace.between(1, 60));
            }
            if (++step % STATE_EVERY == 0) {
                compareState();
            }
        }
        if (chance.oneIn(2) || profile.pendings > 90) {
            drain();
        }
        for (int i = running.size() - 1; i >= 0; i--) {
            step(running.get(i), Integer.MAX_VALUE);
        }
        compareState();
        compareRows();
        compareLookups();
        compareFeed();
    }

    private int batchLength() {
        if (chance.oneIn(20_000)) {
            return Limits.BATCH_COMMANDS_MAX;
        }
        // The first few are for accounts.
        final int max = commands < 100 ? 30 : profile.batchMax;
        return chance.between(1, Math.min(chance.oneIn(20) ? max * 2 : max, Limits.BATCH_COMMANDS_MAX));
    }

    /**
     * What the stamp of a batch less its length may be: at once; whole seconds after the batch before, so that timeouts of both
     * end at one moment; or about when something is due.
     */
    private long nextBase(final long last, final int count) {
        final long next = switch (chance.weighted(
                profile.pendings > 90 ? 300 : 30, 20, 8, naive.expiring.isEmpty() ? 0 : 14, 3, 1)) {
            case 0 -> last + chance.below(4);
            case 1 -> batchBase + SECOND * chance.between(1, 3);
            case 2 -> (last / SECOND + 1) * SECOND;
            case 3 -> naive.expiring.first().expiresAt() - 1 - chance.below(count + 2) + chance.below(3);
            case 4 -> last + SECOND * chance.below(400) + chance.below(1000);
            default -> last + chance.below(10) * 86_400L * SECOND;
        };
        return next < last ? last < 0 || next < 0 ? Long.MAX_VALUE : last : next;
    }

    /** Mostly what a sequencer would do; but a TICK may come late, in pieces, or release less than it could. */
    private void tick(final long base) {
        final int allDue = naive.dueCount(base);
        final int due = Math.min(allDue, Limits.EXPIRIES_PER_TICK_MAX);
        final int count;
        if (due == 0) {
            count = chance.oneIn(50) ? chance.between(1, 4) : 0;
        } else if (chance.oneIn(2)) {
            count = due;
        } else {
            count = chance.oneIn(2) ? 0 : Math.min(chance.between(1, due + 2), Limits.EXPIRIES_PER_TICK_MAX);
        }
        check(
                due == subject.dueCount(base),
                () -> "due at " + base + ": " + due + " against " + subject.dueCount(base));
        if (count > 0 && base <= Long.MAX_VALUE - count) {
            release(base, count, allDue);
        }
    }

    /** Until nothing is left that expires. */
    private void drain() {
        while (!naive.expiring.isEmpty()) {
            final long base = Math.max(naive.expiring.last().expiresAt(), naive.lastTimestamp);
            final int due = naive.dueCount(base);
            final int count = Math.min(due, Limits.EXPIRIES_PER_TICK_MAX);
            if (base > Long.MAX_VALUE - count) {
                return;
            }
            release(base, count, due);
        }
    }

    private void release(final long base, final int count, final int due) {
        final long stamp = base + count;
        subject.apply(records.tick(stamp, count), records.results());
        final int firstChange = naive.changes.size();
        naive.tick(stamp, count);
        tally.ticks++;
        tally.situations.look(due, naive, firstChange);
        tally.situations.addIf(due > Limits.EXPIRIES_PER_TICK_MAX, Situation.MORE_DUE_THAN_A_TICK_MAY_RELEASE);
        compareDigest(() -> "TICK stamp=" + stamp + " count=" + count);
    }

    private void batch(final long stamp, final int count) {
        final List<Event> batch = events.batch(count, stamp);
        final long deadline = chance.oneIn(30) ? stamp - 1 : chance.oneIn(30) ? stamp + chance.below(2) : 0;
        final boolean withBalances = chance.oneIn(2);
        final int options = withBalances ? NaiveLedger.RETURN_BALANCES : 0;
        final int length = subject.apply(records.batch(stamp, deadline, options, batch), records.results());
        final List<Result> expected = naive.apply(stamp, deadline, batch);
        check(length == Records.resultsLength(count, withBalances), () -> "length of results: " + length);
        final List<Result> actual = records.read(count, withBalances);
        for (int i = 0; i < count; i++) {
            final Result wanted = expected.get(i);
            final Result got = actual.get(i);
            tally.count(batch.get(i), wanted.code());
            final boolean same = wanted.code() == got.code()
                    && wanted.timestamp() == got.timestamp()
                    && (!withBalances || wanted.equals(got));
            if (!same) {
                throw new Difference(
                        commands + i,
                        describe(batch, stamp, deadline, i) + "\nexpected " + wanted + "\nactual   " + got);
            }
        }
        compareDigest(() -> describe(batch, stamp, deadline, batch.size() - 1));
        commands += count;
        events.learn(expected);
        tally.situations.look(batch, expected, naive);
    }

    /** Asks at once, or starts a query that other records come between. */
    private void query(final Filter filter) {
        filterBytes.putBytes(0, filter.encode());
        final byte[] expected = queries.answer(naive, filter);
        final Subject.Query query = subject.query(filter.kind.ordinal(), filterBytes);
        tally.count(filter, expected);
        if (query == null || expected == null) {
            check((query == null) == (expected == null), () -> filter + " is it valid?");
            return;
        }
        final Running started = new Running(filter, query, records.seq(), expected);
        running.add(started);
        step(started, pace.oneIn(4) && running.size() < RUNNING_MAX ? pace.between(1, 30) : Integer.MAX_VALUE);
    }

    private void step(final Running asked, final int visitsMax) {
        byte[] actual;
        do {
            actual = asked.query.step(visitsMax);
        } while (actual == null && visitsMax == Integer.MAX_VALUE);
        if (actual == null) {
            return;
        }
        running.remove(asked);
        // It may be of the position where it began, or of this one.
        final boolean isOfStart = asked.query.seq() == asked.seq;
        check(isOfStart || asked.query.seq() == records.seq(), () -> asked.filter + " is of seq " + asked.query.seq());
        final byte[] expected = isOfStart ? asked.expected : queries.answer(naive, asked.filter);
        if (!Arrays.equals(expected, actual)) {
            throw new Difference(
                    commands, asked.filter + " (from seq " + asked.seq + ")" + difference(expected, actual));
        }
    }

    private record Running(Filter filter, Subject.Query query, long seq, byte[] expected) {}

    private void compareDigest(final java.util.function.Supplier<String> what) {
        check(naive.runningDigest == subject.runningDigest(), () -> "running digest after " + what.get());
        check(naive.lastTimestamp == subject.lastTimestamp(), () -> "last timestamp after " + what.get());
        final long next = naive.expiring.isEmpty()
                ? Long.MAX_VALUE
                : naive.expiring.first().expiresAt();
        check(next == subject.nextExpiry(), () -> "next expiry " + next + " against " + subject.nextExpiry());
    }

    private void compareState() {
        final long[] counts = {naive.accounts.size(), naive.transfers.size(), naive.burnt.size()};
        check(Arrays.equals(counts, subject.counts()), () -> "counts: " + Arrays.toString(subject.counts()));
        final String expected = NaiveDigests.state(naive);
        check(expected.equals(subject.stateDigest()), () -> "state digest; " + rowDifference());
        check(subject.violations().isEmpty(), () -> "invariants: " + subject.violations());
        tally.states++;
    }

    private void compareRows() {
        final String difference = rowDifference();
        check(difference.isEmpty(), () -> difference);
    }

    /** The first row that is not the same on both sides, or an empty string. */
    private String rowDifference() {
        final List<byte[]> expected = new ArrayList<>();
        for (final Account account : naive.accountsByTime.values()) {
            expected.add(tagged(1, NaiveDigests.row(account)));
        }
        for (final Transfer transfer : naive.transfersByTime.values()) {
            expected.add(tagged(2, NaiveDigests.row(transfer)));
        }
        for (final BigInteger id : naive.burnt) {
            expected.add(tagged(3, NaiveDigests.row(id)));
        }
        for (final Transfer transfer : naive.transfersByTime.values()) {
            if (transfer.status != null) {
                expected.add(tagged(4, NaiveDigests.pendingRow(transfer)));
            }
        }
        for (final Instruction instruction : naive.instructions.values()) {
            expected.add(tagged(5, NaiveDigests.row(instruction)));
        }
        final List<byte[]> actual = subject.rows();
        // The order among burnt ids and instructions is that of the events; here it is that of the bytes, on both
        // sides.
        expected.sort(Arrays::compareUnsigned);
        actual.sort(Arrays::compareUnsigned);
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            final byte[] wanted = i < expected.size() ? expected.get(i) : null;
            final byte[] got = i < actual.size() ? actual.get(i) : null;
            if (!Arrays.equals(wanted, got)) {
                return "row (its tag first)" + difference(wanted, got);
            }
        }
        return "";
    }

    private static byte[] tagged(final int tag, final byte[] row) {
        return ByteBuffer.allocate(row.length + 1).put((byte) tag).put(row).array();
    }

    private void compareLookups() {
        for (final BigInteger id : naive.accounts.keySet()) {
            compareLookup(id);
            compareLookup(id.flipBit(127));
        }
        for (final BigInteger id : naive.transfers.keySet()) {
            compareLookup(id);
        }
        naive.burnt.forEach(this::compareLookup);
        naive.instructions.keySet().forEach(this::compareLookup);
    }

    private void compareLookup(final BigInteger id) {
        final byte[] account = subject.account(Numbers.hi(id), Numbers.lo(id));
        final byte[] transfer = subject.transfer(Numbers.hi(id), Numbers.lo(id));
        check(Arrays.equals(NaiveQueries.lookupAccount(naive, id), account), () -> "account " + id);
        check(Arrays.equals(NaiveQueries.lookupTransfer(naive, id), transfer), () -> "transfer " + id);
    }

    /** Everything that happened, as a reader gets it who resumes by timestamp. */
    private void compareFeed() {
        final Filter filter = new Filter(Filter.Kind.CHANGE_EVENTS);
        filter.limit = NaiveQueries.LIMIT_MAX;
        query(filter);
        for (final Change change : naive.changes) {
            if (chance.oneIn(400)) {
                filter.timestampMin = change.timestamp() + 1;
                filter.limit = chance.between(1, 200);
                query(filter);
            }
        }
    }

    private String describe(final List<Event> batch, final long stamp, final long deadline, final int at) {
        final StringBuilder text = new StringBuilder();
        text.append("batch stamp=").append(stamp).append(" deadline=").append(deadline);
        for (int i = Math.max(0, at - 24); i <= Math.min(at + 6, batch.size() - 1); i++) {
            text.append('\n').append(i == at ? " -> " : "    ");
            text.append(stamp - batch.size() + i + 1).append(' ').append(batch.get(i));
        }
        final Event event = batch.get(at);
        append(text, "debit ", naive.accounts.get(event.debit));
        append(text, "credit ", naive.accounts.get(event.credit));
        append(text, "account ", naive.accounts.get(event.kind == Event.ACCOUNT ? event.id : event.accountId));
        append(text, "same id ", naive.transfers.get(event.id));
        append(text, "pending ", naive.transfers.get(event.pendingId));
        return text.toString();
    }

    private static void append(final StringBuilder text, final String name, final Object value) {
        if (value != null) {
            text.append("\n    afterwards ").append(name).append(value);
        }
    }

    private static String difference(final byte[] expected, final byte[] actual) {
        final byte[] wanted = expected == null ? new byte[0] : expected;
        final byte[] got = actual == null ? new byte[0] : actual;
        final int from = Math.max(0, Arrays.mismatch(wanted, got) / SHOWN_LENGTH * SHOWN_LENGTH);
        return "\nfrom byte " + from + "\nexpected " + text(wanted, from) + "\nactual   " + text(got, from);
    }

    private static String text(final byte[] bytes, final int from) {
        final int to = Math.min(bytes.length, from + SHOWN_LENGTH);
        return bytes.length + " bytes " + (from < to ? HexFormat.of().formatHex(bytes, from, to) : "");
    }

    private void check(final boolean holds, final java.util.function.Supplier<String> what) {
        if (!holds) {
            throw new Difference(commands, what.get());
        }
    }

    /** The two sides do not agree. */
    static final class Difference extends RuntimeException {
        private static final long serialVersionUID = 1;

        /** How many commands came before. */
        final int command;

        Difference(final int command, final String message) {
            super("after command " + command + ": " + message);
            this.command = command;
        }
    }
}
