// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM that runs a main class of the tests; ended, if it still runs, when closed. */
public final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(final Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one.
     *
     * @param folder for its argument file.
     * @param main class with a main method.
     * @param arguments of the main method.
     * @return the process, running.
     */
    public static ChildJvm start(final Path folder, final Class<?> main, final String... arguments) {
        return start(List.of(), folder, main, arguments);
    }

    /**
     * Starts one in surroundings of its own.
     *
     * @param prefix a command that runs the rest of its line as a command, in its own place.
     * @param folder for its argument file.
     * @param main class with a main method.
     * @param arguments of the main method.
     * @return the process, running.
     */
    public static ChildJvm start(
            final List<String> prefix, final Path folder, final Class<?> main, final String... arguments) {
        try {
            final Path flags = Files.createTempFile(folder, "partita", ".jvm");
            try (InputStream in = ChildJvm.class.getResourceAsStream("/META-INF/partita.jvm")) {
                Files.write(flags, in.readAllBytes());
            }
            final List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "@" + flags,
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()));
            command.addAll(List.of(arguments));
            return new ChildJvm(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (final IOException e) {
            throw new AssertionError("cannot start a child process", e);
        }
    }

    /**
     * The next line it prints.
     *
     * @return the line.
     */
    public String readLine() {
        try {
            final String line = output.readLine();
            if (line == null) {
                throw new AssertionError("the child process ended: exit=" + process.waitFor());
            }
            return line;
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError("cannot read from the child process", e);
        }
    }

    /**
     * What it printed and nobody has read; waits for its end.
     *
     * @return the lines; the last one may be torn.
     */
    public List<String> rest() {
        final List<String> lines = new ArrayList<>();
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (final IOException e) {
            throw new AssertionError("cannot read from the child process", e);
        }
        return lines;
    }

    /** Ends it at once, by SIGKILL; what it has printed can still be read. */
    public void kill() {
        process.toHandle().destroyForcibly(); // the process's own method would close its output, too
        waitFor();
    }

    /** Halts it, by SIGSTOP. */
    public void pause() {
        signal("STOP");
    }

    /** Lets it go on, by SIGCONT. */
    public void resume() {
        signal("CONT");
    }

    /**
     * Waits until it ends.
     *
     * @return its exit code.
     */
    public int waitFor() {
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new AssertionError("the child process does not end");
            }
            return process.exitValue();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private void signal(final String name) {
        try {
            final int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill failed: exit=" + exit);
            }
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError("cannot signal the child process", e);
        }
    }
}
