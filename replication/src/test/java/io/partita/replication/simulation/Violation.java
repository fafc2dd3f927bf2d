// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

/** A checker's finding. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String checker;

    Violation(final String checker, final String text) {
        super(checker + ": " + text);
        this.checker = checker;
    }

    /** What found something: the checker's name, or the class of an exception that is no finding of a checker. */
    static String checkerOf(final RuntimeException finding) {
        return finding instanceof Violation violation
                ? violation.checker
                : finding.getClass().getSimpleName();
    }
}
