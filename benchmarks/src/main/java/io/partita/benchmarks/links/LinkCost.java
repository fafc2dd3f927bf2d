// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.links;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.partita.benchmarks.Median;
import io.partita.benchmarks.micro.BenchFolder;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Two pairs, one with TLS, take turns: so many payments in full batches with a full window, then so many one at a time. What
 * disturbs one disturbs the other as well.
 */
public final class LinkCost {
    private final int rounds;
    private final int batches;
    private final int roundTrips;
    private final PrintStream progress;

    /**
     * A measurement.
     *
     * @param isQuick a look only.
     * @param progress where to say how far it is.
     */
    public LinkCost(final boolean isQuick, final PrintStream progress) {
        rounds = isQuick ? 3 : 15;
        batches = isQuick ? 500 : 4_000;
        roundTrips = isQuick ? 200 : 2_000;
        this.progress = progress;
    }

    /**
     * Medians over the rounds of one pair.
     *
     * @param links what its links have.
     * @param perSecond transfers answered a second.
     * @param cpuNs processor time of the whole process per transfer: client, both nodes, kernel.
     * @param bytes allocated by all threads per transfer.
     * @param p50Us a payment alone, from submission to answer, microseconds.
     * @param p99Us the same, one in a hundred takes longer.
     */
    public record Row(String links, double perSecond, double cpuNs, double bytes, double p50Us, double p99Us) {}

    /**
     * Measures.
     *
     * @return without TLS, then with it.
     * @throws Exception if a pair does not come up or loses a payment.
     */
    public List<Row> run() throws Exception {
        try (BenchFolder folder = new BenchFolder();
                LinkPair plain = new LinkPair(folder.path().resolve("plain"), false);
                LinkPair tls = new LinkPair(folder.path().resolve("tls"), true)) {
            final Samples plainSamples = new Samples(rounds);
            final Samples tlsSamples = new Samples(rounds);
            for (int round = -2; round < rounds; round++) { // two to warm up
                measure(plain, plainSamples, round);
                measure(tls, tlsSamples, round);
                progress.print(round == rounds - 1 ? ".\n" : ".");
            }
            return List.of(plainSamples.row("plain"), tlsSamples.row("TLS 1.3"));
        }
    }

    private void measure(final LinkPair pair, final Samples samples, final int round) {
        final OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long transfers = (long) batches * LinkPair.BATCH;
        final long cpuBefore = system.getProcessCpuTime();
        final long bytesBefore = allocated(threads);
        final long tookNs = pair.pay(batches);
        final long bytes = allocated(threads) - bytesBefore;
        final long cpuNs = system.getProcessCpuTime() - cpuBefore;
        final long[] each = pair.roundTrips(roundTrips);
        if (round >= 0) {
            Arrays.sort(each);
            samples.perSecond[round] = transfers * 1e9 / tookNs;
            samples.cpuNs[round] = (double) cpuNs / transfers;
            samples.bytes[round] = (double) bytes / transfers;
            samples.p50Us[round] = each[each.length / 2] / 1e3;
            samples.p99Us[round] = each[each.length * 99 / 100] / 1e3;
        }
    }

    /** Bytes allocated by the threads that there are; none of a pair's ends while it is measured. */
    private static long allocated(final ThreadMXBean threads) {
        long sum = 0;
        for (final long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
            sum += Math.max(0, bytes);
        }
        return sum;
    }

    /**
     * The figures for people.
     *
     * @param rows from {@link #run}.
     * @return Markdown.
     */
    public static String table(final List<Row> rows) {
        final StringBuilder table = new StringBuilder();
        table.append(
                "| links | transfers/s | CPU ns per transfer | bytes allocated per transfer | alone, p50 µs | p99 µs |\n");
        table.append("|---|---|---|---|---|---|\n");
        for (final Row row : rows) {
            table.append(String.format(
                    Locale.ROOT,
                    "| %s | %,.0f | %,.0f | %.1f | %,.0f | %,.0f |%n",
                    row.links,
                    row.perSecond,
                    row.cpuNs,
                    row.bytes,
                    row.p50Us,
                    row.p99Us));
        }
        final Row plain = rows.get(0);
        final Row tls = rows.get(1);
        table.append(String.format(
                Locale.ROOT,
                "| ratio | %.2f | %.2f | | %.2f | %.2f |%n",
                tls.perSecond / plain.perSecond,
                tls.cpuNs / plain.cpuNs,
                tls.p50Us / plain.p50Us,
                tls.p99Us / plain.p99Us));
        return table.toString();
    }

    /**
     * The figures for programs.
     *
     * @param rows from {@link #run}.
     * @return members of a JSON object.
     */
    public static String json(final List<Row> rows) {
        final StringBuilder json = new StringBuilder("\"links\":[");
        for (final Row row : rows) {
            json.append(json.charAt(json.length() - 1) == '[' ? "\n" : ",\n")
                    .append(String.format(
                            Locale.ROOT,
                            "{\"links\":\"%s\",\"transfersPerSecond\":%.0f,\"cpuNs\":%.1f,\"bytes\":%.2f,"
                                    + "\"p50Micros\":%.1f,\"p99Micros\":%.1f}",
                            row.links,
                            row.perSecond,
                            row.cpuNs,
                            row.bytes,
                            row.p50Us,
                            row.p99Us));
        }
        return json.append("]").toString();
    }

    /** One figure of each kind for each round. */
    private static final class Samples {
        final double[] perSecond;
        final double[] cpuNs;
        final double[] bytes;
        final double[] p50Us;
        final double[] p99Us;

        Samples(final int rounds) {
            perSecond = new double[rounds];
            cpuNs = new double[rounds];
            bytes = new double[rounds];
            p50Us = new double[rounds];
            p99Us = new double[rounds];
        }

        Row row(final String links) {
            return new Row(
                    links,
                    Median.of(perSecond),
                    Median.of(cpuNs),
                    Median.of(bytes),
                    Median.of(p50Us),
                    Median.of(p99Us));
        }
    }
}
