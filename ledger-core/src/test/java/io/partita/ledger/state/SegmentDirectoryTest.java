// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SegmentDirectoryTest {
    @Test
    void shouldNeedAnEmptySlotInEverySegment() {
        new SegmentDirectory(8, 50, 99, 4);
        assertThrows(IllegalStateException.class, () -> new SegmentDirectory(8, 50, 100, 4));
    }

    @Test
    void shouldNeedRoomForAnEntryBeforeASplit() {
        new SegmentDirectory(8, 13, 50, 4);
        assertThrows(IllegalStateException.class, () -> new SegmentDirectory(8, 12, 50, 4));
    }

    @Test
    void shouldBeFullAtItsThreshold() {
        SegmentDirectory directory = new SegmentDirectory(100, 50, 50, 4);
        directory.used(0, 49);
        assertFalse(directory.isFull(0));
        directory.added(0);
        assertEquals(50, directory.used(0));
        assertTrue(directory.isFull(0));
    }

    @Test
    void shouldSplitAtFillsBetweenItsBounds() {
        SegmentDirectory directory = new SegmentDirectory(4096, 60, 85, 28);
        TreeSet<Integer> thresholds = new TreeSet<>();
        for (int segment = 0; segment < 300; segment++) {
            int used = 0;
            while (!directory.isFull(segment)) {
                directory.used(segment, ++used);
            }
            thresholds.add(used);
            directory.split((long) segment << 55);
        }
        assertTrue(thresholds.first() >= 4096 * 60 / 100, "first=" + thresholds.first());
        assertTrue(thresholds.last() <= 4096 * 85 / 100, "last=" + thresholds.last());
        assertTrue(thresholds.size() > 200, "they vary: " + thresholds.size());
    }

    @Test
    void shouldNotUseMoreBitsThanAllowed() {
        SegmentDirectory directory = new SegmentDirectory(8, 50, 60, 3);
        for (int depth = 0; depth < 3; depth++) {
            assertEquals(depth, directory.localDepth(directory.segmentOf(0)));
            directory.split(0);
        }
        assertThrows(IllegalStateException.class, () -> directory.split(0));
    }

    @Test
    void shouldSendKeysToTheHalfThatTheirNextBitSays() {
        SegmentDirectory directory = new SegmentDirectory(8, 50, 60, 10);
        assertEquals(1, directory.split(0));
        assertEquals(2, directory.split(0));
        assertEquals(3, directory.split(-1));

        assertEquals(4, directory.segmentCount());
        assertEquals(0, directory.segmentOf(0));
        assertEquals(2, directory.segmentOf(1L << 62));
        assertEquals(1, directory.segmentOf(1L << 63));
        assertEquals(3, directory.segmentOf(-1));
        assertTrue(directory.goesToUpperHalf(0, 1L << 63));
        assertFalse(directory.goesToUpperHalf(0, 1L << 62));
        assertTrue(directory.goesToUpperHalf(1, 1L << 62));
    }
}
