// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The ledger's JVM flags, from the one list that its jar ships. */
final class JvmFlags {
    private static final String RESOURCE = "/META-INF/partita.jvm";

    private JvmFlags() {}

    /**
     * The flags.
     *
     * @return one per line of the list.
     */
    static List<String> read() {
        final List<String> flags = new ArrayList<>();
        try (InputStream in = JvmFlags.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + RESOURCE);
            }
            final BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    flags.add(line.strip());
                }
            }
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
        return flags;
    }
}
