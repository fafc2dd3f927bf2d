// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Digest128;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The ledger: a pure function of the journal, {@code (state, record) -> (state, results)}.
 *
 * <p>One thread, the apply step's. Memory is off heap and is freed by {@link #close()}. After {@link #apply} threw, the state
 * is not to be trusted: the machine refuses further records, and the node halts before it answers.
 */
public final class LedgerStateMachine implements AutoCloseable {
    /**
     * An empty ledger.
     *
     * @param config its settings.
     */
    public LedgerStateMachine(final StateConfig config) {
        java.util.Objects.requireNonNull(config, "config");
    }

    /**
     * Applies the next record.
     *
     * @param record with an intact record whose seq follows {@link #appliedSeq()}.
     * @param offset of the record.
     * @param results where results are written, one per command.
     * @param resultsOffset of the first result.
     * @return bytes of results written.
     * @throws IllegalStateException if something that must hold does not; the node must halt.
     */
    public int apply(
            final DirectBuffer record, final int offset, final MutableDirectBuffer results, final int resultsOffset) {
        throw new UnsupportedOperationException();
    }

    /**
     * The last applied record's seq.
     *
     * @return 0 at the beginning.
     */
    public long appliedSeq() {
        return 0;
    }

    /**
     * The stamp of the last record that owned timestamps.
     *
     * @return 0 at the beginning.
     */
    public long lastTimestamp() {
        return 0;
    }

    /**
     * Digest of all results and touched balances so far, in order.
     *
     * @return 64 bits.
     */
    public long runningDigest() {
        return 0;
    }

    /**
     * Digest of the whole state, independent of memory layout. Visits everything.
     *
     * @return 128 bits.
     */
    public Digest128 stateDigest() {
        return new Digest128(0, 0);
    }

    /**
     * How many accounts there are.
     *
     * @return the count.
     */
    public long accountCount() {
        return 0;
    }

    /**
     * How many transfers there are.
     *
     * @return the count.
     */
    public long transferCount() {
        return 0;
    }

    /**
     * How many ids are burnt.
     *
     * @return the count.
     */
    public long burntIdCount() {
        return 0;
    }

    /**
     * Looks an account up.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param out where its row is written, see {@link io.partita.ledger.wire.AccountView}.
     * @param outOffset of the row.
     * @return false if there is none; nothing was written.
     */
    public boolean lookupAccount(final long idHi, final long idLo, final MutableDirectBuffer out, final int outOffset) {
        return false;
    }

    /**
     * Looks a transfer up.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @param out where its row is written, see {@link io.partita.ledger.wire.TransferView}.
     * @param outOffset of the row.
     * @return false if there is none; nothing was written.
     */
    public boolean lookupTransfer(
            final long idHi, final long idLo, final MutableDirectBuffer out, final int outOffset) {
        return false;
    }

    /**
     * Shows everything to a visitor.
     *
     * @param visitor who sees it.
     */
    public void visit(final StateVisitor visitor) {
        java.util.Objects.requireNonNull(visitor, "visitor");
    }

    /**
     * Checks what must hold of a ledger at any position. Visits everything.
     *
     * @return what it found.
     */
    public InvariantReport checkInvariants() {
        return new InvariantReport(0, 0, java.util.List.of());
    }

    /** Frees the memory. A second call does nothing. */
    @Override
    public void close() {}
}
