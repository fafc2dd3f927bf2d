// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Does what the pages of {@code docs/operations} say, and compares what comes out with what they show. In a block that begins with
 * {@code ```console}, a line that begins with {@code $} is a command, lines that begin with {@code >} go on with it, and the others are
 * what it prints: standard output, then standard error. {@code …} stands for anything within a line, and alone for any lines. A
 * command must fail if it shows an error of the tool, and must not otherwise. {@code partita} is run in this process, other commands
 * by {@code bash}. The folder {@code /srv/partita} of the pages is a scratch folder, one for each page.
 */
class RunbookTest {
    private static final String PLACE = "/srv/partita";
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\n(.*?)^```$");
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
        final List<Step> steps = steps(Files.readString(page));
        assertTrue(!steps.isEmpty(), "a page without a command: " + page);
        for (final Step step : steps) {
            final List<String> printed = new ArrayList<>();
            final int exitCode = run(step.command().replace(PLACE, scratch.toString()), printed);
            final List<String> shown = printed.stream()
                    .map(line -> line.replace(scratch.toString(), PLACE))
                    .toList();
            final String context =
                    page.getFileName() + ": $ " + step.command() + "\n" + String.join("\n", shown) + "\n";
            if (!matches(step.expected(), shown)) {
                assertEquals(String.join("\n", step.expected()), String.join("\n", shown), context);
                fail(context);
            }
            assertEquals(step.mustFail(), exitCode != 0, context);
        }
    }

    private static List<Step> steps(final String page) {
        final List<Step> steps = new ArrayList<>();
        final Matcher blocks = BLOCK.matcher(page);
        while (blocks.find()) {
            for (final String line : blocks.group(1).lines().toList()) {
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
        if (command.startsWith("partita ")) {
            final List<String> words = WORD.matcher(command)
                    .results()
                    .map(word -> word.group(1) != null ? word.group(1) : word.group(word.group(2) != null ? 2 : 3))
                    .toList();
            final int exitCode = tool.run(words.subList(1, words.size()).toArray(String[]::new));
            (tool.out() + tool.err()).lines().forEach(printed::add);
            return exitCode;
        }
        final Process bash = new ProcessBuilder("bash", "-e", "-o", "pipefail", "-c", command)
                .redirectErrorStream(true)
                .start();
        try {
            bash.getOutputStream().close();
            new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(printed::add);
            assertTrue(bash.waitFor(60, TimeUnit.SECONDS), command);
            return bash.exitValue();
        } finally {
            bash.destroyForcibly();
        }
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
