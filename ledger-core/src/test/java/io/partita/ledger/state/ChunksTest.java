// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses of units; the chunks of most tests are only numbers. */
class ChunksTest {
    private static final int UNIT = 128;
    private static final int UNITS_PER_CHUNK = ChunkSource.CHUNK_LENGTH / UNIT;

    /** Hands out made-up addresses, far apart and in no order. */
    private static final class Numbers implements ChunkSource {
        private final List<Long> given = new ArrayList<>();
        private int closed;

        @Override
        public long acquire() {
            given.add((given.size() * 7919L % 101 + 1) << 32);
            return given.get(given.size() - 1);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final Numbers source = new Numbers();
    private final Chunks chunks = new Chunks(UNIT, source);

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 24, 100, ChunkSource.CHUNK_LENGTH * 2, -128})
    void shouldRefuseUnitsThatDoNotFillAChunk(int unitLength) {
        assertThrows(IllegalArgumentException.class, () -> new Chunks(unitLength, source));
    }

    @Test
    void shouldTakeUnitsAsLongAsAChunk() {
        Chunks whole = new Chunks(ChunkSource.CHUNK_LENGTH, source);
        whole.reserve(0);
        whole.reserve(1);
        assertEquals(source.given.get(0), whole.address(0));
        assertEquals(source.given.get(1), whole.address(1));
    }

    @Test
    void shouldHaveNoAddressBeforeAUnitIsReserved() {
        assertThrows(IndexOutOfBoundsException.class, () -> chunks.address(0));
        chunks.reserve(0);
        chunks.address(UNITS_PER_CHUNK - 1);
        assertThrows(IndexOutOfBoundsException.class, () -> chunks.address(UNITS_PER_CHUNK));
        assertEquals(ChunkSource.CHUNK_LENGTH, chunks.memoryLength());
    }

    @Test
    void shouldTakeAChunkOnlyWhenTheLastIsFull() {
        for (int unit = 0; unit < UNITS_PER_CHUNK; unit++) {
            chunks.reserve(unit);
        }
        assertEquals(1, source.given.size());
        chunks.reserve(UNITS_PER_CHUNK);
        assertEquals(2, source.given.size());
    }

    @Test
    void shouldPlaceUnitsOneAfterTheOtherInTheirChunk() {
        long units = 40L * UNITS_PER_CHUNK; // more chunks than the array has room for at first
        for (long unit = 0; unit < units; unit++) {
            chunks.reserve(unit);
        }
        assertEquals(40, source.given.size());
        for (long unit = 0; unit < units; unit++) {
            long chunk = source.given.get((int) (unit / UNITS_PER_CHUNK));
            assertEquals(chunk + unit % UNITS_PER_CHUNK * UNIT, chunks.address(unit));
        }
        assertEquals(40L * ChunkSource.CHUNK_LENGTH, chunks.memoryLength());
    }

    @Test
    void shouldCloseItsSourceAndHaveNoAddressesAfterwards() {
        chunks.reserve(0);
        chunks.close();

        assertEquals(1, source.closed);
        assertEquals(0, chunks.memoryLength());
        assertThrows(IndexOutOfBoundsException.class, () -> chunks.address(0));
    }

    /** Runs of 3 units, 5 chunks' worth and one more: the last is copied, and what comes behind it lies in the same chunk. */
    @Test
    void shouldFindWhatIsLentAndReserveBehindIt() {
        long count = 5L * UNITS_PER_CHUNK + 1;
        long memory = UnsafeApi.allocateMemory(count * (UNIT + 1));
        Chunks lent = new Chunks(UNIT, new AnonymousChunks());
        try {
            UnsafeApi.setMemory(memory, count * (UNIT + 1), (byte) 0);
            for (long unit = 0; unit < count; unit += 3) {
                long units = Math.min(3, count - unit);
                long address = memory + unit * (UNIT + 1);
                for (long i = 0; i < units; i++) {
                    UnsafeApi.putLong(address + i * UNIT, unit + i + 1);
                }
                long next = unit;
                assertThrows(IndexOutOfBoundsException.class, () -> lent.address(next));
                lent.lend(address, units);
                assertEquals(address, lent.address(unit));
                assertEquals(units, lent.unitsInPiece(unit));
            }
            lent.settle();
            assertEquals(6L * ChunkSource.CHUNK_LENGTH, lent.memoryLength());
            lent.reserve(count);
            assertEquals(6L * ChunkSource.CHUNK_LENGTH, lent.memoryLength(), "there is room in the last chunk");
            for (long i = 0; i < count; i++) {
                long unit = i * 7919 % count;
                assertEquals(unit + 1, UnsafeApi.getLong(lent.address(unit)));
            }
            assertEquals(0, UnsafeApi.getLong(lent.address(count)));
            assertEquals(2, lent.unitsInPiece(1), "a run of three from its second unit on");
            assertEquals(UNITS_PER_CHUNK, lent.unitsInPiece(count - 1));
            lent.reserve(count + UNITS_PER_CHUNK - 1);
            assertEquals(7L * ChunkSource.CHUNK_LENGTH, lent.memoryLength());
            lent.close();
            assertThrows(IndexOutOfBoundsException.class, () -> lent.address(0));
            assertThrows(IndexOutOfBoundsException.class, () -> lent.address(count));
        } finally {
            UnsafeApi.freeMemory(memory);
        }
    }

    @Test
    void shouldGiveZeroedPagesWhenAnonymous() {
        try (AnonymousChunks anonymous = new AnonymousChunks()) {
            for (int i = 0; i < 20; i++) {
                long chunk = anonymous.acquire();
                assertTrue(chunk != 0 && chunk % 4096 == 0, "chunk=" + chunk);
                for (int at = 0; at < ChunkSource.CHUNK_LENGTH; at += Long.BYTES) {
                    assertEquals(0, UnsafeApi.getLong(chunk + at));
                }
                UnsafeApi.setMemory(chunk, ChunkSource.CHUNK_LENGTH, (byte) 0x5A);
            }
        }
    }
}
