// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ResolveCommandDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Checker 4's other opinion: what the simulator's clients do, as naively as it can be written, one command after the other with
 * maps and big integers. The whole contract has its oracle in ledger-core; this one knows accounts with and without a limit, one-
 * and two-phase transfers, deadlines and resolve.
 */
final class NaiveLedger {
    private static final class Account {
        final boolean limited;
        final long timestamp;
        BigInteger debitsPending = BigInteger.ZERO;
        BigInteger debitsPosted = BigInteger.ZERO;
        BigInteger creditsPending = BigInteger.ZERO;
        BigInteger creditsPosted = BigInteger.ZERO;

        Account(final boolean limited, final long timestamp) {
            this.limited = limited;
            this.timestamp = timestamp;
        }
    }

    private enum Phase {
        SINGLE,
        OPEN,
        POSTED,
        VOIDED,
        EXPIRED
    }

    private static final class Transfer {
        final long timestamp;
        final Account debit;
        final Account credit;
        final BigInteger amount;
        final long expiresAt;
        Phase phase;

        Transfer(
                final long timestamp,
                final Account debit,
                final Account credit,
                final BigInteger amount,
                final long expiresAt,
                final Phase phase) {
            this.timestamp = timestamp;
            this.debit = debit;
            this.credit = credit;
            this.amount = amount;
            this.expiresAt = expiresAt;
            this.phase = phase;
        }
    }

    private static final Set<ResultCode> BURNING = Set.of(
            ResultCode.DEBIT_ACCOUNT_NOT_FOUND,
            ResultCode.CREDIT_ACCOUNT_NOT_FOUND,
            ResultCode.EXCEEDS_CREDITS,
            ResultCode.PENDING_TRANSFER_NOT_FOUND,
            ResultCode.RESOLVED_ABSENT);

    private final Map<Id128, Account> accounts = new HashMap<>();
    private final Map<Id128, Transfer> transfers = new HashMap<>();
    private final List<Transfer> open = new ArrayList<>();
    private final Set<Id128> burnt = new HashSet<>();
    private final BatchDecoder batch = new BatchDecoder();
    private long lastTimestamp;

    boolean hasTransfer(final Id128 id) {
        return transfers.containsKey(id);
    }

    /** Applies a record; the results of its commands. */
    List<SimBatch.Result> apply(final DirectBuffer record) {
        final int type = RecordDescriptor.type(record, 0);
        final int count = RecordDescriptor.count(record, 0);
        final long stamp = RecordDescriptor.timestamp(record, 0);
        final List<SimBatch.Result> results = new ArrayList<>();
        if (type == RecordType.TICK.code()) {
            tick(stamp - count, count);
        } else if (type == RecordType.COMMANDS.code()) {
            final long deadline = RecordDescriptor.deadline(record, 0);
            final boolean late = deadline != 0 && stamp > deadline;
            batch.wrapRecord(record, 0);
            while (batch.next()) {
                results.add(command(stamp - count + results.size() + 1, late));
            }
        }
        if (stamp < lastTimestamp) {
            throw new Violation("TIME", "timestamps go back at seq=" + RecordDescriptor.seq(record, 0));
        }
        lastTimestamp = stamp;
        return results;
    }

    private void tick(final long base, final int count) {
        for (int i = 0; i < count; i++) {
            Transfer due = null;
            for (final Transfer each : open) {
                if (each.expiresAt != 0 && each.expiresAt <= base && (due == null || isBefore(each, due))) {
                    due = each;
                }
            }
            if (due == null) {
                return;
            }
            release(due, Phase.EXPIRED);
        }
    }

    private static boolean isBefore(final Transfer one, final Transfer other) {
        return one.expiresAt != other.expiresAt ? one.expiresAt < other.expiresAt : one.timestamp < other.timestamp;
    }

    private SimBatch.Result command(final long now, final boolean late) {
        return switch (batch.kind()) {
            case CommandKind.CREATE_ACCOUNT -> account(batch.account(), now, late);
            case CommandKind.RESOLVE -> resolve(batch.resolve(), now, late);
            default -> transfer(batch.transfer(), now, late);
        };
    }

    private SimBatch.Result account(final AccountCommandDecoder command, final long now, final boolean late) {
        final Id128 id = new Id128(command.idHi(), command.idLo());
        if (late) {
            return new SimBatch.Result(ResultCode.EXPIRED, now);
        }
        final Account existing = accounts.get(id);
        if (existing != null) {
            return new SimBatch.Result(ResultCode.EXISTS, existing.timestamp);
        }
        final boolean limited = (command.flags() & AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS) != 0;
        accounts.put(id, new Account(limited, now));
        return new SimBatch.Result(ResultCode.CREATED, now);
    }

    private SimBatch.Result resolve(final ResolveCommandDecoder command, final long now, final boolean late) {
        final Id128 id = new Id128(command.transferIdHi(), command.transferIdLo());
        if (late) {
            return new SimBatch.Result(ResultCode.EXPIRED, now);
        }
        final Transfer transfer = transfers.get(id);
        if (transfer != null) {
            return new SimBatch.Result(ResultCode.EXISTS, transfer.timestamp);
        }
        return new SimBatch.Result(burnt.add(id) ? ResultCode.RESOLVED_ABSENT : ResultCode.ID_ALREADY_FAILED, now);
    }

    private SimBatch.Result transfer(final TransferCommandDecoder command, final long now, final boolean late) {
        final Id128 id = new Id128(command.idHi(), command.idLo());
        final Transfer existing = transfers.get(id);
        if (late) {
            if (existing == null) {
                burnt.add(id);
            }
            return new SimBatch.Result(ResultCode.EXPIRED, now);
        }
        if (existing != null) {
            return new SimBatch.Result(ResultCode.EXISTS, existing.timestamp);
        }
        if (burnt.contains(id)) {
            return new SimBatch.Result(ResultCode.ID_ALREADY_FAILED, now);
        }
        final int both = TransferFlags.POST_PENDING | TransferFlags.VOID_PENDING;
        final ResultCode code =
                (command.flags() & both) != 0 ? resolution(id, command, now) : posting(id, command, now);
        if (BURNING.contains(code)) {
            burnt.add(id);
        }
        return new SimBatch.Result(code, now);
    }

    private ResultCode posting(final Id128 id, final TransferCommandDecoder command, final long now) {
        final Id128 debitId = new Id128(command.debitAccountIdHi(), command.debitAccountIdLo());
        final Id128 creditId = new Id128(command.creditAccountIdHi(), command.creditAccountIdLo());
        if (debitId.equals(creditId)) {
            return ResultCode.ACCOUNTS_MUST_BE_DIFFERENT;
        }
        final Account debit = accounts.get(debitId);
        final Account credit = accounts.get(creditId);
        if (debit == null) {
            return ResultCode.DEBIT_ACCOUNT_NOT_FOUND;
        }
        if (credit == null) {
            return ResultCode.CREDIT_ACCOUNT_NOT_FOUND;
        }
        final BigInteger amount = BigInteger.valueOf(command.amountLo());
        final BigInteger debits = debit.debitsPending.add(debit.debitsPosted);
        if (debit.limited && debits.add(amount).compareTo(debit.creditsPosted) > 0) {
            return ResultCode.EXCEEDS_CREDITS;
        }
        final boolean pending = (command.flags() & TransferFlags.PENDING) != 0;
        final long expiresAt = pending && command.timeout() != 0 ? now + command.timeout() * 1_000_000_000L : 0;
        final Transfer transfer =
                new Transfer(now, debit, credit, amount, expiresAt, pending ? Phase.OPEN : Phase.SINGLE);
        transfers.put(id, transfer);
        if (pending) {
            open.add(transfer);
            debit.debitsPending = debit.debitsPending.add(amount);
            credit.creditsPending = credit.creditsPending.add(amount);
        } else {
            debit.debitsPosted = debit.debitsPosted.add(amount);
            credit.creditsPosted = credit.creditsPosted.add(amount);
        }
        return ResultCode.CREATED;
    }

    private ResultCode resolution(final Id128 id, final TransferCommandDecoder command, final long now) {
        final Transfer pending = transfers.get(new Id128(command.pendingIdHi(), command.pendingIdLo()));
        if (pending == null) {
            return ResultCode.PENDING_TRANSFER_NOT_FOUND;
        }
        switch (pending.phase) {
            case SINGLE:
                return ResultCode.PENDING_TRANSFER_NOT_PENDING;
            case POSTED:
                return ResultCode.PENDING_TRANSFER_ALREADY_POSTED;
            case VOIDED:
                return ResultCode.PENDING_TRANSFER_ALREADY_VOIDED;
            case EXPIRED:
                return ResultCode.PENDING_TRANSFER_EXPIRED;
            default:
                break;
        }
        if (pending.expiresAt != 0 && pending.expiresAt <= now) {
            return ResultCode.PENDING_TRANSFER_EXPIRED;
        }
        final boolean posts = (command.flags() & TransferFlags.POST_PENDING) != 0;
        release(pending, posts ? Phase.POSTED : Phase.VOIDED);
        if (posts) {
            pending.debit.debitsPosted = pending.debit.debitsPosted.add(pending.amount);
            pending.credit.creditsPosted = pending.credit.creditsPosted.add(pending.amount);
        }
        transfers.put(id, new Transfer(now, pending.debit, pending.credit, pending.amount, 0, Phase.SINGLE));
        return ResultCode.CREATED;
    }

    private void release(final Transfer pending, final Phase phase) {
        pending.phase = phase;
        open.remove(pending);
        pending.debit.debitsPending = pending.debit.debitsPending.subtract(pending.amount);
        pending.credit.creditsPending = pending.credit.creditsPending.subtract(pending.amount);
    }

    // ---------------------------------------------------------------------------------------------- comparison

    /** Debits pending and posted, credits pending and posted; null if there is no such account. */
    void checkBalances(final Id128 id, final long @Nullable [] balances, final String where) {
        final Account account = accounts.get(id);
        final boolean same = account == null
                ? balances == null
                : balances != null
                        && account.debitsPending.equals(BigInteger.valueOf(balances[0]))
                        && account.debitsPosted.equals(BigInteger.valueOf(balances[1]))
                        && account.creditsPending.equals(BigInteger.valueOf(balances[2]))
                        && account.creditsPosted.equals(BigInteger.valueOf(balances[3]));
        if (!same) {
            throw new Violation("BALANCE", where + " shows other balances of account=" + id + " than replay gives");
        }
    }

    /** 6: what is debited is credited, and nobody is overdrawn who may not be. */
    void checkMoney() {
        BigInteger difference = BigInteger.ZERO;
        for (final Account account : accounts.values()) {
            difference = difference
                    .add(account.debitsPending)
                    .add(account.debitsPosted)
                    .subtract(account.creditsPending)
                    .subtract(account.creditsPosted);
            if (account.limited
                    && account.debitsPending.add(account.debitsPosted).compareTo(account.creditsPosted) > 0) {
                throw new Violation("MONEY", "an account is overdrawn");
            }
        }
        if (difference.signum() != 0) {
            throw new Violation("MONEY", "debits and credits differ by " + difference);
        }
    }
}
