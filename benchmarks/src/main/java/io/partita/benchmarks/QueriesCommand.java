// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.queries.QueryCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code queries}: what each query costs among few and many unrelated transfers, in a JVM of its own. */
final class QueriesCommand {
    private static final String IN_CHILD = "--in-child";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=64g");
    private static final List<Long> UNRELATED = List.of(1_000L, 1_000_000L, 20_000_000L);
    private static final List<Long> UNRELATED_QUICK = List.of(1_000L, 100_000L, 1_000_000L);

    private QueriesCommand() {}

    static int run(final String[] args) throws IOException, InterruptedException {
        List<Long> unrelated = UNRELATED;
        boolean isQuick = false;
        boolean isChild = false;
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            final boolean hasValue = i + 1 < args.length;
            if ("--quick".equals(args[i])) {
                isQuick = true;
                unrelated = UNRELATED_QUICK;
            } else if (IN_CHILD.equals(args[i])) {
                isChild = true;
            } else if ("--unrelated".equals(args[i]) && hasValue) {
                unrelated =
                        Arrays.stream(args[++i].split(",")).map(Long::valueOf).toList();
            } else if ("--json".equals(args[i]) && hasValue) {
                json = Path.of(args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (!isChild) {
            return child(args);
        }
        final Environment environment = Environment.now();
        final List<QueryCost.Row> rows = new QueryCost(isQuick, System.err).run(unrelated);
        System.out.print(environment.text() + "\n" + QueryCost.table(rows));
        environment.save(json, QueryCost.json(rows));
        return 0;
    }

    private static int child(final String[] args) throws IOException, InterruptedException {
        final List<String> arguments = new ArrayList<>(List.of("queries", IN_CHILD));
        arguments.addAll(List.of(args));
        return new ChildJvm(JVM_OPTIONS, ChildJvm.ownClassPath(), arguments).run();
    }
}
