// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.journals.AppendForce;
import io.partita.benchmarks.journals.JournalsReport;
import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.LoadOptions;
import io.partita.benchmarks.load.LoadReport;
import io.partita.benchmarks.load.LoadRun;
import java.util.List;
import java.util.Map;

/** {@code journals}: the journal that ships beside one on a plain file, where a force is on the way. */
final class JournalsCommand {
    private static final String IN_CHILD = "--in-child";
    private static final String MODES = "engine-written,engine-stored,engine-file";

    private JournalsCommand() {}

    static int run(final String[] args) throws Exception {
        if (args.length == 1 && IN_CHILD.equals(args[0])) {
            System.out.print(Figures.print(AppendForce.measure()));
            return 0;
        }
        final LoadOptions options;
        try {
            options = LoadOptions.journals(MODES, args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final List<String> jvmOptions = List.of(
                "-Xmx512m", "-Dpartita.bench.dir=" + options.plan().folder().toAbsolutePath());
        final Figures records = Figures.inTurns(
                        List.of("append and force"),
                        options.rounds(),
                        one -> Figures.parse(
                                new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), List.of("journals", IN_CHILD))
                                        .output()),
                        System.err)
                .values()
                .iterator()
                .next();
        final Map<LoadCase, Figures> engines = Figures.inTurns(
                options.cases(), options.rounds(), load -> LoadRun.throughput(load, options.plan()), System.err);
        System.out.print(environment.text() + ". Medians of " + options.rounds() + " rounds.\n\n"
                + JournalsReport.records(records) + "\n" + LoadReport.throughput(engines));
        environment.save(options.json(), "\"records\":" + records.json() + ",\n" + LoadReport.json("engines", engines));
        return 0;
    }
}
