// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.growth.RestartCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code restart}: how long a node takes to start from its journal and from a snapshot, in a JVM of its own. */
final class RestartCommand {
    private static final String IN_CHILD = "--in-child";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=64g");

    private RestartCommand() {}

    static int run(final String[] args) throws IOException, InterruptedException {
        final boolean isQuick = List.of(args).contains("--quick");
        int accounts = isQuick ? 10_000 : 1_000_000;
        long transfers = isQuick ? 1_000_000 : 100_000_000;
        boolean isChild = false;
        Path folder = Path.of(System.getProperty("partita.bench.dir", System.getProperty("java.io.tmpdir")));
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            final boolean hasValue = i + 1 < args.length;
            if ("--quick".equals(args[i])) {
                continue;
            } else if (IN_CHILD.equals(args[i])) {
                isChild = true;
            } else if ("--accounts".equals(args[i]) && hasValue) {
                accounts = Integer.parseInt(args[++i]);
            } else if ("--transfers".equals(args[i]) && hasValue) {
                transfers = Long.parseLong(args[++i]);
            } else if ("--dir".equals(args[i]) && hasValue) {
                folder = Path.of(args[++i]);
            } else if ("--json".equals(args[i]) && hasValue) {
                json = Path.of(args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (accounts < 2 || transfers < 1) {
            return Main.wrongUsage("--accounts must be 2 or more and --transfers 1 or more");
        }
        if (!isChild) {
            final List<String> arguments = new ArrayList<>(List.of("restart", IN_CHILD));
            arguments.addAll(List.of(args));
            final List<String> jvmOptions = new ArrayList<>(JVM_OPTIONS);
            jvmOptions.add("-Dpartita.bench.dir=" + folder.toAbsolutePath());
            return new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).run();
        }
        final Environment environment = Environment.now();
        final List<RestartCost.Row> rows = new RestartCost(accounts, transfers, System.err).run();
        System.out.print(environment.text() + "\n" + RestartCost.table(rows));
        environment.save(json, RestartCost.json(rows));
        return 0;
    }
}
