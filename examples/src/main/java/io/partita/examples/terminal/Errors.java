// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import picocli.CommandLine;

/** Turns what a command threw into a code, a cause, a next step and an exit code; a stack trace only for our own mistakes. */
public final class Errors {
    private Errors() {}

    /**
     * Makes a command line tell its errors this way.
     *
     * @param commandLine with all its subcommands.
     * @return the same.
     */
    public static CommandLine install(final CommandLine commandLine) {
        commandLine.setParameterExceptionHandler((ex, args) -> onWrongUsage(ex));
        commandLine.setExecutionExceptionHandler((ex, command, parsed) -> tell(ex, outputOf(command)));
        return commandLine;
    }

    /**
     * Tells an error.
     *
     * @param error what was thrown.
     * @param output where to.
     * @return the exit code.
     */
    public static int tell(final Throwable error, final Output output) {
        if (error instanceof ToolException tool) {
            output.error(tool.code(), String.valueOf(tool.getMessage()), tool.nextStep());
            return tool.exitCode();
        }
        if (error instanceof PartitaException partita) {
            output.error(partita.code().name(), causeOf(partita), partita.nextStep());
            return partita.code() == ErrorCode.INVALID_CONFIGURATION ? ToolException.USAGE : ToolException.FAILED;
        }
        output.error("INTERNAL", "an unexpected error: " + error, "report it with the lines below and what you ran");
        final StringBuilder trace = new StringBuilder();
        for (Throwable at = error; at != null; at = at.getCause()) {
            trace.append("  ").append(at).append('\n');
            for (final StackTraceElement element : at.getStackTrace()) {
                trace.append("    at ").append(element).append('\n');
            }
        }
        output.warn(trace.toString());

        return ToolException.FAILED;
    }

    /**
     * The cause alone, without the code before and the next step after it.
     *
     * @param error with both in its message.
     * @return the cause.
     */
    public static String causeOf(final PartitaException error) {
        final String message = String.valueOf(error.getMessage());
        final String prefix = error.code() + ": ";
        final String suffix = "; next: " + error.nextStep();
        final int from = message.startsWith(prefix) ? prefix.length() : 0;
        final int to = message.endsWith(suffix) ? message.length() - suffix.length() : message.length();

        return message.substring(from, Math.max(from, to));
    }

    private static int onWrongUsage(final CommandLine.ParameterException ex) {
        final CommandLine command = ex.getCommandLine();
        outputOf(command)
                .error(
                        "WRONG_USAGE",
                        String.valueOf(ex.getMessage()),
                        command.getCommandSpec().qualifiedName() + " --help shows the usage with an example");
        return ToolException.USAGE;
    }

    private static Output outputOf(final CommandLine command) {
        final Object user = command.getCommandSpec().userObject();
        return user instanceof Reporting reporting ? reporting.output() : new OutputOptions().open();
    }
}
