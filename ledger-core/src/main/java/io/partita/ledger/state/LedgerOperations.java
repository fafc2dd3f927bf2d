// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link UserLogic} can do with the ledger while it applies a command. Everything it posts goes the way of a client's
 * commands: the same checks, codes, limits and invariants, also chains.
 *
 * <pre>{@code
 * ledger.commands().addTransfer(idHi, idLo, debitHi, debitLo, creditHi, creditLo, amount, book, code, 0);
 * if (!ledger.post()) {
 *     return -ledger.results().at(0).code(); // undoes what this command posted before
 * }
 * }</pre>
 */
public interface LedgerOperations {
    /**
     * How many more events may be posted: each needs a timestamp of the command's.
     *
     * @return 0 or more.
     */
    int timestampsLeft();

    /**
     * Where the next commands are added.
     *
     * @return the encoder, empty after each {@link #post()}.
     */
    BatchEncoder commands();

    /**
     * Applies what was added to {@link #commands()}, in order; its results are in {@link #results()}.
     *
     * @return whether every result is CREATED or EXISTS.
     * @throws RuntimeException if there are more commands than timestamps left. It ends the command, which is undone and
     *     answered {@code TIMESTAMPS_USED_UP}; not to be caught.
     */
    boolean post();

    /**
     * The results of the last {@link #post()}.
     *
     * @return a cursor before the first.
     */
    ResultDecoder results();

    /**
     * The first result of the last {@link #post()} that is neither CREATED nor EXISTS.
     *
     * @return its code; CREATED if there is none.
     */
    ResultCode firstFailure();

    /**
     * Looks an account up, as it is now.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @return its row, valid until the next call; null if there is none.
     */
    @Nullable
    AccountView account(long idHi, long idLo);

    /**
     * Looks a transfer up.
     *
     * @param idHi high half of its id.
     * @param idLo low half of its id.
     * @return its row, valid until the next call; null if there is none.
     */
    @Nullable
    TransferView transfer(long idHi, long idLo);
}
