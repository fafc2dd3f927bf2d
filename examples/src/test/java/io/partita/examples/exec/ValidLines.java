// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Makes lines of every operation with every field, all well-formed; a seed gives the same ones for ever. */
final class ValidLines {
    private static final List<String> ACCOUNT_FLAGS = List.of(
            "LINKED",
            "DEBITS_MUST_NOT_EXCEED_CREDITS",
            "CREDITS_MUST_NOT_EXCEED_DEBITS",
            "HISTORY",
            "IMPORTED",
            "CLOSED");
    private static final List<String> TRANSFER_FLAGS = List.of(
            "LINKED",
            "PENDING",
            "POST_PENDING",
            "VOID_PENDING",
            "BALANCING_DEBIT",
            "BALANCING_CREDIT",
            "CLOSING_DEBIT",
            "CLOSING_CREDIT",
            "IMPORTED");

    private final SplittableRandom random;

    ValidLines(final SplittableRandom random) {
        this.random = random;
    }

    /** The next line as a tree that may be changed. */
    Map<String, @Nullable Object> next() {
        return switch (random.nextInt(16)) {
            case 0, 1 -> events("createAccounts");
            case 2, 3, 4, 5 -> events("createTransfers");
            case 6, 7 -> batch();
            case 8 -> ids(random.nextBoolean() ? "lookupAccounts" : "lookupTransfers");
            case 9 -> filtered("accountTransfers", true);
            case 10 -> filtered("accountBalances", true);
            case 11 -> filtered("queryAccounts", false);
            case 12 -> filtered("queryTransfers", false);
            case 13 -> changeEvents();
            case 14 -> put(line("accountWithPendings"), "id", id());
            default ->
                random.nextInt(3) == 0
                        ? line(random.nextBoolean() ? "digest" : "invariants")
                        : put(line("advance"), "nanos", number(2_000_000_000));
        };
    }

    private Map<String, @Nullable Object> events(final String op) {
        final List<@Nullable Object> events = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            events.add("createAccounts".equals(op) ? account() : transfer());
        }
        return put(line(op), "events", events);
    }

    private Map<String, @Nullable Object> batch() {
        final Map<String, @Nullable Object> line = line("batch");
        if (random.nextBoolean()) {
            line.put("options", new ArrayList<>(List.of("RETURN_BALANCES")));
        }
        if (random.nextInt(4) == 0) {
            line.put("deadline", number(4_000_000_000L));
        }
        final List<@Nullable Object> events = new ArrayList<>();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            events.add(
                    switch (random.nextInt(4)) {
                        case 0 -> put(new LinkedHashMap<>(), "createAccount", account());
                        case 1 -> put(new LinkedHashMap<>(), "createTransfer", transfer());
                        case 2 -> put(new LinkedHashMap<>(), "setCreditLimit", creditLimit());
                        default -> put(new LinkedHashMap<>(), "resolve", put(new LinkedHashMap<>(), "id", id()));
                    });
        }
        return put(line, "events", events);
    }

    private Map<String, @Nullable Object> account() {
        final Map<String, @Nullable Object> account = new LinkedHashMap<>();
        account.put("id", id());
        account.put("ledger", random.nextInt(1, 3));
        account.put("code", random.nextInt(1, 3));
        maybe(account, "flags", some(ACCOUNT_FLAGS));
        maybe(account, "creditLimit", number(1000));
        userData(account);
        maybe(account, "timestamp", number(3));
        maybe(account, "reserved", number(2));
        maybe(account, "debitsPosted", number(2));
        maybe(account, "flagsPadding", number(2));
        return account;
    }

    private Map<String, @Nullable Object> transfer() {
        final Map<String, @Nullable Object> transfer = new LinkedHashMap<>();
        transfer.put("id", id());
        transfer.put("debitAccountId", id());
        transfer.put("creditAccountId", id());
        transfer.put("amount", random.nextInt(8) == 0 ? "MAX" : number(100));
        transfer.put("ledger", random.nextInt(1, 3));
        transfer.put("code", random.nextInt(1, 3));
        maybe(transfer, "flags", some(TRANSFER_FLAGS));
        maybe(transfer, "pendingId", id());
        maybe(transfer, "timeout", number(3));
        userData(transfer);
        maybe(transfer, "timestamp", number(3));
        return transfer;
    }

    private Map<String, @Nullable Object> creditLimit() {
        final Map<String, @Nullable Object> command = new LinkedHashMap<>();
        command.put("id", id());
        command.put("accountId", id());
        command.put("creditLimit", number(1000));
        maybe(command, "flags", some(List.of("LINKED")));
        return command;
    }

    private Map<String, @Nullable Object> ids(final String op) {
        final List<@Nullable Object> ids = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            ids.add(id());
        }
        return put(line(op), "ids", ids);
    }

    private Map<String, @Nullable Object> filtered(final String op, final boolean isOfAccount) {
        final Map<String, @Nullable Object> filter = new LinkedHashMap<>();
        if (isOfAccount) {
            filter.put("accountId", random.nextInt(1, 12));
        } else {
            maybe(filter, "ledger", number(3));
        }
        userData(filter);
        maybe(filter, "code", number(3));
        range(filter);
        final List<@Nullable Object> flags = new ArrayList<>();
        if (isOfAccount) {
            flags.add(random.nextBoolean() ? "DEBITS" : "CREDITS");
        }
        if (random.nextBoolean()) {
            flags.add("REVERSED");
        }
        filter.put("flags", flags);
        return put(line(op), "filter", filter);
    }

    private Map<String, @Nullable Object> changeEvents() {
        final Map<String, @Nullable Object> line = line("changeEvents");
        range(line);
        return line;
    }

    private void range(final Map<String, @Nullable Object> fields) {
        maybe(fields, "timestampMin", number(50));
        if (random.nextInt(4) == 0) {
            fields.put("timestampMax", String.valueOf(random.nextLong(50, Long.MAX_VALUE)));
        }
        fields.put("limit", random.nextInt(1, 8190));
    }

    private void userData(final Map<String, @Nullable Object> fields) {
        maybe(fields, "userData128", random.nextInt(8) == 0 ? "MAX" : number(3));
        maybe(fields, "userData64", number(3));
        maybe(fields, "userData32", number(3));
    }

    /** Few ids, so that many meet: as numbers and as strings. */
    private Object id() {
        return number(12);
    }

    private Object number(final long bound) {
        final long value = random.nextLong(bound);
        return random.nextInt(4) == 0 ? (Object) String.valueOf(value) : value;
    }

    private List<@Nullable Object> some(final List<String> names) {
        final List<@Nullable Object> some = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            some.add(names.get(random.nextInt(names.size())));
        }
        return some;
    }

    private void maybe(final Map<String, @Nullable Object> fields, final String name, final Object value) {
        if (random.nextInt(4) == 0) {
            fields.put(name, value);
        }
    }

    private static Map<String, @Nullable Object> line(final String op) {
        return put(new LinkedHashMap<>(), "op", op);
    }

    private static Map<String, @Nullable Object> put(
            final Map<String, @Nullable Object> fields, final String name, final Object value) {
        fields.put(name, value);
        return fields;
    }
}
