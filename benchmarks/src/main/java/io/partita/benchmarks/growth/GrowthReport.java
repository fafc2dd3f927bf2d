// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.benchmarks.Median;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/**
 * What a growth found.
 *
 * @param options how far it went.
 * @param machine what the machine does by itself.
 * @param reads what random accesses cost in as much memory as the process had after the first million and at the end.
 * @param intervals the millions, in order.
 * @param steps accounts, batches of transfers, single transfers.
 * @param bytesPerAccount what the state takes for an account without transfers.
 * @param memoryPerTransfer anonymous bytes per transfer.
 * @param diskPerTransfer mapped bytes per transfer.
 * @param wallNs from the first account to the last transfer, everything included.
 */
public record GrowthReport(
        GrowthOptions options,
        Machine machine,
        RandomReads reads,
        List<Interval> intervals,
        List<Steps> steps,
        double bytesPerAccount,
        double memoryPerTransfer,
        double diskPerTransfer,
        long wallNs) {
    private static final int[] MILLIONS_SHOWN = {
        1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 150, 200, 300, 400, 500
    };
    private static final int MILLIONS_COMPARED = 3;
    private static final int SLOWEST_SHOWN = 6;
    private static final String[] CLASSES = {"no page fault", "minor faults", "major faults"};

    /**
     * For people.
     *
     * @return Markdown tables.
     */
    public String table() {
        final StringBuilder out = new StringBuilder();
        throughput(out);
        memory(out);
        histograms(out);
        slowest(out);
        return out.toString();
    }

    /**
     * For programs.
     *
     * @return the inside of a JSON object.
     */
    public String json() {
        final StringBuilder out = new StringBuilder();
        add(
                out,
                "\"accounts\":%d,\"transfers\":%d,\"pendingPercent\":%d,\"historyMapped\":%b,\"seconds\":%.1f,%n"
                        + "\"dependentReadNs\":%.1f,\"readAtFirstNs\":%.1f,\"readAtLastNs\":%.1f,\"clockNs\":%.0f,%n",
                options.accounts(),
                options.transfers(),
                options.pendingPercent(),
                options.isMapped(),
                wallNs / 1e9,
                machine.dependentReadNs(),
                reads.smallNs(),
                reads.largeNs(),
                machine.clockNs());
        add(
                out,
                "\"bytesPerAccount\":%.1f,\"memoryBytesPerTransfer\":%.1f,\"diskBytesPerTransfer\":%.1f,%n"
                        + "\"residentMaxBytes\":%d,\"anonymousMaxBytes\":%d,\"hugeMaxBytes\":%d,%n",
                bytesPerAccount,
                memoryPerTransfer,
                diskPerTransfer,
                residentMax(),
                anonymousMax(),
                hugeMax());
        add(
                out,
                "\"throughputLastToFirstWall\":%.3f,\"throughputLastToFirstCpu\":%.3f,%n",
                lastToFirst(Interval::wallNsPerCommand),
                lastToFirst(Interval::cpuNsPerCommand));
        out.append("\"intervals\":[");
        String separator = "\n";
        for (final Interval each : intervals) {
            add(
                    out,
                    "%s{\"transfers\":%d,\"nsPerTransfer\":%.1f,\"cpuNsPerTransfer\":%.1f,\"singleP999Ns\":%d,\"anonymousBytes\":%d,"
                            + "\"mappedBytes\":%d,\"stateBytes\":%d}",
                    separator,
                    each.transfers(),
                    each.wallNsPerCommand(),
                    each.cpuNsPerCommand(),
                    each.singleP999Ns(),
                    each.memory().anonymousBytes(),
                    each.memory().fileBytes(),
                    each.stateBytes());
            separator = ",\n";
        }
        out.append("\n],\n\"steps\":[");
        separator = "\n";
        for (final Steps each : allSteps()) {
            for (int kind = 0; kind < Steps.CLASSES; kind++) {
                final Histogram of = each.histogram(kind);
                add(
                        out,
                        "%s{\"step\":\"%s\",\"class\":\"%s\",\"count\":%d,\"over1ms\":%d,\"p50Ns\":%d,\"p99Ns\":%d,"
                                + "\"p999Ns\":%d,\"p9999Ns\":%d,\"p99999Ns\":%d,\"maxNs\":%d}",
                        separator,
                        each.name(),
                        CLASSES[kind],
                        of.getTotalCount(),
                        each.overBound(kind),
                        of.getValueAtPercentile(50),
                        of.getValueAtPercentile(99),
                        of.getValueAtPercentile(99.9),
                        of.getValueAtPercentile(99.99),
                        of.getValueAtPercentile(99.999),
                        of.getMaxValue());
                separator = ",\n";
            }
        }
        out.append("\n],\n\"slowest\":[");
        separator = "\n";
        for (final Steps.Slow each : slowest()) {
            add(
                    out,
                    "%s{\"step\":\"%s\",\"at\":%d,\"cpuNs\":%d,\"wallNs\":%d,\"minorFaults\":%d,\"majorFaults\":%d,"
                            + "\"grownBytes\":%d}",
                    separator,
                    each.steps(),
                    each.at(),
                    each.cpuNs(),
                    each.wallNs(),
                    each.minorFaults(),
                    each.majorFaults(),
                    each.grownBytes());
            separator = ",\n";
        }
        return out.append("\n]").toString();
    }

    private void throughput(final StringBuilder out) {
        add(
                out,
                "%n| transfers in the ledger | M transfers/s | ns a transfer | processor ns | one alone, p99.9 us | resident, anonymous"
                        + " | mapped |%n|---|---|---|---|---|---|---|%n");
        for (int i = 0; i < intervals.size(); i++) {
            final Interval each = intervals.get(i);
            if (i + 1 == intervals.size() || Arrays.binarySearch(MILLIONS_SHOWN, i + 1) >= 0) {
                add(
                        out,
                        "| %,d | %.2f | %.0f | %.0f | %.1f | %.2f GiB | %.2f GiB |%n",
                        each.transfers(),
                        1000 / each.wallNsPerCommand(),
                        each.wallNsPerCommand(),
                        each.cpuNsPerCommand(),
                        each.singleP999Ns() / 1e3,
                        Growth.gib(each.memory().anonymousBytes()),
                        Growth.gib(each.memory().fileBytes()));
            }
        }
        add(
                out,
                "%n%,d accounts; each row is the million before it, records of 64, the apply step alone; `one alone` is the processor"
                        + " time of a record with a single transfer, page faults included. A dependent random"
                        + " access to a table of as many rows of 128 bytes took %.0f ns right before.%n"
                        + "Throughput of the last %d millions to that of the first %d (medians): %.0f %% by time of day,"
                        + " %.0f %% by processor time. All in all %.0f s.%n"
                        + "The machine itself, right after: a dependent random access took %.0f ns in as much memory as the process"
                        + " had after the first million, %.0f ns in as much as it had at the end: %.0f %% of the speed.%n",
                options.accounts(),
                machine.dependentReadNs(),
                MILLIONS_COMPARED,
                MILLIONS_COMPARED,
                100 * lastToFirst(Interval::wallNsPerCommand),
                100 * lastToFirst(Interval::cpuNsPerCommand),
                wallNs / 1e9,
                reads.smallNs(),
                reads.largeNs(),
                100 * reads.smallNs() / reads.largeNs());
    }

    private void memory(final StringBuilder out) {
        add(
                out,
                "%nAn account takes %.0f bytes of memory, a transfer %.1f bytes of memory and %.1f bytes of mapped files. The"
                        + " resident set was %.2f GiB at most; its anonymous part, which the kernel cannot evict, %.2f GiB,"
                        + " of which %.2f GiB in huge pages.%n",
                bytesPerAccount,
                memoryPerTransfer,
                diskPerTransfer,
                Growth.gib(residentMax()),
                Growth.gib(anonymousMax()),
                Growth.gib(hugeMax()));
    }

    private void histograms(final StringBuilder out) {
        add(
                out,
                "%n| step, processor time in us | steps | over 1 ms | 50 %% | 99 %% | 99.9 %% | 99.99 %% | 99.999 %% | max |%n"
                        + "|---|---|---|---|---|---|---|---|---|%n");
        for (final Steps each : allSteps()) {
            for (int kind = 0; kind < Steps.CLASSES; kind++) {
                final Histogram of = each.histogram(kind);
                if (of.getTotalCount() > 0) {
                    add(
                            out,
                            "| %s, %s | %,d | %d | %.1f | %.1f | %.1f | %.1f | %.1f | %.1f |%n",
                            each.name(),
                            CLASSES[kind],
                            of.getTotalCount(),
                            each.overBound(kind),
                            of.getValueAtPercentile(50) / 1e3,
                            of.getValueAtPercentile(99) / 1e3,
                            of.getValueAtPercentile(99.9) / 1e3,
                            of.getValueAtPercentile(99.99) / 1e3,
                            of.getValueAtPercentile(99.999) / 1e3,
                            of.getMaxValue() / 1e3);
                }
            }
        }
        add(
                out,
                "%nReading the clock is in each: %.1f us. \"no memory\": a computation in registers, before the ledger was"
                        + " there; what is slow there is the machine.%n",
                machine.clockNs() / 1e3);
    }

    private void slowest(final StringBuilder out) {
        add(
                out,
                "%n| slowest steps | entries before it | processor us | us by time of day | minor faults | major | tables grew by |%n"
                        + "|---|---|---|---|---|---|---|%n");
        for (final Steps.Slow each : slowest()) {
            add(
                    out,
                    "| %s | %,d | %.0f | %.0f | %d | %d | %.1f MiB |%n",
                    each.steps(),
                    each.at(),
                    each.cpuNs() / 1e3,
                    each.wallNs() / 1e3,
                    each.minorFaults(),
                    each.majorFaults(),
                    (double) each.grownBytes() / (1 << 20));
        }
        add(
                out,
                "%nFirst the slowest that met no fault, then those that did. Every run is the same to the ledger: what is slow in"
                        + " one run and not in the next at the same number of entries is not the ledger's doing.%n");
    }

    private List<Steps> allSteps() {
        final List<Steps> all = new ArrayList<>(steps);
        all.add(machine.calm());
        return all;
    }

    private List<Steps.Slow> slowest() {
        final List<Steps.Slow> all = slowest(false);
        all.addAll(slowest(true));
        return all;
    }

    private List<Steps.Slow> slowest(final boolean withFaults) {
        final List<Steps.Slow> all = new ArrayList<>();
        for (final Steps each : steps) {
            all.addAll(each.slowest(withFaults));
        }
        all.sort(Comparator.comparingLong(Steps.Slow::cpuNs).reversed());
        return new ArrayList<>(all.subList(0, Math.min(SLOWEST_SHOWN, all.size())));
    }

    /** How much of the throughput at the beginning is left at the end. */
    private double lastToFirst(final ToDoubleFunction<Interval> nsPerCommand) {
        final int compared = Math.min(MILLIONS_COMPARED, intervals.size());
        return median(intervals.subList(0, compared), nsPerCommand)
                / median(intervals.subList(intervals.size() - compared, intervals.size()), nsPerCommand);
    }

    private long residentMax() {
        return intervals.stream()
                .mapToLong(
                        each -> each.memory().anonymousBytes() + each.memory().fileBytes())
                .max()
                .orElse(0);
    }

    private long anonymousMax() {
        return intervals.stream()
                .mapToLong(each -> each.memory().anonymousBytes())
                .max()
                .orElse(0);
    }

    private long hugeMax() {
        return intervals.stream()
                .mapToLong(each -> each.memory().hugeBytes())
                .max()
                .orElse(0);
    }

    private static double median(final List<Interval> of, final ToDoubleFunction<Interval> figure) {
        return Median.of(of.stream().mapToDouble(figure).toArray());
    }

    private static void add(final StringBuilder out, final String format, final Object... values) {
        out.append(String.format(Locale.ROOT, format, values));
    }
}
