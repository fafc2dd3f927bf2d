// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchDecoder;

/**
 * The part of a command's head that concerns timestamps and imports; deadline and chain come before it. A batch is imported or
 * not as its first command is; a setCreditLimit or resolve never is. Pure; {@link ResultCode#CREATED} means that nothing is wrong
 * so far.
 */
final class HeadRules {
    private HeadRules() {}

    /** Whether the command that a batch stands on is imported. */
    static boolean isImported(final BatchDecoder batch) {
        switch (batch.kind()) {
            case CommandKind.CREATE_TRANSFER:
                return (batch.transfer().flags() & TransferFlags.IMPORTED) != 0;
            case CommandKind.CREATE_ACCOUNT:
                return (batch.account().flags() & AccountFlags.IMPORTED) != 0;
            default:
                return false;
        }
    }

    /**
     * Checks the command that a batch stands on.
     *
     * @param importing whether the batch is imported.
     * @param stamp of the batch.
     */
    static ResultCode check(final BatchDecoder batch, final boolean importing, final long stamp) {
        final boolean imported = isImported(batch);
        if (importing) {
            return imported ? checkImported(timestamp(batch), stamp) : ResultCode.IMPORTED_EVENT_EXPECTED;
        }
        if (imported) {
            return ResultCode.IMPORTED_EVENT_NOT_EXPECTED;
        }
        return timestamp(batch) != 0 ? ResultCode.TIMESTAMP_MUST_BE_ZERO : ResultCode.CREATED;
    }

    private static ResultCode checkImported(final long timestamp, final long stamp) {
        if (timestamp <= 0) {
            return ResultCode.IMPORTED_EVENT_TIMESTAMP_OUT_OF_RANGE;
        }
        return timestamp >= stamp ? ResultCode.IMPORTED_EVENT_TIMESTAMP_MUST_NOT_ADVANCE : ResultCode.CREATED;
    }

    private static long timestamp(final BatchDecoder batch) {
        switch (batch.kind()) {
            case CommandKind.CREATE_TRANSFER:
                return batch.transfer().timestamp();
            case CommandKind.CREATE_ACCOUNT:
                return batch.account().timestamp();
            default:
                return 0;
        }
    }
}
