// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * Rows of a table between two bounds, in the order that a query wants them: those of a chain, or all. It sees the table as it was
 * when it was made, however much is appended while it is used.
 */
interface RowScan {
    /** No more rows. */
    long END = -1;

    /**
     * The next row. A call reads no more than a few dozen rows.
     *
     * @return its number, or {@link #END}.
     */
    long next();

    /** All rows from a bound up to, not including, another. */
    final class OfTable implements RowScan {
        private final boolean isReversed;
        private long from;
        private long to;

        OfTable(final long from, final long to, final boolean isReversed) {
            this.from = from;
            this.to = to;
            this.isReversed = isReversed;
        }

        @Override
        public long next() {
            if (from >= to) {
                return END;
            }
            return isReversed ? --to : from++;
        }
    }

    /** The rows of a chain, from its end: each links to the one before. */
    final class NewestFirst implements RowScan {
        private final Chain chain;
        private final long from;
        private long row;

        NewestFirst(final Chain chain, final long from, final long to) {
            this.chain = chain;
            this.from = from;
            row = chain.lastBelow(to);
        }

        @Override
        public long next() {
            final long next = row;
            if (next < from) { // or there is none
                return END;
            }
            row = chain.before(next);
            return next;
        }
    }

    /** The rows of a chain, from its beginning: block by block. */
    final class OldestFirst implements RowScan {
        private final Chain chain;
        private final long to;
        private final long[] rows = new long[Chain.BLOCK_LENGTH];
        private long block;
        private int index;
        private int length;

        OldestFirst(final Chain chain, final long from, final long to) {
            this.chain = chain;
            this.to = to;
            final long position = from == 0 ? 0 : chain.countBelow(from);
            block = position / Chain.BLOCK_LENGTH;
            length = chain.block(block, rows);
            index = (int) (position % Chain.BLOCK_LENGTH);
        }

        @Override
        public long next() {
            if (index == Chain.BLOCK_LENGTH) {
                block++;
                index = 0;
                length = chain.block(block, rows);
            }
            if (index >= length || rows[index] >= to) {
                return END;
            }
            return rows[index++];
        }
    }
}
