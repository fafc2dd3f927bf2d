// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Zoo;

/**
 * Runs seeds of the simulator: {@code --seeds N --from S --minutes M [--bug NAME] [--trace]}. Exit 0: all passed. 1: a seed
 * failed; it is printed with the command that replays it. 2: wrong usage.
 */
public final class SimulationCampaign {
    private SimulationCampaign() {}

    /**
     * Runs.
     *
     * @param args see the class.
     */
    public static void main(final String[] args) {
        System.exit(run(args));
    }

    private static int run(final String[] args) {
        long seeds = 1000;
        long from = 1;
        double minutes = Double.MAX_VALUE;
        boolean trace = false;
        Zoo.Bug bug = Zoo.Bug.NONE;
        try {
            for (int i = 0; i < args.length; i++) {
                switch (args[i]) {
                    case "--seeds" -> seeds = Long.parseLong(args[++i]);
                    case "--from" -> from = Long.parseLong(args[++i]);
                    case "--minutes" -> minutes = Double.parseDouble(args[++i]);
                    case "--bug" -> bug = Zoo.Bug.valueOf(args[++i]);
                    case "--trace" -> trace = true;
                    default -> throw new IllegalArgumentException("unknown option " + args[i]);
                }
            }
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            System.err.println(e.getMessage());
            System.err.println("usage: SimulationCampaign [--seeds N] [--from S] [--minutes M] [--bug NAME] [--trace]");
            return 2;
        }
        final long startNs = System.nanoTime();
        long stuck = 0;
        long committed = 0;
        long epochs = 0;
        long definite = 0;
        long done = 0;
        for (long seed = from; seed < from + seeds; seed++) {
            if ((System.nanoTime() - startNs) / 60e9 >= minutes) {
                break;
            }
            try {
                final Simulator.Result result = new Simulator(FaultPlan.of(seed), bug, trace).run();
                stuck += result.stuck() ? 1 : 0;
                committed += result.committed();
                epochs += result.epochs();
                definite += result.definite();
                done++;
            } catch (final RuntimeException e) {
                System.out.printf("seed %d failed: %s%n", seed, e);
                e.printStackTrace(System.out);
                System.out.printf("replay: SimulationCampaign --seeds 1 --from %d --bug %s --trace%n", seed, bug);
                return 1;
            }
        }
        System.out.printf(
                "seeds %d  committed %d  epochs %d  definite %d  needing an operator %d  seconds %.1f%n",
                done, committed, epochs, definite, stuck, (System.nanoTime() - startNs) / 1e9);
        return 0;
    }
}
