// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Assertions that stay on in production. A broken one halts the node before it answers. */
public final class Invariant {
    private Invariant() {}

    /**
     * Checks what must hold.
     *
     * @param holds the condition.
     * @param what a constant sentence that says what must hold.
     * @throws IllegalStateException if it does not.
     */
    public static void check(final boolean holds, final String what) {
        if (!holds) {
            throw new IllegalStateException("broken invariant: " + what);
        }
    }
}
