// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/** Rows in the order of their timestamps: each row's is later than that of the one before. */
interface TimeOrdered {
    /** How many rows there are now. */
    long count();

    /** A row's timestamp. */
    long timestamp(long row);

    /** The first row at or after a timestamp, the count if there is none. */
    default long rowAtOrAfter(final long timestamp) {
        long low = 0;
        long high = count();
        while (low < high) {
            final long middle = (low + high) >>> 1;
            if (timestamp(middle) < timestamp) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Whether a row has a timestamp. */
    default boolean hasTimestamp(final long timestamp) {
        final long row = rowAtOrAfter(timestamp);
        return row < count() && timestamp(row) == timestamp;
    }

    /** Timestamp of the last row, 0 if there is none. */
    default long lastTimestamp() {
        final long count = count();
        return count == 0 ? 0 : timestamp(count - 1);
    }
}
