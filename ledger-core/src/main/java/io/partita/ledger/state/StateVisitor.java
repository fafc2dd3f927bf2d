// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;

/**
 * Sees everything that the state holds: accounts in the order of creation, then transfers in the order of creation, then burnt
 * ids in the order in which they were burnt. Views are valid during the call.
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
}
