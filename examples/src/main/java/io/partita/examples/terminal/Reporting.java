// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that has an output, so that its errors are told in the format that was asked for. Its result is the exit code. */
public abstract class Reporting implements Callable<Integer> {
    @Mixin
    private final OutputOptions options = new OutputOptions();

    /**
     * The command's output.
     *
     * @return as its options ask for.
     */
    public final Output output() {
        return options.open();
    }
}
