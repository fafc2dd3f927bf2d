// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder for one iteration's files, under {@code -Dpartita.bench.dir} or the temporary folder; gone when closed, or when the
 * JVM ends, so that a benchmark that failed leaves nothing either.
 */
public final class BenchFolder implements AutoCloseable {
    private final Path path;

    private final Thread atExit = new Thread(this::delete);

    /** Makes it. */
    public BenchFolder() {
        this(Path.of(System.getProperty("partita.bench.dir", System.getProperty("java.io.tmpdir"))));
    }

    /**
     * Makes it elsewhere.
     *
     * @param parent where.
     */
    public BenchFolder(final Path parent) {
        try {
            Files.createDirectories(parent);
            path = Files.createTempDirectory(parent, "partita-bench-");
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Where it is.
     *
     * @return an empty folder.
     */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        delete();
    }

    private void delete() {
        try (Stream<Path> all = Files.walk(path)) {
            for (final Path each : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(each);
            }
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }
}
