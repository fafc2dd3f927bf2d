// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.report.Budget;
import io.partita.benchmarks.report.Page;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code report}: what {@code benchmarks/figures} left, as a page. */
final class ReportCommand {
    private ReportCommand() {}

    static int run(final String[] args) throws IOException {
        final Path target = Path.of(ChildJvm.ownClassPath()).toAbsolutePath().resolveSibling("");
        Path from = target.resolve("figures");
        Path html = target.resolve("report.html");
        boolean isBudget = false;
        for (int i = 0; i < args.length; i += 2) {
            if ("--budget".equals(args[i])) {
                isBudget = true;
                i--;
            } else if (i + 1 < args.length && "--from".equals(args[i])) {
                from = Path.of(args[i + 1]);
            } else if (i + 1 < args.length && "--html".equals(args[i])) {
                html = Path.of(args[i + 1]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (!Files.isDirectory(from)) {
            return Main.wrongUsage("no such folder: " + from.toAbsolutePath() + "; benchmarks/figures writes one");
        }
        if (isBudget) {
            System.out.print(Budget.of(from));
            return 0;
        }
        Files.writeString(html, Page.of(from));
        System.out.println(html.toAbsolutePath());
        return 0;
    }
}
