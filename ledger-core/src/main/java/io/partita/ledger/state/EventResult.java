// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/** What a command came to beside its code: when, and which accounts it touched. One is used over and over. */
final class EventResult {
    /** No account. */
    static final int NONE = -1;

    private long timestamp;
    private int firstRow = NONE;
    private int secondRow = NONE;

    /** Starts an event that touches nothing unless it says so. */
    void start(final long now) {
        timestamp = now;
        firstRow = NONE;
        secondRow = NONE;
    }

    /** It exists: the timestamp is the original's. */
    void exists(final long originalTimestamp) {
        timestamp = originalTimestamp;
    }

    /** It was created, and touched one account. */
    void created(final long ownTimestamp, final int accountRow) {
        timestamp = ownTimestamp;
        firstRow = accountRow;
    }

    /** It was created, and touched two accounts. */
    void created(final long ownTimestamp, final int debitRow, final int creditRow) {
        timestamp = ownTimestamp;
        firstRow = debitRow;
        secondRow = creditRow;
    }

    long timestamp() {
        return timestamp;
    }

    /** The debit account of a transfer, or the one account that was touched, or {@link #NONE}. */
    int firstRow() {
        return firstRow;
    }

    /** The credit account of a transfer, or {@link #NONE}. */
    int secondRow() {
        return secondRow;
    }
}
