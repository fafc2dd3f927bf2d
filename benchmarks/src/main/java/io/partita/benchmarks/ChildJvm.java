// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A JVM of its own for one measurement, with the ledger's flags. It ends with this one. */
public final class ChildJvm {
    private final List<String> command = new ArrayList<>();

    /**
     * Not started yet.
     *
     * @param jvmOptions beside the ledger's.
     * @param classPath the whole of it.
     * @param arguments of {@link Main}.
     */
    public ChildJvm(final List<String> jvmOptions, final String classPath, final List<String> arguments) {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.read());
        command.addAll(jvmOptions);
        command.add("-Dpartita.bench.commit=" + System.getProperty("partita.bench.commit", "unknown"));
        command.addAll(List.of("-cp", classPath, Main.class.getName()));
        command.addAll(arguments);
    }

    /**
     * What this JVM was started with.
     *
     * @return its class path.
     */
    public static String ownClassPath() {
        return System.getProperty("java.class.path");
    }

    /**
     * Starts it beside this one, which talks to it and stops it. Ends with its input at the latest, if it reads it.
     *
     * @return the process; only its errors go where this one's go.
     * @throws IOException if it does not start.
     */
    public Process start() throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Runs with this process' streams, and returns the exit code. */
    int run() throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).inheritIO().start();
        final Thread atExit = endWithThisJvm(process);
        final int exit = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(atExit);
        return exit;
    }

    /**
     * Runs, and must exit with 0.
     *
     * @return what it printed.
     * @throws IOException if it failed.
     * @throws InterruptedException if this thread was interrupted.
     */
    public String output() throws IOException, InterruptedException {
        final Process process = start();
        final Thread atExit = endWithThisJvm(process);
        final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final int exit = process.waitFor();
        Runtime.getRuntime().removeShutdownHook(atExit);
        if (exit != 0) {
            throw new IOException("a child JVM failed: exit=" + exit);
        }
        return text;
    }

    private static Thread endWithThisJvm(final Process process) {
        final Thread atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
        return atExit;
    }
}
