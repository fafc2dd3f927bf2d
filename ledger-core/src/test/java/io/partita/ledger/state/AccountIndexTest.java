// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccountIndexTest {
    private static final int IDS = 300_000;

    private static final class ArrayRows implements AccountIndex.Rows {
        final long[] hi = new long[IDS];
        final long[] lo = new long[IDS];

        @Override
        public boolean hasId(int row, long idHi, long idLo) {
            return hi[row] == idHi && lo[row] == idLo;
        }
    }

    private final ArrayRows rows = new ArrayRows();

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 4096})
    void shouldFindEveryIdThroughSplitsAndNoOther(int segmentSlots) {
        Random random = new Random(segmentSlots);
        // Tiny segments fill unevenly and would need more hash bits than there are for more ids.
        int count = segmentSlots < 64 ? 20_000 : IDS;
        IdHash hash = new IdHash(random.nextLong());
        try (AccountIndex index = new AccountIndex(rows, segmentSlots)) {
            for (int i = 0; i < count; i++) {
                rows.hi[i] = i % 3 == 0 ? random.nextLong() : i % 3 == 1 ? 7 : i;
                rows.lo[i] = i % 3 == 0 ? random.nextLong() : i % 3 == 1 ? i : 7;
                long h = hash.hash(rows.hi[i], rows.lo[i]);
                assertEquals(AccountIndex.NOT_FOUND, index.find(h, rows.hi[i], rows.lo[i]), "absent before");
                index.insert(h, i);
                assertFound(index, hash, random.nextInt(i + 1));
            }
            int candidatesRight = 0;
            for (int i = 0; i < count; i++) {
                assertFound(index, hash, i);
                candidatesRight += index.candidate(hash.hash(rows.hi[i], rows.lo[i])) == i ? 1 : 0;
            }
            // Tags of 32 bits: some ten pairs of this many ids share one.
            assertTrue(candidatesRight > count - 100, "candidates right: " + candidatesRight);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 64})
    void shouldForgetWhatIsRemovedAndNothingElse(int segmentSlots) {
        Random random = new Random(segmentSlots);
        int count = 2_000;
        boolean[] isHere = new boolean[count];
        long[] hashes = new long[count];
        for (int i = 0; i < count; i++) {
            rows.lo[i] = i;
            // Few home slots, so that clusters are long and wrap around.
            int slot = random.nextInt(4) - 2 & segmentSlots - 1;
            hashes[i] = (random.nextLong() & 0xFFFF_F000_0000_0000L) | (long) slot << 32;
        }
        try (AccountIndex index = new AccountIndex(rows, segmentSlots)) {
            for (int round = 0; round < 100_000; round++) {
                int i = random.nextInt(count);
                assertEquals(isHere[i] ? i : AccountIndex.NOT_FOUND, index.find(hashes[i], 0, i));
                if (isHere[i]) {
                    index.remove(hashes[i], i);
                } else if (random.nextInt(3) == 0) {
                    index.insert(hashes[i], i);
                } else {
                    continue;
                }
                isHere[i] = !isHere[i];
            }
            for (int i = 0; i < count; i++) {
                assertEquals(isHere[i] ? i : AccountIndex.NOT_FOUND, index.find(hashes[i], 0, i));
            }
        }
    }

    @Test
    void shouldTellIdsOfTheSameHashApart() {
        try (AccountIndex index = new AccountIndex(rows, 16)) {
            for (int i = 0; i < 5; i++) {
                rows.hi[i] = i;
                index.insert(-1, i);
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(i, index.find(-1, i, 0));
            }
            assertEquals(AccountIndex.NOT_FOUND, index.find(-1, 5, 0));
            assertEquals(0, index.candidate(-1));
            assertEquals(AccountIndex.NOT_FOUND, index.candidate(1));
        }
    }

    private void assertFound(AccountIndex index, IdHash hash, int i) {
        assertEquals(i, index.find(hash.hash(rows.hi[i], rows.lo[i]), rows.hi[i], rows.lo[i]));
    }
}
