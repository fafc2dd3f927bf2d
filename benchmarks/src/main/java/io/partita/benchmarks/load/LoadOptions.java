// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which cases, how often and how long. The first value of each option is the base case; each of the others is measured with the
 * rest as in the base case, but each mode with each window, unless all combinations are asked for.
 */
public final class LoadOptions {
    private static final long WARM_UP_MS = 2_000;

    private List<Mode> modes =
            List.of(Mode.PAIR_MEMORY, Mode.PAIR_ACTIVE_FSYNC, Mode.PAIR_ALL_FSYNC, Mode.ONE_MEMORY, Mode.ONE_FSYNC);
    private List<Link> links = List.of(Link.TCP, Link.TLS, Link.IPC);
    private List<Integer> batches = List.of(64, 1, 16, 128, 1024, 8190);
    private List<Integer> accounts = List.of(10_000, 1_000_000);
    private List<Boolean> hots = List.of(false, true);
    private List<Boolean> alones = List.of(false, true);
    private List<Integer> rates = List.of(50_000);
    private boolean isCross;
    private long snapshotRecords;
    private int megabytes = 200;
    private int rounds = 5;
    private long warmUpMs = WARM_UP_MS;
    private long measuredMs = 3_000;
    private Path folder = Path.of(System.getProperty("partita.bench.dir", System.getProperty("java.io.tmpdir")));
    private @Nullable Path json;

    private LoadOptions() {}

    /**
     * Of the command that measures how much.
     *
     * @param args of the command line.
     * @return the options.
     * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong.
     */
    public static LoadOptions throughput(final String... args) {
        return new LoadOptions().parse(args);
    }

    /**
     * Of the command that measures how soon: the modes only, unless more is asked for.
     *
     * @param args of the command line.
     * @return the options.
     * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong.
     */
    public static LoadOptions latency(final String... args) {
        final LoadOptions options = new LoadOptions();
        options.links = options.links.subList(0, 1);
        options.batches = options.batches.subList(0, 1);
        options.accounts = options.accounts.subList(0, 1);
        options.hots = options.hots.subList(0, 1);
        options.alones = options.alones.subList(0, 1);
        return options.parse(args);
    }

    /**
     * Of the command that compares journals: batches in a full window, and one after the other.
     *
     * @param modes of the engines.
     * @param args of the command line.
     * @return the options.
     * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong.
     */
    public static LoadOptions journals(final String modes, final String... args) {
        final LoadOptions options = latency("--modes", modes);
        options.alones = List.of(false, true);
        return options.parse(args);
    }

    /**
     * Of the command that looks at garbage collectors.
     *
     * @param args of the command line.
     * @return the options; of the rates the first counts.
     * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong.
     */
    public static LoadOptions garbage(final String... args) {
        return latency("--modes", "pair-memory,one-memory", "--rates", "200000", "--seconds", "10")
                .parse(args);
    }

    private LoadOptions parse(final String... args) {
        for (int i = 0; i < args.length; i++) {
            final String option = args[i];
            if ("--quick".equals(option)) {
                rounds = 1;
                warmUpMs = 500;
                measuredMs = 500;
            } else if ("--cross".equals(option)) {
                isCross = true;
            } else if (i + 1 < args.length) {
                value(option, args[++i]);
            } else {
                throw new IllegalArgumentException("unknown option, or its value is missing: " + option);
            }
        }
        if (rounds < 1 || measuredMs < 1 || megabytes < 1 || snapshotRecords < 0) {
            throw new IllegalArgumentException(
                    "--rounds, --seconds and --megabytes must be more than 0, --snapshots not less");
        }
        cases(); // each checks itself
        return this;
    }

    private void value(final String option, final String value) {
        switch (option) {
            case "--modes" -> modes = list(value, Mode::of);
            case "--links" -> links = list(value, each -> Link.valueOf(each.toUpperCase(Locale.ROOT)));
            case "--batches" -> batches = list(value, Integer::valueOf);
            case "--accounts" -> accounts = list(value, Integer::valueOf);
            case "--spreads" -> hots = list(value, each -> either(each, "uniform", "hot"));
            case "--windows" -> alones = list(value, each -> either(each, "full", "one"));
            case "--rates" -> rates = list(value, Integer::valueOf);
            case "--megabytes" -> megabytes = Integer.parseInt(value);
            case "--snapshots" -> snapshotRecords = Long.parseLong(value);
            case "--rounds" -> rounds = Integer.parseInt(value);
            case "--seconds" -> measuredMs = (long) (Double.parseDouble(value) * 1_000);
            case "--dir" -> folder = Path.of(value);
            case "--json" -> json = Path.of(value);
            default -> throw new IllegalArgumentException("unknown option: " + option);
        }
    }

    private static <T> List<T> list(final String value, final Function<String, T> each) {
        final List<T> values = new ArrayList<>();
        for (final String word : value.split(",")) {
            values.add(each.apply(word));
        }
        return values;
    }

    private static boolean either(final String word, final String no, final String yes) {
        if (!word.equals(no) && !word.equals(yes)) {
            throw new IllegalArgumentException("neither " + no + " nor " + yes + ": " + word);
        }
        return word.equals(yes);
    }

    /**
     * What is to be measured.
     *
     * @return the base case first; none twice.
     */
    public List<LoadCase> cases() {
        final Set<LoadCase> cases = new LinkedHashSet<>();
        final LoadCase base =
                new LoadCase(modes.get(0), links.get(0), batches.get(0), accounts.get(0), hots.get(0), alones.get(0));
        if (isCross) {
            addAll(cases, modes, links, batches, accounts, hots);
        } else {
            addAll(
                    cases,
                    modes,
                    List.of(base.link()),
                    List.of(base.batch()),
                    List.of(base.accounts()),
                    List.of(base.isHot()));
            links.forEach(each -> cases.add(
                    new LoadCase(base.mode(), each, base.batch(), base.accounts(), base.isHot(), base.isAlone())));
            batches.forEach(each -> cases.add(
                    new LoadCase(base.mode(), base.link(), each, base.accounts(), base.isHot(), base.isAlone())));
            accounts.forEach(each -> cases.add(
                    new LoadCase(base.mode(), base.link(), base.batch(), each, base.isHot(), base.isAlone())));
            hots.forEach(each -> cases.add(
                    new LoadCase(base.mode(), base.link(), base.batch(), base.accounts(), each, base.isAlone())));
        }
        return List.copyOf(cases);
    }

    private void addAll(
            final Set<LoadCase> cases,
            final List<Mode> someModes,
            final List<Link> someLinks,
            final List<Integer> someBatches,
            final List<Integer> someAccounts,
            final List<Boolean> someHots) {
        for (final boolean isAlone : alones) {
            for (final Mode mode : someModes) {
                for (final Link link : someLinks) {
                    for (final int batch : someBatches) {
                        for (final int count : someAccounts) {
                            someHots.forEach(
                                    isHot -> cases.add(new LoadCase(mode, link, batch, count, isHot, isAlone)));
                        }
                    }
                }
            }
        }
    }

    /**
     * Fixed rates.
     *
     * @return transfers per second.
     */
    public List<Integer> rates() {
        return rates;
    }

    /**
     * Garbage that an application beside the ledger makes.
     *
     * @return megabytes per second.
     */
    public int megabytes() {
        return megabytes;
    }

    /**
     * How often each case has its turn.
     *
     * @return 1 or more.
     */
    public int rounds() {
        return rounds;
    }

    /**
     * How long, and where.
     *
     * @return the plan of each case.
     */
    public LoadRun.Plan plan() {
        return new LoadRun.Plan(folder, warmUpMs, measuredMs, snapshotRecords);
    }

    /**
     * Where the figures go for programs.
     *
     * @return a file; null for nowhere.
     */
    public @Nullable Path json() {
        return json;
    }
}
