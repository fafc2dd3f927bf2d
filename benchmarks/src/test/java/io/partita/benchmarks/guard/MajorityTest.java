// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MajorityTest {
    @ParameterizedTest
    @CsvSource({
        "1.00 1.01 0.99, false",
        "1.30 1.29 1.31, true",
        "1.30 1.00 1.01 0.99, false",
        "1.30 1.00 1.30 1.00 1.00, false",
        "1.00 1.30 1.00 1.30 1.14, true",
    })
    void shouldBeDecidedByThree(final String ratios, final boolean isSlower) {
        final Majority majority = new Majority();

        for (final String ratio : List.of(ratios.split(" "))) {
            assertFalse(majority.isDecided());
            majority.add(Double.parseDouble(ratio));
        }

        assertEquals(true, majority.isDecided());
        assertEquals(isSlower, majority.isSlower());
    }
}
