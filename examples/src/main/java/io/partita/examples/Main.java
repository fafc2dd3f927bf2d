// SPDX-License-Identifier: Apache-2.0
package io.partita.examples;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code partita} tool: parses the command line and hands over to one class per command. */
@Command(name = "partita", description = "The Partita settlement core.", mixinStandardHelpOptions = true)
public final class Main implements Runnable {
    private Main() {}

    /** Without a command there is nothing to do but to say what there is. */
    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /**
     * Runs the tool and exits with its code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main()).execute(args));
    }
}
