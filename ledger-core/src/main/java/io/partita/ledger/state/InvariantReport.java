// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.List;

/**
 * What a check of the ledger's invariants found.
 *
 * @param accounts how many accounts were checked.
 * @param transfers how many transfers were checked.
 * @param violations one sentence each, the first hundred at most; empty if all invariants hold.
 */
public record InvariantReport(long accounts, long transfers, List<String> violations) {
    /**
     * Copies the list.
     *
     * @param accounts how many accounts were checked.
     * @param transfers how many transfers were checked.
     * @param violations one sentence each.
     */
    public InvariantReport {
        violations = List.copyOf(violations);
    }

    /**
     * Whether all invariants hold.
     *
     * @return true if there are no violations.
     */
    public boolean holds() {
        return violations.isEmpty();
    }
}
