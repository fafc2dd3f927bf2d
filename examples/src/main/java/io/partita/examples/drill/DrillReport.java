// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.csv.BadLine;
import io.partita.examples.csv.Payments;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Gathers what a drill found and says whether all of it holds. */
final class DrillReport {
    private static final double NS_PER_S = 1e9;
    private static final double NS_PER_MS = 1e6;

    private final DrillSettings settings;
    private final Map<String, @Nullable Object> latency = new LinkedHashMap<>();
    private final List<Object> failovers = new ArrayList<>();
    private final List<Object> uncounted = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private List<FaultRecord> records = List.of();
    private List<Object> nodes = List.of();
    private @Nullable DrillAudit audit;
    private long payments;
    private long badLines;
    private List<BadLine> badLineReasons = List.of();
    private long replied;
    private double seconds;
    private int counted;
    private long comparisons;
    private long reads;
    private long staleReads;
    private @Nullable StampWatch stamps;

    DrillReport(final DrillSettings settings) {
        this.settings = settings;
    }

    void payments(final Payments file) {
        payments = file.size();
        badLines = file.badLineCount();
        badLineReasons = file.badLines();
    }

    long paymentCount() {
        return payments;
    }

    void paid(final Payer payer, final long elapsedNs) {
        replied = payer.replied();
        seconds = elapsedNs / NS_PER_S;
        final Histogram us = payer.latencyUs();
        latency.put("p50", us.getValueAtPercentile(50));
        latency.put("p99", us.getValueAtPercentile(99));
        latency.put("p999", us.getValueAtPercentile(99.9));
        latency.put("max", us.getMaxValue());
        if (settings.faults().contains(FaultKind.CLOCK)) {
            stamps = payer.stamps();
            if (payer.stamps().aheadNsMax() > StampWatch.AHEAD_NS_MAX) {
                problems.add("a stamp is further ahead of the true time than a clock may jump (R41): ns="
                        + payer.stamps().aheadNsMax());
            }
        }
    }

    void faults(final List<FaultRecord> all, final FaultRunner runner, final @Nullable String unexpected) {
        records = all;
        counted = runner.counted();
        for (final FaultRecord record : all) {
            (record.isCounted ? failovers : uncounted).add(record.toReport());
            if (!record.hasRejoined()) {
                problems.add("victim " + record.victim + " of fault " + record.number + " did not rejoin");
            }
        }
        if (counted < settings.kills()) {
            problems.add("counted faults: " + counted + ", asked for: " + settings.kills());
        }
        if (runner.problem() != null) {
            problems.add(runner.problem());
        }
        if (unexpected != null) {
            problems.add(unexpected);
        }
    }

    void problem(final String text) {
        problems.add(text);
    }

    void follower(final JournalFollower follower) {
        comparisons = follower.comparisons();
        if (follower.problem() != null) {
            problems.add(follower.problem());
        } else if (comparisons == 0) {
            problems.add("the journals were never compared while running");
        }
    }

    void witness(final Witness witness) {
        reads = witness.reads();
        staleReads = witness.stale();
        if (witness.problem() != null) {
            problems.add(witness.problem());
        }
    }

    void audit(final DrillAudit done, final List<Object> nodesThen, final List<String> problemsThen) {
        audit = done;
        nodes = nodesThen;
        problems.addAll(problemsThen);
        problems.addAll(done.problems());
        if (replied < payments) {
            problems.add("payments without a definite answer: " + (payments - replied));
        }
        if (!done.digestsEqual()) {
            problems.add("state digests differ: " + done.digests());
        }
    }

    boolean isOk() {
        final DrillAudit done = audit;
        return done != null
                && problems.isEmpty()
                && done.lost() == 0
                && done.duplicated() == 0
                && staleReads == 0
                && done.deposedAnswers() == 0
                && done.answered() + done.rejected() == payments
                && done.totalsMatch()
                && done.digestsEqual()
                && counted >= settings.kills();
    }

    private List<Object> badLineReasonsForReport() {
        final List<Object> list = new ArrayList<>();
        for (final BadLine bad : badLineReasons) {
            list.add(Map.of("line", bad.number(), "reason", bad.reason()));
        }
        return list;
    }

    Map<String, @Nullable Object> toMap() {
        final DrillAudit done = audit;
        final Map<String, @Nullable Object> map = new LinkedHashMap<>();
        map.put("ok", isOk());
        map.put("seed", settings.seed());
        map.put("payments", payments);
        map.put("badLines", badLines);
        map.put("badLineReasons", badLineReasonsForReport());
        map.put("answered", done == null ? 0 : done.answered());
        map.put("rejected", done == null ? 0 : done.rejected());
        map.put("unknown", done == null ? payments : payments - done.answered() - done.rejected());
        map.put("lost", done == null ? null : done.lost());
        map.put("duplicated", done == null ? null : done.duplicated());
        map.put("totalsMatchInput", done != null && done.totalsMatch());
        map.put("durability", settings.durability());
        map.put("register", settings.register());
        map.put("transport", settings.transport());
        map.put("tls", settings.tls());
        map.put("jdk", System.getProperty("java.version"));
        map.put("seconds", Math.round(seconds * 1000) / 1000.0);
        map.put("transfersPerSecond", Math.round(replied / Math.max(seconds, 1e-9)));
        map.put("failovers", failovers);
        map.put("uncountedFaults", uncounted);
        map.put("times", FaultTimes.report(records));
        map.put("linearizableReads", reads);
        map.put("staleReads", staleReads);
        map.put("deposedAnswers", done == null ? null : done.deposedAnswers());
        final StampWatch watched = stamps;
        if (watched != null) {
            map.put("stampAheadMsMax", watched.aheadNsMax() / NS_PER_MS);
            map.put("stampBehindMsMax", watched.behindNsMax() / NS_PER_MS);
        }
        map.put("latencyMicros", latency);
        map.put("digests", done == null ? Map.of() : done.digests());
        map.put("runningDigestComparisons", comparisons);
        map.put("nodes", nodes);
        map.put("problems", problems);

        return map;
    }

    List<String> timesTable(final String name) {
        return FaultTimes.table(name, records);
    }

    List<String> summary() {
        final List<String> lines = new ArrayList<>();
        final Map<String, @Nullable Object> map = toMap();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d payments in %.1f s over %s, durability %s, JDK %s, seed %d",
                isOk() ? "PASSED" : "FAILED",
                payments,
                seconds,
                settings.transport(),
                settings.durability(),
                map.get("jdk"),
                settings.seed()));
        lines.add(String.format(
                Locale.ROOT,
                "  answered %s, rejected %s, bad lines %d; lost %s, duplicated %s, unknown %s, totalsMatchInput %s",
                map.get("answered"),
                map.get("rejected"),
                badLines,
                map.get("lost"),
                map.get("duplicated"),
                map.get("unknown"),
                map.get("totalsMatchInput")));
        lines.add("  faults counted " + counted + " of " + settings.kills() + " " + byPhase() + outages());
        lines.add("  linearizable reads at each node alone: " + reads + " answered, stale " + staleReads
                + "; answers of a deposed epoch " + map.get("deposedAnswers"));
        final StampWatch watched = stamps;
        if (watched != null) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  stamps against the true time: %.1f ms ahead at most when answered, %.1f ms behind at most when sent",
                    watched.aheadNsMax() / NS_PER_MS,
                    watched.behindNsMax() / NS_PER_MS));
        }
        lines.add("  running digests compared while running: " + comparisons + " times, equal");
        if (audit != null) {
            audit.digests().forEach((who, digest) -> lines.add(String.format("  state digest %-7s %s", who, digest)));
        }
        for (final String problem : problems) {
            lines.add("  PROBLEM: " + problem);
        }

        return lines;
    }

    private String byPhase() {
        final Map<String, Integer> phases = new TreeMap<>();
        for (final FaultRecord record : records) {
            if (record.isCounted) {
                phases.merge(record.phase.label(), 1, Integer::sum);
            }
        }
        return phases.toString();
    }

    private String outages() {
        final Histogram ms = new Histogram(3);
        for (final FaultRecord record : records) {
            if (record.outageNs() > 0) {
                ms.recordValue(record.outageNs() / 1_000_000L);
            }
        }
        return ms.getTotalCount() == 0
                ? ""
                : "; fault to first answer: median " + ms.getValueAtPercentile(50) + " ms, max " + ms.getMaxValue()
                        + " ms";
    }
}
