// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.state.StateSubject;
import java.io.PrintStream;

/** Duels for as long as it is told: {@code --minutes M} (0: one ledger) or {@code --commands N}, from {@code --seed S} on. */
public final class OracleCampaign {
    private static final long PROGRESS_NS = 10_000_000_000L;

    private OracleCampaign() {}

    /**
     * Ends with 1 at the first difference.
     *
     * @param args options and their values.
     */
    public static void main(final String[] args) {
        double minutes = -1;
        long commandsMax = Long.MAX_VALUE;
        long seed = 1;
        for (int i = 0; i < args.length; i += 2) {
            switch (args[i]) {
                case "--minutes" -> minutes = Double.parseDouble(args[i + 1]);
                case "--commands" -> commandsMax = Long.parseLong(args[i + 1]);
                case "--seed" -> seed = Long.parseLong(args[i + 1]);
                default -> throw new IllegalArgumentException("unknown option: " + args[i]);
            }
        }
        if (minutes < 0 && commandsMax == Long.MAX_VALUE) {
            throw new IllegalArgumentException("give --minutes or --commands");
        }
        System.exit(run(System.out, minutes, commandsMax, seed) ? 0 : 1);
    }

    private static boolean run(
            final PrintStream out, final double minutes, final long commandsMax, final long firstSeed) {
        final Oracle oracle = new Oracle(StateSubject::new);
        final long start = System.nanoTime();
        final long lastNs = minutes < 0 ? Long.MAX_VALUE : (long) (minutes * 60e9);
        long shownNs = 0;
        long seed = firstSeed;
        boolean same = true;
        do {
            try {
                oracle.duel(seed);
                seed++;
            } catch (final AssertionError difference) {
                difference.printStackTrace(out);
                same = false;
            }
            final long elapsedNs = System.nanoTime() - start;
            if (elapsedNs - shownNs > PROGRESS_NS) {
                shownNs = elapsedNs;
                out.printf(
                        "%6d s, next seed %d: %s%n",
                        elapsedNs / 1_000_000_000L, seed, oracle.tally().summary());
            }
        } while (same && oracle.tally().commands < commandsMax && System.nanoTime() - start < lastNs);
        out.print(oracle.tally().distribution());
        out.printf("never produced: %s%n", oracle.tally().missing());
        out.printf(
                "seeds %d to %d, %.0f s: %s%n",
                firstSeed,
                seed - 1,
                (System.nanoTime() - start) / 1e9,
                oracle.tally().summary());
        out.println(same ? "no difference" : "DIFFERENT at seed " + seed);
        return same;
    }
}
