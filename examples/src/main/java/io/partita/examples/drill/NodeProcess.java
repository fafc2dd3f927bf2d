// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One life of one node as an operating system process of its own, which this drill started and only this drill ends. The
 * process ends by itself when its standard input does, so that it never outlives the drill.
 */
final class NodeProcess {
    /** Gets what the process prints. */
    interface Listener {
        /** A line of JSON, at the moment it arrived. */
        void onLine(NodeProcess process, Map<String, @Nullable Object> line, long arrivedNs);

        /** The process has ended. */
        void onExit(NodeProcess process);
    }

    private final String id;
    private final int life;
    private final Process process;
    private final long startedNs;

    private NodeProcess(final String id, final int life, final Process process) {
        this.id = id;
        this.life = life;
        this.process = process;
        startedNs = System.nanoTime();
    }

    /**
     * Starts a node.
     *
     * @param id of the node.
     * @param life how many processes this node has had before.
     * @param config its configuration file.
     * @param errors where its standard error goes, appended.
     * @param listener gets what it prints.
     */
    static NodeProcess start(
            final String id, final int life, final Path config, final File errors, final Listener listener)
            throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(command(config));
        builder.redirectError(ProcessBuilder.Redirect.appendTo(errors));
        final NodeProcess node = new NodeProcess(id, life, builder.start());
        final Thread reader = new Thread(() -> node.read(listener), "node-" + id + "-" + life);
        reader.setDaemon(true);
        reader.start();

        return node;
    }

    String id() {
        return id;
    }

    int life() {
        return life;
    }

    long startedNs() {
        return startedNs;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: it stands still, and nothing tells anybody. */
    void pause(final Signals signals) throws IOException {
        signals.send("STOP", process.pid());
    }

    /** SIGCONT. */
    void resume(final Signals signals) throws IOException {
        signals.send("CONT", process.pid());
    }

    /** Waits for the end; false if it did not come in time. */
    boolean awaitExit(final long timeoutMs) throws InterruptedException {
        return process.waitFor(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** SIGTERM, and the exit code of a clean close; kills if it hangs. */
    int stop(final long timeoutMs) throws InterruptedException {
        process.destroy();
        if (!awaitExit(timeoutMs)) {
            kill();
            process.waitFor();
        }
        return process.exitValue();
    }

    /** This very JVM with its flags and class path, so that a drill tests what it was started with. */
    private static List<String> command(final Path config) {
        final List<String> command = jvm();
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add("io.partita.examples.Main");
        command.addAll(List.of("node", "--config", config.toString()));

        return command;
    }

    /** This very JVM's executable and flags. */
    static List<String> jvm() {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!argument.startsWith("-agentlib") && !argument.startsWith("-javaagent")) {
                command.add(argument);
            }
        }

        return command;
    }

    private void read(final Listener listener) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                deliver(listener, line, System.nanoTime());
            }
        } catch (final IOException ex) {
            // The pipe of a killed process may end so: the exit tells.
            return;
        } finally {
            listener.onExit(this);
        }
    }

    private void deliver(final Listener listener, final String line, final long arrivedNs) {
        try {
            listener.onLine(this, Json.parseObject(line), arrivedNs);
        } catch (final JsonException ex) {
            // The last words of a killed process may be half a line.
            return;
        }
    }
}
