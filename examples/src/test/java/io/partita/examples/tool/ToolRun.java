// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;

/** Runs the tool in this process and keeps what the last command printed. */
final class ToolRun {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** Returns the exit code. */
    int run(final String... args) {
        out.reset();
        err.reset();
        final PrintStream stdout = System.out;
        final PrintStream stderr = System.err;
        try (PrintStream toOut = new PrintStream(out, true, StandardCharsets.UTF_8);
                PrintStream toErr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
            System.setOut(toOut);
            System.setErr(toErr);
            return PartitaTool.commandLine().execute(args);
        } finally {
            System.setOut(stdout);
            System.setErr(stderr);
        }
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** All that was printed, as one JSON object. */
    Map<?, ?> json() throws JsonException {
        return (Map<?, ?>) Objects.requireNonNull(Json.parse(out().trim()));
    }
}
