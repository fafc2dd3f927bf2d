// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Amounts;
import io.partita.ledger.model.ResultCode;

/**
 * What two accounts' balances allow: whether an amount overflows a balance or breaks a limit, and how far a balancing transfer
 * is clamped. Reads balances and changes nothing.
 *
 * <p>Balances are 128 bits. As long as the high halves are 0 only low halves are read; what needs more takes the wide way, which
 * reads as the rule is written.
 */
final class BalanceRules {
    /** Flags that send a debit account the wide way; a credit limit does not concern the credit account. */
    private static final int RARE_DEBIT = AccountTable.WIDE | AccountTable.LIMITED;

    private final AccountTable accounts;
    private long clampedHi;
    private long clampedLo;

    BalanceRules(final AccountTable accounts) {
        this.accounts = accounts;
    }

    /**
     * Whether the amount may be posted, or reserved.
     *
     * @param pending whether it is reserved.
     * @param timeoutOverflows what is answered between overflows and limits.
     */
    ResultCode check(
            final int debitRow,
            final int creditRow,
            final long amountHi,
            final long amountLo,
            final boolean pending,
            final boolean timeoutOverflows) {
        final long debit = accounts.address(debitRow);
        final long credit = accounts.address(creditRow);
        final int debitFlags = getShort(debit + AccountTable.FLAGS);
        final int creditFlags = getShort(credit + AccountTable.FLAGS);
        if (amountHi != 0 || ((debitFlags & RARE_DEBIT) | (creditFlags & AccountTable.WIDE)) != 0) {
            return checkWide(debitRow, creditRow, amountHi, amountLo, pending, timeoutOverflows);
        }
        final long debitsPosted = getLong(debit + DEBITS_POSTED);
        final long creditsPosted = getLong(credit + CREDITS_POSTED);
        final long debitsPending = getLong(debit + DEBITS_PENDING);
        final long creditsPending = getLong(credit + CREDITS_PENDING);
        final long debitsPostedAfter = debitsPosted + amountLo;
        final long creditsPostedAfter = creditsPosted + amountLo;
        // Without a carry out of pending + posted + amount no other sum that is checked has one.
        final long carries = Amounts.carry(debitsPosted, amountLo)
                | Amounts.carry(creditsPosted, amountLo)
                | Amounts.carry(debitsPending, debitsPostedAfter)
                | Amounts.carry(creditsPending, creditsPostedAfter);
        if (carries != 0 || timeoutOverflows) {
            return checkWide(debitRow, creditRow, amountHi, amountLo, pending, timeoutOverflows);
        }
        if ((debitFlags & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0
                && Long.compareUnsigned(debitsPending + debitsPostedAfter, getLong(debit + CREDITS_POSTED)) > 0) {
            return ResultCode.EXCEEDS_CREDITS;
        }
        if ((creditFlags & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS) != 0
                && Long.compareUnsigned(creditsPending + creditsPostedAfter, getLong(credit + DEBITS_POSTED)) > 0) {
            return ResultCode.EXCEEDS_DEBITS;
        }
        return ResultCode.CREATED;
    }

    /** Whether an account's debits are beyond a credit limit already. */
    boolean exceedsCreditLimit(final int row, final long limitHi, final long limitLo) {
        return exceedsCredits(row, 0, 0, limitHi, limitLo);
    }

    /** Clamps an amount to what the debit account has left; see {@link #clampedHi()}. */
    void clampToDebitAccount(final int row, final long amountHi, final long amountLo) {
        final long at = accounts.address(row);
        final long creditsHi = accounts.balanceHi(row, CREDITS_POSTED);
        final long creditsLo = getLong(at + CREDITS_POSTED);
        final long limitHi = getLong(at + AccountTable.CREDIT_LIMIT_HI);
        final long limitLo = getLong(at + AccountTable.CREDIT_LIMIT_LO);
        clamp(
                amountHi,
                amountLo,
                Amounts.addOverflows(creditsHi, creditsLo, limitHi, limitLo),
                Amounts.addHi(creditsHi, creditsLo, limitHi, limitLo),
                creditsLo + limitLo,
                sumHi(row, DEBITS_PENDING, DEBITS_POSTED),
                sumLo(row, DEBITS_PENDING, DEBITS_POSTED));
    }

    /** Clamps an amount to what the credit account has left; see {@link #clampedHi()}. */
    void clampToCreditAccount(final int row, final long amountHi, final long amountLo) {
        clamp(
                amountHi,
                amountLo,
                false,
                accounts.balanceHi(row, DEBITS_POSTED),
                accounts.balanceLo(row, DEBITS_POSTED),
                sumHi(row, CREDITS_PENDING, CREDITS_POSTED),
                sumLo(row, CREDITS_PENDING, CREDITS_POSTED));
    }

    /** High half of the amount that was clamped last. */
    long clampedHi() {
        return clampedHi;
    }

    /** Low half of the amount that was clamped last. */
    long clampedLo() {
        return clampedLo;
    }

    /** Clamps to max(0, given - taken); given may have a 129th bit. */
    private void clamp(
            final long amountHi,
            final long amountLo,
            final boolean givenCarries,
            final long givenHi,
            final long givenLo,
            final long takenHi,
            final long takenLo) {
        clampedHi = amountHi;
        clampedLo = amountLo;
        final boolean borrows = Amounts.compare(takenHi, takenLo, givenHi, givenLo) > 0;
        if (givenCarries && !borrows) {
            return; // 2^128 or more is left
        }
        long leftHi = 0;
        long leftLo = 0;
        if (givenCarries || !borrows) {
            leftLo = givenLo - takenLo;
            leftHi = givenHi - takenHi - (Long.compareUnsigned(givenLo, takenLo) < 0 ? 1 : 0);
        }
        if (Amounts.compare(amountHi, amountLo, leftHi, leftLo) > 0) {
            clampedHi = leftHi;
            clampedLo = leftLo;
        }
    }

    private ResultCode checkWide(
            final int debitRow,
            final int creditRow,
            final long amountHi,
            final long amountLo,
            final boolean pending,
            final boolean timeoutOverflows) {
        if (pending && overflows(debitRow, DEBITS_PENDING, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_DEBITS_PENDING;
        }
        if (pending && overflows(creditRow, CREDITS_PENDING, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_CREDITS_PENDING;
        }
        if (overflows(debitRow, DEBITS_POSTED, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_DEBITS_POSTED;
        }
        if (overflows(creditRow, CREDITS_POSTED, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_CREDITS_POSTED;
        }
        if (sumOverflows(debitRow, DEBITS_PENDING, DEBITS_POSTED, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_DEBITS;
        }
        if (sumOverflows(creditRow, CREDITS_PENDING, CREDITS_POSTED, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_CREDITS;
        }
        if (timeoutOverflows) {
            return ResultCode.OVERFLOWS_TIMEOUT;
        }
        if ((accounts.flags(debitRow) & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0
                && exceedsCredits(
                        debitRow,
                        amountHi,
                        amountLo,
                        accounts.creditLimitHi(debitRow),
                        accounts.creditLimitLo(debitRow))) {
            return ResultCode.EXCEEDS_CREDITS;
        }
        if ((accounts.flags(creditRow) & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS) != 0
                && exceedsDebits(creditRow, amountHi, amountLo)) {
            return ResultCode.EXCEEDS_DEBITS;
        }
        return ResultCode.CREATED;
    }

    private boolean overflows(final int row, final int balance, final long amountHi, final long amountLo) {
        return Amounts.addOverflows(
                accounts.balanceHi(row, balance), accounts.balanceLo(row, balance), amountHi, amountLo);
    }

    private boolean sumOverflows(
            final int row, final int pending, final int posted, final long amountHi, final long amountLo) {
        return Amounts.addOverflows(sumHi(row, pending, posted), sumLo(row, pending, posted), amountHi, amountLo);
    }

    /** High half of pending + posted, which never overflow together. */
    private long sumHi(final int row, final int pending, final int posted) {
        return Amounts.addHi(
                accounts.balanceHi(row, pending),
                accounts.balanceLo(row, pending),
                accounts.balanceHi(row, posted),
                accounts.balanceLo(row, posted));
    }

    private long sumLo(final int row, final int pending, final int posted) {
        return accounts.balanceLo(row, pending) + accounts.balanceLo(row, posted);
    }

    /** Whether debits and an amount, which do not overflow together, exceed credits posted and a limit. */
    private boolean exceedsCredits(
            final int row, final long amountHi, final long amountLo, final long limitHi, final long limitLo) {
        final long debitsHi = sumHi(row, DEBITS_PENDING, DEBITS_POSTED);
        final long debitsLo = sumLo(row, DEBITS_PENDING, DEBITS_POSTED);
        final long creditsHi = accounts.balanceHi(row, CREDITS_POSTED);
        final long creditsLo = accounts.balanceLo(row, CREDITS_POSTED);

        // Credits plus limit beyond 2^128-1 cannot be exceeded.
        return !Amounts.addOverflows(creditsHi, creditsLo, limitHi, limitLo)
                && Amounts.compare(
                                Amounts.addHi(debitsHi, debitsLo, amountHi, amountLo),
                                debitsLo + amountLo,
                                Amounts.addHi(creditsHi, creditsLo, limitHi, limitLo),
                                creditsLo + limitLo)
                        > 0;
    }

    /** Whether credits and an amount, which do not overflow together, exceed debits posted. */
    private boolean exceedsDebits(final int row, final long amountHi, final long amountLo) {
        final long creditsHi = sumHi(row, CREDITS_PENDING, CREDITS_POSTED);
        final long creditsLo = sumLo(row, CREDITS_PENDING, CREDITS_POSTED);
        return Amounts.compare(
                        Amounts.addHi(creditsHi, creditsLo, amountHi, amountLo),
                        creditsLo + amountLo,
                        accounts.balanceHi(row, DEBITS_POSTED),
                        accounts.balanceLo(row, DEBITS_POSTED))
                > 0;
    }
}
