// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IdHashTest {
    private static final int IDS = 10_000;
    private static final long SEED = 42;

    @Test
    void shouldTellIdsApartWhoseLowHalfMeetsTheSeed() {
        IdHash hash = new IdHash(SEED);
        long lo = StateDigest.mix(SEED + 0xA076_1D64_78BD_642FL);
        Set<Long> hashes = new HashSet<>();
        for (int hi = 0; hi < IDS; hi++) {
            hashes.add(hash.hash(hi, lo));
        }
        assertEquals(IDS, hashes.size());
    }

    @Test
    void shouldTellIdsApartWhoseHighHalfMeetsTheSeed() {
        IdHash hash = new IdHash(SEED);
        long hi = StateDigest.mix(SEED ^ 0xE703_7ED1_A0B4_28DBL);
        Set<Long> hashes = new HashSet<>();
        for (int lo = 0; lo < IDS; lo++) {
            hashes.add(hash.hash(hi, lo));
        }
        assertEquals(IDS, hashes.size());
    }
}
