// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a main class of the tests in a JVM of its own, with or without the flags. */
public final class ChildJvm {
    private ChildJvm() {}

    /**
     * The command line.
     *
     * @param withFlags whether to pass the argument file of the jar.
     * @param main to run.
     * @param arguments of it.
     * @return ready to start; standard error is merged into standard output.
     */
    public static ProcessBuilder command(final boolean withFlags, final Class<?> main, final String... arguments) {
        return command(Path.of(System.getProperty("java.home")), withFlags, main, arguments);
    }

    /**
     * The command line, with another JDK.
     *
     * @param javaHome where it is installed.
     * @param withFlags whether to pass the argument file of the jar.
     * @param main to run.
     * @param arguments of it.
     * @return ready to start; standard error is merged into standard output.
     */
    public static ProcessBuilder command(
            final Path javaHome, final boolean withFlags, final Class<?> main, final String... arguments) {
        final List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin").resolve("java").toString());
        if (withFlags) {
            command.add("@" + flags());
        }
        command.add("-Xmx512m");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                .replace("\n", File.pathSeparator));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("JDK_JAVA_OPTIONS");
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder;
    }

    private static Path flags() {
        try {
            return Path.of(ChildJvm.class
                    .getClassLoader()
                    .getResource("META-INF/partita.jvm")
                    .toURI());
        } catch (final java.net.URISyntaxException error) {
            throw new IllegalStateException(error);
        }
    }

    /**
     * Runs it to its end.
     *
     * @param builder from {@link #command}.
     * @return what it wrote.
     * @throws IOException if it cannot be started.
     */
    public static String run(final ProcessBuilder builder) throws IOException {
        final Process process = builder.start();
        try {
            final String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(60, java.util.concurrent.TimeUnit.SECONDS)) {
                throw new IOException("the child closed its output but does not end: " + output);
            }
            return output;
        } catch (final InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupt);
        } finally {
            process.destroyForcibly();
        }
    }
}
