// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** All bounds of the ledger in one place, checked against each other when the class is loaded. */
public final class Limits {
    /** Commands in a batch, at most. */
    public static final int BATCH_COMMANDS_MAX = 8190;
    /** Bytes a single command takes in a batch body with its kind byte, at most. */
    public static final int COMMAND_LENGTH_MAX = 1 + 80 + 64;
    /** Bytes of a batch body, at most. */
    public static final int BATCH_BODY_LENGTH_MAX = BATCH_COMMANDS_MAX * COMMAND_LENGTH_MAX + 8;
    /** Bytes of a record, at most. */
    public static final int RECORD_LENGTH_MAX = RecordDescriptor.recordLength(BATCH_BODY_LENGTH_MAX);
    /** Bytes of the records in a frame, at most. */
    public static final int FRAME_LENGTH_MAX = 2 * 1024 * 1024;
    /** Bytes of a journal segment's mapped block; an excerpt is at most a quarter of it. */
    public static final int JOURNAL_BLOCK_LENGTH = 16 * 1024 * 1024;
    /** Bytes a result takes. */
    public static final int RESULT_LENGTH = 16;
    /** Bytes that the balances of the touched accounts take beside a result. */
    public static final int RESULT_BALANCES_LENGTH = 160;
    /** Ids in a look-up, at most. */
    public static final int LOOKUP_IDS_MAX = 8190;
    /** Rows of a query's answer, at most. */
    public static final int QUERY_LIMIT_MAX = 8189;
    /** Releases of one TICK, at most. */
    public static final int EXPIRIES_PER_TICK_MAX = 8190;
    /** Bytes of a command of the user's own logic, at most. */
    public static final int USER_COMMAND_LENGTH_MAX = 64 * 1024;
    /** Bytes that the user's own logic answers a command with, at most. */
    public static final int USER_REPLY_LENGTH_MAX = 4096;
    /** Nanoseconds that a stale read waits for the seq it must not be older than, before it is told {@code BEHIND}. */
    public static final long MIN_SEQ_WAIT_NS = 250_000_000L;

    static {
        Invariant.check(RECORD_LENGTH_MAX <= FRAME_LENGTH_MAX, "a record fits a frame");
        Invariant.check(USER_COMMAND_LENGTH_MAX <= BATCH_BODY_LENGTH_MAX, "a user's command fits a record");
        Invariant.check(FRAME_LENGTH_MAX + 64 <= JOURNAL_BLOCK_LENGTH / 4, "a frame fits an excerpt");
    }

    private Limits() {}
}
