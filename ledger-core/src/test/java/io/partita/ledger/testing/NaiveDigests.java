// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.testing.NaiveLedger.Account;
import io.partita.ledger.testing.NaiveLedger.Transfer;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Both digests, written from {@code docs/ledger-digests.md} alone. */
public final class NaiveDigests {
    private static final BigInteger TWO_64 = BigInteger.ONE.shiftLeft(64);
    private static final BigInteger G = new BigInteger("9E3779B97F4A7C15", 16);

    private static final BigInteger[] MULTIPLIERS = new BigInteger[18];

    static {
        for (int i = 0; i < MULTIPLIERS.length; i++) {
            MULTIPLIERS[i] =
                    mix(G.multiply(BigInteger.valueOf(i + 1)).mod(TWO_64)).setBit(0);
        }
    }

    private NaiveDigests() {}

    /** The running digest after one more result. */
    static long running(long before, long timestamp, int code, Account debit, Account credit) {
        BigInteger[] words = new BigInteger[18];
        java.util.Arrays.fill(words, BigInteger.ZERO);
        words[0] = BigInteger.valueOf(timestamp);
        words[1] = BigInteger.valueOf(code);
        if (debit != null && credit != null) {
            words[4] = debit.debitsPosted.mod(TWO_64);
            words[5] = debit.debitsPosted.divide(TWO_64);
            words[8] = debit.creditsPosted.mod(TWO_64);
            words[9] = debit.creditsPosted.divide(TWO_64);
            words[12] = credit.debitsPosted.mod(TWO_64);
            words[13] = credit.debitsPosted.divide(TWO_64);
            words[16] = credit.creditsPosted.mod(TWO_64);
            words[17] = credit.creditsPosted.divide(TWO_64);
        }
        BigInteger event = BigInteger.ZERO;
        for (int i = 0; i < words.length; i++) {
            event = event.add(words[i].multiply(MULTIPLIERS[i]));
        }
        BigInteger z = unsigned(before).xor(event.mod(TWO_64));
        return z.xor(z.shiftRight(32)).multiply(G).longValue();
    }

    /** The state digest, as 32 hexadecimal digits. */
    public static String state(NaiveLedger ledger) {
        BigInteger[] sum = {BigInteger.ZERO, BigInteger.ZERO};
        for (Account account : ledger.accounts.values()) {
            add(sum, hash(1, row(account)));
        }
        for (Transfer transfer : ledger.transfers.values()) {
            add(sum, hash(2, row(transfer)));
        }
        for (BigInteger id : ledger.burnt) {
            ByteBuffer row = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
            put(row, id);
            add(sum, hash(3, row.array()));
        }
        ByteBuffer settings = ByteBuffer.allocate(56).order(ByteOrder.LITTLE_ENDIAN);
        settings.putLong(sum[0].longValue())
                .putLong(sum[1].longValue())
                .putLong(ledger.accounts.size())
                .putLong(ledger.transfers.size())
                .putLong(ledger.burnt.size())
                .putLong(ledger.lastTimestamp)
                .putLong(1);
        BigInteger[] digest = hash(0, settings.array());
        return String.format("%016x%016x", digest[0].longValue(), digest[1].longValue());
    }

    private static byte[] row(Account account) {
        ByteBuffer row = ByteBuffer.allocate(160).order(ByteOrder.LITTLE_ENDIAN);
        Command created = account.created;
        put(row, created.id);
        put(row, BigInteger.ZERO);
        put(row, account.debitsPosted);
        put(row, BigInteger.ZERO);
        put(row, account.creditsPosted);
        put(row, created.creditLimit);
        put(row, created.creditLimit);
        put(row, created.userData128);
        row.putLong(created.userData64).putLong(account.timestamp);
        row.putInt(created.userData32).putInt(created.ledger);
        row.putShort((short) created.code).putShort((short) created.flags).putShort((short) created.flags);
        return row.array();
    }

    private static byte[] row(Transfer transfer) {
        ByteBuffer row = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
        Command created = transfer.created();
        put(row, created.id);
        put(row, created.debit);
        put(row, created.credit);
        put(row, created.amount);
        put(row, created.pendingId);
        put(row, created.userData128);
        row.putLong(created.userData64).putLong(transfer.timestamp());
        row.putInt(created.userData32).putInt(created.timeout).putInt(created.ledger);
        row.putShort((short) created.code).putShort((short) created.flags);
        return row.array();
    }

    private static BigInteger[] hash(long tag, byte[] bytes) {
        BigInteger hi = mix(BigInteger.valueOf(tag).add(G).mod(TWO_64));
        BigInteger lo = mix(BigInteger.valueOf(tag).subtract(G).mod(TWO_64));
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (words.hasRemaining()) {
            BigInteger word = unsigned(words.getLong());
            hi = mix(hi.xor(word));
            lo = mix(lo.add(word).mod(TWO_64));
        }
        return new BigInteger[] {hi, lo};
    }

    private static BigInteger mix(BigInteger value) {
        BigInteger z = value.xor(value.shiftRight(30))
                .multiply(new BigInteger("BF58476D1CE4E5B9", 16))
                .mod(TWO_64);
        z = z.xor(z.shiftRight(27))
                .multiply(new BigInteger("94D049BB133111EB", 16))
                .mod(TWO_64);
        return z.xor(z.shiftRight(31));
    }

    private static void add(BigInteger[] sum, BigInteger[] hash) {
        sum[0] = sum[0].add(hash[0]).mod(TWO_64);
        sum[1] = sum[1].add(hash[1]).mod(TWO_64);
    }

    private static void put(ByteBuffer row, BigInteger value) {
        row.putLong(value.longValue()).putLong(value.shiftRight(64).longValue());
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
