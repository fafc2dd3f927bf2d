// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Zoo;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checker 11: what the swarm seldom reaches, or not within a few seeds, is hunted under a bias of its own, as planted flaws are. */
final class RareMarks {
    private static final int SEEDS_MAX = 60;

    private RareMarks() {}

    /**
     * Runs until everything is reached that a campaign has to.
     *
     * @param coverage of what ran before; what runs here is added to it.
     * @return one line for each mark that was hunted and found.
     */
    static List<String> reach(final Coverage coverage) {
        final List<String> found = new ArrayList<>();
        for (final String mark : Coverage.expected()) {
            final Hunt hunt = hunt(mark);
            for (long seed = 1; seed <= hunt.seedsMax() && coverage.count(mark) == 0; seed++) {
                coverage.add(
                        new Simulator(hunt.plan(seed), Zoo.Bug.NONE, null).run().coverage());
                if (coverage.count(mark) > 0) {
                    found.add(mark + ": reached with seed " + seed);
                }
            }
        }
        return found;
    }

    private static Hunt hunt(final String mark) {
        return switch (mark) {
            case "R35", "HALT LOGIC" ->
                // The later rules are in force, and a node is started with a release that lacks them.
                Hunt.directed(
                        Zoo.Bug.NONE,
                        SEEDS_MAX,
                        Hunt.calm(Map.of(Parameter.RELEASE, (long) Release.PRESENT.ordinal())),
                        new Hunt.Step(FaultKind.UPGRADE, 0, 200, 300, 1, 2),
                        new Hunt.Step(FaultKind.UPGRADE, 1, 200, 300, 1, 2),
                        new Hunt.Step(FaultKind.RAISE_LOGIC, 0, 3500, 4000, 1, 2),
                        new Hunt.Step(FaultKind.RAISE_LOGIC, 0, 4500, 5000, 1, 2),
                        new Hunt.Step(FaultKind.DOWNGRADE, 1, 5100, 5400, 1, 2));
            case "R36" -> swarm(Suite.DISASTER, Map.of(), FaultKind.ACCEPT_LOSS);
            case "NACK CHAIN_MISMATCH", "HALT COMMITTED_CONFLICT" ->
                // Who leads alone is given up, and comes back with snapshots of what is lost.
                Hunt.directed(
                        Zoo.Bug.NONE,
                        SEEDS_MAX,
                        Hunt.calm(Map.of(
                                Parameter.SUITE,
                                (long) Suite.DISASTER.ordinal(),
                                Parameter.SNAPSHOT_RECORDS,
                                5L,
                                Parameter.HISTORY_RECORDS,
                                0L)),
                        new Hunt.Step(FaultKind.PARTITION, 0, 1000, 1300, 1900, 2100),
                        new Hunt.Step(FaultKind.ACCEPT_LOSS, 1, 2850, 3050, 1, 2));
            case "R40", "REJECT DIGEST_MISMATCH", "HALT DIGEST_MISMATCH" ->
                swarm(Suite.OUTSIDE, Map.of(), FaultKind.STATE_DIFFERS);
            case "REJECT LINEAGE_REGRESSION", "HALT LINEAGE_REGRESSION" ->
                swarm(Suite.OUTSIDE, Map.of(), FaultKind.IMAGE_RESTORED);
            case "REJECT CLONE", "HALT CLONE" -> swarm(Suite.OUTSIDE, Map.of(), FaultKind.CLONED);
            case "HALT REGISTER_REGRESSION" ->
                swarm(Suite.OUTSIDE, Map.of(), FaultKind.REGISTER_FORGETS, FaultKind.PROCESS_CRASH);
            case "HALT WRONG_CLUSTER" -> swarm(Suite.OUTSIDE, Map.of(), FaultKind.REGISTER_OF_OTHERS);
            case "HALT INVARIANT" -> swarm(Suite.OUTSIDE, Map.of(), FaultKind.INVARIANT_BROKEN);
            case "NACK CORRUPT" ->
                swarm(Suite.SAFETY, Map.of(Parameter.FRAME_DAMAGE_PPM, 20_000L, Parameter.TAILING, 0L));
            case "REJECT STALE_EPOCH" ->
                // A greeting is answered in one epoch, and the answer comes in a later one of the same active.
                Hunt.directed(
                        Zoo.Bug.NONE,
                        SEEDS_MAX,
                        Hunt.calm(Map.of(Parameter.NETWORK_TAIL_US, 20_000L, Parameter.FAULTS_END_MS, 9_500L)),
                        new Hunt.Step(FaultKind.PARTITION, 0, 1500, 1600, 700, 800),
                        new Hunt.Step(FaultKind.RESET, 0, 2500, 2501, 1, 2),
                        new Hunt.Step(FaultKind.ONE_WAY, 0, 2510, 2550, 200, 450),
                        new Hunt.Step(FaultKind.PROCESS_CRASH, 0, 2560, 2600, 1, 2),
                        new Hunt.Step(FaultKind.RESET, 0, 4800, 4801, 1, 2),
                        new Hunt.Step(FaultKind.ONE_WAY, 0, 4810, 4850, 200, 450),
                        new Hunt.Step(FaultKind.PROCESS_CRASH, 0, 4860, 4900, 1, 2),
                        new Hunt.Step(FaultKind.RESET, 0, 7100, 7101, 1, 2),
                        new Hunt.Step(FaultKind.ONE_WAY, 0, 7110, 7150, 200, 450),
                        new Hunt.Step(FaultKind.PROCESS_CRASH, 0, 7160, 7200, 1, 2));
            default -> swarm(Suite.SAFETY, Map.of());
        };
    }

    private static Hunt swarm(final Suite suite, final Map<Parameter, Long> fixed, final FaultKind... always) {
        final Map<Parameter, Long> all = new EnumMap<>(Parameter.class);
        all.putAll(fixed);
        all.put(Parameter.SUITE, (long) suite.ordinal());
        return new Hunt(Zoo.Bug.NONE, SEEDS_MAX, all, Set.of(always), List.of());
    }
}
