// SPDX-License-Identifier: Apache-2.0
package io.partita.examples;

import io.partita.examples.tool.PartitaTool;

/** The entry point of the {@code partita} tool. */
public final class Main {
    private Main() {}

    /**
     * Runs the tool and exits with its code.
     *
     * @param args the command line
     */
    public static void main(final String[] args) {
        System.exit(PartitaTool.commandLine().execute(args));
    }
}
