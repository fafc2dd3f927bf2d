// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.Invariant;

/**
 * Which pending transfer expires next: a binary heap off heap over (expiresAt, number), 16 bytes an entry. Numbers are in the
 * order of timestamps, so among those due at the same moment the oldest comes first. Each knows its place, so that one that is
 * resolved in time leaves at once.
 *
 * <pre>
 *   0                8        12       16
 *  +----------------+--------+--------+
 *  | expires at     | number | 0      |
 *  +----------------+--------+--------+
 * </pre>
 */
final class ExpiryQueue implements AutoCloseable {
    /** No number. */
    static final long NONE = -1;

    private static final int ENTRY_LENGTH = 16;
    private static final int NUMBER = 8;
    private static final long NUMBER_MASK = 0xFFFF_FFFFL;
    /** Entries at most, so that the two below an entry still have a place of 31 bits. */
    private static final int SIZE_MAX = (Integer.MAX_VALUE - 2) / 2;
    /** Levels of the heap at most, and so what a walk over it has to remember. */
    private static final int DEPTH_MAX = 32;

    /** Where a pending transfer keeps its place in the heap. */
    interface Places {
        /** The place of a number. */
        int place(long number);

        /** Changes the place of a number. */
        void place(long number, int place);
    }

    private final Places places;
    private final Chunks entries = new Chunks(ENTRY_LENGTH);
    private final int[] toVisit = new int[DEPTH_MAX];
    private int size;

    ExpiryQueue(final Places places) {
        this.places = places;
    }

    int size() {
        return size;
    }

    /** When the first expires, {@link Long#MAX_VALUE} if none does. */
    long firstExpiresAt() {
        return size == 0 ? Long.MAX_VALUE : expiresAt(0);
    }

    /** The number that expires first, {@link #NONE} if none is due by then. */
    long firstDue(final long base) {
        return size == 0 || expiresAt(0) > base ? NONE : number(0);
    }

    /**
     * How many are due. What lies below an entry that is not due is not due either, so it visits little more than it counts.
     *
     * @param max where it stops counting.
     */
    int dueCount(final long base, final int max) {
        int due = 0;
        int remembered = 0;
        int place = 0;
        while (due < max) {
            if (place < size && expiresAt(place) <= base) {
                due++;
                toVisit[remembered++] = 2 * place + 2;
                place = 2 * place + 1;
            } else if (remembered > 0) {
                place = toVisit[--remembered];
            } else {
                return due;
            }
        }
        return due;
    }

    /** Makes sure that the next can be added; what can fail of it fails here. */
    void reserve() {
        Invariant.check(size < SIZE_MAX, "pending transfers with a timeout are less than 2^30");
        entries.reserve(size);
    }

    /** Adds one; {@link #reserve} came before, or it was here once before. */
    void add(final long number, final long expiresAt) {
        size++;
        moveUp(size - 1, expiresAt, number);
    }

    /** Removes one that is here. */
    void remove(final long number) {
        final int place = places.place(number);
        final int last = --size;
        assert number(place) == number;
        if (place == last) {
            return;
        }
        final long expiresAt = expiresAt(last);
        final long moved = number(last);
        if (place > 0 && isBefore(expiresAt, moved, (place - 1) >>> 1)) {
            moveUp(place, expiresAt, moved);
        } else {
            moveDown(place, expiresAt, moved);
        }
    }

    /** The heap as a table of a snapshot. */
    StateTable table(final int id, final String name) {
        return new StateTable(id, name, false, entries, size, value -> size = Math.toIntExact(value));
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return entries.memoryLength();
    }

    @Override
    public void close() {
        entries.close();
    }

    private void moveUp(final int from, final long expiresAt, final long number) {
        int place = from;
        while (place > 0) {
            final int above = (place - 1) >>> 1;
            if (!isBefore(expiresAt, number, above)) {
                break;
            }
            put(place, expiresAt(above), number(above));
            place = above;
        }
        put(place, expiresAt, number);
    }

    private void moveDown(final int from, final long expiresAt, final long number) {
        int place = from;
        int below = 2 * place + 1;
        while (below < size) {
            if (below + 1 < size && isBefore(expiresAt(below + 1), number(below + 1), below)) {
                below++;
            }
            if (isBefore(expiresAt, number, below)) {
                break;
            }
            put(place, expiresAt(below), number(below));
            place = below;
            below = 2 * place + 1;
        }
        put(place, expiresAt, number);
    }

    private boolean isBefore(final long expiresAt, final long number, final int place) {
        final long other = expiresAt(place);
        return expiresAt < other || (expiresAt == other && number < number(place));
    }

    private void put(final int place, final long expiresAt, final long number) {
        final long at = entries.address(place);
        putLong(at, expiresAt);
        putInt(at + NUMBER, (int) number);
        places.place(number, place);
    }

    private long expiresAt(final int place) {
        return getLong(entries.address(place));
    }

    private long number(final int place) {
        return getInt(entries.address(place) + NUMBER) & NUMBER_MASK;
    }
}
