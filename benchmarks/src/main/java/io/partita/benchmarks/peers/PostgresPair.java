// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.micro.BenchFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A primary with the ledger's tables, and a synchronous standby if there is to be one. */
final class PostgresPair implements AutoCloseable {
    private static final String TOTALS =
            "SELECT (SELECT count(*) FROM transfer WHERE result = 1), sum(debits), sum(credits) FROM account";

    private final PostgresServer primary;
    private final @Nullable PostgresServer standby;

    /**
     * Starts them.
     *
     * @param tools the programs.
     * @param folder where their files are; others may pass through those above it.
     * @param copies 1 or 2.
     * @param isForced whether anything is ever forced to disk.
     * @throws Exception if one does not come up.
     */
    PostgresPair(final PostgresTools tools, final BenchFolder folder, final int copies, final boolean isForced)
            throws Exception {
        Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwx--x--x"));
        final Path home = folder.path().resolve("postgresql");
        tools.makeFolder(home);
        final List<String> settings = new ArrayList<>(List.of(
                "fsync=" + (isForced ? "on" : "off"),
                // A page that is torn by a power cut has to be made whole from the log; without fsync nothing survives
                // one anyway.
                "full_page_writes=" + (isForced ? "on" : "off"),
                "shared_buffers=1GB",
                "huge_pages=try",
                "wal_buffers=64MB",
                "max_wal_size=32GB",
                "min_wal_size=2GB",
                "checkpoint_timeout=1h",
                "max_connections=32",
                "max_wal_senders=4",
                "jit=off",
                "log_min_messages=warning"));
        primary = PostgresServer.primary(
                tools, home, copies == 1 ? settings : with(settings, "synchronous_standby_names=*"));
        try {
            primary.execute(schema());
            standby = copies == 1 ? null : primary.standby(home, settings);
            if (standby != null) {
                primary.await("SELECT state, sync_state FROM pg_stat_replication", "streaming,sync");
            }
        } catch (final Exception e) {
            primary.close();
            throw e;
        }
    }

    private static List<String> with(final List<String> settings, final String setting) {
        final List<String> more = new ArrayList<>(settings);
        more.add(setting);
        return more;
    }

    private static String schema() throws IOException {
        try (InputStream in = Objects.requireNonNull(PostgresPair.class.getResourceAsStream("postgresql.sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Where everybody posts. */
    PostgresServer primary() {
        return primary;
    }

    /** Writes back what was done until now, so that files of the log are there to be written again, as on a server that runs for long. */
    void checkpoint() throws Exception {
        primary.execute("CHECKPOINT");
        if (standby != null) {
            standby.execute("CHECKPOINT");
        }
    }

    /**
     * Looks whether the ledger has these totals, on both servers, and whether they are a pair still.
     *
     * @param transfers that were answered, of one unit each.
     * @throws Exception if not.
     */
    void check(final long transfers) throws Exception {
        final String totals = transfers + "," + transfers + "," + transfers;
        final String actual = primary.ask(TOTALS);
        if (!actual.equals(totals)) {
            throw new IllegalStateException("PostgreSQL has other totals: expected=" + totals + " actual=" + actual);
        }
        if (standby != null) {
            primary.await("SELECT state, sync_state FROM pg_stat_replication", "streaming,sync");
            standby.await(TOTALS, totals);
        }
    }

    @Override
    public void close() {
        if (standby != null) {
            standby.close();
        }
        primary.close();
    }
}
