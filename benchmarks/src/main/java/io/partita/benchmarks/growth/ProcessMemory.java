// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The resident set of this process, from Linux' {@code /proc/self/status}.
 *
 * @param anonymousBytes memory of its own: heap, off-heap tables, the JVM's.
 * @param fileBytes pages of mapped files, which the kernel can take away at any time.
 */
record ProcessMemory(long anonymousBytes, long fileBytes) {
    private static final Path STATUS = Path.of("/proc/self/status");

    static ProcessMemory now() {
        long anonymous = 0;
        long file = 0;
        try {
            for (final String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("RssAnon:")) {
                    anonymous = bytes(line);
                } else if (line.startsWith("RssFile:")) {
                    file = bytes(line);
                }
            }
        } catch (final IOException error) {
            throw new UncheckedIOException("this benchmark needs Linux", error);
        }
        return new ProcessMemory(anonymous, file);
    }

    private static long bytes(final String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
}
