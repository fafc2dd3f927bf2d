// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class RehearsalTest {
    @Test
    void shouldAnswerEachRequestThroughTheFrontThatClientsUse() {
        final Rehearsal rehearsal = new Rehearsal();

        assertDoesNotThrow(() -> rehearsal.run(front(rehearsal)));
    }

    @Test
    void shouldNotPassWhenRequestsStayUnanswered() {
        final Rehearsal elsewhere = new Rehearsal();

        assertThrows(IllegalStateException.class, () -> new Rehearsal().run(front(elsewhere)));
    }

    /** Requests that carry commands need nothing of the node but an intake. */
    private static ClientFront front(final Rehearsal intake) {
        return new ClientFront(1, null, null, null, () -> {}, intake, AccessTable.open());
    }
}
