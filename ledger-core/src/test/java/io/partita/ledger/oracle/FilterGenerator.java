// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import java.math.BigInteger;

/** Filters of every kind with any combination of predicates, most of them met by something; some that are invalid. */
final class FilterGenerator {
    /** Odd, so that all combinations have their turn. */
    private static final int STRIDE = 37;

    private final int[] turns = new int[Filter.Kind.values().length];
    private final int turn;
    private final Chance chance;
    private final EventGenerator values;
    private final NaiveLedger view;

    FilterGenerator(final Chance chance, final EventGenerator values, final NaiveLedger view) {
        this.chance = chance;
        this.values = values;
        this.view = view;
        turn = chance.below(128);
    }

    Filter filter() {
        final Filter filter = new Filter(Filter.Kind.values()[chance.weighted(4, 3, 6, 4, 2, 2)]);
        final Event like = like(filter);
        final int given = turns[filter.kind.ordinal()]++ * STRIDE + turn;
        if (filter.isOfAccount()) {
            filter.accountId = like.kind == Event.TRANSFER && !chance.oneIn(4)
                    ? chance.oneIn(2) ? like.debit : like.credit
                    : values.accountId();
        }
        if (filter.kind.ordinal() < Filter.Kind.CHANGE_EVENTS.ordinal()) {
            predicates(filter, like, given);
        }
        if (filter.kind != Filter.Kind.ACCOUNT_WITH_PENDINGS) {
            range(filter, given);
        }
        filter.limit = switch (chance.below(8)) {
            case 0 -> 1;
            case 1, 2 -> chance.between(2, 40);
            case 3, 4 -> chance.between(30, 400);
            case 5 -> NaiveQueries.LIMIT_MAX;
            case 6 -> chance.between(1, NaiveQueries.LIMIT_MAX);
            default -> 10;
        };
        if (chance.oneIn(30)) {
            spoil(filter);
        }
        return filter;
    }

    /** Something that exists, to be found; mostly with something in every field. */
    private Event like(final Filter filter) {
        Event like = one(filter);
        for (int i = 0;
                i < 4 && (like.userData128.signum() == 0 || like.userData64 == 0 || like.userData32 == 0);
                i++) {
            like = one(filter);
        }
        return like;
    }

    private Event one(final Filter filter) {
        if (filter.kind == Filter.Kind.QUERY_ACCOUNTS && !view.accountsByTime.isEmpty()) {
            final Account account = view.accounts.get(values.accountId());
            return account == null ? view.accountsByTime.firstEntry().getValue().created : account.created;
        }
        if (view.changes.isEmpty()) {
            return new Event(Event.RESOLVE);
        }
        return view.changes.get(chance.below(view.changes.size())).transfer().stored;
    }

    /** Combinations take turns: five values and two bounds in time, each given or not. */
    private void predicates(final Filter filter, final Event like, final int given) {
        final boolean met = !chance.oneIn(4);
        if ((given & 1) != 0) {
            filter.userData128 = met ? like.userData128 : values.userData128();
        }
        if ((given & 2) != 0) {
            filter.userData64 = met ? like.userData64 : values.userData64();
        }
        if ((given & 4) != 0) {
            filter.userData32 = met ? like.userData32 : values.userData32();
        }
        if ((given & 8) != 0) {
            filter.code = met ? like.code : values.code();
        }
        if ((given & 16) != 0 && !filter.isOfAccount()) {
            filter.ledger = met ? like.ledger : values.ledger();
        }
        filter.flags = filter.isOfAccount() ? chance.between(1, 3) : 0;
        if (chance.oneIn(2)) {
            filter.flags |= Filter.REVERSED;
        }
    }

    private void range(final Filter filter, final int given) {
        if ((given & 32) != 0) {
            filter.timestampMin = moment();
        }
        if ((given & 64) != 0) {
            filter.timestampMax = moment();
        }
        final boolean inverted = filter.timestampMax != 0 && filter.timestampMin > filter.timestampMax;
        if (inverted && !chance.oneIn(20)) {
            final long max = filter.timestampMin;
            filter.timestampMin = filter.timestampMax;
            filter.timestampMax = max;
        }
    }

    private long moment() {
        if (view.changes.isEmpty() || chance.oneIn(20)) {
            return chance.oneIn(2) ? Long.MAX_VALUE : chance.below(1000);
        }
        final Change change = view.changes.get(chance.below(view.changes.size()));
        return Math.max(0, change.timestamp() + chance.below(3) - 1);
    }

    private void spoil(final Filter filter) {
        switch (chance.below(11)) {
            case 0 -> filter.accountId = chance.oneIn(2) ? BigInteger.ZERO : Event.MAX;
            case 1 -> filter.timestampMin = -1 - chance.below(3);
            case 2 -> filter.timestampMax = Long.MIN_VALUE;
            case 3 -> filter.limit = chance.oneIn(2) ? 0 : NaiveQueries.LIMIT_MAX + 1;
            case 4 -> filter.limit = 0xFFFF_FFFFL;
            case 5 -> filter.flags ^= 1 << chance.below(16);
            case 6 -> filter.flags = 0;
            case 7 -> filter.ledger = 1;
            case 8 -> filter.code = 1;
            case 9 -> filter.accountId = chance.wide();
            default -> filter.userData64 = 1;
        }
    }
}
