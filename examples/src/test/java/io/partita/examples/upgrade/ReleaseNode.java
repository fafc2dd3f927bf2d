// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.upgrade;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A node of a pair that is now one release, now another, on the same data folder. */
final class ReleaseNode {
    private static final long EXIT_S = 120;

    private final String id;
    private final Path config;
    private final Path flags;
    private @Nullable Process process;
    private volatile String health = "";
    private volatile @Nullable String halted;

    ReleaseNode(final String id, final Path config, final Path flags) {
        this.id = id;
        this.config = config;
        this.flags = flags;
    }

    String id() {
        return id;
    }

    /** The newest health that this life has printed. */
    String health() {
        return health;
    }

    boolean isActive() {
        return health.equals("SERVING") || health.equals("DEGRADED");
    }

    /** Why it halted; null if it did not. */
    @Nullable
    String halted() {
        return halted;
    }

    void start(final Path jar) throws IOException {
        health = "";
        final Process started = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + flags,
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        jar.toString(),
                        "io.partita.examples.Main",
                        "node",
                        "--config",
                        config.toString()))
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        config.resolveSibling(id + ".log").toFile()))
                .start();
        process = started;
        final Thread reader = new Thread(() -> read(started), "lines-" + id);
        reader.setDaemon(true);
        reader.start();
    }

    /** As SIGKILL: nothing is said to anybody. */
    void kill() throws InterruptedException {
        final Process running = process;
        if (running != null) {
            running.destroyForcibly();
            running.waitFor();
            process = null;
            health = "";
        }
    }

    /** As an operator stops it. */
    void stop() throws InterruptedException {
        final Process running = process;
        if (running != null) {
            running.destroy();
            if (!running.waitFor(EXIT_S, TimeUnit.SECONDS)) {
                kill();
                throw new IllegalStateException("node=" + id + " did not stop in order");
            }
            if (running.exitValue() != 0) {
                throw new IllegalStateException("node=" + id + " stopped with exit code=" + running.exitValue());
            }
            process = null;
            health = "";
        }
    }

    private void read(final Process of) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(of.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (of == process) {
                    take(line);
                }
            }
        } catch (final IOException ex) {
            return; // the pipe of a killed process may end so
        }
    }

    private void take(final String line) {
        final Map<String, @Nullable Object> fields;
        try {
            fields = Json.parseObject(line);
        } catch (final JsonException ex) {
            return; // the last words of a killed process may be half a line
        }
        if ("health".equals(fields.get("event"))) {
            health = String.valueOf(fields.get("health"));
        } else if ("halted".equals(fields.get("event"))) {
            halted = String.valueOf(fields.get("reason"));
        }
    }
}
