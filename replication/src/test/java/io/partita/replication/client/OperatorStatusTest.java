// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorStatusTest {
    /** Handed over to in epoch 2: who waits for it to serve must not wait for ever. */
    @ParameterizedTest
    @CsvSource({
        "PASSIVE, 1, false",
        "FROZEN, 2, false",
        "ACTIVE, 2, false",
        "PASSIVE, 3, true",
        "FROZEN, 3, true",
        "HALTED, 3, true",
        "ACTIVE, 4, false",
    })
    void shouldTellThatAnotherOneTookOver(final String role, final long epoch, final boolean isDeposed) {
        final OperatorStatus status = OperatorStatus.of(Map.of("role", role, "epoch", Long.toString(epoch)));

        assertEquals(isDeposed, status.isDeposed(2));
    }
}
