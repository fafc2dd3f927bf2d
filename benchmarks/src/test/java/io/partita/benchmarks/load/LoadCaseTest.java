// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.Limits;
import org.junit.jupiter.api.Test;

class LoadCaseTest {
    @Test
    void shouldComeBackFromItsArguments() {
        final LoadCase load = new LoadCase(Mode.PAIR_ALL_FSYNC, Link.IPC, 16, 1_000_000, true, true);

        assertEquals(load, LoadCase.parse(load.arguments()));
    }

    @Test
    void shouldHaveFewerLargeBatchesInFlight() {
        assertEquals(64, of(64, false).window());
        assertEquals(8, of(8190, false).window());
        assertEquals(1, of(64, true).window());
    }

    @Test
    void shouldForceNoMoreThanAFrame() {
        assertEquals(64 + 72, of(1, true).bytesInFlight());
        assertEquals(64 * (64 + 64 * 65), of(64, false).bytesInFlight());
        assertEquals(Limits.FRAME_LENGTH_MAX, of(8190, false).bytesInFlight());
    }

    private static LoadCase of(final int batch, final boolean isAlone) {
        return new LoadCase(Mode.ONE_FSYNC, Link.TCP, batch, 10, false, isAlone);
    }
}
