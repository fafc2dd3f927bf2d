// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;

/**
 * Main class of the child process that runs a drill's ZooKeeper ensemble: three servers, each with files, ports and votes of its
 * own, in one JVM. The drill breaks the ledger's nodes, not these; three JVMs would only take their memory and processor time from
 * the pair that is measured. It prints {@value #SERVING} once all have started, and ends when its standard input does.
 */
public final class EnsembleMain {
    static final String SERVING = "serving";
    static final int SERVERS = 3;
    static final int PORTS_PER_SERVER = 3;

    private static final long START_TIMEOUT_MS = 60_000;

    private EnsembleMain() {}

    /**
     * Runs the servers.
     *
     * @param arguments the folder, then for each server its ports for clients, the quorum and elections.
     * @throws IOException if the servers' files cannot be written, or standard input not be read.
     * @throws InterruptedException if the thread was interrupted.
     */
    public static void main(final String[] arguments) throws IOException, InterruptedException {
        final Path folder = Path.of(arguments[0]);
        final List<Thread> starts = new ArrayList<>();
        for (int server = 1; server <= SERVERS; server++) {
            final Path own = folder.resolve(Integer.toString(server));
            final Properties settings = settings(own, server, arguments);
            final Thread start = new Thread(() -> start(own, settings), "start-" + server);
            starts.add(start);
            start.start();
        }
        for (final Thread start : starts) {
            start.join();
        }
        System.out.println(SERVING);
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(0);
    }

    private static Properties settings(final Path own, final int server, final String[] arguments) throws IOException {
        final Path data = Files.createDirectories(own.resolve("data"));
        Files.writeString(data.resolve("myid"), Integer.toString(server));
        final Properties settings = new Properties();
        settings.put("dataDir", data.toString());
        settings.put("clientPortAddress", "127.0.0.1");
        settings.put("clientPort", port(arguments, server, 0));
        settings.put("tickTime", "2000");
        settings.put("initLimit", "10");
        settings.put("syncLimit", "5");
        settings.put("admin.enableServer", "false");
        for (int each = 1; each <= SERVERS; each++) {
            settings.put("server." + each, "127.0.0.1:" + port(arguments, each, 1) + ":" + port(arguments, each, 2));
        }
        return settings;
    }

    private static String port(final String[] arguments, final int server, final int which) {
        return arguments[1 + (server - 1) * PORTS_PER_SERVER + which];
    }

    private static void start(final Path own, final Properties settings) {
        try {
            ZooKeeperServerEmbedded.builder()
                    .baseDir(own)
                    .configuration(settings)
                    .build()
                    .start(START_TIMEOUT_MS);
        } catch (final Exception ex) { // what the server declares
            System.err.println("a server of the ensemble did not start: folder=" + own + ", cause=" + ex);
            Runtime.getRuntime().halt(1);
        }
    }
}
