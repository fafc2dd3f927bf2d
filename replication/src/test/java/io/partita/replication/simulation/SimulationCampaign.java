// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.Zoo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs seeds, or one plan, of the simulator: {@code replication/simulate} is its command line. */
public final class SimulationCampaign {
    private static final String USAGE = """
            usage: replication/simulate [--seeds N] [--from S] [--minutes M] [--plan FILE] [--bug NAME] [--shrink]
                                          [--print] [--trace] [--coverage]
              --seeds N     how many seeds (default 1000)
              --from S      the first one (default 1)
              --minutes M   stop after so long, even if seeds are left
              --plan FILE   run this plan instead of seeds
              --bug NAME    plant a known flaw; the names are in PROTOCOL, section 7, and in Zoo
              --print       print the plan of each seed, and run nothing
              --trace       print what happens
              --shrink      make the plan of a seed that fails small, and write it to a file
              --coverage    hunt for each rule, REJECT, NACK and HALT reason that was not reached; fail if one is not found
            exit status: 0 no violation, 1 a violation (printed with the command that replays it), 2 wrong usage
            """;

    private long seeds = 1000;
    private long from = 1;
    private double minutes = Double.MAX_VALUE;
    private @Nullable FaultPlan plan;
    private @Nullable Hunt hunt;
    private Zoo.Bug bug = Zoo.Bug.NONE;
    private boolean printing;
    private boolean tracing;
    private boolean covering;
    private boolean shrinking;

    private long done;
    private final long[] recovered = new long[Suite.values().length];
    private long lost;
    private long halted;
    private long unnoticed;
    private long committed;
    private long epochs;
    private long definite;
    private long virtualNs;
    private long events;
    private final Set<String> configurations = new HashSet<>();
    private final Coverage coverage = new Coverage();

    private SimulationCampaign() {}

    /**
     * Runs.
     *
     * @param args see {@code --help}.
     */
    public static void main(final String[] args) {
        System.exit(new SimulationCampaign().run(args));
    }

    private int run(final String[] args) {
        try {
            if (!parse(args)) {
                System.out.print(USAGE);
                return 0;
            }
        } catch (final IllegalArgumentException | ArrayIndexOutOfBoundsException | IOException e) {
            System.err.println(e.getMessage());
            System.err.print(USAGE);
            return 2;
        }
        final FaultPlan only = plan;
        if (printing) {
            for (long seed = from; seed < from + seeds; seed++) {
                System.out.print((only == null ? planOf(seed) : only).text());
            }
            return 0;
        }
        final long startNs = System.nanoTime();
        boolean failed = false;
        if (only != null) {
            failed = !passes(only);
        } else {
            for (long seed = from; seed < from + seeds && !failed; seed++) {
                if ((System.nanoTime() - startNs) / 60e9 >= minutes) {
                    break;
                }
                failed = !passes(planOf(seed));
            }
        }
        return report(failed, (System.nanoTime() - startNs) / 1e9);
    }

    private boolean parse(final String[] args) throws IOException {
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--seeds" -> seeds = Long.parseLong(args[++i]);
                case "--from" -> from = Long.parseLong(args[++i]);
                case "--minutes" -> minutes = Double.parseDouble(args[++i]);
                case "--plan" -> plan = FaultPlan.parse(Files.readString(Path.of(args[++i])));
                case "--bug" -> {
                    bug = Zoo.Bug.of(args[++i]);
                    hunt = bug == Zoo.Bug.NONE ? null : Hunt.of(bug);
                }
                case "--print" -> printing = true;
                case "--trace" -> tracing = true;
                case "--coverage" -> covering = true;
                case "--shrink" -> shrinking = true;
                case "--help" -> {
                    return false;
                }
                default -> throw new IllegalArgumentException("unknown option " + args[i]);
            }
        }
        return true;
    }

    private FaultPlan planOf(final long seed) {
        final Hunt biased = hunt;
        return biased == null ? FaultPlan.of(seed) : biased.plan(seed);
    }

    private boolean passes(final FaultPlan each) {
        try {
            final Simulator.Result result = new Simulator(each, bug, tracing ? System.out::println : null).run();
            done++;
            if (result.recovered()) {
                recovered[result.suite().ordinal()]++;
            }
            lost += result.lost() ? 1 : 0;
            unnoticed += result.unnoticed() ? 1 : 0;
            halted += result.halted() ? 1 : 0;
            committed += result.committed();
            epochs += result.epochs();
            definite += result.definite();
            virtualNs += result.virtualNs();
            events += result.events();
            configurations.addAll(result.configurations());
            coverage.add(result.coverage());
            return true;
        } catch (final RuntimeException e) {
            System.out.printf("seed %d: %s%n", each.seed(), e);
            if (!(e instanceof Violation)) {
                e.printStackTrace(System.out);
            }
            final String what = plan == null ? "--seeds 1 --from " + each.seed() : "--plan FILE";
            System.out.printf(
                    "replay: replication/simulate %s%s --trace%n",
                    what, bug == Zoo.Bug.NONE ? "" : " --bug " + bug.label());
            if (shrinking) {
                shrink(each, Violation.checkerOf(e));
            }
            return false;
        }
    }

    private void shrink(final FaultPlan failing, final String checker) {
        final FaultPlan small = Shrinker.shrink(failing, bug, checker);
        final Path file = Path.of("shrunk-" + checker + "-" + failing.seed() + ".plan");
        try {
            Files.writeString(file, small.text());
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.printf(
                "faults %d instead of %d: %s%n",
                small.faults().size(), failing.faults().size(), file);
    }

    private int report(final boolean failed, final double seconds) {
        System.out.printf(
                "seeds %d  virtual hours %.1f  commits %d  answers %d  failovers %d  configurations %d%n",
                done, virtualNs / 3.6e12, committed, definite, epochs - done, configurations.size());
        System.out.printf(
                "recovered by an operator: nothing lost (row 33) %d, after a disaster %d, outside the model %d;"
                        + " something given up in %d%n",
                recovered[0], recovered[1], recovered[2], lost);
        System.out.printf(
                "outside the model: halted %d, unnoticed %d  events %d  seconds %.1f  seeds/s %.0f%n",
                halted, unnoticed, events, seconds, done / seconds);
        if (covering && !failed) {
            RareMarks.reach(coverage).forEach(System.out::println);
        }
        System.out.println(coverage.text());
        return failed || (covering && !coverage.missing().isEmpty()) ? 1 : 0;
    }
}
