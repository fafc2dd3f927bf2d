// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

/** Carries the reason why a line is no payment to where it is reported. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(final String reason) {
        super(reason, null, false, false);
    }
}
