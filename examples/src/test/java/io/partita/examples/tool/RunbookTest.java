// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.partita.examples.Main;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what the pages of {@code docs/operations} say, and compares what comes out with what they show. In a block that begins with
 * {@code ```console}, a line that begins with {@code $} is a command, lines that begin with {@code >} go on with it, and the others are
 * what it prints: standard output, then standard error. {@code …} stands for anything within a line, and alone for any lines. A
 * command must fail if it shows an error of the tool, and must not otherwise. {@code partita} is run in this process, and what needs a
 * shell by {@code bash}, where {@code partita} is a process of its own. The folder {@code /srv/partita} of the pages is a scratch
 * folder, one for each page, and the ports are free ones. Processes that a page leaves in the background have their ids in files
 * {@code *.pid} of that folder.
 */
@Tag("once")
class RunbookTest {
    private static final String PLACE = "/srv/partita";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```console\n(.*?)^\\1```$");
    private static final long STEP_SECONDS = 120;
    private static final Pattern SHELL = Pattern.compile("[|&;<>$]");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|\"([^\"]*)\"|(\\S+)");

    @TempDir
    Path temp;

    private final ToolRun tool = new ToolRun();

    /** A command of a page, and what it must print. */
    private record Step(String command, List<String> expected) {
        boolean mustFail() {
            return expected.stream().anyMatch(line -> line.startsWith("partita: "));
        }
    }

    @TestFactory
    Stream<DynamicTest> shouldDoWhatThePageSays() throws IOException {
        try (Stream<Path> pages = Files.list(root().resolve("docs/operations"))) {
            return pages
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .map(page -> DynamicTest.dynamicTest(page.getFileName().toString(), () -> follow(page)))
                    .toList()
                    .stream();
        }
    }

    private void follow(final Path page) throws IOException, InterruptedException {
        final Path scratch =
                Files.createDirectories(temp.resolve(page.getFileName().toString()));
        try {
            follow(page, scratch);
        } finally {
            endProcesses(scratch);
        }
    }

    private void follow(final Path page, final Path scratch) throws IOException, InterruptedException {
        final String text = Files.readString(page);
        final Map<String, String> here = here(text, scratch);
        final Map<String, String> there =
                here.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));
        final List<Step> steps = steps(text);
        assertTrue(!steps.isEmpty(), "a page without a command: " + page);
        for (final Step step : steps) {
            final List<String> printed = new ArrayList<>();
            final int exitCode = run(replaced(step.command(), here), printed);
            final List<String> shown =
                    printed.stream().map(line -> replaced(line, there)).toList();
            final String context =
                    page.getFileName() + ": $ " + step.command() + "\n" + String.join("\n", shown) + "\n";
            if (!matches(step.expected(), shown)) {
                assertEquals(String.join("\n", step.expected()), String.join("\n", shown), context);
                fail(context);
            }
            assertEquals(step.mustFail(), exitCode != 0, context);
        }
    }

    /** What the page says, and what it is in this run. */
    private static Map<String, String> here(final String page, final Path scratch) throws IOException {
        final Map<String, String> here = new LinkedHashMap<>();
        here.put(PLACE, scratch.toString());
        final List<ServerSocket> held = new ArrayList<>();
        for (final MatchResult port : PORT.matcher(page).results().toList()) {
            if (!here.containsKey(port.group())) {
                final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                held.add(socket);
                here.put(port.group(), "127.0.0.1:" + socket.getLocalPort());
            }
        }
        for (final ServerSocket socket : held) {
            socket.close();
        }
        return here;
    }

    private static String replaced(final String text, final Map<String, String> words) {
        String result = text;
        for (final Map.Entry<String, String> word : words.entrySet()) {
            result = result.replace(word.getKey(), word.getValue());
        }
        return result;
    }

    /** What a page has left running, or ending, is gone before its folder is. */
    private static void endProcesses(final Path scratch) throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            for (final Path file :
                    files.filter(each -> each.toString().endsWith(".pid")).toList()) {
                ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(scratch.toString()))
                        .ifPresent(process -> {
                            process.destroyForcibly();
                            process.onExit().join();
                        });
            }
        }
    }

    private static List<Step> steps(final String page) {
        final List<Step> steps = new ArrayList<>();
        final Matcher blocks = BLOCK.matcher(page);
        while (blocks.find()) {
            final int indent = blocks.group(1).length();
            for (final String indented : blocks.group(2).lines().toList()) {
                final String line = indented.substring(Math.min(indent, indented.length()));
                if (line.startsWith("$ ")) {
                    steps.add(new Step(line.substring(2), new ArrayList<>()));
                    continue;
                }
                assertTrue(!steps.isEmpty(), "a block begins with a command: " + line);
                final Step last = steps.get(steps.size() - 1);
                if (line.startsWith("> ")) {
                    steps.set(steps.size() - 1, new Step(last.command() + "\n" + line.substring(2), last.expected()));
                } else {
                    last.expected().add(line);
                }
            }
        }
        return steps;
    }

    private int run(final String command, final List<String> printed) throws IOException, InterruptedException {
        if (command.startsWith("partita ") && !SHELL.matcher(command).find()) {
            final List<String> words = WORD.matcher(command)
                    .results()
                    .map(word -> word.group(1) != null ? word.group(1) : word.group(word.group(2) != null ? 2 : 3))
                    .toList();
            final int exitCode = tool.run(words.subList(1, words.size()).toArray(String[]::new));
            (tool.out() + tool.err()).lines().forEach(printed::add);
            return exitCode;
        }
        final Path output = Files.createTempFile(temp, "step", ".out");
        final ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().merge("PATH", launcher() + ":", (path, first) -> first + path);
        final Process bash = builder.start();
        try {
            bash.getOutputStream().close();
            final boolean isOver = bash.waitFor(STEP_SECONDS, TimeUnit.SECONDS);
            printed.addAll(Files.readAllLines(output));
            assertTrue(isOver, command + "\n" + String.join("\n", printed));
            return bash.exitValue();
        } finally {
            bash.destroyForcibly();
        }
    }

    /** The folder of a {@code partita} that starts a JVM like this one. */
    private Path launcher() throws IOException {
        final Path folder = Files.createDirectories(temp.resolve("bin"));
        final Path file = folder.resolve("partita");
        if (!Files.exists(file)) {
            final List<String> words = new ArrayList<>();
            words.add(ProcessHandle.current().info().command().orElse("java"));
            words.add("-XX:+IgnoreUnrecognizedVMOptions");
            words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                    .filter(argument -> argument.startsWith("--"))
                    .toList());
            words.addAll(
                    List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), Main.class.getName()));
            Files.writeString(
                    file,
                    words.stream()
                                    .map(word -> "'" + word + "'")
                                    .collect(Collectors.joining(" ", "#!/bin/sh\nexec ", ""))
                            + " \"$@\"\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        }
        return folder;
    }

    private static boolean matches(final List<String> expected, final List<String> shown) {
        if (expected.isEmpty()) {
            return shown.isEmpty();
        }
        final List<String> others = expected.subList(1, expected.size());
        if (expected.get(0).equals("…")) {
            return matches(others, shown) || !shown.isEmpty() && matches(expected, shown.subList(1, shown.size()));
        }
        return !shown.isEmpty()
                && pattern(expected.get(0)).matcher(shown.get(0)).matches()
                && matches(others, shown.subList(1, shown.size()));
    }

    private static Pattern pattern(final String line) {
        return Pattern.compile(Arrays.stream(line.stripTrailing().split("…", -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*"))
                + "\\s*");
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(path.resolve(".mvn"))) {
            path = path.getParent();
        }
        return path;
    }
}
