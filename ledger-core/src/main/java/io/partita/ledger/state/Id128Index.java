// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.Invariant;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Finds what was recorded under a 128-bit id: extendible hashing, off heap, 16-byte slots. It is derived state and is never
 * journaled.
 *
 * <pre>
 *   0                8               16
 *  +----------------+----------------+
 *  | hash           | ref, 0 = empty |
 *  +----------------+----------------+
 * </pre>
 *
 * <p>A slot holds the whole hash, so a split reads no rows, and a row is read only when 64 hash bits agree: for a known id, or
 * once in a blue moon.
 */
final class Id128Index implements AutoCloseable {
    /** Slots of a segment in production. */
    static final int SEGMENT_SLOTS = 4096;

    private static final int SLOT_LENGTH = 16;
    private static final int SLOT_SHIFT = 4;
    private static final int REF_OFFSET = 8;
    private static final int THRESHOLD_MIN_PERCENT = 60;
    private static final int THRESHOLD_MAX_PERCENT = 85;
    private static final int DEPTH_MAX = 28;

    /** Where the ids are that refs stand for. */
    interface Rows {
        /** Whether a ref stands for an id. */
        boolean hasId(long ref, long idHi, long idLo);
    }

    private final Rows rows;
    private final SegmentDirectory directory;
    private final Chunks memory;
    private final UnsafeBuffer segmentView = new UnsafeBuffer();
    private final UnsafeBuffer scratch;
    private final int slotMask;
    private final int segmentLength;

    Id128Index(final Rows rows) {
        this(rows, SEGMENT_SLOTS);
    }

    /**
     * An empty index.
     *
     * @param rows where the ids are.
     * @param segmentSlots slots of a segment, a power of two; tests take few, to see many splits.
     */
    Id128Index(final Rows rows, final int segmentSlots) {
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
     * The first ref whose hash agrees; nearly always the right one. Reads no row.
     *
     * @return a ref to be verified, 0 if there is none.
     */
    long candidate(final long hash) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        int slot = slotOffset(hash);
        long ref = getLong(start + slot + REF_OFFSET);
        while (ref != 0 && getLong(start + slot) != hash) {
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
            ref = getLong(start + slot + REF_OFFSET);
        }
        return ref;
    }

    /**
     * Finds an id.
     *
     * @return its ref, 0 if it is not here.
     */
    long find(final long hash, final long idHi, final long idLo) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        int slot = slotOffset(hash);
        long ref = getLong(start + slot + REF_OFFSET);
        while (ref != 0) {
            if (getLong(start + slot) == hash && rows.hasId(ref, idHi, idLo)) {
                return ref;
            }
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
            ref = getLong(start + slot + REF_OFFSET);
        }
        return 0;
    }

    /**
     * Adds an id that is not here.
     *
     * @param ref what it stands for, not 0.
     */
    void insert(final long hash, final long ref) {
        assert ref != 0;
        int segment = directory.segmentOf(hash);
        while (directory.isFull(segment)) {
            split(segment, hash);
            segment = directory.segmentOf(hash);
        }
        put(segment, hash, ref);
        directory.added(segment);
    }

    /**
     * Removes an id that is here. What follows it in its cluster moves up, so that no mark is left behind.
     *
     * @param ref what it stands for.
     */
    void remove(final long hash, final long ref) {
        final int segment = directory.segmentOf(hash);
        final long start = memory.address(segment);
        final int mask = segmentLength - 1;
        int hole = slotOffset(hash);
        while (getLong(start + hole + REF_OFFSET) != ref) {
            Invariant.check(getLong(start + hole + REF_OFFSET) != 0, "an id that is removed is here");
            hole = (hole + SLOT_LENGTH) & mask;
        }
        int slot = (hole + SLOT_LENGTH) & mask;
        long slotRef = getLong(start + slot + REF_OFFSET);
        while (slotRef != 0) {
            final long slotHash = getLong(start + slot);
            // It may move into the hole unless its home lies behind the hole, on the way from there to where it is.
            if (((slot - slotOffset(slotHash)) & mask) >= ((slot - hole) & mask)) {
                putLong(start + hole, slotHash);
                putLong(start + hole + REF_OFFSET, slotRef);
                hole = slot;
            }
            slot = (slot + SLOT_LENGTH) & mask;
            slotRef = getLong(start + slot + REF_OFFSET);
        }
        putLong(start + hole, 0);
        putLong(start + hole + REF_OFFSET, 0);
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

    private void put(final int segment, final long hash, final long ref) {
        final long start = memory.address(segment);
        int slot = slotOffset(hash);
        while (getLong(start + slot + REF_OFFSET) != 0) {
            slot = (slot + SLOT_LENGTH) & (segmentLength - 1);
        }
        putLong(start + slot, hash);
        putLong(start + slot + REF_OFFSET, ref);
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
            final long ref = scratch.getLong(slot + REF_OFFSET);
            if (ref != 0) {
                final long entryHash = scratch.getLong(slot);
                if (directory.goesToUpperHalf(depthBefore, entryHash)) {
                    put(upper, entryHash, ref);
                    moved++;
                } else {
                    put(segment, entryHash, ref);
                    kept++;
                }
            }
        }
        Invariant.check(moved + kept == entries, "a split keeps every entry");
        directory.used(segment, kept);
        directory.used(upper, moved);
    }

    private int slotOffset(final long hash) {
        return ((int) hash & slotMask) << SLOT_SHIFT;
    }
}
