// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.micro.BenchFolder;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares the code on this class path with that of an earlier commit. */
public final class Guard {
    /** What is planted when it is asked for. */
    public static final int PLANTED_PERCENT = 30;

    private final Path base;
    private final PrintStream out;

    /**
     * A guard.
     *
     * @param base the jar of ledger-core at the earlier commit.
     * @param out gets a line for each step that was compared.
     */
    public Guard(final Path base, final PrintStream out) {
        this.base = base;
        this.out = out;
    }

    /**
     * The steps that it can compare.
     *
     * @return their names.
     */
    public static List<String> works() {
        return List.of(GuardedWork.Kind.APPLY.text(), GuardedWork.Kind.APPEND.text());
    }

    /**
     * Compares one step.
     *
     * @param work its name.
     * @param planted where to plant a slow-down: a step's name, or null for nowhere.
     * @return whether it became slower.
     * @throws IOException if a JVM failed.
     */
    public boolean isSlower(final String work, final @Nullable String planted) throws IOException {
        final GuardedWork.Kind kind = GuardedWork.Kind.valueOf(work.toUpperCase(Locale.ROOT));
        final Majority majority = new Majority();
        try (BenchFolder folder = new BenchFolder()) {
            final String own = ChildJvm.ownClassPath();
            final String before = base + File.pathSeparator + own;
            String now = own;
            if (planted != null) {
                GuardedWork.Kind.valueOf(planted.toUpperCase(Locale.ROOT)).plant(folder.path());
                now = folder.path() + File.pathSeparator + own;
            }
            final int percent = work.equals(planted) ? PLANTED_PERCENT : 0;
            while (!majority.isDecided()) {
                try (Rivals rivals = new Rivals(kind, folder.path(), before, now)) {
                    majority.add(rivals.ratio(percent));
                }
            }
        }
        out.printf(
                Locale.ROOT,
                "%-6s %-6s of the time before, pairs of JVMs:%s%n",
                work,
                majority.isSlower() ? "SLOWER" : "fine",
                majority.ratios().stream()
                        .map(ratio -> String.format(Locale.ROOT, " %.3f", ratio))
                        .reduce("", String::concat));
        return majority.isSlower();
    }
}
