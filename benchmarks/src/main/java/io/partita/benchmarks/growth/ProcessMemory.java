// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The resident set of this process, from Linux' {@code /proc/self/smaps_rollup}.
 *
 * @param anonymousBytes memory of its own: heap, off-heap tables, the JVM's.
 * @param hugeBytes of them in huge pages.
 * @param fileBytes pages of mapped files, which the kernel can take away at any time.
 */
record ProcessMemory(long anonymousBytes, long hugeBytes, long fileBytes) {
    private static final Path ROLLUP = Path.of("/proc/self/smaps_rollup");

    static ProcessMemory now() {
        long resident = 0;
        long anonymous = 0;
        long huge = 0;
        try {
            for (final String line : Files.readAllLines(ROLLUP)) {
                if (line.startsWith("Rss:")) {
                    resident = bytes(line);
                } else if (line.startsWith("Anonymous:")) {
                    anonymous = bytes(line);
                } else if (line.startsWith("AnonHugePages:")) {
                    huge = bytes(line);
                }
            }
        } catch (final IOException error) {
            throw new UncheckedIOException("this benchmark needs Linux", error);
        }
        return new ProcessMemory(anonymous, huge, resident - anonymous);
    }

    private static long bytes(final String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
}
