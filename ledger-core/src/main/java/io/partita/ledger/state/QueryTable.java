// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.QueryFilter;

/** What a query needs of a table: its rows are in the order of their timestamps, and linked in chains by their values. */
interface QueryTable extends TimeOrdered {
    /** The rows with a value in a field, one of {@link ChainHeads}. */
    Chain valueChain(int field, long valueHi, long valueLo);

    /** Whether a row has all the values that a filter gives: user data, ledger and code. */
    boolean hasValues(long row, QueryFilter filter);
}
