// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import java.util.SplittableRandom;

/**
 * The numbers of a {@link FaultPlan}. Each is drawn from a stream of its own; {@link #calm} is what shrinking tries, and what a
 * plan file means that does not name it. Rates are parts per million.
 */
enum Parameter {
    /** Ordinal of {@link Suite}. */
    SUITE(0, random -> {
        final int drawn = random.nextInt(40);
        return drawn < 3 ? Suite.DISASTER.ordinal() : drawn == 3 ? Suite.OUTSIDE.ordinal() : Suite.SAFETY.ordinal();
    }),
    /** Data nodes. */
    NODES(2, random -> {
        final int drawn = random.nextInt(20);
        return drawn < 11 ? 2 : drawn < 18 ? 3 : drawn == 18 ? 4 : 5;
    }),
    /** Ordinal of {@code Policy}. */
    POLICY(0, random -> random.nextInt(7) < 2 ? 1 : 0),
    /** Members needed under CONSISTENCY; at most the nodes. */
    MIN_IN_SYNC(2, random -> random.nextInt(4) == 0 ? 3 : 2),
    /** Ordinal of {@code Durability}. */
    DURABILITY(0, random -> {
        final int drawn = random.nextInt(10);
        return drawn < 6 ? 0 : drawn < 8 ? 1 : 2;
    }),
    /** 1: standbys read the active's journal themselves, as on one host. */
    TAILING(0, random -> random.nextInt(3) == 0 ? 1 : 0),
    /** When faults end. */
    FAULTS_END_MS(2_000, random -> 1_000 * (1 + random.nextInt(8))),
    /** CASes whose answer is lost, or which apply late. */
    REGISTER_UNKNOWN_PPM(0, random -> random.nextBoolean() ? 0 : random.nextInt(400_000)),
    /** Reads that show the value before the last. */
    REGISTER_STALE_PPM(0, random -> random.nextBoolean() ? 0 : random.nextInt(400_000)),
    /** Half the longest way to the register. */
    REGISTER_SLOW_US(2_000, random -> random.nextInt(4) == 0 ? 100_000 : 2_000),
    /** Sends that find the link full. */
    LINK_FULL_PPM(0, random -> random.nextInt(3) != 0 ? 0 : random.nextInt(200_000)),
    /** Frames lost inside a session, as no TCP does: the model's network. */
    FRAME_LOSS_PPM(0, random -> random.nextInt(6) != 0 ? 0 : random.nextInt(50_000)),
    /** Frames that come twice inside a session, as no TCP does. */
    FRAME_TWICE_PPM(0, random -> random.nextInt(6) != 0 ? 0 : random.nextInt(100_000)),
    /** Frames that overtake others inside a session, as no TCP does. */
    FRAME_OVERTAKES_PPM(0, random -> random.nextInt(6) != 0 ? 0 : random.nextInt(100_000)),
    /** Frames of an earlier session that come again in a later one. */
    FRAME_REPLAY_PPM(0, random -> random.nextInt(4) != 0 ? 0 : random.nextInt(20_000)),
    /** Records whose bytes are damaged on the way. */
    FRAME_DAMAGE_PPM(0, random -> random.nextInt(12) != 0 ? 0 : random.nextInt(2_000)),
    /** Spread of a frame's way; a twentieth takes up to twenty times it. */
    NETWORK_TAIL_US(300, random -> random.nextInt(4) == 0 ? 20_000 : 300),
    /** Bytes that a link carries in a millisecond, each way; 0 for any number. */
    BYTES_PER_MS(0, random -> random.nextInt(6) != 0 ? 0 : Draws.logUniform(random, 50, 5_000)),
    /** Longest time of a force, above half a millisecond. */
    FORCE_US(2_000, random -> random.nextInt(3) == 0 ? 50_000 : 2_000),
    /** Clients, each with one request under way. */
    CLIENTS(1, random -> 2 + random.nextInt(3)),
    /** Longest pause of a client between two requests. */
    THINK_US(20_000, random -> random.nextInt(4) == 0 ? 400_000 : Draws.logUniform(random, 10_000, 200_000)),
    /** Commands of a batch, at most. */
    BATCH_MAX(1, random -> random.nextBoolean() ? 1 : 8),
    /** How far a node's clocks may be from true time per second, either way. */
    DRIFT_PPM(0, random -> random.nextInt(3) != 0 ? 0 : random.nextInt(20_000)),
    /** Records from one snapshot to the next; 0 keeps journals whole. Few, so that snapshots are needed. */
    SNAPSHOT_RECORDS(0, random -> random.nextInt(3) == 0 ? 0 : Draws.logUniform(random, 5, 200)),
    /** Newest records that stay in a journal whatever snapshots hold. */
    HISTORY_RECORDS(0, random -> random.nextBoolean() ? 0 : Draws.logUniform(random, 1, 100)),
    /** Ordinal of the {@link Release} that nodes begin with. */
    RELEASE(1, random -> random.nextInt(8) == 0 ? 0 : 1),
    /** Cycles in which a node applies one record only. */
    SLOW_APPLY_PPM(0, random -> random.nextBoolean() ? 20_000 : random.nextInt(500_000));

    /** A draw. */
    interface Draw {
        long from(SplittableRandom random);
    }

    private final long calm;
    private final Draw draw;

    Parameter(final long calm, final Draw draw) {
        this.calm = calm;
        this.draw = draw;
    }

    long calm() {
        return calm;
    }

    long drawn(final long seed) {
        return draw.from(Draws.of(seed, "parameter." + name()));
    }
}
