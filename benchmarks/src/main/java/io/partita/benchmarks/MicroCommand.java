// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.micro.ApplyBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** {@code micro}: runs JMH benchmarks and tabulates them. */
final class MicroCommand {
    private static final String ALL = ".*\\.micro\\..*";

    private MicroCommand() {}

    static int run(final String[] args) throws IOException, RunnerException {
        String pattern = "";
        boolean isQuick = false;
        String[] accounts = {};
        String[] kinds = {};
        @Nullable Path json = null;
        @Nullable Path markdown = null;
        @Nullable Path folder = null;
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                isQuick = true;
            } else if ("--accounts".equals(args[i]) && i + 1 < args.length) {
                accounts = args[++i].split(",");
            } else if ("--kind".equals(args[i]) && i + 1 < args.length) {
                kinds = args[++i].split(",");
            } else if ("--json".equals(args[i]) && i + 1 < args.length) {
                json = Path.of(args[++i]);
            } else if ("--markdown".equals(args[i]) && i + 1 < args.length) {
                markdown = Path.of(args[++i]);
            } else if ("--dir".equals(args[i]) && i + 1 < args.length) {
                folder = Path.of(args[++i]);
            } else if (args[i].startsWith("-")) {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            } else {
                pattern = args[i];
            }
        }
        final ChainedOptionsBuilder options = new OptionsBuilder()
                .addProfiler(GCProfiler.class)
                .jvmArgsPrepend(JvmFlags.read().toArray(new String[0]))
                .shouldFailOnError(true);
        for (final String each : pattern.split(",")) {
            options.include(ALL + Pattern.quote(each) + ".*");
        }
        if (folder != null) {
            options.jvmArgsAppend(ApplyBenchmark.MEMORY, "-Dpartita.bench.dir=" + folder.toAbsolutePath());
        }
        if (isQuick) {
            options.warmupIterations(2).measurementIterations(3);
        }
        if (accounts.length > 0) {
            options.param("accounts", accounts);
        }
        if (kinds.length > 0) {
            options.param("kind", kinds);
        }
        final Environment environment = Environment.now();
        final Collection<RunResult> results;
        try {
            results = new Runner(options.build()).run();
        } catch (final NoBenchmarksException none) {
            return Main.wrongUsage("no benchmark has this in its name: " + pattern);
        }
        final MicroReport report = new MicroReport(results, environment);
        System.out.print("\n" + report.table());
        if (json != null) {
            Files.writeString(json, report.json());
        }
        if (markdown != null) {
            Files.writeString(markdown, report.markdown());
        }
        return 0;
    }
}
