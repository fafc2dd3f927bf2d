// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.agrona.UnsafeApi.getInt;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

import io.partita.ledger.wire.QueryFilter;

/**
 * Where the rows of a table have the values that chains are made of: offsets in a row. The high half of the 128-bit one follows
 * its low half.
 */
record ValueFields(int ledger, int code, int userData128, int userData64, int userData32) {
    private static final long UNSIGNED = 0xFFFF_FFFFL;

    /** High half of a row's value in a field, one of {@link ChainHeads}. */
    long hi(final long at, final int field) {
        return field == ChainHeads.USER_DATA_128 ? getLong(at + userData128 + Long.BYTES) : 0;
    }

    /** Low half of a row's value in a field, one of {@link ChainHeads}. */
    long lo(final long at, final int field) {
        switch (field) {
            case ChainHeads.LEDGER:
                return getInt(at + ledger) & UNSIGNED;
            case ChainHeads.CODE:
                return getShort(at + code) & 0xFFFF;
            case ChainHeads.USER_DATA_128:
                return getLong(at + userData128);
            case ChainHeads.USER_DATA_64:
                return getLong(at + userData64);
            default:
                return getInt(at + userData32) & UNSIGNED;
        }
    }

    /** Whether a row has all the values that a filter gives: user data, ledger and code. */
    boolean match(final long at, final QueryFilter filter) {
        return isWanted(filter.code(), getShort(at + code) & 0xFFFF)
                && isWanted(filter.ledger(), getInt(at + ledger))
                && isWanted(filter.userData32(), getInt(at + userData32))
                && isWanted(filter.userData64(), getLong(at + userData64))
                && isWanted128(filter, getLong(at + userData128 + Long.BYTES), getLong(at + userData128));
    }

    private static boolean isWanted(final long wanted, final long value) {
        return wanted == 0 || wanted == value;
    }

    private static boolean isWanted128(final QueryFilter filter, final long hi, final long lo) {
        return (filter.userData128Hi() | filter.userData128Lo()) == 0
                || (filter.userData128Hi() == hi && filter.userData128Lo() == lo);
    }
}
