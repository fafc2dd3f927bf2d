// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * What goes wrong in a run, and under which settings, as data: a seed is expanded into it before the run begins, and its text
 * is equivalent to the seed. Everything else that is drawn in a run comes from the seed's streams by purpose.
 *
 * @param seed of the streams.
 * @param parameters a value for each.
 * @param faults by time.
 */
record FaultPlan(long seed, Map<Parameter, Long> parameters, List<Fault> faults) {
    private static final String TITLE = "partita-plan 1";

    /**
     * One fault.
     *
     * @param atNs after the start.
     * @param kind what happens.
     * @param node index of whom it hits; taken modulo the nodes.
     * @param durationNs how long, if it lasts.
     * @param size from 1; what it means depends on the kind.
     */
    record Fault(long atNs, FaultKind kind, int node, long durationNs, int size) {
        @Override
        public String toString() {
            return "at " + atNs + " " + kind + " node=" + node + " ns=" + durationNs + " size=" + size;
        }
    }

    /** Swarm: each class is on in every second seed, with an intensity of its own. */
    static FaultPlan of(final long seed) {
        return of(seed, Map.of(), Set.of());
    }

    /**
     * A biased swarm: to hunt for what needs a rare schedule.
     *
     * @param seed of all draws.
     * @param fixed parameters that are not drawn.
     * @param always classes that are on in every seed, and no others; empty for the swarm of all classes.
     */
    static FaultPlan of(final long seed, final Map<Parameter, Long> fixed, final Set<FaultKind> always) {
        final Map<Parameter, Long> parameters = new EnumMap<>(Parameter.class);
        for (final Parameter parameter : Parameter.values()) {
            final Long value = fixed.get(parameter);
            parameters.put(parameter, value == null ? parameter.drawn(seed) : value);
        }
        final Suite suite = Suite.values()[(int) (long) parameters.get(Parameter.SUITE)];
        final long end = parameters.get(Parameter.FAULTS_END_MS) * 1_000_000;
        final List<Fault> faults = new ArrayList<>();
        for (final FaultKind kind : FaultKind.values()) {
            final SplittableRandom own = Draws.of(seed, "fault." + kind);
            final boolean on = own.nextInt(2) != 0;
            if (always.isEmpty() ? !on || !kind.isIn(suite) : !always.contains(kind)) {
                continue;
            }
            final long count = Draws.logUniform(own, 1, kind.countMax()) + own.nextInt(2);
            for (int i = 0; i < count; i++) {
                faults.add(new Fault(
                        own.nextLong(end),
                        kind,
                        own.nextInt(60),
                        Draws.logUniform(own, 5_000_000, 4_000_000_000L),
                        1 + own.nextInt(60)));
            }
        }
        faults.sort(Comparator.comparingLong(Fault::atNs));
        return new FaultPlan(seed, parameters, faults);
    }

    long get(final Parameter parameter) {
        return parameters.get(parameter);
    }

    double rate(final Parameter parameter) {
        return get(parameter) / 1e6;
    }

    Suite suite() {
        return Suite.values()[(int) get(Parameter.SUITE)];
    }

    FaultPlan with(final Parameter parameter, final long value) {
        final Map<Parameter, Long> changed = new EnumMap<>(parameters);
        changed.put(parameter, value);
        return new FaultPlan(seed, changed, faults);
    }

    FaultPlan withFaults(final List<Fault> others) {
        return new FaultPlan(seed, parameters, List.copyOf(others));
    }

    /** The plan file. */
    String text() {
        final StringBuilder text = new StringBuilder(TITLE + "\nseed " + seed + "\n");
        parameters.forEach((parameter, value) ->
                text.append("set ").append(parameter).append(' ').append(value).append('\n'));
        faults.forEach(fault -> text.append(fault).append('\n'));
        return text.toString();
    }

    /**
     * Reads a plan file; {@code #} starts a comment.
     *
     * @throws IllegalArgumentException with the line that is not understood.
     */
    static FaultPlan parse(final String text) {
        long seed = 0;
        final Map<Parameter, Long> parameters = new EnumMap<>(Parameter.class);
        for (final Parameter parameter : Parameter.values()) {
            parameters.put(parameter, parameter.calm());
        }
        final List<Fault> faults = new ArrayList<>();
        boolean titled = false;
        for (final String line : text.lines().toList()) {
            final String[] words = line.split("#", 2)[0].trim().split("[ =]+");
            try {
                switch (words[0]) {
                    case "" -> {}
                    case "partita-plan" -> titled = line.trim().equals(TITLE);
                    case "seed" -> seed = Long.parseLong(words[1]);
                    case "set" -> parameters.put(Parameter.valueOf(words[1]), Long.parseLong(words[2]));
                    case "at" ->
                        faults.add(new Fault(
                                Long.parseLong(words[1]),
                                FaultKind.valueOf(words[2]),
                                Integer.parseInt(words[4]),
                                Long.parseLong(words[6]),
                                Integer.parseInt(words[8])));
                    default -> throw new IllegalArgumentException("unknown word");
                }
            } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw new IllegalArgumentException("not a line of a plan: " + line, e);
            }
        }
        if (!titled) {
            throw new IllegalArgumentException("a plan begins with: " + TITLE);
        }
        faults.sort(Comparator.comparingLong(Fault::atNs));
        return new FaultPlan(seed, parameters, faults);
    }
}
