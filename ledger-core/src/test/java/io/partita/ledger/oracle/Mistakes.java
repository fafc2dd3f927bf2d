// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.math.BigInteger;

/** One field of a command is changed for a value that may or may not be legal. */
final class Mistakes {
    private Mistakes() {}

    static void spoil(final Event event, final Chance chance, final EventGenerator values) {
        switch (event.kind) {
            case Event.ACCOUNT -> account(event, chance, values);
            case Event.TRANSFER -> transfer(event, chance, values);
            case Event.CREDIT_LIMIT -> creditLimit(event, chance, values);
            default -> resolve(event, chance);
        }
    }

    private static void account(final Event event, final Chance chance, final EventGenerator values) {
        switch (chance.below(18)) {
            case 0 -> event.id = chance.oneIn(2) ? BigInteger.ZERO : Event.MAX;
            case 1 -> event.flags ^= 1 << chance.below(16);
            case 2 -> event.timestamp = chance.below(3);
            case 3 -> event.ledger = chance.below(3);
            case 4 -> event.code = chance.below(3);
            case 5 -> event.userData128 = values.userData128();
            case 6 -> event.userData64 = values.userData64();
            case 7 -> event.userData32 = values.userData32();
            case 8 -> event.creditLimit = values.amount(null, null);
            case 9 -> event.reserved = chance.oneIn(2) ? 1 : 1 << 31;
            case 10 -> event.debitsPending = values.amount(null, null);
            case 11 -> event.debitsPosted = values.amount(null, null);
            case 12 -> event.creditsPending = values.amount(null, null);
            case 13 -> event.creditsPosted = values.amount(null, null);
            case 14 -> event.flags ^= Event.ACCOUNT_IMPORTED;
            case 15 -> event.flags ^= Event.LINKED;
            case 16 -> event.flags |= Event.DEBITS_LIMITED | Event.CREDITS_LIMITED;
            default -> event.timestamp = values.importTimestamp();
        }
    }

    private static void transfer(final Event event, final Chance chance, final EventGenerator values) {
        switch (chance.below(20)) {
            case 0 -> event.id = chance.oneIn(2) ? BigInteger.ZERO : Event.MAX;
            case 1 -> event.flags ^= 1 << chance.below(16);
            case 2 -> event.timestamp = chance.below(3);
            case 3 -> event.ledger = chance.below(3);
            case 4 -> event.code = chance.below(3);
            case 5 -> event.userData128 = values.userData128();
            case 6 -> event.userData64 = values.userData64();
            case 7 -> event.userData32 = values.userData32();
            case 8 -> event.amount = values.amount(null, null);
            case 9 -> event.pendingId = chance.oneIn(2) ? values.edgeId() : values.transferId();
            case 10 -> event.pendingId = event.id;
            case 11 -> event.timeout = chance.below(3);
            case 12 -> event.debit = chance.oneIn(2) ? values.edgeId() : values.accountId();
            case 13 -> event.credit = chance.oneIn(2) ? values.edgeId() : values.accountId();
            case 14 -> event.credit = event.debit;
            case 15 -> event.flags ^= 1 << chance.below(9);
            case 16 -> event.flags ^= Event.IMPORTED;
            case 17 -> event.flags ^= Event.LINKED;
            case 18 -> {
                event.amount = event.amount.add(BigInteger.ONE).min(Event.MAX);
            }
            default -> event.timestamp = values.importTimestamp();
        }
    }

    private static void creditLimit(final Event event, final Chance chance, final EventGenerator values) {
        switch (chance.below(5)) {
            case 0 -> event.id = chance.oneIn(2) ? BigInteger.ZERO : Event.MAX;
            case 1 -> event.flags ^= 1 << chance.below(16);
            case 2 -> event.accountId = values.accountId();
            case 3 -> event.creditLimit = values.amount(null, null);
            default -> event.id = values.transferId();
        }
    }

    private static void resolve(final Event event, final Chance chance) {
        if (chance.oneIn(2)) {
            event.id = chance.oneIn(2) ? BigInteger.ZERO : Event.MAX;
        } else {
            event.flags ^= 1 << chance.below(16);
        }
    }
}
