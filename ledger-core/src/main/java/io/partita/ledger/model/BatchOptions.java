// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/** Option bits of a batch, as a record header carries them. */
public final class BatchOptions {
    /** No options. */
    public static final int NONE = 0;
    /** The result carries the four balances of each touched account right after the event. */
    public static final int RETURN_BALANCES = 1;

    /** The bits that this release supports. A record with any other halts the state machine, so they are refused before. */
    public static final int SUPPORTED = RETURN_BALANCES;

    private BatchOptions() {}
}
