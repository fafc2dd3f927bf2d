// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.links.LinkCost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code tls}: what TLS costs on the links of a pair, in a JVM of its own. */
final class TlsCommand {
    private static final String IN_CHILD = "--in-child";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=8g");

    private TlsCommand() {}

    static int run(final String[] args) throws Exception {
        boolean isQuick = false;
        boolean isChild = false;
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                isQuick = true;
            } else if (IN_CHILD.equals(args[i])) {
                isChild = true;
            } else if ("--json".equals(args[i]) && i + 1 < args.length) {
                json = Path.of(args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (!isChild) {
            final List<String> arguments = new ArrayList<>(List.of("tls", IN_CHILD));
            arguments.addAll(List.of(args));
            return new ChildJvm(JVM_OPTIONS, ChildJvm.ownClassPath(), arguments).run();
        }
        final Environment environment = Environment.now();
        final List<LinkCost.Row> rows = new LinkCost(isQuick, System.err).run();
        System.out.print(environment.text() + "\n" + LinkCost.table(rows));
        environment.save(json, LinkCost.json(rows));
        return 0;
    }
}
