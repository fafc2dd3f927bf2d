// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What a code alone does not tell: how often the ledger was brought where mistakes hide. */
final class Situations {
    /** Where. */
    enum Situation {
        CHAIN_KEPT,
        CHAIN_OF_MIXED_KINDS_KEPT,
        CHAIN_BROKEN_BY_ITS_FIRST,
        CHAIN_BROKEN_IN_ITS_MIDDLE,
        CHAIN_BROKEN_BY_ITS_LAST,
        CHAIN_LEFT_OPEN,
        DUE_BUT_NOT_RELEASED_WHEN_RESOLVED,
        RELEASED,
        RELEASED_TOGETHER_WITH_ANOTHER_OF_THE_SAME_TIME,
        RELEASED_IN_MORE_THAN_ONE_TICK,
        OPENED_AGAIN_BY_EXPIRY,
        OPENED_AGAIN_BY_A_VOID,
        POSTED_IN_PART,
        POSTED_BY_AMOUNT_MAX,
        BALANCED_TO_LESS,
        BALANCED_TO_NOTHING,
        IMPORTED_ACCOUNT,
        IMPORTED_TRANSFER,
        IMPORTED_AT_THE_TIME_OF_A_RELEASE,
        LIMIT_USED_UP_TO_THE_LAST_UNIT,
        AMOUNT_OF_MORE_THAN_64_BITS,
        MORE_DUE_THAN_A_TICK_MAY_RELEASE
    }

    private final Map<Situation, Long> counts = new EnumMap<>(Situation.class);

    void add(final Situation situation) {
        counts.merge(situation, 1L, Long::sum);
    }

    void addIf(final boolean holds, final Situation situation) {
        if (holds) {
            add(situation);
        }
    }

    boolean sawAll() {
        return counts.size() == Situation.values().length;
    }

    /** After a batch. */
    void look(final List<Event> batch, final List<Result> results, final NaiveLedger ledger) {
        int start = -1;
        for (int i = 0; i < batch.size(); i++) {
            final Event event = batch.get(i);
            final ResultCode code = results.get(i).code();
            final boolean linked = event.has(Event.LINKED);
            if (linked && start < 0) {
                start = i;
            }
            if (start >= 0 && (!linked || i == batch.size() - 1)) {
                chain(batch.subList(start, i + 1), results.subList(start, i + 1));
                start = -1;
            }
            if (code == ResultCode.CREATED && event.kind == Event.ACCOUNT) {
                addIf(event.isImported(), Situation.IMPORTED_ACCOUNT);
            } else if (code == ResultCode.CREATED && event.kind == Event.TRANSFER) {
                created(event, ledger.transfers.get(event.id), ledger);
            } else if (code == ResultCode.PENDING_TRANSFER_EXPIRED) {
                final Transfer pending = ledger.transfers.get(event.pendingId);
                addIf(pending != null && pending.status == Status.OPEN, Situation.DUE_BUT_NOT_RELEASED_WHEN_RESOLVED);
            }
        }
    }

    private void chain(final List<Event> events, final List<Result> results) {
        final int last = results.size() - 1;
        int breaker = -1;
        boolean mixed = false;
        for (int i = 0; i <= last; i++) {
            final ResultCode code = results.get(i).code();
            mixed |= events.get(i).kind != events.get(0).kind;
            if (code == ResultCode.EXPIRED) {
                return;
            }
            if (code == ResultCode.LINKED_EVENT_CHAIN_OPEN) {
                add(Situation.CHAIN_LEFT_OPEN);
                return;
            }
            if (code != ResultCode.CREATED && code != ResultCode.LINKED_EVENT_FAILED) {
                breaker = i;
            }
        }
        if (breaker < 0) {
            add(mixed ? Situation.CHAIN_OF_MIXED_KINDS_KEPT : Situation.CHAIN_KEPT);
        } else if (breaker == 0) {
            add(Situation.CHAIN_BROKEN_BY_ITS_FIRST);
        } else {
            add(breaker == last ? Situation.CHAIN_BROKEN_BY_ITS_LAST : Situation.CHAIN_BROKEN_IN_ITS_MIDDLE);
        }
    }

    private void created(final Event event, final Transfer transfer, final NaiveLedger ledger) {
        addIf(event.isImported(), Situation.IMPORTED_TRANSFER);
        addIf(transfer.stored.amount.bitLength() > 64, Situation.AMOUNT_OF_MORE_THAN_64_BITS);
        if (event.isPostOrVoid()) {
            final Event pending = transfer.pending.stored;
            addIf(
                    event.has(Event.VOID) && pending.has(Event.CLOSING_DEBIT | Event.CLOSING_CREDIT),
                    Situation.OPENED_AGAIN_BY_A_VOID);
            addIf(transfer.stored.amount.compareTo(pending.amount) < 0, Situation.POSTED_IN_PART);
            addIf(event.has(Event.POST) && event.amount.equals(Event.MAX), Situation.POSTED_BY_AMOUNT_MAX);
            return;
        }
        if (event.has(Event.BALANCING_DEBIT | Event.BALANCING_CREDIT) && event.amount.signum() > 0) {
            final boolean nothing = transfer.stored.amount.signum() == 0;
            addIf(nothing, Situation.BALANCED_TO_NOTHING);
            addIf(!nothing && transfer.stored.amount.compareTo(event.amount) < 0, Situation.BALANCED_TO_LESS);
        }
        addIf(
                transfer.debit.created.has(Event.DEBITS_LIMITED)
                        && transfer.stored.amount.signum() > 0
                        && transfer.debit.debitRoom().signum() == 0,
                Situation.LIMIT_USED_UP_TO_THE_LAST_UNIT);
        final int before = ledger.changes.size() - 2;
        if (event.isImported() && before >= 0) {
            final Change change = ledger.changes.get(before);
            addIf(
                    change.kind() == Change.EXPIRED && change.timestamp() == transfer.timestamp,
                    Situation.IMPORTED_AT_THE_TIME_OF_A_RELEASE);
        }
    }

    /** After a TICK that found {@code due} pendings; the changes from {@code firstChange} on are its releases. */
    void look(final int due, final NaiveLedger ledger, final int firstChange) {
        final List<Change> releases = ledger.changes.subList(firstChange, ledger.changes.size());
        for (int i = 0; i < releases.size(); i++) {
            final Transfer pending = releases.get(i).transfer();
            add(Situation.RELEASED);
            addIf(
                    i > 0 && releases.get(i - 1).transfer().expiresAt() == pending.expiresAt(),
                    Situation.RELEASED_TOGETHER_WITH_ANOTHER_OF_THE_SAME_TIME);
            addIf(pending.stored.has(Event.CLOSING_DEBIT | Event.CLOSING_CREDIT), Situation.OPENED_AGAIN_BY_EXPIRY);
        }
        addIf(!releases.isEmpty() && releases.size() < due, Situation.RELEASED_IN_MORE_THAN_ONE_TICK);
    }

    /** One line for each. */
    String text() {
        final StringBuilder text = new StringBuilder();
        for (final Situation situation : Situation.values()) {
            text.append(String.format("%,12d %s%n", counts.getOrDefault(situation, 0L), situation));
        }
        return text.toString();
    }
}
