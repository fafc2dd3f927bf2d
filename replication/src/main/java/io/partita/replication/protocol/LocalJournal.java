// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;

/**
 * What the core asks its own journal. The driver implements it over the journal; all methods are called by the core's thread,
 * during in-methods only. Positions may move between two in-methods (the sequencer appends, the syncer forces) and by the
 * core's own effects ({@code append}, {@code cutTo}, {@code appendEpochStart}, those of {@link Storage}), in no other way.
 */
public interface LocalJournal {
    /**
     * Last seq. Must be cheap.
     *
     * @return 0 while empty.
     */
    long lastSeq();

    /**
     * Epoch of the last record. Must be cheap.
     *
     * @return 0 while empty.
     */
    long lastEpoch();

    /**
     * Chain value of the last record. Must be cheap.
     *
     * @return the cluster's genesis chain while empty.
     */
    long lastChain();

    /**
     * Up to where the journal is on the disk itself. Must be cheap.
     *
     * @return at most {@link #lastSeq()}; decreases only by a cut.
     */
    long durableSeq();

    /**
     * Oldest seq that is still there. Must be cheap.
     *
     * @return 1 while the journal is kept whole; one more than {@link #lastSeq()} if a snapshot holds everything.
     */
    long oldestSeq();

    /**
     * Bytes that may still be written (R38), as known; may lag behind by a second. Must be cheap.
     *
     * @return {@code Long.MAX_VALUE} if unknown.
     */
    long freeBytes();

    /**
     * Finds space for records before they are appended (R38). Cheap while there is some.
     *
     * @param length bytes of the records.
     * @return false if there is none.
     */
    boolean makeRoom(int length);

    /**
     * Whether the chain value at a seq can be had: not if the record is damaged (R39), of which the core hears by {@link
     * ReplicaCore#onDamage}; that of the last record always can. May read the disk; never called on the hot path.
     *
     * @param seq as for {@link #chainAt}.
     * @return whether {@link #chainAt} may be asked.
     */
    boolean isReadable(long seq);

    /**
     * The chain value at a seq. May read the disk; never called on the hot path.
     *
     * @param seq {@link #oldestSeq()} - 1 to {@link #lastSeq()}.
     * @return the chain value after that record; the genesis chain at 0.
     */
    long chainAt(long seq);

    /**
     * Runs of records of one epoch, oldest first (R6): of the records that are still there. The first run may begin later than
     * its epoch.
     *
     * @return the table.
     */
    EpochRuns epochRuns();
}
