// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.PartitaException;

/**
 * What decides whether the engine may sequence, how far it may apply, and whether it may answer. A single node has a gate that
 * follows the disk; replication implements it for a pair. All methods are called by the engine's thread, in
 * the order of one duty cycle: {@link #poll}, sequencing with {@link #onAppended}, {@link #flush}, apply with {@link #onApplied}.
 */
public interface ReplicationGate {
    /**
     * Takes in what happened outside: messages, timers, register outcomes, durability.
     *
     * @param nowNs monotonic time.
     * @return work done, 0 if none.
     */
    int poll(long nowNs);

    /**
     * Whether new batches may be sequenced now.
     *
     * @return the epoch to stamp them with, or a negative {@code Outcome} to refuse them with; 0 to hold them back for now.
     */
    long sequencingEpoch();

    /**
     * Records up to {@code lastSeq} were appended by the sequencer and are stored in the local journal.
     *
     * @param lastSeq the last one.
     */
    void onAppended(long lastSeq);

    /**
     * Sends what is to be sent; once per duty cycle.
     *
     * @param nowNs monotonic time.
     * @return work done, 0 if none.
     */
    int flush(long nowNs);

    /**
     * How far records are committed.
     *
     * @return a seq, at most the journal's last; never decreases.
     */
    long commitSeq();

    /**
     * Whether results of committed batches may be told to clients now. When it turns false, batches in flight end UNKNOWN (R26).
     *
     * @return true on an active that serves.
     */
    boolean mayAnswer();

    /**
     * Whether a linearizable read that arrived when {@code token} was taken may be served (R28).
     *
     * @param token from {@link #readToken()}.
     * @return 1 if it may, 0 if not yet, or a negative {@code Outcome}.
     */
    long readAllowed(long token);

    /**
     * Registers a linearizable read: the token stands for this moment.
     *
     * @return a token for {@link #readAllowed}, or a negative {@code Outcome}.
     */
    long readToken();

    /**
     * The latest stamp the sequencer may give, from the clocks of other nodes (R41).
     *
     * @return nanoseconds since 1970; {@code Long.MAX_VALUE} while no other clock is known.
     */
    long timestampCeiling();

    /**
     * Records up to {@code seq} are applied.
     *
     * @param seq the last applied.
     * @param runningDigest the state machine's running digest after it.
     */
    void onApplied(long seq, long runningDigest);

    /**
     * How far records may be applied now.
     *
     * @return what is committed; less while records are damaged.
     */
    default long applicableSeq() {
        return commitSeq();
    }

    /**
     * A committed record cannot be applied, since the journal is damaged (R39). It is tried again once {@link #applicableSeq} says so.
     *
     * @param seq of the record.
     * @param cause what the reader met; thrown on by who knows nothing better.
     */
    default void onDamage(final long seq, final PartitaException cause) {
        throw cause;
    }

    /** The journal found no room for a batch, which was refused (R38). */
    default void onStorageFull() {}

    /**
     * The newest epoch that this node knows, whoever leads it.
     *
     * @return the epoch; never decreases.
     */
    long epoch();

    /**
     * Whether {@link #poll} would find something: asked on the engine's thread once more before it parks.
     *
     * @return true if it must not park.
     */
    default boolean hasInput() {
        return false;
    }
}
