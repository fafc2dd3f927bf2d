// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.client;

import io.partita.ledger.model.QueryKind;
import io.partita.ledger.wire.AccountBalancesView;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.TransferView;
import org.jspecify.annotations.Nullable;

/** What a {@link Batch} asks for. */
public enum BatchKind {
    /** Commands: sequenced, journaled, replicated, applied; one result each. */
    COMMANDS(null, 0),
    /** A command of the user's own logic: journaled, replicated and applied as commands are; one result. */
    USER_COMMAND(null, 0),
    /** The accounts of the given ids, at one position. */
    LOOKUP_ACCOUNTS(null, AccountView.LENGTH),
    /** The transfers of the given ids, at one position. */
    LOOKUP_TRANSFERS(null, TransferView.LENGTH),
    /** Running digest, state digest and counts at one position. The state digest visits all state: not for a busy node. */
    DIGEST(null, 0),
    /** Checks the ledger's invariants at one position; visits all state. */
    INVARIANTS(null, 0),
    /** Transfers of one account; rows of {@link TransferView}. */
    ACCOUNT_TRANSFERS(QueryKind.ACCOUNT_TRANSFERS, TransferView.LENGTH),
    /** Balances of one account after each of its transfers; rows of {@link AccountBalancesView}, none without HISTORY. */
    ACCOUNT_BALANCES(QueryKind.ACCOUNT_BALANCES, AccountBalancesView.LENGTH),
    /** Accounts by user data, ledger, code, time; rows of {@link AccountView}. */
    QUERY_ACCOUNTS(QueryKind.QUERY_ACCOUNTS, AccountView.LENGTH),
    /** Transfers by user data, ledger, code, time; rows of {@link TransferView}. */
    QUERY_TRANSFERS(QueryKind.QUERY_TRANSFERS, TransferView.LENGTH),
    /** The feed of all that happened, oldest first; rows of {@link ChangeEventView}. */
    CHANGE_EVENTS(QueryKind.CHANGE_EVENTS, ChangeEventView.LENGTH),
    /**
     * One account together with its open pendings, oldest first, as of one position: {@link Batch#isFound}, an {@link
     * AccountView} at {@link Batch#ACCOUNT_OFFSET}, {@link Batch#openPendings}, rows of {@link TransferView}.
     */
    ACCOUNT_WITH_PENDINGS(QueryKind.ACCOUNT_WITH_PENDINGS, TransferView.LENGTH);

    private final @Nullable QueryKind query;
    private final int rowLength;

    BatchKind(final @Nullable QueryKind query, final int rowLength) {
        this.query = query;
        this.rowLength = rowLength;
    }

    /**
     * Whether this only reads: not journaled, executed at an applied position.
     *
     * @return true for all but {@link #COMMANDS} and {@link #USER_COMMAND}.
     */
    public boolean isRead() {
        return this != COMMANDS && this != USER_COMMAND;
    }

    /**
     * The query that this asks: its body is a {@link Batch#filter()}.
     *
     * @return the kind of query; null for what is none.
     */
    public @Nullable QueryKind query() {
        return query;
    }

    /**
     * Bytes of a row of the answer.
     *
     * @return 0 for kinds whose answer has no rows.
     */
    public int rowLength() {
        return rowLength;
    }
}
