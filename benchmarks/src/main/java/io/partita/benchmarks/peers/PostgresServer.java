// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.links.Loopback;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** One server of PostgreSQL, a primary or its standby, on a port of the loopback interface that nobody else had. */
final class PostgresServer implements AutoCloseable {
    private static final String USER = "partita";
    private static final String HOST = "127.0.0.1";
    private static final long START_TIMEOUT_NS = 60_000_000_000L;
    private static final long STOP_TIMEOUT_S = 20;

    private final PostgresTools tools;
    private final Path data;
    private final Path log;
    private final int port;
    private final Process process;
    private final Thread atExit = new Thread(this::stop);

    private PostgresServer(
            final PostgresTools tools, final Path data, final Path log, final List<String> settings, final int port)
            throws IOException {
        this.tools = tools;
        this.data = data;
        this.log = log;
        this.port = port;
        final List<String> command = new ArrayList<>(List.of("postgres", "-D", data.toString()));
        for (final String setting : settings) {
            command.addAll(List.of("-c", setting));
        }
        command.addAll(
                List.of("-c", "listen_addresses=" + HOST, "-c", "port=" + port, "-c", "unix_socket_directories="));
        process = tools.start(log, command.toArray(String[]::new));
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * A new one, with nothing in it.
     *
     * @param tools the programs.
     * @param folder that belongs to who runs them.
     * @param settings of the server.
     * @return a primary that serves.
     * @throws Exception if it does not come up.
     */
    static PostgresServer primary(final PostgresTools tools, final Path folder, final List<String> settings)
            throws Exception {
        final Path data = folder.resolve("primary");
        final Path log = folder.resolve("primary.log");
        tools.run(log, "initdb", "-D", data.toString(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
        return started(new PostgresServer(tools, data, log, settings, freePort()));
    }

    /**
     * A copy of this one that follows it.
     *
     * @param folder that belongs to who runs the programs.
     * @param settings of the server.
     * @return a standby that serves.
     * @throws Exception if it does not come up.
     */
    PostgresServer standby(final Path folder, final List<String> settings) throws Exception {
        final Path copy = folder.resolve("standby");
        final Path copyLog = folder.resolve("standby.log");
        tools.run(
                copyLog,
                "pg_basebackup",
                "-D",
                copy.toString(),
                "-h",
                HOST,
                "-p",
                Integer.toString(port),
                "-U",
                USER,
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync");
        return started(new PostgresServer(tools, copy, copyLog, settings, freePort()));
    }

    private static int freePort() throws IOException {
        return Loopback.freeAddresses(1).get(0).getPort();
    }

    private static PostgresServer started(final PostgresServer server) throws Exception {
        final long startNs = System.nanoTime();
        while (true) {
            try {
                server.connect("").close();
                return server;
            } catch (final SQLException e) {
                if (!server.process.isAlive() || System.nanoTime() - startNs > START_TIMEOUT_NS) {
                    server.close();
                    throw new IOException("a server did not come up, see " + server.log, e);
                }
            }
            Thread.sleep(50);
        }
    }

    /**
     * Connects.
     *
     * @param options of the session, such as {@code -c synchronous_commit=on}.
     * @return the connection, which commits each statement.
     * @throws SQLException if the server does not let it.
     */
    Connection connect(final String options) throws SQLException {
        final Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("prepareThreshold", "1");
        if (!options.isEmpty()) {
            properties.setProperty("options", options);
        }
        return DriverManager.getConnection("jdbc:postgresql://" + HOST + ":" + port + "/postgres", properties);
    }

    /**
     * Asks.
     *
     * @param sql a query with one row.
     * @return its columns, separated by commas.
     * @throws SQLException if it fails.
     */
    String ask(final String sql) throws SQLException {
        try (Connection connection = connect("");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            if (!row.next()) {
                return "";
            }
            final StringBuilder out = new StringBuilder(String.valueOf(row.getString(1)));
            for (int i = 2; i <= row.getMetaData().getColumnCount(); i++) {
                out.append(',').append(row.getString(i));
            }
            return out.toString();
        }
    }

    /** Asks until the answer is this one. */
    void await(final String sql, final String answer) throws Exception {
        final long startNs = System.nanoTime();
        String last = ask(sql);
        while (!last.equals(answer)) {
            if (System.nanoTime() - startNs > START_TIMEOUT_NS) {
                throw new IllegalStateException(sql + ": expected=" + answer + " actual=" + last);
            }
            Thread.sleep(20);
            last = ask(sql);
        }
    }

    /** Does. */
    void execute(final String sql) throws SQLException {
        try (Connection connection = connect("-c synchronous_commit=local");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        stop();
    }

    /** What it has is deleted next, so it need not write it back. */
    private void stop() {
        try {
            if (process.isAlive()) {
                tools.run(log, "pg_ctl", "stop", "-D", data.toString(), "-m", "immediate");
            }
            if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (final IOException | InterruptedException e) {
            process.destroyForcibly();
            throw new IllegalStateException("a server was not stopped in good order", e);
        }
    }
}
