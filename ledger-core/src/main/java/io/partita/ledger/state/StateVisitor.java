// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.TransferView;

/**
 * Sees everything that the state holds: accounts in the order of creation, then transfers in the order of creation, then burnt
 * ids in the order in which they were burnt, then what became of each pending transfer, and last the applied setCreditLimits, both
 * in the order of creation. Views are valid during the call.
 */
public interface StateVisitor {
    /**
     * One account.
     *
     * @param account its row.
     */
    void onAccount(AccountView account);

    /**
     * One transfer.
     *
     * @param transfer its row.
     */
    void onTransfer(TransferView transfer);

    /**
     * One burnt id.
     *
     * @param idHi high half.
     * @param idLo low half.
     */
    void onBurntId(long idHi, long idLo);

    /**
     * What became of a pending transfer.
     *
     * @param idHi high half of its id.
     * @param idLo low half.
     * @param status 1 open, 2 posted, 3 voided, 4 expired and released.
     * @param resolvedAt when it was posted, voided or released; 0 while it is open.
     */
    void onPending(long idHi, long idLo, int status, long resolvedAt);

    /**
     * One applied setCreditLimit.
     *
     * @param instruction its row.
     */
    void onInstruction(InstructionView instruction);
}
