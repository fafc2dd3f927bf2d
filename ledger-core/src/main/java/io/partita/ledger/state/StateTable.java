// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One table of a state machine as numbered units of equal length, for whoever writes a snapshot or loads one. The units' bytes
 * are a function of the journal alone: nothing in them depends on a hash seed, on addresses or on how records were grouped.
 *
 * <p>One thread, that of the state machine, while nothing is applied.
 */
public final class StateTable {
    private final int id;
    private final String name;
    private final boolean isAppendOnly;
    private final Chunks units;
    private final LongConsumer setCount;
    private long count;

    StateTable(
            final int id,
            final String name,
            final boolean isAppendOnly,
            final Chunks units,
            final long count,
            final LongConsumer setCount) {
        this.id = id;
        this.name = name;
        this.isAppendOnly = isAppendOnly;
        this.units = units;
        this.count = count;
        this.setCount = setCount;
    }

    /**
     * The table's number in snapshots.
     *
     * @return 1 or more; never used for another table.
     */
    public int id() {
        return id;
    }

    /**
     * What it holds.
     *
     * @return two or three words.
     */
    public String name() {
        return name;
    }

    /**
     * Whether units, once a record is applied, never change: then those of an older snapshot are a prefix of a newer one's.
     *
     * @return false if any unit may change.
     */
    public boolean isAppendOnly() {
        return isAppendOnly;
    }

    /**
     * Length of a unit.
     *
     * @return bytes, a power of two.
     */
    public int unitLength() {
        return units.unitLength();
    }

    /**
     * How many units there are: when the image was made, and with those that were added.
     *
     * @return the count.
     */
    public long count() {
        return count;
    }

    /**
     * Shows units where they lie, as many as lie in one piece.
     *
     * @param first unit to show, less than {@link #count()}.
     * @param view wrapped around them; to be read only.
     * @return how many, 1 or more.
     */
    public int wrap(final long first, final UnsafeBuffer view) {
        final int shown = (int) Math.min(count - first, units.unitsInPiece(first));
        view.wrap(units.address(first), shown * unitLength());
        return shown;
    }

    /**
     * Adds units behind the last one, as many as lie in one piece.
     *
     * @param wanted how many are wanted, 1 or more.
     * @param view wrapped around them; zeroed, and to be filled.
     * @return how many were added, 1 or more.
     */
    public int grow(final long wanted, final UnsafeBuffer view) {
        final long first = count;
        units.reserve(first);
        final int added = (int) Math.min(wanted, units.unitsInPiece(first));
        view.wrap(units.address(first), added * unitLength());
        count = first + added;
        setCount.accept(count);
        return added;
    }

    /**
     * Whether units can stay where they lie, see {@link #lend}.
     *
     * @return true if units never change, and their memory would be in a file anyway.
     */
    public boolean isLendable() {
        return isAppendOnly && units.isLendable();
    }

    /**
     * Adds units behind the last one that stay where they lie, are only read, and do not change until the state machine is closed:
     * instead of {@link #grow}.
     *
     * @param address of the first, on no certain boundary.
     * @param added how many lie there in one piece, 1 or more.
     */
    public void lend(final long address, final int added) {
        units.lend(address, added);
        count += added;
        setCount.accept(count);
    }
}
