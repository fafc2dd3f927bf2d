// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Account;
import io.partita.ledger.oracle.Entries.Change;
import io.partita.ledger.oracle.Entries.Status;
import io.partita.ledger.oracle.Entries.Transfer;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** Naive ledgers with one mistake each, of the kind that people make: the duel must find every one. */
final class NaiveMutants {
    /** A mistake: what is wrong, and the pair of makers that has it. */
    record Mutant(String name, Supplier<NaiveLedger> ledgers, Supplier<NaiveQueries> queries) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Mutant> ALL = List.of(
            ofRules("a pending is still good at the very instant it expires", () -> new NaiveRules() {
                @Override
                boolean isExpired(final Transfer pending, final long now) {
                    return pending.status == Status.EXPIRED || pending.expiresAt() != 0 && pending.expiresAt() < now;
                }
            }),
            ofRules("a pending that is due but not released is still good", () -> new NaiveRules() {
                @Override
                boolean isExpired(final Transfer pending, final long now) {
                    return pending.status == Status.EXPIRED;
                }
            }),
            ofRules("a balancing transfer that comes again must ask for the recorded amount", () -> new NaiveRules() {
                @Override
                boolean sameAmount(final Event c, final Event as, final Event old) {
                    return as.amount.equals(old.amount);
                }
            }),
            ofRules("a limited account may be debited to one more than its limit", () -> new NaiveRules() {
                @Override
                ResultCode exceeds(final BigInteger amount, final Account debit, final Account credit) {
                    return super.exceeds(amount.subtract(BigInteger.ONE), debit, credit);
                }
            }),
            ofLedger("what expires at one moment is released in order of ids", () -> new NaiveLedger(new NaiveRules()) {
                @Override
                Comparator<Transfer> expiryOrder() {
                    return Comparator.comparingLong(Transfer::expiresAt).thenComparing(transfer -> transfer.stored.id);
                }
            }),
            ofLedger("expiry does not open what the pending closed", () -> new NaiveLedger(new NaiveRules()) {
                @Override
                void release(final Transfer pending, final Status status, final long at) {
                    final boolean debitClosed = pending.debit.closed;
                    final boolean creditClosed = pending.credit.closed;
                    super.release(pending, status, at);
                    if (status == Status.EXPIRED) {
                        pending.debit.closed = debitClosed;
                        pending.credit.closed = creditClosed;
                    }
                }
            }),
            ofLedger("the event that broke a chain does not burn its id", () -> new NaiveLedger(new NaiveRules()) {
                @Override
                void burn(final Event event, final ResultCode code) {
                    if (!event.has(Event.LINKED)) {
                        super.burn(event, code);
                    }
                }
            }),
            ofLedger("a failed chain is not undone", () -> new NaiveLedger(new NaiveRules()) {
                @Override
                void undoAll() {}
            }),
            ofQueries("the code is forgotten when a 64-bit value is given too", () -> new NaiveQueries() {
                @Override
                boolean isWanted(final Filter filter, final Account account, final Transfer transfer) {
                    final int code = filter.code;
                    filter.code = filter.userData64 == 0 ? code : 0;
                    final boolean wanted = super.isWanted(filter, account, transfer);
                    filter.code = code;
                    return wanted;
                }
            }),
            ofQueries("the feed shows an expiry before the import at its time", () -> new NaiveQueries() {
                @Override
                Comparator<Change> feedOrder() {
                    return Comparator.comparingLong(Change::timestamp)
                            .thenComparing(change -> change.kind() != Change.EXPIRED);
                }
            }));

    private NaiveMutants() {}

    private static Mutant ofRules(final String name, final Supplier<NaiveRules> rules) {
        return new Mutant(name, () -> new NaiveLedger(rules.get()), NaiveQueries::new);
    }

    private static Mutant ofLedger(final String name, final Supplier<NaiveLedger> ledgers) {
        return new Mutant(name, ledgers, NaiveQueries::new);
    }

    private static Mutant ofQueries(final String name, final Supplier<NaiveQueries> queries) {
        return new Mutant(name, () -> new NaiveLedger(new NaiveRules()), queries);
    }
}
