// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.guard.Guard;
import io.partita.benchmarks.guard.RivalFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code guard}: whether a step takes longer than it did at an earlier commit; or whether it would be noticed. */
final class GuardCommand {
    private static final int SLOWER = 1;
    private static final int NOT_COMPARABLE = 3;

    private final Guard guard;
    private boolean isAsExpected = true;

    private GuardCommand(final Guard guard) {
        this.guard = guard;
    }

    static int run(final String[] args) throws IOException {
        @Nullable Path base = null;
        @Nullable String planted = null;
        int runs = 0;
        for (int i = 0; i < args.length; i += 2) {
            if (i + 1 == args.length) {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
            switch (args[i]) {
                case "--base" -> base = Path.of(args[i + 1]);
                case "--plant" -> planted = args[i + 1];
                case "--demonstrate" -> runs = Integer.parseInt(args[i + 1]);
                default -> {
                    return Main.wrongUsage("unknown option: " + args[i]);
                }
            }
        }
        if (base == null || planted != null && !Guard.works().contains(planted)) {
            return Main.wrongUsage("guard needs --base JAR, and --plant one of " + Guard.works());
        }
        final GuardCommand command = new GuardCommand(new Guard(base, runs > 0 ? System.err : System.out));
        try {
            if (runs > 0) {
                return command.demonstrate(runs);
            }
            boolean isSlower = false;
            for (final String work : Guard.works()) {
                isSlower |= command.guard.isSlower(work, planted);
            }
            return isSlower ? SLOWER : 0;
        } catch (final RivalFailedException failed) {
            System.err.println("guard: " + failed.getMessage() + ", see above");
            return NOT_COMPARABLE;
        }
    }

    /** So many runs with nothing planted, and with each slow-down. */
    private int demonstrate(final int runs) throws IOException {
        final List<String> table = new ArrayList<>(
                List.of("| planted | runs | alarms of apply | alarms of append | s a run |", "|---|---|---|---|---|"));
        table.add(row(runs, null));
        for (final String work : Guard.works()) {
            table.add(row(runs, work));
        }
        System.out.println(String.join("\n", table));
        return isAsExpected ? 0 : SLOWER;
    }

    private String row(final int runs, final @Nullable String planted) throws IOException {
        final int[] alarms = new int[Guard.works().size()];
        final long startNs = System.nanoTime();
        for (int run = 0; run < runs; run++) {
            System.err.println(
                    "== run " + (run + 1) + " of " + runs + ", planted: " + (planted == null ? "nothing" : planted));
            for (int i = 0; i < alarms.length; i++) {
                final String work = Guard.works().get(i);
                final boolean isSlower = guard.isSlower(work, planted);
                alarms[i] += isSlower ? 1 : 0;
                isAsExpected &= isSlower == work.equals(planted);
            }
        }
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %.0f |",
                planted == null ? "nothing" : Guard.PLANTED_PERCENT + " % in " + planted,
                runs,
                alarms[0],
                alarms[1],
                (System.nanoTime() - startNs) / 1e9 / runs);
    }
}
