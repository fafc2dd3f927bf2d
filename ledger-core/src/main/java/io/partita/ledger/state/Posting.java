// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Amounts;
import io.partita.ledger.model.ResultCode;

/**
 * The posting primitive: moves an amount from a debit to a credit account if no balance overflows and no limit is broken.
 * {@link #check} decides and changes nothing, {@link #reserve} does what may fail, {@link #post} cannot fail.
 *
 * <p>Balances are 128 bits. As long as the high halves are 0 only low halves are read and written; what needs more takes the
 * wide way, which reads as the rule is written.
 */
final class Posting {
    /** Flags that send a debit account the wide way; a credit limit does not concern the credit account. */
    private static final int RARE_DEBIT = AccountTable.WIDE | AccountTable.LIMITED;

    private final AccountTable accounts;

    Posting(final AccountTable accounts) {
        this.accounts = accounts;
    }

    /** Whether the amount may be posted. */
    ResultCode check(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        final long debit = accounts.address(debitRow);
        final long credit = accounts.address(creditRow);
        final int debitFlags = getShort(debit + AccountTable.FLAGS);
        final int creditFlags = getShort(credit + AccountTable.FLAGS);
        if (amountHi != 0 || ((debitFlags & RARE_DEBIT) | (creditFlags & AccountTable.WIDE)) != 0) {
            return checkWide(debitRow, creditRow, amountHi, amountLo);
        }
        final long debitsPosted = getLong(debit + DEBITS_POSTED);
        final long creditsPosted = getLong(credit + CREDITS_POSTED);
        final long debitsPending = getLong(debit + DEBITS_PENDING);
        final long creditsPending = getLong(credit + CREDITS_PENDING);
        final long debitsPostedAfter = debitsPosted + amountLo;
        final long creditsPostedAfter = creditsPosted + amountLo;
        final long carries = Amounts.carry(debitsPosted, amountLo)
                | Amounts.carry(creditsPosted, amountLo)
                | Amounts.carry(debitsPending, debitsPostedAfter)
                | Amounts.carry(creditsPending, creditsPostedAfter);
        if (carries != 0) {
            return checkWide(debitRow, creditRow, amountHi, amountLo);
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

    /** Makes room for high halves where the amount that was checked needs them. */
    void reserve(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        if ((amountHi | Amounts.carry(accounts.balanceLo(debitRow, DEBITS_POSTED), amountLo)) != 0) {
            accounts.reserveWide(debitRow);
        }
        if ((amountHi | Amounts.carry(accounts.balanceLo(creditRow, CREDITS_POSTED), amountLo)) != 0) {
            accounts.reserveWide(creditRow);
        }
    }

    /** Posts the amount that was checked and reserved for. */
    void post(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        add(debitRow, DEBITS_POSTED, amountHi, amountLo);
        add(creditRow, CREDITS_POSTED, amountHi, amountLo);
    }

    private void add(final int row, final int balance, final long amountHi, final long amountLo) {
        final long at = accounts.address(row);
        final long lo = getLong(at + balance);
        if ((getShort(at + AccountTable.FLAGS) & AccountTable.WIDE) == 0) {
            putLong(at + balance, lo + amountLo);
        } else {
            final long hi = Amounts.addHi(accounts.balanceHi(row, balance), lo, amountHi, amountLo);
            accounts.balance(row, balance, hi, lo + amountLo);
        }
    }

    private ResultCode checkWide(final int debitRow, final int creditRow, final long amountHi, final long amountLo) {
        final long debitsPostedHi = accounts.balanceHi(debitRow, DEBITS_POSTED);
        final long debitsPostedLo = accounts.balanceLo(debitRow, DEBITS_POSTED);
        final long creditsPostedHi = accounts.balanceHi(creditRow, CREDITS_POSTED);
        final long creditsPostedLo = accounts.balanceLo(creditRow, CREDITS_POSTED);
        if (Amounts.addOverflows(debitsPostedHi, debitsPostedLo, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_DEBITS_POSTED;
        }
        if (Amounts.addOverflows(creditsPostedHi, creditsPostedLo, amountHi, amountLo)) {
            return ResultCode.OVERFLOWS_CREDITS_POSTED;
        }
        final long debitsHi = Amounts.addHi(debitsPostedHi, debitsPostedLo, amountHi, amountLo);
        final long debitsLo = debitsPostedLo + amountLo;
        final long creditsHi = Amounts.addHi(creditsPostedHi, creditsPostedLo, amountHi, amountLo);
        final long creditsLo = creditsPostedLo + amountLo;
        if (overflowsWithPending(debitRow, DEBITS_PENDING, debitsHi, debitsLo)) {
            return ResultCode.OVERFLOWS_DEBITS;
        }
        if (overflowsWithPending(creditRow, CREDITS_PENDING, creditsHi, creditsLo)) {
            return ResultCode.OVERFLOWS_CREDITS;
        }
        if (exceedsCredits(debitRow, debitsHi, debitsLo)) {
            return ResultCode.EXCEEDS_CREDITS;
        }
        if (exceedsDebits(creditRow, creditsHi, creditsLo)) {
            return ResultCode.EXCEEDS_DEBITS;
        }
        return ResultCode.CREATED;
    }

    private boolean overflowsWithPending(final int row, final int pending, final long hi, final long lo) {
        return Amounts.addOverflows(accounts.balanceHi(row, pending), accounts.balanceLo(row, pending), hi, lo);
    }

    /** Whether debits pending and the given debits posted exceed what the account may owe. */
    private boolean exceedsCredits(final int row, final long debitsPostedHi, final long debitsPostedLo) {
        final long at = accounts.address(row);
        if ((getShort(at + AccountTable.FLAGS) & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) == 0) {
            return false;
        }
        final long pendingHi = accounts.balanceHi(row, DEBITS_PENDING);
        final long pendingLo = accounts.balanceLo(row, DEBITS_PENDING);
        final long creditsHi = accounts.balanceHi(row, CREDITS_POSTED);
        final long creditsLo = accounts.balanceLo(row, CREDITS_POSTED);
        final long limitHi = getLong(at + AccountTable.CREDIT_LIMIT_HI);
        final long limitLo = getLong(at + AccountTable.CREDIT_LIMIT_LO);

        // Credits plus limit beyond 2^128-1 cannot be exceeded: the debits were checked not to overflow.
        return !Amounts.addOverflows(creditsHi, creditsLo, limitHi, limitLo)
                && Amounts.compare(
                                Amounts.addHi(pendingHi, pendingLo, debitsPostedHi, debitsPostedLo),
                                pendingLo + debitsPostedLo,
                                Amounts.addHi(creditsHi, creditsLo, limitHi, limitLo),
                                creditsLo + limitLo)
                        > 0;
    }

    /** Whether credits pending and the given credits posted exceed the debits posted of an account that must not. */
    private boolean exceedsDebits(final int row, final long creditsPostedHi, final long creditsPostedLo) {
        if ((accounts.flags(row) & AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS) == 0) {
            return false;
        }
        final long pendingHi = accounts.balanceHi(row, CREDITS_PENDING);
        final long pendingLo = accounts.balanceLo(row, CREDITS_PENDING);
        return Amounts.compare(
                        Amounts.addHi(pendingHi, pendingLo, creditsPostedHi, creditsPostedLo),
                        pendingLo + creditsPostedLo,
                        accounts.balanceHi(row, DEBITS_POSTED),
                        accounts.balanceLo(row, DEBITS_POSTED))
                > 0;
    }
}
