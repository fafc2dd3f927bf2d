// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.terminal.ToolException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The drill's ZooKeeper ensemble, as a process of its own that ends with the drill. */
final class EnsembleProcess implements AutoCloseable {
    private final Process process;

    private EnsembleProcess(final Process process) {
        this.process = process;
    }

    /** Starts the servers and waits until they serve. */
    static EnsembleProcess start(final PairFolder folder) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(NodeProcess.jvm());
        command.addAll(List.of("-Xmx192m", "-Dorg.slf4j.simpleLogger.log.org.apache.zookeeper=warn"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), EnsembleMain.class.getName()));
        command.add(folder.ensemble().toString());
        for (final int port : folder.ensemblePorts()) {
            command.add(Integer.toString(port));
        }
        final EnsembleProcess ensemble = new EnsembleProcess(new ProcessBuilder(command)
                .redirectError(
                        ProcessBuilder.Redirect.appendTo(folder.log("zookeeper").toFile()))
                .start());
        // The servers themselves give up after a minute, and with them this line ends.
        final BufferedReader lines =
                new BufferedReader(new InputStreamReader(ensemble.process.getInputStream(), StandardCharsets.UTF_8));
        if (!EnsembleMain.SERVING.equals(lines.readLine())) {
            ensemble.close();
            throw ToolException.failed(
                    "ENSEMBLE_NOT_STARTED",
                    "the drill's ZooKeeper ensemble did not start",
                    "read its log: " + folder.log("zookeeper"));
        }

        return ensemble;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
