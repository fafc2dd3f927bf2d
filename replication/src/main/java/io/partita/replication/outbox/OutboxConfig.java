// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.outbox;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import java.time.Duration;

/**
 * An outbox. The same on every node.
 *
 * @param clusterId of the cluster: the first part of every key.
 * @param outboxId high half of the ids that the outbox uses in the ledger, of two accounts and of its acknowledgements; not 0, of
 *     this outbox alone, and of nothing else's ids.
 * @param ledger book of these accounts, of outboxes alone, the same for all outboxes of a cluster: what happens in it has no
 *     effects; not 0.
 * @param pageRows events that are sent before they are acknowledged together, 1 to {@code Limits.QUERY_LIMIT_MAX}: as many as may
 *     be sent again after a failover.
 * @param pollInterval how long an active without news waits before it looks again, 1 ms to 1 min.
 */
public record OutboxConfig(Id128 clusterId, long outboxId, int ledger, int pageRows, Duration pollInterval) {
    /** Checks the ranges. */
    public OutboxConfig {
        check(outboxId != 0, "outboxId=0", "give the outbox a number of its own");
        check(ledger != 0, "ledger=0", "give the outboxes a book of their own");
        check(
                pageRows >= 1 && pageRows <= Limits.QUERY_LIMIT_MAX,
                "pageRows=" + pageRows,
                "choose 1.." + Limits.QUERY_LIMIT_MAX);
        check(
                pollInterval.compareTo(Duration.ofMillis(1)) >= 0 && pollInterval.compareTo(Duration.ofMinutes(1)) <= 0,
                "pollInterval=" + pollInterval,
                "choose 1 ms to 1 min");
    }

    /**
     * An outbox with the usual page of 256 events and a look every 20 ms.
     *
     * @param clusterId of the cluster.
     * @param outboxId high half of its ids.
     * @param ledger book of outboxes.
     * @return the configuration.
     */
    public static OutboxConfig of(final Id128 clusterId, final long outboxId, final int ledger) {
        return new OutboxConfig(clusterId, outboxId, ledger, 256, Duration.ofMillis(20));
    }

    private static void check(final boolean isRight, final String what, final String nextStep) {
        if (!isRight) {
            throw new PartitaException(ErrorCode.INVALID_CONFIGURATION, "the outbox cannot have " + what, nextStep);
        }
    }
}
