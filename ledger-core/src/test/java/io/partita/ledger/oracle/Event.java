// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** One command of any kind as plain numbers. Fields that its kind does not have are 0 and mean nothing. */
public final class Event {
    static final int ACCOUNT = 1;
    static final int TRANSFER = 2;
    static final int CREDIT_LIMIT = 3;
    static final int RESOLVE = 4;

    static final int LINKED = 1;
    static final int DEBITS_LIMITED = 2;
    static final int CREDITS_LIMITED = 4;
    static final int HISTORY = 8;
    static final int ACCOUNT_IMPORTED = 16;
    static final int CLOSED = 32;

    static final int PENDING = 2;
    static final int POST = 4;
    static final int VOID = 8;
    static final int BALANCING_DEBIT = 16;
    static final int BALANCING_CREDIT = 32;
    static final int CLOSING_DEBIT = 64;
    static final int CLOSING_CREDIT = 128;
    static final int IMPORTED = 256;

    static final BigInteger MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private static final String[] NAMES = {"?", "account", "transfer", "creditLimit", "resolve"};
    private static final int EXTENDED = 0x80;

    final int kind;
    BigInteger id = BigInteger.ZERO;
    BigInteger debit = BigInteger.ZERO;
    BigInteger credit = BigInteger.ZERO;
    BigInteger accountId = BigInteger.ZERO;
    BigInteger amount = BigInteger.ZERO;
    BigInteger pendingId = BigInteger.ZERO;
    BigInteger userData128 = BigInteger.ZERO;
    BigInteger creditLimit = BigInteger.ZERO;
    BigInteger debitsPending = BigInteger.ZERO;
    BigInteger debitsPosted = BigInteger.ZERO;
    BigInteger creditsPending = BigInteger.ZERO;
    BigInteger creditsPosted = BigInteger.ZERO;
    long userData64;
    long timestamp;
    int userData32;
    int timeout;
    int ledger;
    int code;
    int flags;
    int reserved;

    Event(final int kind) {
        this.kind = kind;
    }

    Event copy() {
        final Event copy = new Event(kind);
        copy.id = id;
        copy.debit = debit;
        copy.credit = credit;
        copy.accountId = accountId;
        copy.amount = amount;
        copy.pendingId = pendingId;
        copy.userData128 = userData128;
        copy.creditLimit = creditLimit;
        copy.debitsPending = debitsPending;
        copy.debitsPosted = debitsPosted;
        copy.creditsPending = creditsPending;
        copy.creditsPosted = creditsPosted;
        copy.userData64 = userData64;
        copy.timestamp = timestamp;
        copy.userData32 = userData32;
        copy.timeout = timeout;
        copy.ledger = ledger;
        copy.code = code;
        copy.flags = flags;
        copy.reserved = reserved;
        return copy;
    }

    boolean has(final int flag) {
        return (flags & flag) != 0;
    }

    boolean isImported() {
        return kind == ACCOUNT && has(ACCOUNT_IMPORTED) || kind == TRANSFER && has(IMPORTED);
    }

    boolean isPostOrVoid() {
        return kind == TRANSFER && has(POST | VOID);
    }

    boolean isPending() {
        return kind == TRANSFER && has(PENDING);
    }

    /** The timeout as the unsigned number that it is. */
    long timeoutSeconds() {
        return Integer.toUnsignedLong(timeout);
    }

    /** The kind byte of the batch body, which says whether the extension block follows. */
    byte kindByte() {
        return (byte) (isExtended() ? kind | EXTENDED : kind);
    }

    /** Writes the blocks of the schema, field by field. */
    void encode(final ByteBuffer to) {
        put(to, id);
        switch (kind) {
            case ACCOUNT -> {
                put(to, userData128);
                put(to, creditLimit);
                to.putLong(userData64).putLong(timestamp).putInt(userData32).putInt(ledger);
                to.putShort((short) code).putShort((short) flags).putInt(reserved);
                if (isExtended()) {
                    put(to, debitsPending);
                    put(to, debitsPosted);
                    put(to, creditsPending);
                    put(to, creditsPosted);
                }
            }
            case TRANSFER -> {
                put(to, debit);
                put(to, credit);
                to.putLong(amount.longValue())
                        .putInt(ledger)
                        .putShort((short) code)
                        .putShort((short) flags);
                if (isExtended()) {
                    to.putLong(amount.shiftRight(64).longValue());
                    put(to, pendingId);
                    put(to, userData128);
                    to.putLong(userData64).putLong(timestamp).putInt(userData32).putInt(timeout);
                }
            }
            case CREDIT_LIMIT -> {
                put(to, accountId);
                put(to, creditLimit);
                to.putLong(flags & 0xFFFFL);
            }
            case RESOLVE -> to.putLong(flags & 0xFFFFL);
            default -> throw new IllegalStateException("kind=" + kind);
        }
    }

    static void put(final ByteBuffer to, final BigInteger value) {
        to.putLong(value.longValue()).putLong(value.shiftRight(64).longValue());
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(NAMES[kind]);
        try {
            for (final Field field : Event.class.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getName().equals("kind")) {
                    continue;
                }
                final Object value = field.get(this);
                if (!value.toString().equals("0")) {
                    text.append(' ').append(field.getName()).append('=');
                    text.append(value instanceof BigInteger number ? Numbers.text(number) : value);
                }
            }
        } catch (final IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString();
    }

    private boolean isExtended() {
        if (kind == ACCOUNT) {
            return debitsPending.signum() != 0
                    || debitsPosted.signum() != 0
                    || creditsPending.signum() != 0
                    || creditsPosted.signum() != 0;
        }
        return kind == TRANSFER
                && (amount.bitLength() > 64
                        || pendingId.signum() != 0
                        || userData128.signum() != 0
                        || userData64 != 0
                        || timestamp != 0
                        || userData32 != 0
                        || timeout != 0);
    }
}
