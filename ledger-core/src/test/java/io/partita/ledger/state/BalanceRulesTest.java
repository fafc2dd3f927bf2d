// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.testing.Command;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import java.math.BigInteger;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against big integers, around 0, 2^64 and 2^128. Account 0 is debited, account 1 is credited. */
class BalanceRulesTest {
    private static final BigInteger MAX = Command.MAX;
    private static final int[] BALANCES = {
        AccountTable.DEBITS_PENDING,
        AccountTable.DEBITS_POSTED,
        AccountTable.CREDITS_PENDING,
        AccountTable.CREDITS_POSTED
    };

    private final Random random = new Random(8);
    private final BigInteger[][] balances = new BigInteger[2][4];
    private AccountTable accounts = new AccountTable();
    private BigInteger limit = BigInteger.ZERO;

    @AfterEach
    void close() {
        accounts.close();
    }

    @Test
    void shouldJudgeAsBigIntegersDo() {
        boolean debitsLimited = false;
        boolean creditsLimited = false;
        BalanceRules rules = new BalanceRules(accounts);
        for (int round = 0; round < 20_000; round++) {
            if (round % 100 == 0) {
                debitsLimited = random.nextBoolean();
                creditsLimited = random.nextBoolean();
                fill(debitsLimited, creditsLimited);
                rules = new BalanceRules(accounts);
            }
            BigInteger amount = number();
            boolean pending = random.nextBoolean();
            boolean timeout = pending && random.nextInt(5) == 0;

            assertEquals(
                    expected(amount, debitsLimited, creditsLimited, pending, timeout),
                    rules.check(0, 1, Command.hi(amount), Command.lo(amount), pending, timeout));

            rules.clampToDebitAccount(0, Command.hi(amount), Command.lo(amount));
            assertEquals(amount.min(debitRoom().max(BigInteger.ZERO)), clamped(rules));
            rules.clampToCreditAccount(1, Command.hi(amount), Command.lo(amount));
            assertEquals(amount.min(creditRoom().max(BigInteger.ZERO)), clamped(rules));

            BigInteger other = number();
            BigInteger debits = balances[0][0].add(balances[0][1]);
            assertEquals(
                    debits.compareTo(balances[0][3].add(other)) > 0,
                    rules.exceedsCreditLimit(0, Command.hi(other), Command.lo(other)));
        }
    }

    private ResultCode expected(
            BigInteger amount, boolean debitsLimited, boolean creditsLimited, boolean pending, boolean timeout) {
        BigInteger[] debit = balances[0];
        BigInteger[] credit = balances[1];
        if (pending && overflows(debit[0], amount)) {
            return ResultCode.OVERFLOWS_DEBITS_PENDING;
        }
        if (pending && overflows(credit[2], amount)) {
            return ResultCode.OVERFLOWS_CREDITS_PENDING;
        }
        if (overflows(debit[1], amount)) {
            return ResultCode.OVERFLOWS_DEBITS_POSTED;
        }
        if (overflows(credit[3], amount)) {
            return ResultCode.OVERFLOWS_CREDITS_POSTED;
        }
        if (overflows(debit[0].add(debit[1]), amount)) {
            return ResultCode.OVERFLOWS_DEBITS;
        }
        if (overflows(credit[2].add(credit[3]), amount)) {
            return ResultCode.OVERFLOWS_CREDITS;
        }
        if (timeout) {
            return ResultCode.OVERFLOWS_TIMEOUT;
        }
        if (debitsLimited && amount.compareTo(debitRoom()) > 0) {
            return ResultCode.EXCEEDS_CREDITS;
        }
        return creditsLimited && amount.compareTo(creditRoom()) > 0 ? ResultCode.EXCEEDS_DEBITS : ResultCode.CREATED;
    }

    private BigInteger debitRoom() {
        return balances[0][3].add(limit).subtract(balances[0][0]).subtract(balances[0][1]);
    }

    private BigInteger creditRoom() {
        return balances[1][1].subtract(balances[1][2]).subtract(balances[1][3]);
    }

    private void fill(boolean debitsLimited, boolean creditsLimited) {
        accounts.close();
        accounts = new AccountTable();
        limit = debitsLimited && random.nextBoolean() ? number() : BigInteger.ZERO;
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        BatchEncoder encoder = new BatchEncoder(2).wrap(buffer, 0, 2);
        encoder.addAccount(0, 1, 1, 1, debitsLimited ? 2 : 0);
        encoder.creditLimit(Command.hi(limit), Command.lo(limit));
        encoder.addAccount(0, 2, 1, 1, creditsLimited ? 4 : 0);
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(buffer, encoder.bodyOffset(), length, 2);
        while (batch.next()) {
            accounts.add(batch.index(), batch.account(), batch.index() + 1);
            BigInteger[] of = balances[batch.index()];
            for (int i = 0; i < 4; i++) {
                of[i] = number();
                // Pending and posted never overflow together.
                of[i] = i % 2 == 1 ? of[i].min(MAX.subtract(of[i - 1])) : of[i];
                if (of[i].bitLength() > 64) {
                    accounts.reserveWide(batch.index());
                }
                accounts.balance(batch.index(), BALANCES[i], Command.hi(of[i]), Command.lo(of[i]));
            }
        }
    }

    private BigInteger number() {
        BigInteger near = switch (random.nextInt(6)) {
            case 0, 1 -> BigInteger.ZERO;
            case 2 -> BigInteger.ONE.shiftLeft(63);
            case 3 -> BigInteger.ONE.shiftLeft(64);
            case 4 -> BigInteger.ONE.shiftLeft(127);
            default -> BigInteger.ONE.shiftLeft(128);
        };
        BigInteger value = near.add(BigInteger.valueOf(random.nextInt(9) - 4));
        return value.max(BigInteger.ZERO).min(MAX);
    }

    private static boolean overflows(BigInteger balance, BigInteger amount) {
        return balance.add(amount).compareTo(MAX) > 0;
    }

    private static BigInteger clamped(BalanceRules rules) {
        return new BigInteger(Long.toUnsignedString(rules.clampedHi()))
                .shiftLeft(64)
                .add(new BigInteger(Long.toUnsignedString(rules.clampedLo())));
    }
}
