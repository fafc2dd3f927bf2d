// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * A chain as it was when it was asked for: the transfers of an account, or the transfers or accounts with the same value in a
 * field, in ascending order of row. It stays valid while more is appended. For queries; the tables do without it.
 *
 * <p>A chain is read from its end, each element linking to the one before, or in blocks of {@link #BLOCK_LENGTH} elements, each of
 * which is found in logarithmic time.
 */
final class Chain {
    /** Elements of a block but perhaps the last. */
    static final int BLOCK_LENGTH = Checkpoints.INTERVAL;
    /** No row. */
    static final long NONE = -1;

    /** Where the elements link to the one before. */
    interface Links {
        /**
         * The element before another in its chain.
         *
         * @param row the other.
         * @param key which of the chains through that row.
         * @return its row, or {@link #NONE}.
         */
        long before(long row, int key);
    }

    private final Links links;
    private final int key;
    private final Checkpoints checkpoints;
    private final long last;
    private final long count;
    private final int lastCheckpoint;

    Chain(
            final Links links,
            final int key,
            final Checkpoints checkpoints,
            final long last,
            final long count,
            final int lastCheckpoint) {
        this.links = links;
        this.key = key;
        this.checkpoints = checkpoints;
        this.last = last;
        this.count = count;
        this.lastCheckpoint = lastCheckpoint;
    }

    /** How many elements it has. */
    long count() {
        return count;
    }

    /** Row of the last element, {@link #NONE} if it is empty. */
    long last() {
        return last;
    }

    /** Row of the element before one, {@link #NONE} if it is the first. */
    long before(final long row) {
        return links.before(row, key);
    }

    /** Row of the last element below a bound, {@link #NONE} if there is none. */
    long lastBelow(final long rowBound) {
        final int checkpoint = checkpoints.firstFrom(lastCheckpoint, rowBound);
        long row = checkpoint == Checkpoints.NONE ? last : checkpoints.row(checkpoint);
        while (row >= rowBound) {
            row = before(row);
        }
        return row;
    }

    /** How many elements are below a bound: the position of the first one that is not. */
    long countBelow(final long rowBound) {
        final int checkpoint = checkpoints.firstFrom(lastCheckpoint, rowBound);
        final boolean isBehind = checkpoint == Checkpoints.NONE;
        long row = isBehind ? last : checkpoints.row(checkpoint);
        long below = isBehind ? count : checkpoints.number(checkpoint) * BLOCK_LENGTH;
        while (row >= rowBound) {
            row = before(row);
            below--;
        }
        return below;
    }

    /**
     * Reads a block of elements.
     *
     * @param block its number: block 0 has the elements at positions 0 to 31.
     * @param rows where the rows are put, in ascending order.
     * @return how many there are; 0 behind the chain's end.
     */
    int block(final long block, final long[] rows) {
        final long first = block * BLOCK_LENGTH;
        if (first >= count) {
            return 0;
        }
        final int length = (int) Math.min(BLOCK_LENGTH, count - first);
        long row = length < BLOCK_LENGTH ? last : checkpoints.row(checkpoints.withNumber(lastCheckpoint, block + 1));
        for (int i = length - 1; i > 0; i--) {
            rows[i] = row;
            row = before(row);
        }
        rows[0] = row;
        return length;
    }
}
