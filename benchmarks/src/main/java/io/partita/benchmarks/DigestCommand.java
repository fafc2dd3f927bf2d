// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.micro.DigestShare;
import io.partita.ledger.journal.FolderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code digest}: the running digest's share of the apply step. JVMs with and without it take turns, so that what the machine
 * does otherwise hits both alike.
 */
final class DigestCommand {
    private static final String CHILD = "child";
    private static final List<String> JVM_OPTIONS =
            List.of("-Xms256m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:MaxDirectMemorySize=8g");

    private DigestCommand() {}

    static int run(final String[] args) throws IOException, InterruptedException {
        if (args.length == 4 && CHILD.equals(args[0])) {
            System.out.println(DigestShare.measure(
                    Integer.parseInt(args[1]), Integer.parseInt(args[2]), Boolean.parseBoolean(args[3])));
            return 0;
        }
        int[] accounts = {10_000, 1_000_000};
        int rounds = 7;
        int iterations = 15;
        @Nullable Path json = null;
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                rounds = 3;
                iterations = 7;
            } else if ("--accounts".equals(args[i]) && i + 1 < args.length) {
                accounts = Arrays.stream(args[++i].split(","))
                        .mapToInt(Integer::parseInt)
                        .toArray();
            } else if ("--json".equals(args[i]) && i + 1 < args.length) {
                json = Path.of(args[++i]);
            } else {
                return Main.wrongUsage("unknown option, or its value is missing: " + args[i]);
            }
        }
        final Environment environment = Environment.now();
        final StringBuilder rows = new StringBuilder();
        final StringBuilder table =
                new StringBuilder(environment.text() + "\n\n| accounts | apply, processor ns | without the"
                        + " running digest | its share | min..max of the rounds |\n|---|---|---|---|---|\n");
        final Path folder = Files.createTempDirectory("partita-digest-");
        try {
            DigestShare.writeWithoutDigest(folder);
            for (final int count : accounts) {
                rows.append(rows.isEmpty() ? "\n" : ",\n").append(compare(count, rounds, iterations, folder, table));
            }
        } finally {
            FolderFiles.deleteTree(folder);
        }
        System.out.print(table);
        System.out.printf(
                "%nMedians of %d JVMs each, taking turns; each the median of %d times 262,144 transfers.%n",
                rounds, iterations);
        environment.save(json, "\"digest\":[" + rows + "\n]");
        return 0;
    }

    private static String compare(
            final int accounts, final int rounds, final int iterations, final Path folder, final StringBuilder table)
            throws IOException, InterruptedException {
        final double[] with = new double[rounds];
        final double[] without = new double[rounds];
        final double[] shares = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            with[i] = measure(accounts, iterations, true, ChildJvm.ownClassPath());
            without[i] = measure(
                    accounts,
                    iterations,
                    false,
                    folder + System.getProperty("path.separator") + ChildJvm.ownClassPath());
            shares[i] = 1 - without[i] / with[i];
            System.err.printf(
                    Locale.ROOT, "digest: %d accounts: %.1f ns, without %.1f ns%n", accounts, with[i], without[i]);
        }
        Arrays.sort(with);
        Arrays.sort(without);
        Arrays.sort(shares);
        final double share = 1 - without[rounds / 2] / with[rounds / 2];
        table.append(String.format(
                Locale.ROOT,
                "| %,d | %.1f | %.1f | %.1f %% | %.1f..%.1f %% |%n",
                accounts,
                with[rounds / 2],
                without[rounds / 2],
                100 * share,
                100 * shares[0],
                100 * shares[rounds - 1]));
        return String.format(
                Locale.ROOT,
                "{\"accounts\":%d,\"rounds\":%d,\"cpuNs\":%.2f,\"cpuNsWithout\":%.2f,\"share\":%.4f,"
                        + "\"shareMin\":%.4f,\"shareMax\":%.4f}",
                accounts,
                rounds,
                with[rounds / 2],
                without[rounds / 2],
                share,
                shares[0],
                shares[rounds - 1]);
    }

    private static double measure(
            final int accounts, final int iterations, final boolean isDigesting, final String classPath)
            throws IOException, InterruptedException {
        final List<String> arguments = List.of(
                "digest",
                CHILD,
                Integer.toString(accounts),
                Integer.toString(iterations),
                Boolean.toString(isDigesting));
        return Double.parseDouble(
                new ChildJvm(JVM_OPTIONS, classPath, arguments).output().strip());
    }
}
