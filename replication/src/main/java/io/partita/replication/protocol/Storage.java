// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a node's storage can do beside appending: keep snapshots and give up what they cover (R31 to R33), and replace damaged
 * records in place (R39). A driver whose journal is kept whole has none; its core then neither takes nor offers nor installs
 * snapshots, and halts at damage. All methods are called by the core's thread, from within an in-method of {@link ReplicaCore};
 * none calls back; if storage fails, it throws.
 *
 * <p>With a storage the driver starts from the newest snapshot: its state is loaded, the core is constructed with the journal
 * that goes on from it, and records are applied from {@code newest().seq() + 1} on. A journal that ends before the newest
 * snapshot counts for nothing: it is empty from there on.
 */
public interface Storage {
    /**
     * The newest whole snapshot. Must be cheap.
     *
     * @return null if there is none.
     */
    @Nullable
    Snapshot newest();

    /**
     * The one before the newest. Must be cheap.
     *
     * @return null if there is none.
     */
    @Nullable
    Snapshot previous();

    /**
     * Takes a snapshot of the state as applied now, that is up to {@code name.seq()}; it may be written later, and {@link
     * #newest()} shows it once it is whole and durable, as is the journal up to it. At most one is under way. The two newest
     * are kept, and those that are being read.
     *
     * @param name what it is; size and checksum are yet to be found.
     */
    void take(Snapshot name);

    /**
     * Reads a piece of a snapshot.
     *
     * @param snapshot which.
     * @param position of the piece, less than the snapshot's size.
     * @param target where to.
     * @param offset in the target.
     * @param lengthMax bytes at most.
     * @return bytes read, at least 1; -1 if the snapshot is gone.
     */
    int read(Snapshot snapshot, long position, MutableDirectBuffer target, int offset, int lengthMax);

    /**
     * Begins, or goes on with, receiving a snapshot beside what the node has. What was received of another one is dropped.
     *
     * @param snapshot which.
     * @return where to go on: contiguous bytes of this very snapshot that are there (R32).
     */
    long begin(Snapshot snapshot);

    /**
     * Adds a piece to what is being received.
     *
     * @param piece with the bytes.
     * @param offset of the bytes.
     * @param length of the bytes.
     */
    void write(DirectBuffer piece, int offset, int length);

    /**
     * All bytes are there: verify size, checksum and digest, make it durable, replace state and journal by it in one step: the
     * journal is empty from {@code seq + 1} on, its last seq, epoch and chain are the snapshot's. Then {@link
     * ReplicaCore#onSnapshotInstalled}; or {@link ReplicaCore#onSnapshotRefused} if it is not what its name says: nothing has
     * changed then, and what was received is dropped.
     *
     * @param snapshot which.
     */
    void install(Snapshot snapshot);

    /**
     * Records up to a seq need not be kept any longer (R33). The storage may keep them.
     *
     * @param seq at most the seq of {@link #newest()}.
     */
    void discardTo(long seq);

    /**
     * Takes in records for the place of damaged ones (R39), until all are there and {@link #repair} is called. Verified by the core:
     * checksums right, and the chain from the one before the first damaged one on. Some may come twice.
     *
     * @param records whole records.
     * @param offset of the first one.
     * @param length of all.
     */
    void collect(DirectBuffer records, int offset, int length);

    /**
     * Replaces damaged records by those that were taken in: durably, and so that after a crash at any moment either are there. Then
     * {@link ReplicaCore#onRepaired}; or {@link ReplicaCore#onDamage} if more is damaged than was known. Records of the range are read
     * no more before that. It may take as long as it takes to write some segments of the journal; the core goes on meanwhile.
     *
     * @param firstSeq the first damaged record.
     * @param lastSeq the last one.
     */
    void repair(long firstSeq, long lastSeq);
}
