// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.Policy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** What goes wrong in a run, and under which settings: everything comes from the seed, before the run begins. */
record FaultPlan(
        long seed,
        long faultsEndNs,
        Policy policy,
        Durability durability,
        boolean tailing,
        double registerUnknownRate,
        double registerStaleRate,
        double linkFullRate,
        long registerSlowNs,
        long networkTailNs,
        long forceNs,
        long thinkNs,
        List<Fault> faults) {
    /** Kinds of faults. */
    enum Kind {
        PROCESS_CRASH,
        CRASH_AT_EFFECT,
        CRASH_BOTH,
        HOST_CRASH,
        WIPE,
        PAUSE,
        PARTITION,
        ONE_WAY,
        RESET,
        HALF_OPEN,
        REGISTER_OUTAGE,
        REGISTER_CUT_OFF,
    }

    /** One fault. */
    record Fault(long atNs, Kind kind, int node, long durationNs, int magnitude) {}

    static FaultPlan of(final long seed) {
        final SplittableRandom random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
        final long end = 1_000_000_000L * (2 + random.nextInt(14));
        final List<Fault> faults = new ArrayList<>();
        for (final Kind kind : Kind.values()) {
            final SplittableRandom own = random.split();
            if (own.nextInt(2) == 0) {
                continue;
            }
            final int count = 1 + (int) Math.exp(own.nextDouble() * Math.log(12));
            for (int i = 0; i < count; i++) {
                final long atNs = own.nextLong(end);
                final long durationNs = (long) (5_000_000 * Math.exp(own.nextDouble() * Math.log(800)));
                faults.add(new Fault(atNs, kind, own.nextInt(2), durationNs, 1 + own.nextInt(60)));
            }
        }
        faults.sort(Comparator.comparingLong(Fault::atNs));
        final int durability = random.nextInt(10);
        return new FaultPlan(
                seed,
                end,
                random.nextInt(7) == 0 ? Policy.CONSISTENCY : Policy.AVAILABILITY,
                durability < 6 ? Durability.MEMORY : durability < 8 ? Durability.ACTIVE_FSYNC : Durability.ALL_FSYNC,
                random.nextBoolean(),
                random.nextBoolean() ? 0 : random.nextDouble() * 0.4,
                random.nextBoolean() ? 0 : random.nextDouble() * 0.4,
                random.nextInt(3) != 0 ? 0 : random.nextDouble() * 0.2,
                random.nextInt(4) == 0 ? 100_000_000 : 2_000_000,
                random.nextInt(4) == 0 ? 20_000_000 : 300_000,
                random.nextInt(3) == 0 ? 50_000_000 : 2_000_000,
                random.nextInt(4) == 0 ? 400_000_000 : 20_000_000,
                faults);
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        text.append("seed=")
                .append(seed)
                .append(" policy=")
                .append(policy)
                .append(" durability=")
                .append(durability);
        text.append(" tailing=").append(tailing).append(" unknown=").append(registerUnknownRate);
        text.append(" stale=")
                .append(registerStaleRate)
                .append(" linkFull=")
                .append(linkFullRate)
                .append('\n');
        for (final Fault fault : faults) {
            text.append(fault).append('\n');
        }
        return text.toString();
    }
}
