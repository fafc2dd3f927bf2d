// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import java.util.function.LongFunction;
import java.util.function.Supplier;

/** Duels, seed by seed, and what they compared. */
public final class Oracle {
    private final LongFunction<Subject> subjects;
    private final Supplier<NaiveLedger> ledgers;
    private final Supplier<NaiveQueries> queries;
    private final Records records = new Records();
    private final Tally tally = new Tally();

    /**
     * An oracle that is right.
     *
     * @param subjects makes the ledger under test for a seed.
     */
    public Oracle(final LongFunction<Subject> subjects) {
        this(subjects, () -> new NaiveLedger(new NaiveRules()), NaiveQueries::new);
    }

    /** One that may be a mutant. */
    Oracle(
            final LongFunction<Subject> subjects,
            final Supplier<NaiveLedger> ledgers,
            final Supplier<NaiveQueries> queries) {
        this.subjects = subjects;
        this.ledgers = ledgers;
        this.queries = queries;
    }

    /**
     * Runs one seed to its end.
     *
     * @param seed decides everything.
     * @return how many commands there were.
     * @throws AssertionError at the first difference, with the way to repeat it.
     */
    public int duel(final long seed) {
        records.restart();
        try (Subject subject = subjects.apply(seed)) {
            final Duel duel = new Duel(seed, tally, ledgers.get(), queries.get(), subject, records);
            try {
                duel.run();
            } catch (final RuntimeException | AssertionError error) {
                throw new AssertionError(
                        "seed " + seed + ", command " + duel.commands()
                                + "; repeat it with: .ci/campaign oracle --minutes 0 --seed " + seed,
                        error);
            }
            tally.ledgers++;
            return duel.commands();
        }
    }

    /**
     * What has been compared.
     *
     * @return counts that go on.
     */
    public Tally tally() {
        return tally;
    }
}
