// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Id128IndexTest {
    private static final int IDS = 200_000;

    /** Ids in arrays; a ref is an index + 1. */
    private static final class ArrayRows implements Id128Index.Rows {
        final long[] hi = new long[IDS];
        final long[] lo = new long[IDS];

        @Override
        public boolean hasId(long ref, long idHi, long idLo) {
            return hi[(int) ref - 1] == idHi && lo[(int) ref - 1] == idLo;
        }
    }

    private final ArrayRows rows = new ArrayRows();

    @ParameterizedTest
    @ValueSource(ints = {8, 64, 4096})
    void shouldFindEveryIdThroughSplitsAndNoOther(int segmentSlots) {
        Random random = new Random(segmentSlots);
        IdHash hash = new IdHash(random.nextLong());
        try (Id128Index index = new Id128Index(rows, segmentSlots)) {
            for (int i = 0; i < IDS; i++) {
                // Random ids, and runs of ids that follow each other in either half.
                rows.hi[i] = i % 3 == 0 ? random.nextLong() : i % 3 == 1 ? 7 : i;
                rows.lo[i] = i % 3 == 0 ? random.nextLong() : i % 3 == 1 ? i : 7;
                long h = hash.hash(rows.hi[i], rows.lo[i]);
                assertEquals(0, index.find(h, rows.hi[i], rows.lo[i]), "absent before");
                index.insert(h, i + 1);
                int known = random.nextInt(i + 1);
                assertFound(index, hash, known);
            }
            for (int i = 0; i < IDS; i++) {
                assertFound(index, hash, i);
                assertEquals(0, index.find(hash.hash(~rows.hi[i], i), ~rows.hi[i], i));
            }
        }
    }

    @Test
    void shouldTellIdsOfTheSameHashApart() {
        try (Id128Index index = new Id128Index(rows, 16)) {
            for (int i = 0; i < 5; i++) {
                rows.hi[i] = i;
                index.insert(42, i + 1);
            }
            for (int i = 0; i < 5; i++) {
                assertEquals(i + 1, index.find(42, i, 0));
            }
            assertEquals(0, index.find(42, 5, 0));
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
            hashes[i] = (random.nextLong() & 0xFFFF_0000_0000_0000L) | (random.nextInt(4) - 2 & segmentSlots - 1);
        }
        try (Id128Index index = new Id128Index(rows, segmentSlots)) {
            for (int round = 0; round < 100_000; round++) {
                int i = random.nextInt(count);
                assertEquals(isHere[i] ? i + 1 : 0, index.find(hashes[i], 0, i));
                if (isHere[i]) {
                    index.remove(hashes[i], i + 1);
                } else if (random.nextInt(3) == 0) {
                    index.insert(hashes[i], i + 1);
                } else {
                    continue;
                }
                isHere[i] = !isHere[i];
            }
            for (int i = 0; i < count; i++) {
                assertEquals(isHere[i] ? i + 1 : 0, index.find(hashes[i], 0, i));
            }
        }
    }

    @Test
    void shouldTakeBoundedMemoryPerId() {
        IdHash hash = new IdHash(1);
        try (Id128Index index = new Id128Index(rows)) {
            int count = 2_000_000;
            for (int i = 0; i < count; i++) {
                index.insert(hash.hash(i, 0), i % IDS + 1);
            }
            double bytesPerId = (double) index.memoryLength() / count;
            assertTrue(bytesPerId < 36, "bytes per id: " + bytesPerId);
        }
    }

    @Test
    void shouldSpreadIdsThatFollowEachOther() {
        IdHash hash = new IdHash(0);
        int[] slots = new int[4096];
        int[] segments = new int[256];
        for (int i = 0; i < 1 << 16; i++) {
            long h = hash.hash(0x0190_0000_0000_0000L + (i >>> 4), i & 15);
            slots[(int) h & 4095]++;
            segments[(int) (h >>> 56)]++;
        }
        for (int slot : slots) {
            assertTrue(slot < 50, "16 on average, " + slot + " in one slot");
        }
        for (int segment : segments) {
            assertTrue(segment > 150 && segment < 370, "256 on average, " + segment + " in one segment");
        }
    }

    private void assertFound(Id128Index index, IdHash hash, int i) {
        assertEquals(i + 1, index.find(hash.hash(rows.hi[i], rows.lo[i]), rows.hi[i], rows.lo[i]));
    }
}
