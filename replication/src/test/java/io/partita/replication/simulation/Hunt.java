// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Zoo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How a planted flaw is hunted: under which bias of the swarm, and within how many seeds it has to be found. The bias says which
 * settings and kinds of faults, and for flaws that need a rare schedule about when, as the shortest counterexamples of PROTOCOL 7
 * do. Nothing is made by hand but that: who leads, what is under way and the exact moments are the seed's.
 *
 * @param bug the flaw.
 * @param seedsMax from seed 1 on.
 * @param fixed parameters that are not drawn.
 * @param always kinds of faults that are on, and no others; empty for all as they are drawn.
 * @param steps what happens instead, about when; empty if faults are drawn.
 */
record Hunt(Zoo.Bug bug, int seedsMax, Map<Parameter, Long> fixed, Set<FaultKind> always, List<Step> steps) {
    private static final long SAFETY = Suite.SAFETY.ordinal();
    private static final long OUTSIDE = Suite.OUTSIDE.ordinal();
    private static final Map<Parameter, Long> PAIR = Map.of(
            Parameter.SUITE, SAFETY,
            Parameter.NODES, 2L,
            Parameter.POLICY, 0L,
            Parameter.DURABILITY, 0L,
            Parameter.SNAPSHOT_RECORDS, 0L,
            Parameter.CLIENTS, 4L,
            Parameter.THINK_US, 10_000L);

    private static final Set<Parameter> NOISE = EnumSet.of(
            Parameter.REGISTER_UNKNOWN_PPM,
            Parameter.REGISTER_STALE_PPM,
            Parameter.LINK_FULL_PPM,
            Parameter.FRAME_LOSS_PPM,
            Parameter.FRAME_TWICE_PPM,
            Parameter.FRAME_OVERTAKES_PPM,
            Parameter.FRAME_REPLAY_PPM,
            Parameter.FRAME_DAMAGE_PPM);

    /** One fault: between two moments, for between two durations. */
    record Step(FaultKind kind, int node, long fromMs, long toMs, long durationFromMs, long durationToMs) {
        private FaultPlan.Fault draw(final SplittableRandom random) {
            return new FaultPlan.Fault(
                    random.nextLong(fromMs, toMs) * 1_000_000,
                    kind,
                    node,
                    random.nextLong(durationFromMs, durationToMs) * 1_000_000,
                    1);
        }
    }

    /** The hunt for a flaw. */
    static Hunt of(final Zoo.Bug bug) {
        return switch (bug) {
            case AMBIG_FAIL ->
                pair(
                        bug,
                        100,
                        Map.of(Parameter.REGISTER_UNKNOWN_PPM, 700_000L),
                        FaultKind.PROCESS_CRASH,
                        FaultKind.RESET,
                        FaultKind.HALF_OPEN,
                        FaultKind.PAUSE);
            case NO_LESO ->
                // The disks are slow, so that little is forced. One standby is cut off and taken out; the other one
                // stands still;
                // the active restarts, leads alone, and knows as committed only what is forced. The first standby comes
                // back, far
                // behind, over a thin line.
                directed(
                        bug,
                        100,
                        calm(Map.of(
                                Parameter.NODES, 3L,
                                Parameter.CLIENTS, 2L,
                                Parameter.TAILING, 0L,
                                Parameter.FORCE_US, 50_000L,
                                Parameter.NETWORK_TAIL_US, 300L,
                                Parameter.BYTES_PER_MS, 60L,
                                Parameter.REGISTER_SLOW_US, 2_000L)),
                        new Step(FaultKind.SLOW_DISK, 0, 800, 900, 6000, 6100),
                        new Step(FaultKind.PARTITION, 2, 900, 1000, 1600, 2500),
                        new Step(FaultKind.PAUSE, 1, 1900, 2100, 3500, 4000),
                        new Step(FaultKind.PROCESS_CRASH, 0, 2000, 2200, 1, 2));
            case LEN_HANDSHAKE ->
                pair(
                        bug,
                        20,
                        Map.of(Parameter.FRAME_TWICE_PPM, 100_000L, Parameter.FRAME_REPLAY_PPM, 20_000L),
                        FaultKind.PROCESS_CRASH,
                        FaultKind.RESET,
                        FaultKind.PARTITION);
            case CLAIM_NO_LID ->
                pair(
                        bug,
                        30,
                        Map.of(),
                        FaultKind.WIPE,
                        FaultKind.META_LOST,
                        FaultKind.PROCESS_CRASH,
                        FaultKind.HOST_CRASH);
            case DEDUP_BY_TIME ->
                pair(bug, 20, Map.of(Parameter.BATCH_MAX, 1L), FaultKind.PROCESS_CRASH, FaultKind.PAUSE);
            case DROP_CHAIN_CHECK ->
                pair(bug, 100, Map.of(), FaultKind.PROCESS_CRASH, FaultKind.PARTITION, FaultKind.RESET);
            case SOLO_NO_FSYNC ->
                pair(
                        bug,
                        40,
                        Map.of(Parameter.FORCE_US, 50_000L),
                        FaultKind.HOST_CRASH,
                        FaultKind.PARTITION,
                        FaultKind.SLOW_DISK);
            case PC_NO_REGEN -> pair(bug, 30, Map.of(), FaultKind.HOST_CRASH, FaultKind.PARTITION);
            case DIGEST_OFF ->
                new Hunt(
                        bug,
                        20,
                        Map.of(Parameter.SUITE, OUTSIDE),
                        Set.of(FaultKind.STATE_DIFFERS, FaultKind.PROCESS_CRASH),
                        List.of());
            case READ_LOCAL ->
                // The active stands still, the standby takes over, and reads wait for the active to go on.
                directed(
                        bug,
                        100,
                        Map.of(Parameter.REGISTER_SLOW_US, 100_000L),
                        new Step(FaultKind.PAUSE, 0, 800, 1500, 1400, 2500));
            case SOLO_READ_PEND ->
                // A lone active does not hear that its new member is in, and then is cut off from it.
                directed(
                        bug,
                        100,
                        Map.of(Parameter.REGISTER_SLOW_US, 100_000L, Parameter.REGISTER_UNKNOWN_PPM, 500_000L),
                        new Step(FaultKind.REGISTER_CUT_OFF, 0, 300, 1200, 4000, 5000),
                        new Step(FaultKind.PARTITION, 0, 600, 1500, 2500, 3500));
            case NO_FENCE, VOL_PROMISE ->
                // The active does not hear that it is deposed; the new one restarts, and reads of the old one.
                directed(
                        bug,
                        100,
                        Map.of(Parameter.REGISTER_STALE_PPM, 500_000L),
                        new Step(FaultKind.REGISTER_CUT_OFF, 0, 500, 900, 4000, 5000),
                        new Step(FaultKind.PARTITION, 0, 800, 1000, 1500, 1900),
                        new Step(FaultKind.PROCESS_CRASH, 1, 2500, 2900, 1, 2),
                        new Step(FaultKind.PROCESS_CRASH, 1, 3000, 3900, 1, 2));
            case ACK_BEFORE_STORED ->
                pair(bug, 100, Map.of(), FaultKind.PROCESS_CRASH, FaultKind.CRASH_AT_EFFECT, FaultKind.CRASH_ALL);
            default -> new Hunt(bug, 100, Map.of(Parameter.SUITE, SAFETY), Set.of(), List.of());
        };
    }

    private static Hunt pair(
            final Zoo.Bug bug, final int seedsMax, final Map<Parameter, Long> fixed, final FaultKind... always) {
        return new Hunt(bug, seedsMax, pairWith(fixed), Set.of(always), List.of());
    }

    /** Without what else a register or a network may do. */
    static Map<Parameter, Long> calm(final Map<Parameter, Long> fixed) {
        final Map<Parameter, Long> all = new EnumMap<>(Parameter.class);
        for (final Parameter parameter : NOISE) {
            all.put(parameter, parameter.calm());
        }
        all.putAll(fixed);
        return all;
    }

    static Hunt directed(final Zoo.Bug bug, final int seedsMax, final Map<Parameter, Long> fixed, final Step... steps) {
        final Map<Parameter, Long> all = pairWith(fixed);
        all.putIfAbsent(Parameter.FAULTS_END_MS, 7_000L);
        return new Hunt(bug, seedsMax, all, Set.of(), List.of(steps));
    }

    private static Map<Parameter, Long> pairWith(final Map<Parameter, Long> fixed) {
        final Map<Parameter, Long> all = new EnumMap<>(PAIR);
        all.putAll(fixed);
        return all;
    }

    FaultPlan plan(final long seed) {
        final FaultPlan plan = FaultPlan.of(seed, fixed, always);
        if (steps.isEmpty()) {
            return plan;
        }
        final SplittableRandom random = Draws.of(seed, "hunt." + bug);
        final List<FaultPlan.Fault> faults = new ArrayList<>();
        for (final Step step : steps) {
            faults.add(step.draw(random));
        }
        faults.sort(Comparator.comparingLong(FaultPlan.Fault::atNs));
        return plan.withFaults(faults);
    }
}
