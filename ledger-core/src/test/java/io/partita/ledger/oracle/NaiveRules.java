// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import static io.partita.ledger.model.ResultCode.ACCOUNTS_MUST_BE_DIFFERENT;
import static io.partita.ledger.model.ResultCode.ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
import static io.partita.ledger.model.ResultCode.ACCOUNT_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.CLOSING_TRANSFER_MUST_BE_PENDING;
import static io.partita.ledger.model.ResultCode.CODE_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREATED;
import static io.partita.ledger.model.ResultCode.CREDITS_PENDING_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDITS_POSTED_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ALREADY_CLOSED;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.CREDIT_ACCOUNT_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.CREDIT_LIMIT_EXCEEDED;
import static io.partita.ledger.model.ResultCode.CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
import static io.partita.ledger.model.ResultCode.DEBITS_PENDING_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBITS_POSTED_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ALREADY_CLOSED;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.DEBIT_ACCOUNT_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.EXCEEDS_CREDITS;
import static io.partita.ledger.model.ResultCode.EXCEEDS_DEBITS;
import static io.partita.ledger.model.ResultCode.EXCEEDS_PENDING_TRANSFER_AMOUNT;
import static io.partita.ledger.model.ResultCode.EXISTS;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_ACCOUNT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CODE;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_FLAGS;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_KIND;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_LEDGER;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_PENDING_ID;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_TIMEOUT;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_128;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_32;
import static io.partita.ledger.model.ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64;
import static io.partita.ledger.model.ResultCode.FLAGS_ARE_MUTUALLY_EXCLUSIVE;
import static io.partita.ledger.model.ResultCode.ID_ALREADY_FAILED;
import static io.partita.ledger.model.ResultCode.ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_EXPECTED;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_NOT_EXPECTED;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT;
import static io.partita.ledger.model.ResultCode.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE;
import static io.partita.ledger.model.ResultCode.LEDGER_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_CREDITS;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_CREDITS_PENDING;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_CREDITS_POSTED;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_DEBITS;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_DEBITS_PENDING;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_DEBITS_POSTED;
import static io.partita.ledger.model.ResultCode.OVERFLOWS_TIMEOUT;
import static io.partita.ledger.model.ResultCode.PENDING_ID_MUST_BE_DIFFERENT;
import static io.partita.ledger.model.ResultCode.PENDING_ID_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.PENDING_ID_MUST_NOT_BE_INT_MAX;
import static io.partita.ledger.model.ResultCode.PENDING_ID_MUST_NOT_BE_ZERO;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_ALREADY_POSTED;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_ALREADY_VOIDED;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_EXPIRED;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CODE;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_NOT_FOUND;
import static io.partita.ledger.model.ResultCode.PENDING_TRANSFER_NOT_PENDING;
import static io.partita.ledger.model.ResultCode.RESERVED_FIELD;
import static io.partita.ledger.model.ResultCode.RESERVED_FLAG;
import static io.partita.ledger.model.ResultCode.RESOLVED_ABSENT;
import static io.partita.ledger.model.ResultCode.TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
import static io.partita.ledger.model.ResultCode.TIMESTAMP_MUST_BE_ZERO;
import static io.partita.ledger.model.ResultCode.TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Instruction;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.math.BigInteger;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which check fails first, command by command, in the order of the contract. Changes nothing. Methods are open to mutants that
 * override them.
 */
class NaiveRules {
    /** The starred codes: the outcome could change later. */
    static final Set<ResultCode> TRANSIENT = EnumSet.of(
            DEBIT_ACCOUNT_NOT_FOUND,
            CREDIT_ACCOUNT_NOT_FOUND,
            DEBIT_ACCOUNT_ALREADY_CLOSED,
            CREDIT_ACCOUNT_ALREADY_CLOSED,
            EXCEEDS_CREDITS,
            EXCEEDS_DEBITS,
            PENDING_TRANSFER_NOT_FOUND,
            ACCOUNT_NOT_FOUND,
            CREDIT_LIMIT_EXCEEDED);

    private static final int ACCOUNT_FLAGS = 63;
    private static final int TRANSFER_FLAGS = 511;
    private static final BigInteger NANOS = BigInteger.valueOf(1_000_000_000);
    private static final BigInteger TIMESTAMP_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    /** The part of the head that concerns imports, or null if nothing fails. */
    ResultCode imported(final Event c, final long stamp, final boolean importing) {
        if (importing && !c.isImported()) return IMPORTED_EVENT_EXPECTED;
        if (!importing && c.isImported()) return IMPORTED_EVENT_NOT_EXPECTED;
        if (!importing) return c.timestamp != 0 ? TIMESTAMP_MUST_BE_ZERO : null;
        if (c.timestamp <= 0) return IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE;
        return c.timestamp >= stamp ? IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE : null;
    }

    ResultCode account(final NaiveLedger ledger, final Event c) {
        if (c.reserved != 0) return RESERVED_FIELD;
        if ((c.flags & ~ACCOUNT_FLAGS) != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Event.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        final Account existing = ledger.accounts.get(c.id);
        if (existing != null) return sameAccount(c, existing.created);
        if (c.has(Event.DEBITS_LIMITED) && c.has(Event.CREDITS_LIMITED)) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (c.debitsPending.signum() != 0) return DEBITS_PENDING_MUST_BE_ZERO;
        if (c.debitsPosted.signum() != 0) return DEBITS_POSTED_MUST_BE_ZERO;
        if (c.creditsPending.signum() != 0) return CREDITS_PENDING_MUST_BE_ZERO;
        if (c.creditsPosted.signum() != 0) return CREDITS_POSTED_MUST_BE_ZERO;
        if (c.ledger == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (c.code == 0) return CODE_MUST_NOT_BE_ZERO;
        if (c.creditLimit.signum() != 0 && !c.has(Event.DEBITS_LIMITED)) return CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
        if (c.isImported()
                && (regresses(c.timestamp, ledger.accountsByTime) || ledger.transfersByTime.containsKey(c.timestamp)))
            return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        return CREATED;
    }

    ResultCode sameAccount(final Event c, final Event old) {
        if (c.flags != old.flags) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!c.userData128.equals(old.userData128)) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (c.userData64 != old.userData64) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        if (c.userData32 != old.userData32) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (c.ledger != old.ledger) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (c.code != old.code) return EXISTS_WITH_DIFFERENT_CODE;
        if (!c.creditLimit.equals(old.creditLimit)) return EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
        return EXISTS;
    }

    ResultCode transfer(final NaiveLedger ledger, final Event c, final long now) {
        if ((c.flags & ~TRANSFER_FLAGS) != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Event.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        final Transfer existing = ledger.transfers.get(c.id);
        if (existing != null) return sameTransfer(c, existing);
        if (ledger.instructions.containsKey(c.id)) return EXISTS_WITH_DIFFERENT_KIND;
        if (ledger.burnt.contains(c.id)) return ID_ALREADY_FAILED;
        return c.isPostOrVoid() ? resolution(ledger, c, now) : posting(ledger, c, now);
    }

    ResultCode sameTransfer(final Event c, final Transfer existing) {
        final Event old = existing.stored;
        if (c.flags != old.flags) return EXISTS_WITH_DIFFERENT_FLAGS;
        if (!c.pendingId.equals(old.pendingId)) return EXISTS_WITH_DIFFERENT_PENDING_ID;
        if (c.timeout != old.timeout) return EXISTS_WITH_DIFFERENT_TIMEOUT;
        // What a post or void leaves 0 it takes from the pending transfer.
        final Event as = existing.pending == null ? c : inherited(c, existing.pending);
        if (!as.debit.equals(old.debit)) return EXISTS_WITH_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (!as.credit.equals(old.credit)) return EXISTS_WITH_DIFFERENT_CREDIT_ACCOUNT_ID;
        if (!sameAmount(c, as, old)) return EXISTS_WITH_DIFFERENT_AMOUNT;
        if (!as.userData128.equals(old.userData128)) return EXISTS_WITH_DIFFERENT_USER_DATA_128;
        if (as.userData64 != old.userData64) return EXISTS_WITH_DIFFERENT_USER_DATA_64;
        if (as.userData32 != old.userData32) return EXISTS_WITH_DIFFERENT_USER_DATA_32;
        if (as.ledger != old.ledger) return EXISTS_WITH_DIFFERENT_LEDGER;
        if (as.code != old.code) return EXISTS_WITH_DIFFERENT_CODE;
        return EXISTS;
    }

    boolean sameAmount(final Event c, final Event as, final Event old) {
        return c.has(Event.BALANCING_DEBIT | Event.BALANCING_CREDIT)
                ? c.amount.compareTo(old.amount) >= 0
                : as.amount.equals(old.amount);
    }

    private Event inherited(final Event c, final Transfer pending) {
        final Event as = c.copy();
        final Event from = pending.stored;
        if (c.debit.signum() == 0) as.debit = from.debit;
        if (c.credit.signum() == 0) as.credit = from.credit;
        if (c.userData128.signum() == 0) as.userData128 = from.userData128;
        if (c.userData64 == 0) as.userData64 = from.userData64;
        if (c.userData32 == 0) as.userData32 = from.userData32;
        if (c.ledger == 0) as.ledger = from.ledger;
        if (c.code == 0) as.code = from.code;
        as.amount = resolvedAmount(c, pending);
        return as;
    }

    /** Single-phase and pending. */
    private ResultCode posting(final NaiveLedger ledger, final Event c, final long now) {
        if (c.debit.signum() == 0) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (c.debit.equals(Event.MAX)) return DEBIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (c.credit.signum() == 0) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_ZERO;
        if (c.credit.equals(Event.MAX)) return CREDIT_ACCOUNT_ID_MUST_NOT_BE_INT_MAX;
        if (c.debit.equals(c.credit)) return ACCOUNTS_MUST_BE_DIFFERENT;
        if (c.pendingId.signum() != 0) return PENDING_ID_MUST_BE_ZERO;
        if (!c.isPending()) {
            if (c.timeout != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
            if (c.has(Event.CLOSING_DEBIT | Event.CLOSING_CREDIT)) return CLOSING_TRANSFER_MUST_BE_PENDING;
        }
        if (c.ledger == 0) return LEDGER_MUST_NOT_BE_ZERO;
        if (c.code == 0) return CODE_MUST_NOT_BE_ZERO;
        final Account debit = ledger.accounts.get(c.debit);
        if (debit == null) return DEBIT_ACCOUNT_NOT_FOUND;
        final Account credit = ledger.accounts.get(c.credit);
        if (credit == null) return CREDIT_ACCOUNT_NOT_FOUND;
        if (debit.created.ledger != credit.created.ledger) return ACCOUNTS_MUST_HAVE_THE_SAME_LEDGER;
        if (c.ledger != debit.created.ledger) return TRANSFER_MUST_HAVE_THE_SAME_LEDGER_AS_ACCOUNTS;
        if (c.isImported()) {
            if (transferRegresses(ledger, c)) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
            if (c.timestamp <= debit.timestamp) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT;
            if (c.timestamp <= credit.timestamp) return IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT;
            if (c.timeout != 0) return IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO;
        }
        if (debit.closed) return DEBIT_ACCOUNT_ALREADY_CLOSED;
        if (credit.closed) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        return room(c, amount(c, debit, credit), debit, credit, now);
    }

    private ResultCode room(
            final Event c, final BigInteger amount, final Account debit, final Account credit, final long now) {
        if (c.isPending()) {
            if (overflows(debit.debitsPending, amount)) return OVERFLOWS_DEBITS_PENDING;
            if (overflows(credit.creditsPending, amount)) return OVERFLOWS_CREDITS_PENDING;
        }
        if (overflows(debit.debitsPosted, amount)) return OVERFLOWS_DEBITS_POSTED;
        if (overflows(credit.creditsPosted, amount)) return OVERFLOWS_CREDITS_POSTED;
        if (overflows(debit.debits(), amount)) return OVERFLOWS_DEBITS;
        if (overflows(credit.credits(), amount)) return OVERFLOWS_CREDITS;
        final BigInteger expiresAt =
                BigInteger.valueOf(c.timeoutSeconds()).multiply(NANOS).add(BigInteger.valueOf(now));
        if (expiresAt.compareTo(TIMESTAMP_MAX) > 0) return OVERFLOWS_TIMEOUT;
        return exceeds(amount, debit, credit);
    }

    ResultCode exceeds(final BigInteger amount, final Account debit, final Account credit) {
        if (debit.created.has(Event.DEBITS_LIMITED) && amount.compareTo(debit.debitRoom()) > 0) return EXCEEDS_CREDITS;
        if (credit.created.has(Event.CREDITS_LIMITED) && amount.compareTo(credit.creditRoom()) > 0)
            return EXCEEDS_DEBITS;
        return CREATED;
    }

    /** The amount that a single-phase or pending transfer is recorded with. */
    BigInteger amount(final Event c, final Account debit, final Account credit) {
        BigInteger amount = c.amount;
        if (c.has(Event.BALANCING_DEBIT)) amount = amount.min(debit.debitRoom().max(BigInteger.ZERO));
        if (c.has(Event.BALANCING_CREDIT))
            amount = amount.min(credit.creditRoom().max(BigInteger.ZERO));
        return amount;
    }

    /** The amount that a post or void is recorded with, if it is taken. */
    BigInteger resolvedAmount(final Event c, final Transfer pending) {
        final boolean all = c.has(Event.VOID) ? c.amount.signum() == 0 : c.amount.equals(Event.MAX);
        return all ? pending.stored.amount : c.amount;
    }

    /** Post and void. */
    private ResultCode resolution(final NaiveLedger ledger, final Event c, final long now) {
        final int others = Event.PENDING
                | Event.BALANCING_DEBIT
                | Event.BALANCING_CREDIT
                | Event.CLOSING_DEBIT
                | Event.CLOSING_CREDIT;
        if (c.has(others) || c.has(Event.POST) && c.has(Event.VOID)) return FLAGS_ARE_MUTUALLY_EXCLUSIVE;
        if (c.pendingId.signum() == 0) return PENDING_ID_MUST_NOT_BE_ZERO;
        if (c.pendingId.equals(Event.MAX)) return PENDING_ID_MUST_NOT_BE_INT_MAX;
        if (c.pendingId.equals(c.id)) return PENDING_ID_MUST_BE_DIFFERENT;
        if (c.timeout != 0) return TIMEOUT_RESERVED_FOR_PENDING_TRANSFER;
        final Transfer pending = ledger.transfers.get(c.pendingId);
        if (pending == null) return PENDING_TRANSFER_NOT_FOUND;
        final Event old = pending.stored;
        if (!old.isPending()) return PENDING_TRANSFER_NOT_PENDING;
        if (c.debit.signum() != 0 && !c.debit.equals(old.debit)) return PENDING_TRANSFER_HAS_DIFFERENT_DEBIT_ACCOUNT_ID;
        if (c.credit.signum() != 0 && !c.credit.equals(old.credit))
            return PENDING_TRANSFER_HAS_DIFFERENT_CREDIT_ACCOUNT_ID;
        if (c.ledger != 0 && c.ledger != old.ledger) return PENDING_TRANSFER_HAS_DIFFERENT_LEDGER;
        if (c.code != 0 && c.code != old.code) return PENDING_TRANSFER_HAS_DIFFERENT_CODE;
        final BigInteger amount = resolvedAmount(c, pending);
        if (amount.compareTo(old.amount) > 0) return EXCEEDS_PENDING_TRANSFER_AMOUNT;
        if (c.has(Event.VOID) && amount.compareTo(old.amount) < 0) return PENDING_TRANSFER_HAS_DIFFERENT_AMOUNT;
        if (pending.status == Status.POSTED) return PENDING_TRANSFER_ALREADY_POSTED;
        if (pending.status == Status.VOIDED) return PENDING_TRANSFER_ALREADY_VOIDED;
        if (isExpired(pending, now)) return PENDING_TRANSFER_EXPIRED;
        if (c.isImported() && transferRegresses(ledger, c)) return IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS;
        if (c.has(Event.POST)) {
            if (pending.debit.closed) return DEBIT_ACCOUNT_ALREADY_CLOSED;
            if (pending.credit.closed) return CREDIT_ACCOUNT_ALREADY_CLOSED;
        }
        return CREATED;
    }

    /** Released or not: from its time on it is expired. */
    boolean isExpired(final Transfer pending, final long now) {
        return pending.status == Status.EXPIRED || pending.expiresAt() != 0 && pending.expiresAt() <= now;
    }

    ResultCode creditLimit(final NaiveLedger ledger, final Event c) {
        if ((c.flags & ~Event.LINKED) != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Event.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        if (ledger.transfers.containsKey(c.id)) return EXISTS_WITH_DIFFERENT_KIND;
        final Instruction existing = ledger.instructions.get(c.id);
        if (existing != null) {
            if (!c.accountId.equals(existing.created().accountId)) return EXISTS_WITH_DIFFERENT_ACCOUNT;
            if (!c.creditLimit.equals(existing.created().creditLimit)) return EXISTS_WITH_DIFFERENT_CREDIT_LIMIT;
            return EXISTS;
        }
        if (ledger.burnt.contains(c.id)) return ID_ALREADY_FAILED;
        final Account account = ledger.accounts.get(c.accountId);
        if (account == null) return ACCOUNT_NOT_FOUND;
        if (c.creditLimit.signum() != 0 && !account.created.has(Event.DEBITS_LIMITED))
            return CREDIT_LIMIT_NEEDS_LIMITED_ACCOUNT;
        if (account.created.has(Event.DEBITS_LIMITED)
                && account.debits().compareTo(account.creditsPosted.add(c.creditLimit)) > 0)
            return CREDIT_LIMIT_EXCEEDED;
        return CREATED;
    }

    ResultCode resolve(final NaiveLedger ledger, final Event c) {
        if ((c.flags & ~Event.LINKED) != 0) return RESERVED_FLAG;
        if (c.id.signum() == 0) return ID_MUST_NOT_BE_ZERO;
        if (c.id.equals(Event.MAX)) return ID_MUST_NOT_BE_INT_MAX;
        if (ledger.transfers.containsKey(c.id) || ledger.instructions.containsKey(c.id)) return EXISTS;
        if (ledger.burnt.contains(c.id)) return ID_ALREADY_FAILED;
        return RESOLVED_ABSENT;
    }

    private static boolean transferRegresses(final NaiveLedger ledger, final Event c) {
        return regresses(c.timestamp, ledger.transfersByTime) || ledger.accountsByTime.containsKey(c.timestamp);
    }

    private static boolean regresses(final long timestamp, final TreeMap<Long, ?> ofItsKind) {
        return !ofItsKind.isEmpty() && timestamp <= ofItsKind.lastKey();
    }

    private static boolean overflows(final BigInteger balance, final BigInteger amount) {
        return balance.add(amount).compareTo(Event.MAX) > 0;
    }
}
