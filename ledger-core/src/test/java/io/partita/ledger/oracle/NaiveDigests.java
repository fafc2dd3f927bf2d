// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Balances;
import io.partita.ledger.oracle.Entries.Instruction;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Both digests, written from {@code docs/ledger-digests.md} alone, and the rows that they are of. */
final class NaiveDigests {
    private static final long G = 0x9E3779B97F4A7C15L;
    private static final long[] MULTIPLIERS = new long[18];
    private static final int LOGIC_VERSION = 1;

    static {
        for (int i = 0; i < MULTIPLIERS.length; i++) {
            MULTIPLIERS[i] = mix((i + 1) * G) | 1;
        }
    }

    private NaiveDigests() {}

    /** The running digest after one more result. Only a transfer touches two accounts. */
    static long running(final long before, final Result result) {
        return result.second() == null
                ? running(before, result.timestamp(), result.code().code(), null, null)
                : running(
                        before,
                        result.timestamp(),
                        result.code().code(),
                        result.first().balances(),
                        result.second().balances());
    }

    static long running(
            final long before, final long timestamp, final int code, final Balances debit, final Balances credit) {
        final long[] words = new long[18];
        words[0] = timestamp;
        words[1] = code;
        if (debit != null && credit != null) {
            put(words, 2, debit);
            put(words, 10, credit);
        }
        long event = 0;
        for (int i = 0; i < words.length; i++) {
            event += words[i] * MULTIPLIERS[i];
        }
        final long z = before ^ event;
        return (z ^ z >>> 32) * G;
    }

    private static void put(final long[] words, final int at, final Balances balances) {
        int i = at;
        for (final BigInteger balance : new BigInteger[] {
            balances.debitsPending(), balances.debitsPosted(), balances.creditsPending(), balances.creditsPosted()
        }) {
            words[i++] = Numbers.lo(balance);
            words[i++] = Numbers.hi(balance);
        }
    }

    /** The state digest, as 32 hexadecimal digits. */
    static String state(final NaiveLedger ledger) {
        final long[] sum = new long[2];
        for (final Account account : ledger.accounts.values()) {
            add(sum, 1, row(account));
        }
        for (final Transfer transfer : ledger.transfers.values()) {
            add(sum, 2, row(transfer));
            if (transfer.status != null) {
                add(sum, 4, pendingRow(transfer));
            }
        }
        for (final BigInteger id : ledger.burnt) {
            add(sum, 3, row(id));
        }
        for (final Instruction instruction : ledger.instructions.values()) {
            add(sum, 5, row(instruction));
        }
        final ByteBuffer settings = allocate(56);
        settings.putLong(sum[0]).putLong(sum[1]);
        settings.putLong(ledger.accounts.size())
                .putLong(ledger.transfers.size())
                .putLong(ledger.burnt.size());
        settings.putLong(ledger.lastTimestamp).putLong(LOGIC_VERSION);
        final long[] digest = new long[2];
        add(digest, 0, settings.array());
        return String.format("%016x%016x", digest[0], digest[1]);
    }

    static byte[] row(final Account account) {
        final ByteBuffer row = allocate(160);
        final Event created = account.created;
        Event.put(row, created.id);
        put(row, account.balances());
        Event.put(row, account.creditLimit);
        Event.put(row, created.creditLimit);
        Event.put(row, created.userData128);
        row.putLong(created.userData64).putLong(account.timestamp);
        row.putInt(created.userData32).putInt(created.ledger).putShort((short) created.code);
        row.putShort((short) account.flagsNow()).putShort((short) created.flags);
        return row.array();
    }

    static byte[] row(final Transfer transfer) {
        final ByteBuffer row = allocate(128);
        final Event stored = transfer.stored;
        Event.put(row, stored.id);
        Event.put(row, stored.debit);
        Event.put(row, stored.credit);
        Event.put(row, stored.amount);
        Event.put(row, stored.pendingId);
        Event.put(row, stored.userData128);
        row.putLong(stored.userData64).putLong(transfer.timestamp);
        row.putInt(stored.userData32).putInt(stored.timeout).putInt(stored.ledger);
        row.putShort((short) stored.code).putShort((short) stored.flags);
        return row.array();
    }

    static byte[] pendingRow(final Transfer transfer) {
        final ByteBuffer row = allocate(32);
        Event.put(row, transfer.stored.id);
        row.putLong(statusNumber(transfer.status)).putLong(transfer.resolvedAt);
        return row.array();
    }

    static byte[] row(final Instruction instruction) {
        final ByteBuffer row = allocate(64);
        Event.put(row, instruction.created().id);
        Event.put(row, instruction.created().accountId);
        Event.put(row, instruction.created().creditLimit);
        row.putLong(instruction.timestamp());
        return row.array();
    }

    static byte[] row(final BigInteger burntId) {
        final ByteBuffer row = allocate(16);
        Event.put(row, burntId);
        return row.array();
    }

    static void put(final ByteBuffer row, final Balances balances) {
        Event.put(row, balances.debitsPending());
        Event.put(row, balances.debitsPosted());
        Event.put(row, balances.creditsPending());
        Event.put(row, balances.creditsPosted());
    }

    static ByteBuffer allocate(final int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long statusNumber(final Status status) {
        return switch (status) {
            case OPEN -> 1;
            case POSTED -> 2;
            case VOIDED -> 3;
            case EXPIRED -> 4;
        };
    }

    private static void add(final long[] sum, final long tag, final byte[] bytes) {
        long hi = mix(tag + G);
        long lo = mix(tag - G);
        final ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            final long word = words.getLong();
            hi = mix(hi ^ word);
            lo = mix(lo + word);
        }
        sum[0] += hi;
        sum[1] += lo;
    }

    private static long mix(final long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
