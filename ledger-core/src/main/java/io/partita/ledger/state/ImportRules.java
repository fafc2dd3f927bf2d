// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountCommandDecoder;
import io.partita.ledger.wire.TransferCommandDecoder;

/**
 * What an imported event's own timestamp is checked for beyond the head: strictly increasing per kind, unique across kinds, and
 * later than both accounts'. Pure; {@link ResultCode#CREATED} means that nothing is wrong so far.
 */
final class ImportRules {
    private ImportRules() {}

    static ResultCode checkAccount(final LedgerTables tables, final AccountCommandDecoder account) {
        final long timestamp = account.timestamp();
        return timestamp <= tables.accounts.lastTimestamp() || isOfATransfer(tables, timestamp)
                ? ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
                : ResultCode.CREATED;
    }

    /** Checks a transfer of any kind against those before it. */
    static ResultCode checkOrder(final LedgerTables tables, final TransferCommandDecoder transfer) {
        final long timestamp = transfer.timestamp();
        return timestamp <= tables.transfers.lastTimestamp() || isOfAnAccount(tables, timestamp)
                ? ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_REGRESS
                : ResultCode.CREATED;
    }

    /** Checks a single-phase or pending transfer. */
    static ResultCode checkTransfer(
            final LedgerTables tables, final TransferCommandDecoder transfer, final int debitRow, final int creditRow) {
        final ResultCode code = checkOrder(tables, transfer);
        if (code != ResultCode.CREATED) {
            return code;
        }
        if (transfer.timestamp() <= tables.accounts.timestamp(debitRow)) {
            return ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_DEBIT_ACCOUNT;
        }
        if (transfer.timestamp() <= tables.accounts.timestamp(creditRow)) {
            return ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_POSTDATE_CREDIT_ACCOUNT;
        }
        return transfer.timeout() != 0 ? ResultCode.IMPORTED_EVENT_TIMEOUT_MUST_BE_ZERO : ResultCode.CREATED;
    }

    private static boolean isOfATransfer(final LedgerTables tables, final long timestamp) {
        return timestamp <= tables.transfers.lastTimestamp() && tables.transfers.hasTimestamp(timestamp);
    }

    private static boolean isOfAnAccount(final LedgerTables tables, final long timestamp) {
        return timestamp <= tables.accounts.lastTimestamp() && tables.accounts.hasTimestamp(timestamp);
    }
}
