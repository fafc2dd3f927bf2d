// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.putInt;

/**
 * Every 32nd element of each chain: 16 bytes that lead to any element of a chain in logarithmic time, though its elements only
 * link to the one before. Besides the checkpoint before it, each knows one further back, its jump, as in Myers, "An applicative
 * random-access stack" (1983): so a search needs no array per chain, and appending touches no more than two older entries.
 *
 * <pre>
 *   0        4        8        12      16
 *  +--------+--------+--------+--------+
 *  | row    | before | jump   | number |     number 1 is the chain's 32nd element; entry 0 stands for none
 *  +--------+--------+--------+--------+
 * </pre>
 */
final class Checkpoints implements AutoCloseable {
    /** Elements from one checkpoint of a chain to the next. */
    static final int INTERVAL = 32;
    /** No checkpoint. */
    static final int NONE = 0;

    private static final int ROW = 0;
    private static final int BEFORE = 4;
    private static final int JUMP = 8;
    private static final int NUMBER = 12;
    private static final int ENTRY_LENGTH = 16;

    private final Chunks entries = new Chunks(ENTRY_LENGTH);
    private long count = 1;

    /** Makes sure that some more can be appended; what can fail of it fails here. */
    void reserve(final int more) {
        entries.reserve(count + more);
    }

    /** Whether a chain's element is a checkpoint. */
    static boolean isDue(final long elementsWithIt) {
        return (elementsWithIt & (INTERVAL - 1)) == 0;
    }

    /**
     * Appends a checkpoint; {@link #reserve} came before.
     *
     * @param before the chain's last checkpoint, or {@link #NONE}.
     * @return the new one.
     */
    int append(final int before, final long row) {
        final int entry = (int) count++;
        final long at = address(entry);
        final int beforeJump = jump(before);
        final int beforeJumpJump = jump(beforeJump);
        final long step = number(before) - number(beforeJump);
        putInt(at + ROW, (int) row);
        putInt(at + BEFORE, before);
        putInt(at + JUMP, step == number(beforeJump) - number(beforeJumpJump) ? beforeJumpJump : before);
        putInt(at + NUMBER, (int) number(before) + 1);
        return entry;
    }

    /**
     * Takes the last one back.
     *
     * @return the one before it in its chain.
     */
    int removeLast(final int entry) {
        assert entry == (int) (count - 1);
        final long at = address(entry);
        final int before = getInt(at + BEFORE);
        putInt(at + ROW, 0);
        putInt(at + BEFORE, 0);
        putInt(at + JUMP, 0);
        putInt(at + NUMBER, 0);
        count--;
        return before;
    }

    /** Row of the element. */
    long row(final int entry) {
        return getInt(address(entry) + ROW) & 0xFFFF_FFFFL;
    }

    /** How many checkpoints the chain has up to this one: 1 for the first, 0 for {@link #NONE}. */
    long number(final int entry) {
        return getInt(address(entry) + NUMBER) & 0xFFFF_FFFFL;
    }

    /** The checkpoint before it in its chain, or {@link #NONE}. */
    int before(final int entry) {
        return getInt(address(entry) + BEFORE);
    }

    /** A checkpoint further back in its chain, or {@link #NONE}. */
    int jump(final int entry) {
        return getInt(address(entry) + JUMP);
    }

    /** The checkpoint of a number, 1 to that of the given one, in the given one's chain. */
    int withNumber(final int last, final long number) {
        int entry = last;
        while (number(entry) > number) {
            final int jump = jump(entry);
            entry = number(jump) >= number ? jump : before(entry);
        }
        return entry;
    }

    /** The first checkpoint, up to the given one in its chain, whose row is a bound or more; {@link #NONE} if none is. */
    int firstFrom(final int last, final long rowBound) {
        if (last == NONE || row(last) < rowBound) {
            return NONE;
        }
        int entry = last;
        while (true) {
            final int before = before(entry);
            if (before == NONE || row(before) < rowBound) {
                return entry;
            }
            final int jump = jump(entry);
            entry = jump != NONE && row(jump) >= rowBound ? jump : before;
        }
    }

    /** Checkpoints of all chains. */
    long count() {
        return count - 1;
    }

    /** All entries as a table of a snapshot; none if there is no checkpoint. */
    StateTable table(final int id, final String name) {
        return new StateTable(id, name, true, entries, count == 1 ? 0 : count, value -> count = value);
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return entries.memoryLength();
    }

    @Override
    public void close() {
        entries.close();
    }

    private long address(final int entry) {
        return entries.address(entry & 0xFFFF_FFFFL);
    }
}
