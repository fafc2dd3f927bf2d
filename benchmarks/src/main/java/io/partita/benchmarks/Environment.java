// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a measurement was taken on, so that its figures describe themselves. {@code /proc} tells most of it; where there is none
 * it says so.
 *
 * @param processor the model.
 * @param processors how many this JVM may use.
 * @param memoryGib of the machine.
 * @param kernel operating system and version.
 * @param jdk the JVM and its version.
 * @param commit of the sources, with "-dirty" if they were changed; "unknown" outside of a working copy.
 * @param load the load average of the last minute: what else the machine did.
 */
record Environment(
        String processor, int processors, double memoryGib, String kernel, String jdk, String commit, double load) {
    private static final String UNKNOWN = "unknown";

    static Environment now() {
        final String memory = value("/proc/meminfo", "MemTotal:");
        return new Environment(
                value("/proc/cpuinfo", "model name").replaceFirst("^\\s*:\\s*", ""),
                Runtime.getRuntime().availableProcessors(),
                UNKNOWN.equals(memory) ? 0 : Long.parseLong(memory.replaceAll("\\D", "")) / (double) (1 << 20),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("partita.bench.commit", UNKNOWN),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%s, %d processors, %.1f GiB, %s; %s; commit %s; load average %.2f at the start",
                processor,
                processors,
                memoryGib,
                kernel,
                jdk,
                commit,
                load);
    }

    /** The inside of a JSON object. */
    String json() {
        return String.format(
                Locale.ROOT,
                "\"processor\":\"%s\",\"processors\":%d,\"memoryGib\":%.1f,\"kernel\":\"%s\",\"jdk\":\"%s\","
                        + "\"commit\":\"%s\",\"loadAtStart\":%.2f",
                processor,
                processors,
                memoryGib,
                kernel,
                jdk,
                commit,
                load);
    }

    /** Keeps what was measured, and where. Does nothing without a file. */
    void save(final @Nullable Path file, final String members) throws IOException {
        if (file != null) {
            Files.writeString(file, "{" + json() + ",\n" + members + "}\n");
        }
    }

    private static String value(final String file, final String name) {
        try {
            for (final String line : Files.readAllLines(Path.of(file))) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).strip();
                }
            }
        } catch (final IOException error) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }
}
