// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's programs as the machine has them, run by somebody whom they accept: they refuse root. */
final class PostgresTools {
    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final String ROOT = "root";

    private final Path programs;
    private final @Nullable UserPrincipal user;
    /** What comes before a program: it runs as that user, and ends with this JVM even if that is killed. */
    private final List<String> before = new ArrayList<>();

    private PostgresTools(final Path programs, final @Nullable UserPrincipal user)
            throws IOException, InterruptedException {
        this.programs = programs;
        this.user = user;
        // Becomes the program, so that what is sent to the process is sent to it.
        before.addAll(List.of("setpriv", "--pdeathsig=QUIT"));
        if (user != null) {
            before.add("--reuid=" + user.getName());
            before.add("--regid=" + output("id", "-g", user.getName()));
            before.add("--clear-groups");
        }
        before.add("--");
    }

    /**
     * Looks for them.
     *
     * @return null if the machine does not have them.
     * @throws IOException if folders cannot be read.
     * @throws InterruptedException if this thread was interrupted.
     */
    static @Nullable PostgresTools find() throws IOException, InterruptedException {
        for (final Path folder : folders()) {
            if (Stream.of("initdb", "postgres", "pg_basebackup", "pg_ctl")
                    .allMatch(name -> Files.isExecutable(folder.resolve(name)))) {
                return new PostgresTools(folder, unprivileged());
            }
        }
        return null;
    }

    private static List<Path> folders() throws IOException {
        final List<Path> folders = new ArrayList<>();
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.map(version -> version.resolve("bin")).sorted().forEach(folders::add);
            }
        }
        for (final String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            folders.add(Path.of(folder));
        }
        return folders;
    }

    /** Who is to run them; null for whoever runs this. */
    private static @Nullable UserPrincipal unprivileged() throws IOException {
        if (!ROOT.equals(System.getProperty("user.name"))) {
            return null;
        }
        final UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
        try {
            return users.lookupPrincipalByName("postgres");
        } catch (final IOException noSuchUser) {
            return users.lookupPrincipalByName("nobody");
        }
    }

    /**
     * What it is.
     *
     * @return such as "postgres (PostgreSQL) 15.18".
     * @throws IOException if it does not say.
     * @throws InterruptedException if this thread was interrupted.
     */
    String version() throws IOException, InterruptedException {
        return output(programs.resolve("postgres").toString(), "--version");
    }

    private static String output(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command).start();
        final String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.strip();
    }

    /**
     * Makes a folder that belongs to who runs the programs.
     *
     * @param folder whose parent is there; others may pass through it.
     * @throws IOException if it cannot be made.
     */
    void makeFolder(final Path folder) throws IOException {
        Files.createDirectory(folder);
        if (user != null) {
            Files.setOwner(folder, user);
        }
    }

    /**
     * Runs one to its end.
     *
     * @param log where it tells what it does.
     * @param program name and arguments.
     * @throws IOException if it failed.
     * @throws InterruptedException if this thread was interrupted.
     */
    void run(final Path log, final String... program) throws IOException, InterruptedException {
        final int exit = start(log, program).waitFor();
        if (exit != 0) {
            throw new IOException(program[0] + " failed: exit=" + exit + "\n" + Files.readString(log));
        }
    }

    /**
     * Starts one.
     *
     * @param log where it tells what it does.
     * @param program name and arguments.
     * @return the process itself, not one that waits for it.
     * @throws IOException if it does not start.
     */
    Process start(final Path log, final String... program) throws IOException {
        final List<String> command = new ArrayList<>(before);
        command.add(programs.resolve(program[0]).toString());
        command.addAll(List.of(program).subList(1, program.length));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }
}
