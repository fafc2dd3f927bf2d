// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.ResultCode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a table: one line an event with the code it must get.
 *
 * <pre>
 * account id=1 flags=HISTORY            -> CREATED      a batch of one; every batch is stamped 10 ns after what was before
 * + transfer id=2 debit=1 credit=3      -> CREATED      belongs to the batch of the line before
 * late transfer id=3                    -> EXPIRED      its batch's deadline is over by a nanosecond, else it is just kept or 0
 * transfer id=2 debit=1 credit=3        -> EXISTS @500  with that timestamp
 * transfer id=4 debit=1 credit=3        -> CREATED {1: 0 5 0 0} {3: 0 0 0 5}   RETURN_BALANCES; {} for no account
 * at transfer:4+1s                                      the next batch is stamped so, the next TICK looks from there
 * tick -> 4                                             a TICK for all that is due, which releases these, in this order
 * tick 2 -> 4                                           a TICK that owns two timestamps
 * ? account 1 = flags=CLOSED creditLimit=5              these fields of it; or none
 * ? transfer 4 = amount=5                               the same
 * ? balances 1 = 0 5 0 0                                pending and posted debits, pending and posted credits
 * ? status 4 = open                                     of a pending: open, posted, voided, expired
 * ? pendings 1 = 4 5                                    the account's open pendings
 * ? events = PENDING 4 0 5 | 1: 5 0 0 0 CLOSED | 3: 0 0 5 0    what happened since asked last, one line each
 * = EXPIRED 4 0 5 | 1: 0 0 0 0 | 3: 0 0 0 0
 * ? accountTransfers accountId=1 flags=DEBITS limit=9 = 1 2    queryAccounts, queryTransfers: ids; INVALID_FILTER
 * ? accountBalances accountId=1 = 4: 0 5 0 0 ; 5: 0 9 0 0      balances after transfers 4 and 5
 * # a comment
 * </pre>
 *
 * <p>A result must carry the timestamp of the event's own slot, but EXISTS that of the original and a created import its own; the
 * runner remembers them. After each line the invariants must hold.
 */
public final class TableRunner implements AutoCloseable {
    private static final int STEP = 10;

    private final TableLedger ledger;
    private final TableNumbers numbers = new TableNumbers();
    private final TableQueries queries;
    private final List<ResultCode> codes = new ArrayList<>();
    private long now;
    private long next;
    private int batches;

    TableRunner() {
        this(new StateLedger());
    }

    /**
     * A runner on a ledger of the caller's.
     *
     * @param ledger an empty one; closed with this.
     */
    public TableRunner(final TableLedger ledger) {
        this.ledger = ledger;
        queries = new TableQueries(ledger, numbers);
    }

    /** The codes so far. */
    List<ResultCode> codes() {
        return List.copyOf(codes);
    }

    TableLedger ledger() {
        return ledger;
    }

    void run(final String table) {
        run(table.lines().toList());
    }

    /**
     * Runs a table.
     *
     * @param table its lines.
     */
    public void run(final List<String> table) {
        final List<String> lines = table.stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("pair "))
                .toList();
        for (int i = 0, end; i < lines.size(); i = end) {
            end = i + 1;
            while (end < lines.size()
                    && (lines.get(end).startsWith("+") || lines.get(end).startsWith("= "))) {
                end++;
            }
            step(lines.subList(i, end));
        }
    }

    private void step(final List<String> lines) {
        final String line = lines.get(0);
        try {
            if (line.startsWith("at ")) {
                next = numbers.number(line.substring(3).strip()).longValueExact();
            } else if (line.startsWith("tick")) {
                tick(line);
            } else if (line.startsWith("?")) {
                queries.check(lines);
            } else {
                batch(lines);
            }
            assertEquals(List.of(), ledger.violations(), line);
        } catch (final IllegalArgumentException | IllegalStateException | ArithmeticException error) {
            throw new AssertionError(line, error);
        }
    }

    private void batch(final List<String> lines) {
        now = next != 0 ? next : now + Math.max(STEP, lines.size());
        next = 0;
        numbers.name("T", now);
        final List<TableCommand> commands = new ArrayList<>();
        boolean isLate = false;
        boolean withBalances = false;
        for (final String line : lines) {
            String text = line.substring(0, line.indexOf("->")).strip();
            text = text.startsWith("+") ? text.substring(1).strip() : text;
            if (text.startsWith("late ")) {
                isLate = true;
                text = text.substring(5);
            }
            commands.add(TableCommand.parse(text, numbers));
            withBalances |= line.contains("{");
        }
        batches++;
        final long deadline = isLate ? now - 1 : batches % 2 == 0 ? now : 0;
        final List<TableLedger.Result> results = ledger.apply(now, deadline, withBalances, commands);
        assertEquals(commands.size(), results.size());
        for (int i = 0; i < lines.size(); i++) {
            check(lines.get(i), commands.get(i), results.get(i), now - lines.size() + i + 1);
        }
    }

    private void check(
            final String line, final TableCommand command, final TableLedger.Result result, final long slot) {
        final String right = line.substring(line.indexOf("->") + 2).strip();
        final int brace = right.indexOf('{');
        final String[] expected =
                (brace < 0 ? right : right.substring(0, brace)).strip().split("\\s*@");
        final ResultCode code = ResultCode.valueOf(expected[0].strip());
        codes.add(result.code());
        assertEquals(code, result.code(), line);

        long timestamp = slot;
        if (expected.length > 1) {
            timestamp = numbers.number(expected[1]).longValueExact();
        } else if (code == ResultCode.EXISTS) {
            timestamp = numbers.number(command.name()).longValueExact();
        } else if (code == ResultCode.CREATED && command.isImported()) {
            timestamp = command.lo("timestamp");
        }
        assertEquals(timestamp, result.timestamp(), "timestamp: " + line);
        if (code == ResultCode.CREATED) {
            numbers.name(command.name(), timestamp);
        }
        if (brace >= 0) {
            assertEquals(touched(right.substring(brace)), result.touched(), line);
        }
    }

    /** Reads {@code {1: 0 2^64 0 0} {}}, writes plain numbers. */
    private String touched(final String text) {
        final StringBuilder plain = new StringBuilder();
        for (final String each : text.split("[{}]")) {
            if (!each.isBlank()) {
                final String[] words = each.strip().split(":?\\s+");
                plain.append(plain.isEmpty() ? "" : " | ")
                        .append(numbers.number(words[0]))
                        .append(':');
                for (int i = 1; i < words.length; i++) {
                    plain.append(' ').append(numbers.number(words[i]));
                }
            }
        }
        return plain.toString();
    }

    private void tick(final String line) {
        final String[] sides = line.substring("tick".length()).split("->", -1);
        final String expected = sides[1].strip();
        final long base = next != 0 ? next : now;
        next = 0;
        final int due = ledger.dueCount(base);
        final String count = sides[0].strip();
        if (count.isEmpty() && due == 0) {
            assertEquals("none", expected, line);
            return;
        }
        final int n = count.isEmpty() ? due : Integer.parseInt(count);
        now = base + n;
        final int before = ledger.expired().size();
        ledger.tick(now, n);
        final List<String> expired =
                ledger.expired().stream().skip(before).map(BigInteger::toString).toList();
        assertEquals(expected, String.join(" ", expired), line);
        assertEquals(ledger.dueCount(base), Math.max(0, due - n), line);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
