// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import java.lang.reflect.Field;
import java.math.BigInteger;
import java.util.List;

/** A command as plain numbers, for tables, generators and the oracle. Fields have no meaning for the other kind. */
public final class Command {
    public static final BigInteger MAX = BigInteger.ONE.shiftLeft(128).subtract(BigInteger.ONE);

    private static final List<String> DEFAULT_IS_ONE = List.of("ledger", "code");

    public final boolean isTransfer;
    public BigInteger id = BigInteger.ZERO;
    public BigInteger debit = BigInteger.ZERO;
    public BigInteger credit = BigInteger.ZERO;
    public BigInteger amount = BigInteger.ZERO;
    public BigInteger pendingId = BigInteger.ZERO;
    public BigInteger userData128 = BigInteger.ZERO;
    public BigInteger creditLimit = BigInteger.ZERO;
    public BigInteger debitsPending = BigInteger.ZERO;
    public BigInteger debitsPosted = BigInteger.ZERO;
    public BigInteger creditsPending = BigInteger.ZERO;
    public BigInteger creditsPosted = BigInteger.ZERO;
    public long userData64;
    public long timestamp;
    public int userData32;
    public int timeout;
    public int ledger = 1;
    public int code = 1;
    public int flags;
    public int reserved;

    public Command(boolean isTransfer) {
        this.isTransfer = isTransfer;
    }

    public void encode(BatchEncoder batch) {
        boolean added;
        if (isTransfer) {
            added = batch.addTransfer(
                    hi(id), lo(id), hi(debit), lo(debit), hi(credit), lo(credit), lo(amount), ledger, code, flags);
            batch.amount(hi(amount), lo(amount))
                    .pendingId(hi(pendingId), lo(pendingId))
                    .timeout(timeout);
        } else {
            added = batch.addAccount(hi(id), lo(id), ledger, code, flags);
            batch.creditLimit(hi(creditLimit), lo(creditLimit))
                    .reserved(reserved)
                    .debitsPending(hi(debitsPending), lo(debitsPending))
                    .debitsPosted(hi(debitsPosted), lo(debitsPosted))
                    .creditsPending(hi(creditsPending), lo(creditsPending))
                    .creditsPosted(hi(creditsPosted), lo(creditsPosted));
        }
        if (!added) {
            throw new IllegalStateException("the batch is full");
        }
        batch.userData128(hi(userData128), lo(userData128))
                .userData64(userData64)
                .userData32(userData32)
                .timestamp(timestamp);
    }

    /** Reads {@code transfer id=10 debit=1 credit=2 amount=2^64-1} or {@code account id=1 flags=HISTORY|CLOSED}. */
    public static Command parse(String line) {
        String[] words = line.trim().split("\\s+");
        if (!words[0].equals("transfer") && !words[0].equals("account")) {
            throw new IllegalArgumentException("expected account or transfer: " + line);
        }
        Command command = new Command(words[0].equals("transfer"));
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            try {
                Field field = Command.class.getField(pair[0]);
                if (pair[0].equals("flags")) {
                    command.flags = flags(command.isTransfer, pair[1]);
                } else if (field.getType() == BigInteger.class) {
                    field.set(command, number(pair[1]));
                } else if (field.getType() == long.class) {
                    field.setLong(command, number(pair[1]).longValue());
                } else {
                    field.setInt(command, number(pair[1]).intValue());
                }
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("no such field: " + words[i], e);
            }
        }
        return command;
    }

    /** Reads {@code 12}, {@code 2^64}, {@code 2^128-2^64+1}; from left to right. */
    public static BigInteger number(String text) {
        int sign = Math.max(text.lastIndexOf('-'), text.lastIndexOf('+'));
        if (sign > 0) {
            BigInteger right = number(text.substring(sign + 1));
            BigInteger left = number(text.substring(0, sign));
            return text.charAt(sign) == '+' ? left.add(right) : left.subtract(right);
        }
        int power = text.indexOf('^');
        return power > 0
                ? new BigInteger(text.substring(0, power)).pow(Integer.parseInt(text.substring(power + 1)))
                : new BigInteger(text);
    }

    public static long hi(BigInteger value) {
        return value.shiftRight(64).longValue();
    }

    public static long lo(BigInteger value) {
        return value.longValue();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(isTransfer ? "transfer" : "account");
        try {
            for (Field field : Command.class.getFields()) {
                Object value = field.get(this);
                if (!java.lang.reflect.Modifier.isStatic(field.getModifiers())
                        && !field.getName().equals("isTransfer")
                        && (!value.toString().equals("0") || DEFAULT_IS_ONE.contains(field.getName()))) {
                    text.append(' ').append(field.getName()).append('=').append(value);
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private static int flags(boolean isTransfer, String names) throws ReflectiveOperationException {
        int flags = 0;
        for (String name : names.split("\\|")) {
            flags |= Character.isDigit(name.charAt(0))
                    ? Integer.decode(name)
                    : (isTransfer ? TransferFlags.class : AccountFlags.class)
                            .getField(name)
                            .getInt(null);
        }
        return flags;
    }
}
