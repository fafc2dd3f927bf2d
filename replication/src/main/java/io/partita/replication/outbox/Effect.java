// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.outbox;

import io.partita.ledger.model.Id128;
import io.partita.ledger.wire.ChangeEventView;
import org.agrona.DirectBuffer;

/**
 * A change event that is to have an effect outside the ledger. Reused: valid during {@link EffectSink#deliver} only.
 *
 * <p>Its key is the cluster's id and the event's timestamp. A record with n events stamped T owns the timestamps T-n+1 to T and no
 * other has them, so a timestamp is the record's seq and the event's number in it, in one: unique in the cluster for ever,
 * increasing in the order of the journal, and the same on every node and at every replay.
 */
public final class Effect {
    private final Id128 clusterId;
    private final ChangeEventView event = new ChangeEventView();
    private long epoch;

    Effect(final Id128 clusterId) {
        this.clusterId = clusterId;
    }

    Effect wrap(final DirectBuffer rows, final int offset, final long newEpoch) {
        event.wrap(rows, offset);
        epoch = newEpoch;
        return this;
    }

    /**
     * The cluster, the first part of the key.
     *
     * @return its id.
     */
    public Id128 clusterId() {
        return clusterId;
    }

    /**
     * When it happened, the second part of the key.
     *
     * @return nanoseconds of journal time since 1970.
     */
    public long timestamp() {
        return event.timestamp();
    }

    /**
     * The key as text, for receivers that recognise what they have seen.
     *
     * @return 49 characters: 32 hexadecimal digits, a hyphen, 16 hexadecimal digits; in one cluster they sort as the effects do.
     */
    public String key() {
        return String.format("%016x%016x-%016x", clusterId.hi(), clusterId.lo(), event.timestamp());
    }

    /**
     * The epoch in which this node leads: a fencing token. A receiver that refuses a lower one than it has seen refuses a node
     * that was deposed and does not know it yet.
     *
     * @return the epoch, larger with each active.
     */
    public long epoch() {
        return epoch;
    }

    /**
     * What happened.
     *
     * @return the event, with both accounts' balances as of then.
     */
    public ChangeEventView event() {
        return event;
    }
}
