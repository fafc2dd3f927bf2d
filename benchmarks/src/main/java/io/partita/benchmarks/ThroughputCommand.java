// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.LoadOptions;
import io.partita.benchmarks.load.LoadReport;
import io.partita.benchmarks.load.LoadRun;
import java.util.Map;

/** {@code throughput}: what one node and a pair can do at most, by durability, link, batches and accounts. */
final class ThroughputCommand {
    private ThroughputCommand() {}

    static int run(final String[] args) throws Exception {
        final LoadOptions options;
        try {
            options = LoadOptions.throughput(args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final Map<LoadCase, Figures> figures = Figures.inTurns(
                options.cases(), options.rounds(), load -> LoadRun.throughput(load, options.plan()), System.err);
        System.out.print(environment.text() + ". Medians of " + options.rounds() + " rounds. " + LoadReport.PROCESSES
                + "\n\n" + LoadReport.throughput(figures));
        environment.save(options.json(), LoadReport.json("throughput", figures));
        return 0;
    }
}
