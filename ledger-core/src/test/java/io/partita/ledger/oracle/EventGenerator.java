// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands that seek trouble: few ids, ids used again with one field changed, amounts at the borders of limits and of 64 and 128
 * bits, chains that break anywhere, resolutions of pendings open, resolved and due. Looks at the naive ledger to aim well.
 */
final class EventGenerator {
    private static final int REMEMBERED = 256;
    private static final int PENDINGS = 64;
    private static final long SECOND = 1_000_000_000L;
    private static final BigInteger WORD = BigInteger.ONE.shiftLeft(64);

    private final Chance chance;
    private final Profile profile;
    private final NaiveLedger view;
    private final List<Event> remembered = new ArrayList<>();
    private final List<Transfer> pendings = new ArrayList<>();
    private final List<Transfer> closings = new ArrayList<>();
    private List<Event> batch = new ArrayList<>();
    private boolean importing;
    /** Whether what comes is meant to succeed. */
    private boolean calm;

    private long importAt;
    private long stamp;
    private int batchLength;
    private long nextId = 1L << 40;

    EventGenerator(final Chance chance, final Profile profile, final NaiveLedger view) {
        this.chance = chance;
        this.profile = profile;
        this.view = view;
    }

    /** A batch that will be stamped {@code batchStamp}. */
    List<Event> batch(final int count, final long batchStamp) {
        batch = new ArrayList<>();
        stamp = batchStamp;
        batchLength = count;
        importing = chance.percent(profile.imports);
        importAt = view.transfersByTime.isEmpty() ? 0 : view.transfersByTime.lastKey();
        if (!view.accountsByTime.isEmpty() && !chance.oneIn(6)) {
            importAt = Math.max(importAt, view.accountsByTime.lastKey());
        }
        int chain = 0;
        int breaker = -1;
        while (batch.size() < count) {
            if (chain == 0 && chance.percent(profile.chains)) {
                chain = chance.between(2, chance.oneIn(8) ? 20 : 5);
                // One that the batch is too short for stays open.
                chain = chance.oneIn(10) ? chain : Math.min(chain, count - batch.size());
                breaker = chance.oneIn(3) ? chance.weighted(1, 1, 1) * (chain - 1) / 2 : -1;
                breaker = breaker < 0 ? -1 : chain - breaker;
                calm = !chance.oneIn(3);
            }
            final Event event = chain > 0 && chain == breaker ? breaker() : event();
            if (chain > 0) {
                event.flags = chain > 1 ? event.flags | Event.LINKED : event.flags & ~Event.LINKED;
                chain--;
                calm &= chain > 0;
            }
            batch.add(event);
            remember(event);
        }
        return batch;
    }

    /** Learns what became of the batch. */
    void learn(final List<Result> results) {
        for (int i = 0; i < results.size(); i++) {
            final Event event = batch.get(i);
            if (results.get(i).code() == ResultCode.CREATED && event.isPending()) {
                final Transfer transfer = view.transfers.get(event.id);
                if (event.has(Event.CLOSING_DEBIT | Event.CLOSING_CREDIT)) {
                    closings.add(transfer);
                }
                if (pendings.size() < PENDINGS) {
                    pendings.add(transfer);
                } else {
                    pendings.set(chance.below(PENDINGS), transfer);
                }
            }
        }
    }

    private void remember(final Event event) {
        if (remembered.size() < REMEMBERED) {
            remembered.add(event);
        } else {
            remembered.set(chance.below(REMEMBERED), event);
        }
    }

    private Event event() {
        if (!calm && !remembered.isEmpty() && chance.oneIn(profile.pendings > 90 ? 90 : 9)) {
            final Event again = chance.of(remembered).copy();
            if (!chance.oneIn(4)) {
                again.flags &= ~Event.LINKED;
            }
            if (again.isImported() && importing) {
                again.timestamp = importTimestamp();
            }
            if (chance.oneIn(2)) {
                Mistakes.spoil(again, chance, this);
            }
            return again;
        }
        final boolean started = view.accounts.size() > profile.accountIds / 2;
        final int resolutions = pendings.isEmpty() || profile.pendings > 90 ? 2 : 26;
        final Event event = switch (chance.weighted(
                started ? 6 : 120, 50, resolutions, importing ? 1 : 6, importing || calm ? 0 : 2)) {
            case 0 -> account();
            case 1 -> transfer();
            case 2 -> resolution();
            case 3 -> creditLimit();
            default -> resolve();
        };
        if (importing && (event.kind == Event.ACCOUNT || event.kind == Event.TRANSFER)) {
            event.flags |= event.kind == Event.ACCOUNT ? Event.ACCOUNT_IMPORTED : Event.IMPORTED;
            event.timestamp = importTimestamp();
        }
        if (!calm && chance.percent(profile.mistakes)) {
            Mistakes.spoil(event, chance, this);
        }
        return event;
    }

    /** Mostly a little later than the last, now and then one that is taken, too old or too new, or that of a release. */
    long importTimestamp() {
        final Change last = view.changes.isEmpty() ? null : view.changes.get(view.changes.size() - 1);
        if (last != null && last.kind() == Change.EXPIRED && last.timestamp() > importAt && chance.oneIn(3)) {
            importAt = last.timestamp();
            return importAt;
        }
        if (!calm && chance.oneIn(10)) {
            return switch (chance.below(9)) {
                case 0 -> stamp - chance.below(3);
                case 1 -> stamp + chance.below(3);
                case 2 -> view.accountsByTime.isEmpty() ? 1 : view.accountsByTime.lastKey() + chance.below(2);
                case 3 -> view.transfersByTime.isEmpty() ? 1 : view.transfersByTime.lastKey() + chance.below(2);
                case 4 -> 0;
                case 5 -> -1 - chance.below(3);
                case 6 -> importAt;
                default -> importAt = timeOfChange();
            };
        }
        importAt += chance.oneIn(30) ? 1_000_000 : chance.between(1, 3);
        return importAt;
    }

    /** Of a transfer, no import may take the very time. */
    private long timeOfChange() {
        if (view.changes.isEmpty()) {
            return importAt + 1;
        }
        return chance.of(view.changes).timestamp();
    }

    private Event breaker() {
        final Event event;
        switch (chance.below(4)) {
            case 0 -> event = resolve();
            case 1 -> {
                event = transfer();
                event.debit = BigInteger.valueOf(999_999);
            }
            case 2 -> {
                event = resolution();
                event.pendingId = chance.wide();
            }
            default -> {
                event = account();
                event.code = 0;
            }
        }
        if (importing && event.kind != Event.RESOLVE) {
            event.flags |= event.kind == Event.ACCOUNT ? Event.ACCOUNT_IMPORTED : Event.IMPORTED;
            event.timestamp = importTimestamp();
        }
        return event;
    }

    private Event account() {
        final Event account = new Event(Event.ACCOUNT);
        account.id = calm || chance.oneIn(20) ? chance.wide() : anyAccountId();
        account.ledger = account.id.intValue() % 7 == 6 ? 2 : ledger();
        account.code = code();
        if (chance.percent(profile.limits)) {
            account.flags = chance.oneIn(3) ? Event.CREDITS_LIMITED : Event.DEBITS_LIMITED;
            if (account.flags == Event.DEBITS_LIMITED && chance.oneIn(2)) {
                account.creditLimit = amount(null, null);
            }
        }
        if (chance.oneIn(2)) {
            account.flags |= Event.HISTORY;
        }
        if (chance.oneIn(150)) {
            account.flags |= Event.CLOSED;
        }
        userData(account);
        return account;
    }

    private Event transfer() {
        final Event transfer = new Event(Event.TRANSFER);
        transfer.id = transferId();
        transfer.debit = accountId();
        transfer.credit = accountId();
        for (int i = 0; i < 4 && !isGood(transfer); i++) {
            transfer.credit = accountId();
        }
        final Account debit = view.accounts.get(transfer.debit);
        final Account credit = view.accounts.get(transfer.credit);
        transfer.ledger = debit == null || chance.oneIn(40) ? ledger() : debit.created.ledger;
        transfer.code = code();
        transfer.amount = amount(debit, credit);
        if (chance.percent(profile.balancings)) {
            transfer.flags |= chance.between(1, 3) * Event.BALANCING_DEBIT;
            if (chance.oneIn(3)) {
                transfer.amount = Event.MAX;
            }
        }
        if (chance.percent(profile.pendings)) {
            transfer.flags |= Event.PENDING;
            if (chance.percent(profile.closings)) {
                transfer.flags |= chance.between(1, 3) * Event.CLOSING_DEBIT;
            }
            if (chance.percent(profile.timeouts) && (!importing || chance.oneIn(20))) {
                transfer.timeout = timeout();
            }
        }
        userData(transfer);
        return transfer;
    }

    private boolean isGood(final Event transfer) {
        final Account debit = view.accounts.get(transfer.debit);
        final Account credit = view.accounts.get(transfer.credit);
        return debit == null || credit == null || debit != credit && debit.created.ledger == credit.created.ledger;
    }

    private Event resolution() {
        final Event event = new Event(Event.TRANSFER);
        event.id = transferId();
        event.flags = chance.oneIn(3) ? Event.VOID : Event.POST;
        final Event pending = pending();
        if (pending == null) {
            event.pendingId = transferId();
            return event;
        }
        event.pendingId = pending.id;
        if (pending.has(Event.CLOSING_DEBIT | Event.CLOSING_CREDIT) && !chance.oneIn(4)) {
            event.flags = Event.VOID;
        }
        event.amount = resolvedAmount(pending.amount, event.has(Event.VOID));
        if (chance.oneIn(3)) {
            event.debit = pending.debit;
            event.credit = pending.credit;
            event.ledger = pending.ledger;
            event.code = pending.code;
        }
        if (!calm && chance.oneIn(12)) {
            switch (chance.below(4)) {
                case 0 -> event.debit = chance.oneIn(4) ? Event.MAX : accountId();
                case 1 -> event.credit = chance.oneIn(4) ? pending.debit : accountId();
                case 2 -> event.ledger = ledger();
                default -> event.code = code();
            }
        }
        if (chance.oneIn(3)) {
            userData(event);
        }
        return event;
    }

    private BigInteger resolvedAmount(final BigInteger pending, final boolean voids) {
        return switch (chance.weighted(voids ? 50 : 10, voids ? 3 : 30, 25, voids ? 4 : 30, 4)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> Event.MAX;
            case 2 -> pending;
            case 3 -> pending.multiply(chance.number(101)).divide(BigInteger.valueOf(100));
            default -> pending.add(BigInteger.ONE).min(Event.MAX);
        };
    }

    /** A pending transfer to resolve, mostly an open one; sometimes one of this very batch; null for none. */
    private Event pending() {
        if (!batch.isEmpty() && chance.oneIn(calm ? 12 : 6)) {
            return batch.get(Math.max(0, batch.size() - 1 - chance.below(4)));
        }
        if (pendings.isEmpty() || chance.oneIn(60)) {
            return null;
        }
        Transfer pending = chance.of(pendings);
        for (int i = 0; i < 4 && pending.status != Status.OPEN && !chance.oneIn(6); i++) {
            pending = chance.of(pendings);
        }
        if (!view.expiring.isEmpty() && chance.oneIn(4)) {
            pending = view.expiring.first();
        }
        if (!closings.isEmpty() && chance.oneIn(6)) {
            pending = closings.remove(chance.below(closings.size()));
        }
        return pending.stored;
    }

    private Event creditLimit() {
        final Event event = new Event(Event.CREDIT_LIMIT);
        event.id = transferId();
        event.accountId = chance.oneIn(60) ? edgeId() : accountId();
        for (int i = 0; i < 5 && !isLimited(view.accounts.get(event.accountId)) && !chance.oneIn(10); i++) {
            event.accountId = accountId();
        }
        final Account chosen = view.accounts.get(event.accountId);
        event.creditLimit = chosen == null || chance.oneIn(3)
                ? amount(null, null)
                : chance.near(chosen.debits().subtract(chosen.creditsPosted));
        return event;
    }

    private static boolean isLimited(final Account account) {
        return account != null && account.created.has(Event.DEBITS_LIMITED);
    }

    private Event resolve() {
        final Event event = new Event(Event.RESOLVE);
        event.id = remembered.isEmpty() || chance.oneIn(2) ? transferId() : chance.of(remembered).id;
        return event;
    }

    private void userData(final Event event) {
        if (chance.oneIn(2)) {
            return;
        }
        event.userData128 = userData128();
        event.userData64 = userData64();
        event.userData32 = userData32();
    }

    BigInteger userData128() {
        return chance.oneIn(12) ? chance.wide() : chance.number(4).shiftLeft(chance.oneIn(2) ? 64 : 0);
    }

    long userData64() {
        return chance.oneIn(12) ? chance.anyLong() : chance.below(4);
    }

    int userData32() {
        return chance.oneIn(12) ? (int) chance.anyLong() : chance.below(4);
    }

    int ledger() {
        return chance.oneIn(40) ? -1 : chance.oneIn(40) ? 2 : 1;
    }

    int code() {
        return chance.oneIn(40) ? 0xFFFF : chance.between(1, 4);
    }

    /** Mostly one that exists. */
    BigInteger accountId() {
        if (importing && chance.oneIn(8) && !view.accountsByTime.isEmpty()) {
            return view.accountsByTime.lastEntry().getValue().created.id;
        }
        BigInteger id = anyAccountId();
        for (int i = 0; i < 4 && !isOpen(view.accounts.get(id)) && (calm || !chance.oneIn(6)); i++) {
            id = anyAccountId();
        }
        return id;
    }

    private static boolean isOpen(final Account account) {
        return account != null && !account.closed;
    }

    private BigInteger anyAccountId() {
        final int id = chance.between(1, profile.accountIds);
        // Some ids agree in one half.
        return id % 4 == 0 ? BigInteger.valueOf(id).shiftLeft(64).add(BigInteger.ONE) : BigInteger.valueOf(id);
    }

    BigInteger edgeId() {
        return switch (chance.below(3)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> Event.MAX;
            default -> chance.wide();
        };
    }

    BigInteger transferId() {
        if (calm) {
            return BigInteger.valueOf(nextId++);
        }
        return switch (chance.weighted(30, 40, 20, 2)) {
            case 0 -> BigInteger.valueOf(1 + chance.below(profile.transferIds));
            case 1 -> BigInteger.valueOf(nextId++).shiftLeft(chance.below(3) * 32);
            case 2 -> chance.wide();
            default -> accountId();
        };
    }

    BigInteger amount(final Account debit, final Account credit) {
        if (calm && debit != null && !debit.created.has(Event.DEBITS_LIMITED)) {
            return chance.number(100);
        }
        if (chance.percent(profile.hugeAmounts)) {
            return switch (chance.below(4)) {
                case 0 -> chance.near(BigInteger.ONE.shiftLeft(127));
                case 1 -> Event.MAX.subtract(chance.number(3));
                case 2 -> debit == null ? chance.wide() : chance.near(Event.MAX.subtract(debit.debits()));
                default -> credit == null ? chance.wide() : chance.near(Event.MAX.subtract(credit.credits()));
            };
        }
        if (debit != null && debit.created.has(Event.DEBITS_LIMITED) && chance.oneIn(3)) {
            return chance.near(debit.debitRoom());
        }
        if (credit != null && credit.created.has(Event.CREDITS_LIMITED) && chance.oneIn(3)) {
            return chance.near(credit.creditRoom());
        }
        final boolean widens = debit != null && debit.created.has(Event.CREDITS_LIMITED)
                || credit != null && credit.created.has(Event.DEBITS_LIMITED);
        if (widens && chance.oneIn(8)) {
            // Room enough for sums that leave a word where no balance does yet.
            return chance.near(BigInteger.ONE.shiftLeft(chance.between(62, 63)));
        }
        if (chance.percent(profile.wordAmounts)) {
            return chance.oneIn(2) ? chance.nearWord() : upToWord(chance.oneIn(2) ? debit : credit);
        }
        return switch (chance.below(16)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> chance.wide().shiftRight(chance.between(20, 100));
            default -> chance.number(1000);
        };
    }

    /** What brings a balance, or two together, to where the low word of it ends. */
    private BigInteger upToWord(final Account account) {
        if (account == null) {
            return chance.nearWord();
        }
        final BigInteger balance = switch (chance.below(5)) {
            case 0 -> account.debits();
            case 1 -> account.credits();
            case 2 -> account.creditsPosted.subtract(account.debits()).abs();
            case 3 -> account.debitsPosted;
            default -> account.creditsPosted;
        };
        return chance.near(WORD.subtract(balance.mod(WORD)));
    }

    /** Few different ones, so that pendings fall due together; near the end of time such that the sum is next to it. */
    private int timeout() {
        if (chance.oneIn(40)) {
            return (int) chance.anyLong();
        }
        final long left = (Long.MAX_VALUE - stamp) / SECOND;
        if (left < 1L << 32 && chance.oneIn(10)) {
            return (int) Math.max(1, left + chance.between(-1, 1));
        }
        if (chance.oneIn(2)) {
            final int same = timeoutToTheMomentOfAnother();
            if (same != 0) {
                return same;
            }
        }
        return chance.oneIn(20) ? 300 : chance.between(1, 4);
    }

    /** Such that it ends when that of another pending does; 0 if none of the next ones ends whole seconds from here. */
    private int timeoutToTheMomentOfAnother() {
        final long now = stamp - batchLength + batch.size() + 1;
        int tried = 0;
        for (final Transfer other : view.expiring) {
            final long left = other.expiresAt() - now;
            if (left > 0 && left % SECOND == 0 && left / SECOND < 1000) {
                return (int) (left / SECOND);
            }
            if (++tried == 20) {
                break;
            }
        }
        return 0;
    }
}
