// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.links.Loopback;
import io.partita.benchmarks.load.LoadRun;
import io.partita.benchmarks.micro.BenchFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** TigerBeetle by its own benchmark: replicas are formatted and started, then its client pays and looks at what it paid. */
final class OwnBenchmark {
    private static final Pattern ACCEPTED = Pattern.compile("load accepted = ([0-9]+) tx/s");
    private static final Pattern LATENCY = Pattern.compile("batch latency p([0-9]+) *= *([0-9]+) ms");
    private static final int CALIBRATION_BATCHES = 50;
    private static final double MICROS_PER_MILLI = 1e3;
    private static final int P50 = 50;
    private static final int P99 = 99;

    private final Path binary;
    private final LoadRun.Plan plan;

    OwnBenchmark(final Path binary, final LoadRun.Plan plan) {
        this.binary = binary;
        this.plan = plan;
    }

    /** How many it pays in the time is known only once it has paid some: a short run comes first. */
    Map<String, Double> measure(final int replicas, final PeerSetting setting, final boolean isWithAlone)
            throws IOException, InterruptedException {
        final Map<String, Double> figures = last(replicas, setting.batch());
        if (isWithAlone) {
            final Map<String, Double> alone = last(replicas, 1);
            figures.put("alone.p50", alone.get("batch.p50"));
            figures.put("alone.p99", alone.get("batch.p99"));
        }
        return figures;
    }

    private Map<String, Double> last(final int replicas, final int batch) throws IOException, InterruptedException {
        final double perSecond = Objects.requireNonNull(
                parse(run(replicas, batch, (long) CALIBRATION_BATCHES * batch)).get("perSecond"));
        final long batches = Math.max(CALIBRATION_BATCHES, (long) (perSecond * plan.measuredMs() / 1e3 / batch));
        return parse(run(replicas, batch, batches * batch));
    }

    private String run(final int replicas, final int batch, final long transfers)
            throws IOException, InterruptedException {
        final String addresses = String.join(
                ",",
                Loopback.freeAddresses(replicas).stream()
                        .map(address -> "127.0.0.1:" + address.getPort())
                        .toList());
        final List<Process> servers = new CopyOnWriteArrayList<>();
        final Thread atExit = new Thread(() -> servers.forEach(Process::destroyForcibly));
        Runtime.getRuntime().addShutdownHook(atExit);
        try (BenchFolder folder = new BenchFolder(plan.folder())) {
            final Path log = folder.path().resolve("log");
            try {
                for (int i = 0; i < replicas; i++) {
                    final String file =
                            folder.path().resolve(i + ".tigerbeetle").toString();
                    await(
                            start(log, "format", "--cluster=0", "--replica=" + i, "--replica-count=" + replicas, file),
                            log);
                    servers.add(start(log, "start", "--addresses=" + addresses, file));
                }
                final Path output = folder.path().resolve("benchmark");
                await(
                        start(
                                output,
                                "benchmark",
                                "--addresses=" + addresses,
                                "--account-count=" + PeerLoad.ACCOUNTS,
                                "--transfer-count=" + transfers,
                                "--transfer-batch-size=" + batch,
                                "--validate"),
                        output);
                return Files.readString(output);
            } finally {
                for (final Process server : servers) {
                    server.destroyForcibly().waitFor();
                }
                Runtime.getRuntime().removeShutdownHook(atExit);
            }
        }
    }

    private Process start(final Path output, final String... arguments) throws IOException {
        final List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    private static void await(final Process process, final Path output) throws IOException, InterruptedException {
        if (process.waitFor() != 0) {
            throw new IOException("the ledger's binary failed: exit=" + process.exitValue() + "\n"
                    + Files.readString(output, StandardCharsets.UTF_8));
        }
    }

    /** What it printed: latencies in whole milliseconds, of some percentiles. */
    static Map<String, Double> parse(final String output) {
        final Map<String, Double> figures = new LinkedHashMap<>();
        final Matcher accepted = ACCEPTED.matcher(output);
        if (!accepted.find()) {
            throw new IllegalStateException("the ledger's binary does not say what it accepted:\n" + output);
        }
        figures.put("perSecond", Double.valueOf(accepted.group(1)));
        final TreeMap<Integer, Double> latencies = new TreeMap<>();
        final Matcher latency = LATENCY.matcher(output);
        while (latency.find()) {
            latencies.put(Integer.valueOf(latency.group(1)), Double.parseDouble(latency.group(2)) * MICROS_PER_MILLI);
        }
        figures.put("batch.p50", atLeast(latencies, P50, output));
        figures.put("batch.p99", atLeast(latencies, P99, output));
        return figures;
    }

    private static double atLeast(final TreeMap<Integer, Double> latencies, final int percentile, final String output) {
        final Map.Entry<Integer, Double> entry = latencies.ceilingEntry(percentile);
        if (entry == null) {
            throw new IllegalStateException("the ledger's binary does not say how long it took:\n" + output);
        }
        return entry.getValue();
    }
}
