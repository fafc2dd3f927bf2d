// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import java.util.List;

/**
 * A batch of commands as a client sends it, the same bytes at every attempt.
 *
 * @param body encoded commands.
 * @param count of commands.
 * @param deadlineNs wall time, or 0.
 * @param transfers ids of the transfers that it creates.
 * @param resolves ids that it resolves.
 */
record SimBatch(byte[] body, int count, long deadlineNs, List<Id128> transfers, List<Id128> resolves) {
    /** Of one command. */
    record Result(ResultCode code, long timestamp) {}
}
