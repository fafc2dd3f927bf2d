// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.PartitaException;
import org.agrona.DirectBuffer;

/**
 * An append-only sequence of records. One thread, the owner, appends, cuts and closes; the positions that say so may be read
 * from any thread. A record is <em>stored</em> when {@link #append} returns (it survives {@code kill -9}) and <em>durable</em>
 * once {@link #durableSeq()} has reached it (it survives power loss).
 *
 * <p>After any method threw, the journal takes no more appends: storage that failed once is not trusted again.
 */
public interface Journal extends AutoCloseable {
    /**
     * Appends one frame: whole records that continue this journal. Owner thread.
     *
     * @param records with the records.
     * @param offset of the first record.
     * @param length bytes of all records, at most {@code Limits.FRAME_LENGTH_MAX}.
     * @throws IllegalArgumentException if the records do not continue seq, epoch and chain; nothing was appended.
     * @throws PartitaException if storage failed; the node must halt.
     */
    void append(DirectBuffer records, int offset, int length);

    /**
     * The oldest record's seq, or, of a journal that holds none, the next one's. Owner thread.
     *
     * @return 1 unless records were given up by {@link #discardTo}.
     */
    long firstSeq();

    /**
     * Gives up old records (R33), as whole segments: perhaps fewer than could be, never the newest ones. Their files are deleted
     * in the background. Owner thread.
     *
     * @param seq the last record that is not needed any more; nobody reads it or an older one now.
     */
    void discardTo(long seq);

    /**
     * Finds space for a frame before it is made, so that a full disk is a refused command and not a failed append (R38). What is
     * found stays found; each call tries again. For a few control records there is always room. Owner thread.
     *
     * @param length bytes of the frame's records, at most {@code Limits.FRAME_LENGTH_MAX}.
     * @return false if the disk is full.
     * @throws PartitaException if storage failed; the node must halt.
     */
    boolean makeRoom(int length);

    /**
     * The last record's seq. Any thread.
     *
     * @return 0 while empty.
     */
    long lastSeq();

    /**
     * The last record's epoch. Owner thread.
     *
     * @return 0 while empty.
     */
    long lastEpoch();

    /**
     * The last record's chain value. Owner thread.
     *
     * @return {@code RecordDescriptor.genesisChain} of the cluster while empty.
     */
    long lastChain();

    /**
     * The last record's timestamp. Owner thread.
     *
     * @return 0 while empty.
     */
    long lastTimestamp();

    /**
     * Up to where the journal is on the disk itself. Any thread.
     *
     * @return a seq, at most {@link #lastSeq()}; never decreases but by a cut.
     */
    long durableSeq();

    /** Asks the syncer to make everything appended so far durable; does not wait. Owner thread. */
    void requestForce();

    /**
     * Makes everything appended so far durable before it returns. Owner thread.
     *
     * @throws PartitaException if it cannot; the node must halt.
     */
    void force();

    /**
     * Cuts the journal logically: the record after {@code seq} will be another one. The bytes stay for the auditor. Durable
     * when it returns. Owner thread. (R8: the caller has proved a conflict and that nothing committed is cut.)
     *
     * @param seq the last seq that stays, {@link #firstSeq()} - 1 or more, less than {@link #lastSeq()}.
     */
    void cutTo(long seq);

    /**
     * Runs of records of one epoch, oldest first, for reconciliation (R6). Owner thread.
     *
     * @return a snapshot of the table.
     */
    EpochRuns epochRuns();

    /**
     * The chain value at a seq. Reads the journal: not for the hot path. Owner thread.
     *
     * @param seq {@link #firstSeq()} - 1 to {@link #lastSeq()}.
     * @return the chain value after that record.
     */
    long chainAt(long seq);

    /**
     * A reader of this journal for the owner's thread; it follows appends, rolls and cuts of what it has not read yet.
     *
     * @param fromSeq the first seq it shall return, {@link #firstSeq()} to {@link #lastSeq()} + 1.
     * @return the reader; the caller closes it.
     */
    JournalReader reader(long fromSeq);

    /** Forces, seals and closes. A second call does nothing. */
    @Override
    void close();
}
