// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.TransferFlags;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A command as a line gives it: a kind and the fields that are not 0. Ledger and code are 1 unless the line says otherwise. */
public final class TableCommand {
    private static final Map<String, List<String>> FIELDS = Map.of(
            "account",
            List.of(
                    "id",
                    "ledger",
                    "code",
                    "flags",
                    "creditLimit",
                    "userData128",
                    "userData64",
                    "userData32",
                    "timestamp",
                    "reserved",
                    "debitsPending",
                    "debitsPosted",
                    "creditsPending",
                    "creditsPosted"),
            "transfer",
            List.of(
                    "id",
                    "debit",
                    "credit",
                    "amount",
                    "pendingId",
                    "timeout",
                    "ledger",
                    "code",
                    "flags",
                    "userData128",
                    "userData64",
                    "userData32",
                    "timestamp"),
            "setCreditLimit",
            List.of("id", "account", "creditLimit", "flags"),
            "resolve",
            List.of("id", "flags"));

    private final String kind;
    private final Map<String, BigInteger> fields = new LinkedHashMap<>();

    private TableCommand(final String kind) {
        this.kind = kind;
    }

    /** Reads {@code transfer id=10 debit=1 credit=2 amount=2^64-1 flags=PENDING|LINKED}. */
    static TableCommand parse(final String line, final TableNumbers numbers) {
        final String[] words = line.trim().split("\\s+");
        final List<String> known = FIELDS.get(words[0]);
        if (known == null) {
            throw new IllegalArgumentException("no such command: " + line);
        }
        final TableCommand command = new TableCommand(words[0]);
        for (int i = 1; i < words.length; i++) {
            final String[] pair = words[i].split("=", 2);
            if (pair.length != 2 || !known.contains(pair[0]) || command.fields.containsKey(pair[0])) {
                throw new IllegalArgumentException("no such field, or twice: " + words[i] + " in " + line);
            }
            command.fields.put(
                    pair[0],
                    pair[0].equals("flags")
                            ? BigInteger.valueOf(flags(command.kind.equals("account"), pair[1]))
                            : numbers.number(pair[1]));
        }
        return command;
    }

    /**
     * What it does.
     *
     * @return account, transfer, setCreditLimit or resolve.
     */
    public String kind() {
        return kind;
    }

    /**
     * A field.
     *
     * @param field its name in tables.
     * @return its value.
     */
    public BigInteger get(final String field) {
        final BigInteger value = fields.get(field);
        if (value != null) {
            return value;
        }
        return field.equals("ledger") || field.equals("code") ? BigInteger.ONE : BigInteger.ZERO;
    }

    /**
     * High half of a field.
     *
     * @param field its name in tables.
     * @return 64 bits.
     */
    public long hi(final String field) {
        return get(field).shiftRight(64).longValue();
    }

    /**
     * Low half of a field.
     *
     * @param field its name in tables.
     * @return 64 bits.
     */
    public long lo(final String field) {
        return get(field).longValue();
    }

    /**
     * A field of 32 bits or less.
     *
     * @param field its name in tables.
     * @return its value.
     */
    public int integer(final String field) {
        return get(field).intValue();
    }

    boolean isImported() {
        return kind.equals("account")
                ? (integer("flags") & AccountFlags.IMPORTED) != 0
                : kind.equals("transfer") && (integer("flags") & TransferFlags.IMPORTED) != 0;
    }

    /** What its timestamp is found under: instructions are in the id space of transfers. */
    String name() {
        return (kind.equals("account") ? "account:" : "transfer:") + get("id");
    }

    /** Reads {@code HISTORY|CLOSED} or {@code 0x40}. */
    static int flags(final boolean ofAccount, final String names) {
        int flags = 0;
        for (final String name : names.split("\\|")) {
            try {
                flags |= Character.isDigit(name.charAt(0))
                        ? Integer.decode(name)
                        : (ofAccount ? AccountFlags.class : TransferFlags.class)
                                .getField(name)
                                .getInt(null);
            } catch (final ReflectiveOperationException error) {
                throw new IllegalArgumentException("no such flag: " + name, error);
            }
        }
        return flags;
    }
}
