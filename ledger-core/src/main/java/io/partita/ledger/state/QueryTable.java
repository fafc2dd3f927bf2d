// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.wire.QueryFilter;

/** What a query needs of a table: its rows are in the order of their timestamps, and linked in chains by their values. */
interface QueryTable {
    /** How many rows there are now. */
    long count();

    /** The first row at or after a timestamp, the count if there is none. */
    long rowAtOrAfter(long timestamp);

    /** The rows with a value in a field, one of {@link ChainHeads}. */
    Chain valueChain(int field, long valueHi, long valueLo);

    /** Whether a row has all the values that a filter gives: user data, ledger and code. */
    boolean hasValues(long row, QueryFilter filter);

    /** Transfers. */
    record OfTransfers(TransferTable table) implements QueryTable {
        @Override
        public long count() {
            return table.count();
        }

        @Override
        public long rowAtOrAfter(final long timestamp) {
            return table.rowAtOrAfter(timestamp);
        }

        @Override
        public Chain valueChain(final int field, final long valueHi, final long valueLo) {
            return table.valueChain(field, valueHi, valueLo);
        }

        @Override
        public boolean hasValues(final long row, final QueryFilter filter) {
            final long at = table.address(row);
            return isWanted(filter.code(), getShort(at + TransferTable.CODE) & 0xFFFF)
                    && isWanted(filter.ledger(), getInt(at + TransferTable.LEDGER))
                    && isWanted(filter.userData32(), getInt(at + TransferTable.USER_DATA_32))
                    && isWanted(filter.userData64(), getLong(at + TransferTable.USER_DATA_64))
                    && isWanted128(
                            filter,
                            getLong(at + TransferTable.USER_DATA_128_HI),
                            getLong(at + TransferTable.USER_DATA_128_LO));
        }
    }

    /** Accounts. */
    record OfAccounts(AccountTable table) implements QueryTable {
        @Override
        public long count() {
            return table.count();
        }

        @Override
        public long rowAtOrAfter(final long timestamp) {
            return table.rowAtOrAfter(timestamp);
        }

        @Override
        public Chain valueChain(final int field, final long valueHi, final long valueLo) {
            return table.valueChain(field, valueHi, valueLo);
        }

        @Override
        public boolean hasValues(final long row, final QueryFilter filter) {
            final long at = table.address((int) row);
            return isWanted(filter.code(), getShort(at + AccountTable.CODE) & 0xFFFF)
                    && isWanted(filter.ledger(), getInt(at + AccountTable.LEDGER))
                    && isWanted(filter.userData32(), getInt(at + AccountTable.USER_DATA_32))
                    && isWanted(filter.userData64(), getLong(at + AccountTable.USER_DATA_64))
                    && isWanted128(
                            filter,
                            getLong(at + AccountTable.USER_DATA_128_HI),
                            getLong(at + AccountTable.USER_DATA_128_LO));
        }
    }

    private static boolean isWanted(final long wanted, final long value) {
        return wanted == 0 || wanted == value;
    }

    private static boolean isWanted128(final QueryFilter filter, final long hi, final long lo) {
        return (filter.userData128Hi() | filter.userData128Lo()) == 0
                || (filter.userData128Hi() == hi && filter.userData128Lo() == lo);
    }
}
