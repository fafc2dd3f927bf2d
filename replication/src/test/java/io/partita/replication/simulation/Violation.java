// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

/** A checker's finding. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Violation(final String checker, final String text) {
        super(checker + ": " + text);
    }
}
