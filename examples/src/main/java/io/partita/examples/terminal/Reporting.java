// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

/** A command that has an output, so that its errors are told in the format that was asked for. */
public interface Reporting {
    /**
     * The command's output.
     *
     * @return as its options ask for.
     */
    Output output();
}
