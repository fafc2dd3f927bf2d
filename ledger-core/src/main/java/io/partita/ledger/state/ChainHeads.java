// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.putInt;
import static org.agrona.UnsafeApi.putLong;

import io.partita.ledger.model.Invariant;
import java.util.Arrays;

/**
 * Heads of the chains through all rows of a table that have the same value in a field. The value 0 has no chain. A head is found
 * by hash, but the one last used of each field is kept in mind: neighbours often have the same ledger and code.
 *
 * <pre>
 *   0                8                16       20       24       28      32
 *  +----------------+----------------+--------+--------+--------+--------+
 *  | value low      | value high     | last+1 | count  | checkp.| field  |
 *  +----------------+----------------+--------+--------+--------+--------+
 * </pre>
 */
final class ChainHeads implements AutoCloseable, Id128Index.Rows {
    /** Field: the ledger. */
    static final int LEDGER = 0;
    /** Field: the code. */
    static final int CODE = 1;
    /** Field: the user's 128-bit value. */
    static final int USER_DATA_128 = 2;
    /** Field: the user's 64-bit value. */
    static final int USER_DATA_64 = 3;
    /** Field: the user's 32-bit value. */
    static final int USER_DATA_32 = 4;
    /** How many fields there are. */
    static final int FIELDS = 5;

    private static final int VALUE_LO = 0;
    private static final int VALUE_HI = 8;
    private static final int LAST_AND_COUNT = 16;
    private static final int CHECKPOINT = 24;
    private static final int FIELD = 28;
    private static final int HEAD_LENGTH = 32;

    private static final long LAST_MASK = 0xFFFF_FFFFL;
    private static final int COUNT_SHIFT = 32;
    private static final long FIELD_SALT = 0x9E37_79B9_7F4A_7C15L;

    private final IdHash idHash;
    private final Checkpoints checkpoints;
    private final Chunks heads = new Chunks(HEAD_LENGTH);
    private final Id128Index index;
    private final long[] memoLo = new long[FIELDS];
    private final long[] memoHi = new long[FIELDS];
    private final long[] memoAddress = new long[FIELDS];
    private long headCount;
    private int soughtField;

    /**
     * No chains.
     *
     * @param idHash spreads the values.
     * @param checkpoints of the table's chains.
     * @param indexSegmentSlots slots of a segment of the index.
     */
    ChainHeads(final IdHash idHash, final Checkpoints checkpoints, final int indexSegmentSlots) {
        this.idHash = idHash;
        this.checkpoints = checkpoints;
        index = new Id128Index(this, indexSegmentSlots);
    }

    @Override
    public boolean hasId(final long ref, final long valueHi, final long valueLo) {
        final long at = heads.address(ref - 1);
        return getLong(at + VALUE_LO) == valueLo
                && getLong(at + VALUE_HI) == valueHi
                && getInt(at + FIELD) == soughtField;
    }

    /** Makes sure that some rows with new values in all fields can be appended, but for the index. */
    void reserve(final int rows) {
        heads.reserve(headCount + (long) rows * FIELDS);
    }

    /**
     * Appends a row to the chain of a value; {@link #reserve} came before.
     *
     * @return link to the row before it: its number + 1, unsigned; 0 if there is none or the value is 0.
     */
    int append(final int field, final long valueHi, final long valueLo, final long row) {
        if ((valueHi | valueLo) == 0) {
            return 0;
        }
        final long at = memoLo[field] == valueLo && memoHi[field] == valueHi
                ? memoAddress[field]
                : findOrAdd(field, valueHi, valueLo);
        final long before = getLong(at + LAST_AND_COUNT);
        final long count = (before >>> COUNT_SHIFT) + 1;
        putLong(at + LAST_AND_COUNT, (count << COUNT_SHIFT) | (row + 1));
        if (Checkpoints.isDue(count)) {
            putInt(at + CHECKPOINT, checkpoints.append(getInt(at + CHECKPOINT), row));
        }
        return (int) before;
    }

    /** Takes the last row of the chain of a value back. The link is what {@link #append} returned for it. */
    void removeLast(final int field, final long valueHi, final long valueLo, final int link) {
        if ((valueHi | valueLo) == 0) {
            return;
        }
        final long head = find(field, valueHi, valueLo);
        Invariant.check(head >= 0, "a row's value has a chain");
        final long at = heads.address(head);
        final long count = getLong(at + LAST_AND_COUNT) >>> COUNT_SHIFT;
        if (Checkpoints.isDue(count)) {
            putInt(at + CHECKPOINT, checkpoints.removeLast(getInt(at + CHECKPOINT)));
        }
        putLong(at + LAST_AND_COUNT, ((count - 1) << COUNT_SHIFT) | (link & LAST_MASK));
        if (count == 1) {
            removeHead(field, valueHi, valueLo, head);
        }
    }

    /**
     * The chain of a value.
     *
     * @param links of the table's rows; the field is the key.
     */
    Chain chain(final int field, final long valueHi, final long valueLo, final Chain.Links links) {
        final long head = (valueHi | valueLo) == 0 ? Chain.NONE : find(field, valueHi, valueLo);
        if (head < 0) {
            return new Chain(links, field, checkpoints, Chain.NONE, 0, Checkpoints.NONE);
        }
        final long at = heads.address(head);
        final long lastAndCount = getLong(at + LAST_AND_COUNT);
        return new Chain(
                links,
                field,
                checkpoints,
                (lastAndCount & LAST_MASK) - 1,
                lastAndCount >>> COUNT_SHIFT,
                getInt(at + CHECKPOINT));
    }

    /** How many chains there are. */
    long count() {
        return headCount;
    }

    /** The heads as a table of a snapshot. */
    StateTable table(final int id, final String name) {
        return new StateTable(id, name, false, heads, headCount, value -> headCount = value);
    }

    /** After the heads were filled: makes the index over them. */
    void resume(final Runnable pause) {
        for (long head = 0; head < headCount; head++) {
            final long at = heads.address(head);
            index.insert(hash(getInt(at + FIELD), getLong(at + VALUE_HI), getLong(at + VALUE_LO)), head + 1);
            StateWalk.pauseAfter(head, pause);
        }
    }

    /** Bytes of memory taken. */
    long memoryLength() {
        return heads.memoryLength() + index.memoryLength();
    }

    @Override
    public void close() {
        Arrays.fill(memoLo, 0); // no chain has the value 0: nothing freed is found any more
        Arrays.fill(memoHi, 0);
        heads.close();
        index.close();
    }

    private long find(final int field, final long valueHi, final long valueLo) {
        soughtField = field;
        return index.find(hash(field, valueHi, valueLo), valueHi, valueLo) - 1;
    }

    private long findOrAdd(final int field, final long valueHi, final long valueLo) {
        final long hash = hash(field, valueHi, valueLo);
        soughtField = field;
        long head = index.find(hash, valueHi, valueLo) - 1;
        if (head < 0) {
            head = headCount;
            index.insert(hash, head + 1);
            final long at = heads.address(head);
            putLong(at + VALUE_LO, valueLo);
            putLong(at + VALUE_HI, valueHi);
            putInt(at + FIELD, field);
            headCount = head + 1;
        }
        memoLo[field] = valueLo;
        memoHi[field] = valueHi;
        memoAddress[field] = heads.address(head);
        return memoAddress[field];
    }

    /** The chain is empty and was the last to be added, since what is undone is undone in reverse order. */
    private void removeHead(final int field, final long valueHi, final long valueLo, final long head) {
        Invariant.check(head == headCount - 1, "the chain that was added last is removed first");
        index.remove(hash(field, valueHi, valueLo), head + 1);
        final long at = heads.address(head);
        putLong(at + VALUE_LO, 0);
        putLong(at + VALUE_HI, 0);
        putInt(at + FIELD, 0);
        if (memoAddress[field] == at) {
            memoLo[field] = 0;
            memoHi[field] = 0;
        }
        headCount = head;
    }

    private long hash(final int field, final long valueHi, final long valueLo) {
        return idHash.hash(valueHi ^ (field + 1) * FIELD_SALT, valueLo);
    }
}
