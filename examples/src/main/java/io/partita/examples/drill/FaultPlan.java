// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What will be broken when, drawn from a seed. Fault i of N has its mark at payment i·n/(N+1) and fires at a random moment after
 * it. Faults of the phases start-up and rejoin hit while the victim of the fault before them comes back; so that their own mark
 * has passed by then, the fault before such a one fires no earlier than that mark.
 */
final class FaultPlan {
    /**
     * One fault.
     *
     * @param number 1 to N.
     * @param mark its payment i·n/(N+1).
     * @param position fires once this many payments were sent, {@code mark} or more.
     * @param phase in which it shall hit.
     * @param hitsActive in start-up and rejoin: whether it hits the active rather than the node that comes back.
     * @param moment 0 to 1: where within the time that the phase leaves.
     * @param kind what is done.
     * @param victim who is hit.
     * @param cut what a partition cuts.
     * @param outageNs how long it lasts, if it is of a kind that does.
     * @param resets whether connections that a partition held are reset at its end rather than resumed; whether the active hands over
     *     while a clock is wrong.
     * @param clockErrorNs how far the victim's wall clock is wrong then: ahead, or behind if it is negative.
     */
    record Fault(
            int number,
            long mark,
            long position,
            Phase phase,
            boolean hitsActive,
            double moment,
            FaultKind kind,
            Victim victim,
            Cut cut,
            long outageNs,
            boolean resets,
            long clockErrorNs) {}

    private static final double CLOCK_ERROR_S_MIN = 2;
    private static final double CLOCK_ERROR_S_MAX = 12 * 3600;

    private final List<Fault> faults;
    private final long payments;

    private FaultPlan(final List<Fault> faults, final long payments) {
        this.faults = faults;
        this.payments = payments;
    }

    /**
     * Draws a plan; the first fault and every one after a fault on purpose is of phase serving. On purpose there are only kills,
     * and only in a drill that has nothing else.
     */
    static FaultPlan draw(final DrillSettings settings, final long payments) {
        final SplittableRandom random = new SplittableRandom(settings.seed());
        final int kills = settings.kills();
        final Set<Phase> phases = phases(settings);
        final List<Phase> onPurpose = new ArrayList<>();
        for (final Phase phase : Phase.values()) {
            if (phase != Phase.SERVING && phases.contains(phase)) {
                onPurpose.add(phase);
            }
        }
        final List<Phase> drawn = new ArrayList<>();
        int turn = onPurpose.isEmpty() ? 0 : random.nextInt(onPurpose.size());
        while (drawn.size() < kills) {
            drawn.add(Phase.SERVING);
            if (!onPurpose.isEmpty() && drawn.size() < kills && random.nextBoolean()) {
                // In turn, so that each phase comes about even in a short drill.
                drawn.add(onPurpose.get(turn++ % onPurpose.size()));
            }
        }
        final int kindOffset = random.nextInt(settings.faults().size());
        final int victimOffset = random.nextInt(settings.victims().size());
        final int cutOffset = random.nextInt(Cut.values().length);
        final List<Fault> faults = new ArrayList<>();
        for (int i = 1; i <= kills; i++) {
            final long mark = mark(i, kills, payments);
            final long next = mark(i + 1, kills, payments);
            final Phase phase = drawn.get(i - 1);
            final boolean isFollowed = i < kills && drawn.get(i) != Phase.SERVING;
            final double where = random.nextDouble();
            final long position;
            if (phase != Phase.SERVING) {
                position = mark;
            } else {
                position = isFollowed ? next : mark + (long) (where * 0.5 * (next - mark));
            }
            final FaultKind kind = turn(settings.faults(), kindOffset, i);
            faults.add(new Fault(
                    i,
                    mark,
                    position,
                    phase,
                    random.nextBoolean(),
                    random.nextDouble(),
                    kind,
                    // Whose turn it is goes on with each round of kinds, so that every pair of both comes about.
                    turn(
                            settings.victims(),
                            victimOffset,
                            (i - 1) / settings.faults().size()),
                    turn(
                            List.of(Cut.values()),
                            cutOffset,
                            (i - 1) / settings.faults().size()),
                    outageNs(settings, random.nextDouble()),
                    random.nextBoolean(),
                    kind == FaultKind.CLOCK ? clockErrorNs(random) : 0));
        }

        return new FaultPlan(List.copyOf(faults), payments);
    }

    private static Set<Phase> phases(final DrillSettings settings) {
        final Set<Phase> phases = EnumSet.of(Phase.SERVING);
        if (settings.faults().equals(List.of(FaultKind.KILL))
                && settings.victims().equals(List.of(Victim.ACTIVE))) {
            for (final String label : settings.phases()) {
                phases.add(Phase.of(label));
            }
        }
        return phases;
    }

    private static <T> T turn(final List<T> values, final int offset, final int number) {
        return values.get((offset + number) % values.size());
    }

    private static long outageNs(final DrillSettings settings, final double where) {
        final double min = Math.log(settings.outageMsMin());
        final double max = Math.log(settings.outageMsMax());

        return (long) (Math.exp(min + where * (max - min)) * 1e6);
    }

    /** Every order of magnitude is as likely; never so little that R41 has to believe it. */
    private static long clockErrorNs(final SplittableRandom random) {
        final double min = Math.log(CLOCK_ERROR_S_MIN);
        final double max = Math.log(CLOCK_ERROR_S_MAX);
        final long ns = (long) (Math.exp(min + random.nextDouble() * (max - min)) * 1e9);

        return random.nextBoolean() ? ns : -ns;
    }

    List<Fault> faults() {
        return faults;
    }

    /**
     * How many payments may be sent before the given fault has fired: the stream must not end before the faults do, so each
     * that is still to come has a quarter of its stretch set aside.
     *
     * @param number of the next fault that has not fired.
     */
    long sentMaxBefore(final int number) {
        return Math.max(faults.get(number - 1).position() + 1, sentMaxAt(number) - setAside());
    }

    /**
     * How many payments may be sent for the attempts at the given fault: all but what is set aside for those after it.
     *
     * @param number of the fault that is to fire.
     */
    long sentMaxAt(final int number) {
        return payments - (faults.size() - number) * setAside();
    }

    private long setAside() {
        return Math.max(1, stretch() / 4);
    }

    /** Payments from one mark to the next. */
    long stretch() {
        return payments / (faults.size() + 1);
    }

    private static long mark(final int number, final int kills, final long payments) {
        return number * payments / (kills + 1L);
    }
}
