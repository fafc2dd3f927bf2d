// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryFlags;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The lines of a table that look at the ledger. */
final class TableQueries {
    private static final String INVALID = "INVALID_FILTER";
    private static final List<String> STATUSES = List.of("none", "open", "posted", "voided", "expired");

    private final TableLedger ledger;
    private final TableNumbers numbers;
    private long eventsSeen;

    TableQueries(final TableLedger ledger, final TableNumbers numbers) {
        this.ledger = ledger;
        this.numbers = numbers;
    }

    /** Checks a line that starts with a question mark, and the lines of its answer. */
    void check(final List<String> lines) {
        final String line = lines.get(0);
        final int split = (line + " ").indexOf(" = ");
        final String[] words = line.substring(1, split).strip().split("\\s+");
        final String expected =
                line.substring(Math.min(line.length(), split + 3)).strip();
        switch (words[0]) {
            case "account" -> fields(ledger.account(numbers.number(words[1])), true, expected, line);
            case "transfer" -> fields(ledger.transfer(numbers.number(words[1])), false, expected, line);
            case "balances" -> {
                final byte[] row = ledger.account(numbers.number(words[1]));
                assertNotNull(row, line);
                assertEquals(plain(expected), TableRows.balances(row), line);
            }
            case "status" -> assertEquals(expected, STATUSES.get(ledger.status(numbers.number(words[1]))), line);
            case "pendings" -> assertEquals(expected, pendings(numbers.number(words[1])), line);
            case "events" -> {
                final List<String> rows = new ArrayList<>(expected.isEmpty() ? List.of() : List.of(plain(expected)));
                lines.stream().skip(1).forEach(each -> rows.add(plain(each.substring(2))));
                assertEquals(rows, events(words), line);
            }
            default -> assertEquals(plain(expected), query(words), line);
        }
    }

    private void fields(final byte[] row, final boolean isAccount, final String expected, final String line) {
        if (expected.equals("none")) {
            assertNull(row, line);
            return;
        }
        assertNotNull(row, line);
        final Map<String, BigInteger> fields = isAccount ? TableRows.account(row) : TableRows.transfer(row);
        for (final String each : expected.split("\\s+")) {
            final String[] pair = each.split("=", 2);
            final BigInteger value = pair[0].equals("flags")
                    ? BigInteger.valueOf(TableCommand.flags(isAccount, pair[1]))
                    : numbers.number(pair[1]);
            assertEquals(value, fields.get(pair[0]), each + " in " + line);
        }
    }

    private String pendings(final BigInteger id) {
        final byte[] answer = ledger.query(
                QueryKind.ACCOUNT_WITH_PENDINGS,
                new QueryFilter()
                        .reset()
                        .flags(0)
                        .limit(0)
                        .accountId(id.shiftRight(64).longValue(), id.longValue()));
        final int rows = Long.BYTES + AccountView.LENGTH + Long.BYTES;
        return answer[0] == 0 ? "none" : TableRows.ids(answer, rows, TransferView.LENGTH);
    }

    /** Without words: what happened since this was asked last. */
    private List<String> events(final String[] words) {
        final QueryFilter filter = filter(words, QueryKind.CHANGE_EVENTS);
        if (words.length == 1) {
            filter.timestampMin(eventsSeen + 1);
        }
        final byte[] rows = ledger.query(QueryKind.CHANGE_EVENTS, filter);
        if (rows == null) {
            return List.of(INVALID);
        }
        if (words.length == 1 && rows.length > 0) {
            eventsSeen = TableRows.lastTimestamp(rows);
        }
        return TableRows.events(rows);
    }

    private String query(final String[] words) {
        final QueryKind kind =
                QueryKind.valueOf(words[0].replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT));
        final byte[] rows = ledger.query(kind, filter(words, kind));
        if (rows == null) {
            return INVALID;
        }
        if (kind != QueryKind.ACCOUNT_BALANCES) {
            return TableRows.ids(rows, 0, kind == QueryKind.QUERY_ACCOUNTS ? AccountView.LENGTH : TransferView.LENGTH);
        }
        final List<String> lines = new ArrayList<>();
        TableRows.history(rows)
                .forEach((timestamp, balances) -> lines.add(numbers.transferAt(timestamp) + ": " + balances));
        return String.join(" ; ", lines);
    }

    private QueryFilter filter(final String[] words, final QueryKind kind) {
        final QueryFilter filter = new QueryFilter().reset().limit(Limits.QUERY_LIMIT_MAX);
        filter.flags(kind.needsSide() ? QueryFlags.DEBITS | QueryFlags.CREDITS : 0);
        for (int i = 1; i < words.length; i++) {
            final String[] pair = words[i].split("=", 2);
            if (pair[0].equals("flags")) {
                filter.flags(flags(pair[1]));
                continue;
            }
            final BigInteger value = numbers.number(pair[1]);
            final long hi = value.shiftRight(64).longValue();
            switch (pair[0]) {
                case "accountId" -> filter.accountId(hi, value.longValue());
                case "userData128" -> filter.userData128(hi, value.longValue());
                case "userData64" -> filter.userData64(value.longValue());
                case "userData32" -> filter.userData32(value.intValue());
                case "ledger" -> filter.ledger(value.intValue());
                case "code" -> filter.code(value.intValue());
                case "timestampMin" -> filter.timestampMin(value.longValue());
                case "timestampMax" -> filter.timestampMax(value.longValue());
                case "limit" -> filter.limit(value.longValue());
                default -> throw new IllegalArgumentException("no such predicate: " + words[i]);
            }
        }
        return filter;
    }

    private static int flags(final String names) {
        int flags = 0;
        for (final String name : names.split("\\|")) {
            switch (name) {
                case "DEBITS" -> flags |= QueryFlags.DEBITS;
                case "CREDITS" -> flags |= QueryFlags.CREDITS;
                case "REVERSED" -> flags |= QueryFlags.REVERSED;
                default -> flags |= Integer.decode(name);
            }
        }
        return flags;
    }

    /** Powers and sums as plain numbers, everything else as it is. */
    private String plain(final String text) {
        final StringBuilder plain = new StringBuilder();
        for (final String word : text.strip().split("\\s+")) {
            final boolean isNumber = !word.isEmpty() && (Character.isDigit(word.charAt(0)) || word.equals("MAX"));
            final boolean isKey = word.endsWith(":");
            plain.append(plain.isEmpty() ? "" : " ");
            plain.append(
                    isNumber
                            ? numbers.number(isKey ? word.substring(0, word.length() - 1) : word) + (isKey ? ":" : "")
                            : word);
        }
        return plain.toString();
    }
}
