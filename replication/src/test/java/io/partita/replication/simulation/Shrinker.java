// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Zoo;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a failing plan small: an earlier end, fewer faults, calmer parameters, as long as the same checker fails. Since every
 * purpose has a stream of random numbers of its own, what is left out does not change what is left.
 */
final class Shrinker {
    private final Zoo.Bug bug;
    private final String checker;
    private FaultPlan best;

    private Shrinker(final FaultPlan plan, final Zoo.Bug bug, final String checker) {
        best = plan;
        this.bug = bug;
        this.checker = checker;
    }

    /**
     * Shrinks.
     *
     * @param plan that fails.
     * @param bug planted, or NONE.
     * @param checker that it fails by, see {@link Violation#checkerOf}.
     * @return the smallest plan found; the same one if nothing could be left out.
     */
    static FaultPlan shrink(final FaultPlan plan, final Zoo.Bug bug, final String checker) {
        final Shrinker shrinker = new Shrinker(plan, bug, checker);
        FaultPlan before;
        do {
            before = shrinker.best;
            shrinker.endEarlier();
            shrinker.leaveFaultsOut();
            shrinker.calmDown();
        } while (!before.equals(shrinker.best));
        return shrinker.best;
    }

    private boolean fails(final FaultPlan plan) {
        if (plan.equals(best)) {
            return false;
        }
        try {
            new Simulator(plan, bug, null).run();
        } catch (final RuntimeException e) {
            if (Violation.checkerOf(e).equals(checker)) {
                best = plan;
                return true;
            }
        }
        return false;
    }

    /** Bisects the time when faults end. */
    private void endEarlier() {
        long low = 0;
        long high = best.get(Parameter.FAULTS_END_MS);
        while (high - low > 10) {
            final long middle = (low + high) / 2;
            final List<FaultPlan.Fault> faults = best.faults().stream()
                    .filter(fault -> fault.atNs() < middle * 1_000_000)
                    .toList();
            if (fails(best.with(Parameter.FAULTS_END_MS, middle).withFaults(faults))) {
                high = middle;
            } else {
                low = middle;
            }
        }
    }

    /** Delta debugging: leaves out ever smaller groups of faults. */
    private void leaveFaultsOut() {
        int size = Math.max(1, best.faults().size() / 2);
        while (true) {
            for (int from = 0; from < best.faults().size(); ) {
                final List<FaultPlan.Fault> rest = new ArrayList<>(best.faults());
                rest.subList(from, Math.min(rest.size(), from + size)).clear();
                if (!fails(best.withFaults(rest))) {
                    from += size;
                }
            }
            if (size == 1) {
                return;
            }
            size /= 2;
        }
    }

    private void calmDown() {
        for (final Parameter parameter : Parameter.values()) {
            if (parameter == Parameter.SUITE) {
                continue; // It says what counts as a failure.
            }
            if (!fails(best.with(parameter, parameter.calm()))) {
                fails(best.with(parameter, (best.get(parameter) + parameter.calm()) / 2));
            }
        }
    }
}
