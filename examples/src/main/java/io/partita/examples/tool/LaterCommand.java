// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.OutputOptions;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** A command that the tool will have: a clear error until then. */
@Command(description = "does not exist yet")
final class LaterCommand implements Callable<Integer>, Reporting {
    static final List<String> NAMES = List.of("snapshot");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Unmatched
    @SuppressWarnings("NullAway.Init")
    private List<String> arguments;

    @Override
    public Output output() {
        return new OutputOptions().open();
    }

    @Override
    public Integer call() {
        throw ToolException.usage(
                "NOT_AVAILABLE",
                "this release has no such command yet: command=" + spec.name() + ", arguments=" + arguments,
                "partita --help lists the commands there are");
    }
}
