// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.Invariant;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds an account's row by its id: extendible hashing, off heap, 8-byte slots, so that eight of them share a cache line. It is
 * derived state and is never journaled.
 *
 * <pre>
 *   0        4        8
 *  +--------+--------+
 *  | row+1  | tag    |     row+1 = 0: empty
 *  +--------+--------+
 * </pre>
 *
 * <p>The tag is the high half of the hash. Its leading bits number the segment and its last twelve the slot, so a split needs
 * no rows. That leaves few bits to tell neighbours apart: the row itself verifies the id.
 */
final class AccountIndex implements AutoCloseable {
    /** Slots of a segment in production. */
    static final int SEGMENT_SLOTS = 4096;
    /** No row. */
    static final int NOT_FOUND = -1;

    private static final int SLOT_LENGTH = 8;
    private static final int SLOT_SHIFT = 3;
    private static final int THRESHOLD_MIN_PERCENT = 45;
    private static final int THRESHOLD_MAX_PERCENT = 60;
    private static final int DEPTH_MAX = 20;

    /** Where the ids are that rows stand for. */
    interface Rows {
        /** Whether a row has an id. */
        boolean hasId(int row, long idHi, long idLo);
    }

    private final Rows rows;
    private final SegmentDirectory directory;
    private final Chunks memory;
    private final UnsafeBuffer segmentView = new UnsafeBuffer();
    private final UnsafeBuffer scratch;
    private final int slotMask;
    private final int segmentLength;

    AccountIndex(final Rows rows) {
        this(rows, SEGMENT_SLOTS);
    }

    /**
     * An empty index.
     *
     * @param rows where the ids are.
     * @param segmentSlots slots of a segment, a power of two up to 4096; tests take few, to see many splits.
     */
    AccountIndex(final Rows rows, final int segmentSlots) {
        Invariant.check(segmentSlots <= SEGMENT_SLOTS, "the tag's last twelve bits number the slots");
        this.rows = rows;
        slotMask = segmentSlots - 1;
        segmentLength = segmentSlots * SLOT_LENGTH;
        directory = new SegmentDirectory(segmentSlots, THRESHOLD_MIN_PERCENT, THRESHOLD_MAX_PERCENT, DEPTH_MAX);
        memory = new Chunks(segmentLength);
        memory.reserve(0);
        scratch = new UnsafeBuffer(new byte[segmentLength]);
    }

    /**
     * Loads a key's home slot, so that it is in the cache when it is needed.
     *
     * @return a value to be used somehow, so that the load is not optimised away.
     */
    long touch(final long hash) {
        final int segment = directory.segmentOf(hash);
        return getLong(memory.address(segment) + slotOffset(hash));
    }

    /**
     * The first row whose tag agrees; nearly always the right one. Reads no row.
     *
     * @return a row to be verified, or {@link #NOT_FOUND}.
     */
    int candidate(final long hash) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        int slot = slotOffset(hash);
        long entry = getLong(start + slot);
        while ((int) entry != 0) {
            if ((entry ^ hash) >>> 32 == 0) {
                return (int) entry - 1;
            }
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
            entry = getLong(start + slot);
        }
        return NOT_FOUND;
    }

    /**
     * Finds an id.
     *
     * @return its row, or {@link #NOT_FOUND}.
     */
    int find(final long hash, final long idHi, final long idLo) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        int slot = slotOffset(hash);
        long entry = getLong(start + slot);
        while ((int) entry != 0) {
            if ((entry ^ hash) >>> 32 == 0 && rows.hasId((int) entry - 1, idHi, idLo)) {
                return (int) entry - 1;
            }
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
            entry = getLong(start + slot);
        }
        return NOT_FOUND;
    }

    /**
     * Adds an id that is not here.
     *
     * @param row where it is, 0 or more.
     */
    void insert(final long hash, final int row) {
        assert row >= 0;
        int segment = directory.segmentOf(hash);
        while (directory.isFull(segment)) {
            split(segment, hash);
            segment = directory.segmentOf(hash);
        }
        put(segment, (hash & 0xFFFF_FFFF_0000_0000L) | (row + 1));
        directory.added(segment);
    }

    /** Removes a row that is here. What follows it in its cluster moves up, so that no mark is left behind. */
    void remove(final long hash, final int row) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        final int mask = segmentLength - 1;
        int hole = slotOffset(hash);
        while ((int) getLong(start + hole) != row + 1) {
            Invariant.check((int) getLong(start + hole) != 0, "a row that is removed is here");
            hole = (hole + SLOT_LENGTH) & mask;
        }
        int slot = (hole + SLOT_LENGTH) & mask;
        long entry = getLong(start + slot);
        while ((int) entry != 0) {
            // It may move into the hole unless its home lies behind the hole, on the way from there to where it is.
            if (((slot - slotOffset(entry)) & mask) >= ((slot - hole) & mask)) {
                putLong(start + hole, entry);
                hole = slot;
            }
            slot = (slot + SLOT_LENGTH) & mask;
            entry = getLong(start + slot);
        }
        putLong(start + hole, 0);
        directory.removed(segment);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return memory.memoryLength();
    }

    @Override
    public void close() {
        memory.close();
    }

    private void put(final int segment, final long entry) {
        final long start = memory.address(segment);
        int slot = slotOffset(entry);
        while ((int) getLong(start + slot) != 0) {
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
        }
        putLong(start + slot, entry);
    }

    private void split(final int segment, final long hash) {
        memory.reserve(directory.segmentCount());
        final int depthBefore = directory.localDepth(segment);
        final int upper = directory.split(hash);
        final long start = memory.address(segment);
        segmentView.wrap(start, segmentLength);
        segmentView.getBytes(0, scratch, 0, segmentLength);
        segmentView.setMemory(0, segmentLength, (byte) 0);
        final int entries = directory.used(segment);
        int moved = 0;
        int kept = 0;
        for (int slot = 0; slot < segmentLength; slot += SLOT_LENGTH) {
            final long entry = scratch.getLong(slot);
            if ((int) entry != 0) {
                if (directory.goesToUpperHalf(depthBefore, entry)) {
                    put(upper, entry);
                    moved++;
                } else {
                    put(segment, entry);
                    kept++;
                }
            }
        }
        Invariant.check(moved + kept == entries, "a split keeps every entry");
        directory.used(segment, kept);
        directory.used(upper, moved);
    }

    private int slotOffset(final long hash) {
        return ((int) (hash >>> 32) & slotMask) << SLOT_SHIFT;
    }
}
