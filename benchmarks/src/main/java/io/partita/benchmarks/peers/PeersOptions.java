// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.LoadRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whom, how often, how long, and where the figures go. */
public final class PeersOptions {
    private static final String PARTITA = "partita";
    private static final String POSTGRESQL = "postgresql";
    private static final String AERON = "aeron";
    private static final String TIGERBEETLE = "tigerbeetle";
    private static final Set<String> ALL = Set.of(PARTITA, POSTGRESQL, AERON, TIGERBEETLE);
    private static final int NODES = 3;

    private Set<String> peers = ALL;
    private int rounds = 5;
    private long warmUpMs = 2_000;
    private long measuredMs = 3_000;
    private Path folder = Path.of(System.getProperty("java.io.tmpdir"));
    private @Nullable Path tigerbeetle;
    private @Nullable Path json;
    private @Nullable Path markdown;

    /**
     * Reads them.
     *
     * @param args of the command line.
     * @throws IllegalArgumentException if one is unknown, or its value is missing or wrong.
     */
    public PeersOptions(final String... args) {
        for (int i = 0; i < args.length; i++) {
            if ("--quick".equals(args[i])) {
                rounds = 1;
                warmUpMs = 1_000;
                measuredMs = 1_000;
            } else if (i + 1 < args.length) {
                value(args[i], args[++i]);
            } else {
                throw new IllegalArgumentException("unknown option, or its value is missing: " + args[i]);
            }
        }
        if (rounds < 1 || measuredMs < 1) {
            throw new IllegalArgumentException("--rounds and --seconds must be more than 0");
        }
    }

    private void value(final String option, final String value) {
        switch (option) {
            case "--peers" -> peers = known(Set.of(value.split(",")));
            case "--rounds" -> rounds = Integer.parseInt(value);
            case "--seconds" -> measuredMs = (long) (Double.parseDouble(value) * 1_000);
            case "--dir" -> folder = Path.of(value);
            case "--tigerbeetle" -> tigerbeetle = executable(Path.of(value));
            case "--json" -> json = Path.of(value);
            case "--markdown" -> markdown = Path.of(value);
            default -> throw new IllegalArgumentException("unknown option: " + option);
        }
    }

    private static Set<String> known(final Set<String> words) {
        if (!ALL.containsAll(words)) {
            throw new IllegalArgumentException("some of " + String.join(", ", ALL) + ", not " + words);
        }
        return words;
    }

    private static Path executable(final Path path) {
        if (!Files.isExecutable(path)) {
            throw new IllegalArgumentException("not a program: " + path);
        }
        return path;
    }

    /**
     * Who is to be paid of those that the machine has.
     *
     * @param hasPostgres whether it has PostgreSQL.
     * @return rows, Partita's first.
     */
    public List<PeerRow> rows(final boolean hasPostgres) {
        final List<PeerRow> rows = new ArrayList<>();
        if (peers.contains(PARTITA)) {
            for (final Peer peer : List.of(Peer.PARTITA, Peer.PARTITA_REMOTE, Peer.PARTITA_IPC)) {
                add(rows, peer, 2, Sync.MEMORY, Sync.ACTIVE_FSYNC, Sync.ALL_FSYNC);
            }
            add(rows, Peer.PARTITA, 1, Sync.MEMORY, Sync.FSYNC);
        }
        if (peers.contains(POSTGRESQL) && hasPostgres) {
            add(rows, Peer.POSTGRESQL, 2, Sync.MEMORY, Sync.ACTIVE_FSYNC, Sync.ALL_FSYNC, Sync.APPLIED);
            add(rows, Peer.POSTGRESQL, 2, Sync.FIRST_DISK, Sync.FIRST_MEMORY);
            add(rows, Peer.POSTGRESQL, 1, Sync.MEMORY, Sync.FSYNC);
        }
        if (peers.contains(AERON)) {
            for (final Peer peer : List.of(Peer.AERON_CLUSTER, Peer.AERON_CLUSTER_TUNED)) {
                add(rows, peer, NODES, Sync.MEMORY, Sync.ALL_FSYNC);
                add(rows, peer, 1, Sync.MEMORY, Sync.FSYNC);
            }
        }
        if (peers.contains(TIGERBEETLE) && tigerbeetle != null) {
            add(rows, Peer.TIGERBEETLE, NODES, Sync.ALL_FSYNC);
            add(rows, Peer.TIGERBEETLE, 1, Sync.FSYNC);
        }
        return rows;
    }

    private static void add(final List<PeerRow> rows, final Peer peer, final int copies, final Sync... syncs) {
        for (final Sync sync : syncs) {
            rows.add(new PeerRow(peer, copies, sync));
        }
    }

    /**
     * Who is not there.
     *
     * @param hasPostgres whether the machine has PostgreSQL.
     * @return a sentence for each, for people.
     */
    public List<String> absent(final boolean hasPostgres) {
        final List<String> sentences = new ArrayList<>();
        if (peers.contains(POSTGRESQL) && !hasPostgres) {
            sentences.add("PostgreSQL is absent: its programs are neither in /usr/lib/postgresql/*/bin nor in PATH.");
        }
        if (peers.contains(TIGERBEETLE) && tigerbeetle == null) {
            sentences.add("TigerBeetle is absent: no binary was given by --tigerbeetle.");
        }
        return sentences;
    }

    /**
     * How often each row has its turn.
     *
     * @return 1 or more.
     */
    public int rounds() {
        return rounds;
    }

    /**
     * Of the rounds.
     *
     * @return how long, and who is paid how.
     */
    public PeerRun run() {
        return new PeerRun(new LoadRun.Plan(folder, warmUpMs, measuredMs, 0), tigerbeetle);
    }

    /**
     * Of the search for the best setting.
     *
     * @return shorter runs.
     */
    public PeerRun search() {
        return new PeerRun(new LoadRun.Plan(folder, warmUpMs, Math.min(measuredMs, 1_000), 0), tigerbeetle);
    }

    /**
     * Where the figures go for programs.
     *
     * @return a file; null for nowhere.
     */
    public @Nullable Path json() {
        return json;
    }

    /**
     * Where the table goes beside the screen.
     *
     * @return a file; null for nowhere.
     */
    public @Nullable Path markdown() {
        return markdown;
    }
}
