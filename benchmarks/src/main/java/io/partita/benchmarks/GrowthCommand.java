// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.growth.Growth;
import io.partita.benchmarks.growth.GrowthOptions;
import io.partita.benchmarks.growth.GrowthReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code growth}: grows a ledger in a JVM of its own, so that memory and processor time are its alone. */
final class GrowthCommand {
    private static final String IN_CHILD = "--in-child";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=64g");

    private GrowthCommand() {}

    static int run(final String[] args) throws IOException, InterruptedException {
        final boolean isQuick = List.of(args).contains("--quick");
        int accounts = isQuick ? 100_000 : 10_000_000;
        long transfers = isQuick ? 3_000_000 : 100_000_000;
        int pendingPercent = 4;
        double withinGib = 0;
        boolean isChild = false;
        boolean isMapped = true;
        Path folder = Path.of(System.getProperty("partita.bench.dir", System.getProperty("java.io.tmpdir")));
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            final boolean hasValue = i + 1 < args.length;
            if ("--quick".equals(args[i])) {
                continue;
            } else if (IN_CHILD.equals(args[i])) {
                isChild = true;
            } else if ("--anonymous".equals(args[i])) {
                isMapped = false;
            } else if ("--accounts".equals(args[i]) && hasValue) {
                accounts = Integer.parseInt(args[++i]);
            } else if ("--transfers".equals(args[i]) && hasValue) {
                transfers = Long.parseLong(args[++i]);
            } else if ("--pending".equals(args[i]) && hasValue) {
                pendingPercent = Integer.parseInt(args[++i]);
            } else if ("--within".equals(args[i]) && hasValue) {
                withinGib = Double.parseDouble(args[++i]);
            } else if ("--dir".equals(args[i]) && hasValue) {
                folder = Path.of(args[++i]);
            } else if ("--json".equals(args[i]) && hasValue) {
                json = Path.of(args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (isChild) {
            grow(new GrowthOptions(accounts, transfers, pendingPercent, isMapped, isQuick), json);
            return 0;
        }
        final Ballast ballast = Ballast.leaving(withinGib);
        try {
            final List<String> arguments = new ArrayList<>(List.of("growth", IN_CHILD));
            arguments.addAll(List.of(args));
            final List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
            jvmOptions.add("-Dpartita.bench.dir=" + folder.toAbsolutePath());
            return new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).run();
        } finally {
            ballast.close();
        }
    }

    private static void grow(final GrowthOptions options, final @Nullable Path json) throws IOException {
        final Environment environment = Environment.now();
        final GrowthReport report = new Growth(options, System.err).run();
        System.out.print(environment.text() + "; JVM options: META-INF/partita.jvm and " + String.join(" ", JVM_OPTIONS)
                + ".\n" + report.table());
        environment.save(json, report.json());
    }
}
