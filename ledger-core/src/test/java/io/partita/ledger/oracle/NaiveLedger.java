// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Instruction;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The ledger as naively as it can be written: one command after the other, sorted maps, and a list of what to undo for chains.
 * Which command is taken and which refused is asked of {@link NaiveRules}. Methods are open to mutants that override them.
 */
class NaiveLedger {
    static final int RETURN_BALANCES = 1;

    final TreeMap<BigInteger, Account> accounts = new TreeMap<>();
    final TreeMap<BigInteger, Transfer> transfers = new TreeMap<>();
    final TreeMap<BigInteger, Instruction> instructions = new TreeMap<>();
    final TreeSet<BigInteger> burnt = new TreeSet<>();
    final TreeMap<Long, Account> accountsByTime = new TreeMap<>();
    final TreeMap<Long, Transfer> transfersByTime = new TreeMap<>();
    final List<Change> changes = new ArrayList<>();
    /** Open pendings that have a timeout. */
    final TreeSet<Transfer> expiring = new TreeSet<>(expiryOrder());

    long lastTimestamp;
    long runningDigest;

    private final NaiveRules rules;
    private final Deque<Runnable> undo = new ArrayDeque<>();

    NaiveLedger(final NaiveRules rules) {
        this.rules = rules;
    }

    Comparator<Transfer> expiryOrder() {
        return Comparator.comparingLong(Transfer::expiresAt).thenComparingLong(transfer -> transfer.timestamp);
    }

    /** Applies a batch that is stamped {@code stamp}. */
    List<Result> apply(final long stamp, final long deadline, final List<Event> batch) {
        final Result[] results = new Result[batch.size()];
        final boolean importing = batch.get(0).isImported();
        int chainStart = -1;
        boolean chainFailed = false;
        for (int i = 0; i < results.length; i++) {
            final Event event = batch.get(i);
            final long now = stamp - results.length + i + 1;
            final boolean linked = event.has(Event.LINKED);
            if (linked && chainStart < 0) {
                chainStart = i;
                chainFailed = false;
                undo.clear();
            }
            final boolean open = linked && i == results.length - 1;
            ResultCode code = head(event, stamp, deadline, importing, open, chainStart >= 0 && chainFailed);
            if (code == null) {
                code = check(event, now);
            }
            results[i] = take(event, now, code);
            if (chainStart >= 0 && code != ResultCode.CREATED && !chainFailed && code != ResultCode.EXPIRED) {
                chainFailed = true;
                undoAll();
                for (int k = chainStart; k < i; k++) {
                    results[k] = new Result(ResultCode.LINKED_EVENT_FAILED, stamp - results.length + k + 1);
                }
            }
            burn(event, code);
            if (!linked) {
                chainStart = -1;
                undo.clear();
            }
        }
        lastTimestamp = stamp;
        for (final Result result : results) {
            runningDigest = NaiveDigests.running(runningDigest, result);
        }
        return List.of(results);
    }

    /** Releases up to {@code count} pendings that are due. */
    void tick(final long stamp, final int count) {
        final long base = stamp - count;
        for (int k = 1; k <= count; k++) {
            if (expiring.isEmpty() || expiring.first().expiresAt() > base) {
                break;
            }
            final Transfer due = expiring.first();
            final long at = base + k;
            release(due, Status.EXPIRED, at);
            changes.add(Change.of(Change.EXPIRED, at, due));
            runningDigest = NaiveDigests.running(runningDigest, at, 0, due.debit.balances(), due.credit.balances());
        }
        lastTimestamp = stamp;
    }

    /** How many pendings are due at a moment. */
    int dueCount(final long base) {
        int count = 0;
        for (final Transfer transfer : expiring) {
            if (transfer.expiresAt() > base) {
                break;
            }
            count++;
        }
        return count;
    }

    private ResultCode head(
            final Event event,
            final long stamp,
            final long deadline,
            final boolean importing,
            final boolean open,
            final boolean failed) {
        if (deadline != 0 && stamp > deadline) {
            return ResultCode.EXPIRED;
        }
        if (open) {
            return ResultCode.LINKED_EVENT_CHAIN_OPEN;
        }
        if (failed) {
            return ResultCode.LINKED_EVENT_FAILED;
        }
        return rules.imported(event, stamp, importing);
    }

    private ResultCode check(final Event event, final long now) {
        return switch (event.kind) {
            case Event.ACCOUNT -> rules.account(this, event);
            case Event.TRANSFER -> rules.transfer(this, event, now);
            case Event.CREDIT_LIMIT -> rules.creditLimit(this, event);
            default -> rules.resolve(this, event);
        };
    }

    /** Makes the result and, if it is CREATED, the change. */
    private Result take(final Event event, final long now, final ResultCode code) {
        if (code == ResultCode.EXISTS) {
            return new Result(code, original(event));
        }
        if (code != ResultCode.CREATED) {
            return new Result(code, now);
        }
        final long timestamp = event.isImported() ? event.timestamp : now;
        switch (event.kind) {
            case Event.ACCOUNT -> {
                final Account account = add(event, timestamp);
                return new Result(code, timestamp, account.touched(), null);
            }
            case Event.TRANSFER -> {
                final Transfer transfer = event.isPostOrVoid() ? resolution(event, timestamp) : post(event, timestamp);
                return new Result(code, timestamp, transfer.debit.touched(), transfer.credit.touched());
            }
            default -> {
                final Account account = setCreditLimit(event, timestamp);
                return new Result(code, timestamp, account.touched(), null);
            }
        }
    }

    private long original(final Event event) {
        if (event.kind == Event.ACCOUNT) {
            return accounts.get(event.id).timestamp;
        }
        final Transfer transfer = transfers.get(event.id);
        return transfer != null
                ? transfer.timestamp
                : instructions.get(event.id).timestamp();
    }

    /** What can become a yes later, or was answered "never seen", may not be answered otherwise when it comes again. */
    void burn(final Event event, final ResultCode code) {
        final boolean burns = switch (code) {
            case RESOLVED_ABSENT -> true;
            case EXPIRED -> (event.kind == Event.TRANSFER || event.kind == Event.CREDIT_LIMIT) && isUnseen(event.id);
            default -> NaiveRules.TRANSIENT.contains(code);
        };
        if (burns) {
            burnt.add(event.id);
        }
    }

    private boolean isUnseen(final BigInteger id) {
        return id.signum() != 0 && !id.equals(Event.MAX) && !transfers.containsKey(id) && !instructions.containsKey(id);
    }

    private Account add(final Event event, final long timestamp) {
        final Account account = new Account(event, timestamp);
        accounts.put(event.id, account);
        accountsByTime.put(timestamp, account);
        undo.push(() -> {
            accounts.remove(event.id);
            accountsByTime.remove(timestamp);
        });
        return account;
    }

    private Account setCreditLimit(final Event event, final long timestamp) {
        final Account account = accounts.get(event.accountId);
        final BigInteger before = account.creditLimit;
        account.creditLimit = event.creditLimit;
        instructions.put(event.id, new Instruction(event, timestamp));
        undo.push(() -> {
            account.creditLimit = before;
            instructions.remove(event.id);
        });
        return account;
    }

    private Transfer post(final Event event, final long timestamp) {
        final Event stored = event.copy();
        stored.timestamp = 0;
        final Account debit = accounts.get(event.debit);
        final Account credit = accounts.get(event.credit);
        stored.amount = rules.amount(event, debit, credit);
        final Transfer transfer = new Transfer(stored, timestamp, debit, credit, null);
        remember(debit);
        remember(credit);
        if (stored.isPending()) {
            debit.debitsPending = debit.debitsPending.add(stored.amount);
            credit.creditsPending = credit.creditsPending.add(stored.amount);
            if (stored.timeout != 0) {
                expiring.add(transfer);
                undo.push(() -> expiring.remove(transfer));
            }
        } else {
            debit.debitsPosted = debit.debitsPosted.add(stored.amount);
            credit.creditsPosted = credit.creditsPosted.add(stored.amount);
        }
        debit.closed |= stored.has(Event.CLOSING_DEBIT);
        credit.closed |= stored.has(Event.CLOSING_CREDIT);
        record(stored.isPending() ? Change.PENDING : Change.SINGLE_PHASE, transfer);
        return transfer;
    }

    private Transfer resolution(final Event event, final long timestamp) {
        final Transfer pending = transfers.get(event.pendingId);
        final Event stored = event.copy();
        stored.timestamp = 0;
        stored.debit = pending.stored.debit;
        stored.credit = pending.stored.credit;
        stored.ledger = pending.stored.ledger;
        stored.code = pending.stored.code;
        stored.amount = rules.resolvedAmount(event, pending);
        if (stored.userData128.signum() == 0) {
            stored.userData128 = pending.stored.userData128;
        }
        if (stored.userData64 == 0) {
            stored.userData64 = pending.stored.userData64;
        }
        if (stored.userData32 == 0) {
            stored.userData32 = pending.stored.userData32;
        }
        final Transfer transfer = new Transfer(stored, timestamp, pending.debit, pending.credit, pending);
        final boolean posts = event.has(Event.POST);
        release(pending, posts ? Status.POSTED : Status.VOIDED, timestamp);
        if (posts) {
            pending.debit.debitsPosted = pending.debit.debitsPosted.add(stored.amount);
            pending.credit.creditsPosted = pending.credit.creditsPosted.add(stored.amount);
        }
        record(posts ? Change.POSTED : Change.VOIDED, transfer);
        return transfer;
    }

    /** Frees what a pending reserves. Unless it is posted, an account that it closed opens again. */
    void release(final Transfer pending, final Status status, final long at) {
        remember(pending.debit);
        remember(pending.credit);
        final boolean wasExpiring = expiring.remove(pending);
        pending.status = status;
        pending.resolvedAt = at;
        undo.push(() -> {
            pending.status = Status.OPEN;
            pending.resolvedAt = 0;
            if (wasExpiring) {
                expiring.add(pending);
            }
        });
        final BigInteger amount = pending.stored.amount;
        pending.debit.debitsPending = pending.debit.debitsPending.subtract(amount);
        pending.credit.creditsPending = pending.credit.creditsPending.subtract(amount);
        if (status != Status.POSTED) {
            pending.debit.closed &= !pending.stored.has(Event.CLOSING_DEBIT);
            pending.credit.closed &= !pending.stored.has(Event.CLOSING_CREDIT);
        }
    }

    private void record(final int change, final Transfer transfer) {
        transfers.put(transfer.stored.id, transfer);
        transfersByTime.put(transfer.timestamp, transfer);
        changes.add(Change.of(change, transfer.timestamp, transfer));
        undo.push(() -> {
            transfers.remove(transfer.stored.id);
            transfersByTime.remove(transfer.timestamp);
            changes.remove(changes.size() - 1);
        });
    }

    private void remember(final Account account) {
        final BigInteger debitsPending = account.debitsPending;
        final BigInteger debitsPosted = account.debitsPosted;
        final BigInteger creditsPending = account.creditsPending;
        final BigInteger creditsPosted = account.creditsPosted;
        final boolean closed = account.closed;
        undo.push(() -> {
            account.debitsPending = debitsPending;
            account.debitsPosted = debitsPosted;
            account.creditsPending = creditsPending;
            account.creditsPosted = creditsPosted;
            account.closed = closed;
        });
    }

    /** Undoes what the chain did, the last first. */
    void undoAll() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
