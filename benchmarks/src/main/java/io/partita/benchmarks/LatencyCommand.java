// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.LoadOptions;
import io.partita.benchmarks.load.LoadReport;
import io.partita.benchmarks.load.LoadRun;
import java.util.Map;

/** {@code latency}: how soon one node and a pair answer at rates that do not depend on their answers. */
final class LatencyCommand {
    private LatencyCommand() {}

    static int run(final String[] args) throws Exception {
        final LoadOptions options;
        try {
            options = LoadOptions.latency(args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final Map<LoadCase, Figures> figures = Figures.inTurns(
                options.cases(),
                options.rounds(),
                load -> LoadRun.latency(load, options.plan(), options.rates()),
                System.err);
        final long snapshotRecords = options.plan().snapshotRecords();
        System.out.print(environment.text() + ". Medians of " + options.rounds() + " rounds, and the longest of all. "
                + (snapshotRecords == 0
                        ? ""
                        : "Nodes take a snapshot after " + snapshotRecords
                                + " records, an active after four times as many. ")
                + LoadReport.PROCESSES + "\n\n" + LoadReport.latency(figures, options.rates()));
        environment.save(options.json(), LoadReport.json("latency", figures));
        return 0;
    }
}
