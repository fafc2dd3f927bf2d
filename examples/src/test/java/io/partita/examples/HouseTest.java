// SPDX-License-Identifier: Apache-2.0
package io.partita.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Whether what the repository says of itself is so: lint for prose and configuration, as an ordinary test. In the module that
 * is built last, so that it sees what every other one has.
 */
class HouseTest {
    private static final Path ROOT = root();
    private static final Pattern CODE_AT_ROW_START = Pattern.compile("(?m)^\\| `([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

    @Test
    void shouldNameEveryPackageInTheReadmeAndOnlyThose() {
        final String map = section(read("README.md"), "## The map");
        final Set<String> named = matches(CODE_AT_ROW_START, map).stream()
                .filter(name -> name.startsWith("io.partita."))
                .collect(Collectors.toCollection(TreeSet::new));

        assertEquals(packages(), named);
    }

    @Test
    void shouldShowInTheReadmeWhatTheQuickstartDoes() {
        final String readme = read("README.md");
        final int start = readme.indexOf("```java\n") + "```java\n".length();
        final List<String> shown = stripped(readme.substring(start, readme.indexOf("```", start)));
        final List<String> program =
                stripped(read("examples/src/main/java/io/partita/examples/quickstart/Quickstart.java"));

        assertTrue(Collections.indexOfSubList(program, shown) >= 0, () -> String.join("\n", shown));
    }

    @Test
    void shouldHaveNoDeadLinksInDocuments() throws IOException {
        final List<String> dead = new ArrayList<>();
        for (final Path document : documents()) {
            final Path folder = document.toAbsolutePath().getParent();
            for (final String link : matches(LINK, Files.readString(document))) {
                final String target = link.replaceFirst("#.*", "");
                if (!link.contains("://") && !target.isEmpty() && !Files.exists(folder.resolve(target))) {
                    dead.add(ROOT.relativize(document) + " -> " + link);
                }
            }
        }

        assertEquals(List.of(), dead);
    }

    @Test
    void shouldGiveTheToolsJarTheFlagsOfTheOneList() {
        final List<String> flags = read("ledger-core/src/main/resources/META-INF/partita.jvm")
                .lines()
                .toList();
        final String pom = read("examples/pom.xml");

        assertEquals(targets(flags, "--add-opens="), manifestEntry(pom, "Add-Opens"));
        assertEquals(targets(flags, "--add-exports="), manifestEntry(pom, "Add-Exports"));
        assertTrue(flags.contains("--enable-native-access=ALL-UNNAMED"));
        assertEquals(Set.of("ALL-UNNAMED"), manifestEntry(pom, "Enable-Native-Access"));
    }

    private static List<String> stripped(final String text) {
        return text.lines().map(String::strip).toList();
    }

    private static Set<String> targets(final List<String> flags, final String option) {
        return flags.stream()
                .filter(flag -> flag.startsWith(option))
                .map(flag -> flag.substring(option.length(), flag.lastIndexOf('=')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> manifestEntry(final String pom, final String name) {
        final Matcher matcher =
                Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(pom);
        assertTrue(matcher.find(), name);
        return new TreeSet<>(List.of(matcher.group(1).split(" ")));
    }

    /** Every package with sources, generated ones left out. */
    private static Set<String> packages() {
        final Set<String> packages = new TreeSet<>();
        for (final String module : List.of("ledger-core", "replication", "benchmarks", "examples")) {
            final Path sources = ROOT.resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.endsWith("package-info.java"))
                        .map(file -> sources.relativize(file.getParent()).toString())
                        .forEach(path -> packages.add(path.replace('/', '.').replace('\\', '.')));
            } catch (final IOException error) {
                throw new UncheckedIOException(error);
            }
        }
        return packages;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".md")
                            && !file.toString().contains("target")
                            && Files.isRegularFile(file))
                    .toList();
        }
    }

    private static List<String> matches(final Pattern pattern, final String text) {
        return pattern.matcher(text).results().map(each -> each.group(1)).toList();
    }

    /** From a heading to the next one of its level. */
    private static String section(final String text, final String heading) {
        final int start = text.indexOf("\n" + heading);
        assertTrue(start >= 0, heading);
        final int end = text.indexOf("\n## ", start + heading.length());
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }

    private static String read(final String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (path != null && !Files.isDirectory(path.resolve(".mvn"))) {
            path = path.getParent();
        }
        return path == null ? Path.of("") : path;
    }
}
