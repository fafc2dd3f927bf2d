// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * One of the two JVMs: it takes a turn whenever it is told to, and answers how long each slice took. Time of day, because
 * reading it is cheaper than processor time by an order, and slices in which the processor did something else are not looked
 * at. Ends with its input.
 */
public final class GuardChild {
    /** The command that starts it. */
    public static final String COMMAND = "guard-child";

    /** Slices of a turn: long enough for the caches to be warm again, and not longer than what disturbs both rivals alike. */
    static final int SLICES = 32;

    /** The command to take a turn. */
    static final int TURN = 1;
    /** The command to become slower, by as many per cent as the next byte says. */
    static final int SLOW_DOWN = 2;

    private static final int PROBES = 2000;
    private static final int STEPS = 6;
    private static final int FIRST_ROUNDS = 100;

    private final GuardedWork work;

    private GuardChild(final GuardedWork work) {
        this.work = work;
    }

    /**
     * Until its input ends.
     *
     * @param kind of the work.
     * @param input commands.
     * @param output times.
     * @throws IOException if the parent is gone.
     */
    public static void run(final String kind, final InputStream input, final OutputStream output) throws IOException {
        final DataInputStream in = new DataInputStream(new BufferedInputStream(input));
        final DataOutputStream out = new DataOutputStream(new BufferedOutputStream(output));
        try (GuardedWork work = GuardedWork.Kind.valueOf(kind).begin()) {
            final GuardChild child = new GuardChild(work);
            final long[] times = new long[SLICES];
            for (int command = in.read(); command >= 0; command = in.read()) {
                if (command == SLOW_DOWN) {
                    child.slowDown(in.readUnsignedByte());
                    continue;
                }
                for (int i = 0; i < SLICES; i++) {
                    times[i] = child.sliceNs();
                }
                for (final long each : times) {
                    out.writeLong(each);
                }
                out.flush();
            }
        }
    }

    private long sliceNs() {
        work.prepare();
        final long startNs = System.nanoTime();
        work.slice();
        return System.nanoTime() - startNs;
    }

    /** By what slices really take then, for a processor does some of what is planted beside the rest. */
    private void slowDown(final int percent) {
        final double beforeNs = probe();
        final double wantedNs = beforeNs * percent / 100;
        int rounds = FIRST_ROUNDS;
        for (int i = 0; i < STEPS; i++) {
            Burn.rounds(rounds);
            final double addedNs = Math.max(wantedNs / 4, probe() - beforeNs);
            rounds = (int) Math.round(rounds * wantedNs / addedNs);
        }
        Burn.rounds(rounds);
    }

    private double probe() {
        final long calls = Burn.calls();
        final long[] times = new long[PROBES];
        for (int i = 0; i < PROBES; i++) {
            times[i] = sliceNs();
        }
        if (Burn.calls() == calls) {
            throw new IllegalStateException("nothing was planted: the work never calls it");
        }
        return Rivals.undisturbed(times);
    }
}
