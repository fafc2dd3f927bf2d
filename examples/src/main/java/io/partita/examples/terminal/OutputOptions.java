// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reports something. */
public final class OutputOptions {
    @Option(names = "--json", description = "print the report as one JSON object instead of text")
    private boolean json;

    @Option(names = "--report", paramLabel = "FILE", description = "also write the report as JSON to this file")
    private @Nullable Path report;

    /**
     * Opens the output that the options ask for.
     *
     * @return the output.
     */
    public Output open() {
        return new Output(json, report);
    }
}
