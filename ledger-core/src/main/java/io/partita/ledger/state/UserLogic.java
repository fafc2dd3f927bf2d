// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Digest128;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The user's own logic, applied in the same deterministic step as the ledger's commands: each USER record of the journal is
 * given to it, on every node and at every replay, and what it posts is posted at that very position.
 *
 * <p><b>It must be a function of the journal</b>, as the ledger is: no clock but the record's timestamps, no randomness, no
 * input or output, no iteration over hash order, no floating point. Everything it knows comes from records and from the ledger.
 * State of its own is rebuilt by replay, or taken up again from a snapshot, and is shown in {@link #digest()}, so that two nodes can
 * be compared.
 *
 * <p>All nodes of a cluster, and whoever replays its journal, have the same logic. A change that gives other results for old
 * records is a new kind of command, never a change of an old one.
 *
 * <p>Called on the engine's thread only.
 */
public interface UserLogic {
    /** What {@link #snapshot} returns if the logic takes no part. */
    int NO_SNAPSHOT = -1;

    /**
     * Applies one command.
     *
     * <p>A negative answer undoes everything that was posted by it, as if it had not been asked, but for ids that failed for a
     * transient reason: those are burnt, as always. State of its own that the logic has changed already is its own to put
     * right: decide first, then change it.
     *
     * <p>What it throws halts the node before anything is answered, and the same record halts it again at the next start: the
     * record is in the journal. Refuse what is wrong in a command by a negative answer.
     *
     * @param command what the client sent; valid during this call.
     * @param ledger to look up and post with; valid during this call.
     * @return 0 or more for yes, negative for no; told to the client as it is.
     */
    int apply(UserCommand command, LedgerOperations ledger);

    /**
     * Digest of the logic's own state, a part of the state digest.
     *
     * @return equal exactly if the state is; always the same without state.
     */
    default Digest128 digest() {
        return new Digest128(0, 0);
    }

    /**
     * Writes the logic's own state for a snapshot, in a format of its own that later releases of it read, too. All that {@link
     * #digest()} shows must be in it: a snapshot whose digest differs after {@link #restore} is not used.
     *
     * @param out an expandable buffer, to be written to from 0 on.
     * @return bytes written; 0 if there is no state; {@link #NO_SNAPSHOT}, as here, if the logic takes no part: then no snapshot is
     *     taken of its ledger, and its journal is kept whole.
     */
    default int snapshot(final MutableDirectBuffer out) {
        return NO_SNAPSHOT;
    }

    /**
     * Takes up what {@link #snapshot} wrote, in a new object that has applied nothing.
     *
     * @param in with it, from 0 on.
     * @param length of it.
     */
    default void restore(final DirectBuffer in, final int length) {
        throw new UnsupportedOperationException("a logic that writes its state reads it, too");
    }
}
