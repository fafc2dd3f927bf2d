// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The active's side of a snapshot transfer (R32): offers it until the standby says where to go on, then sends pieces within a
 * window. The offer is repeated as the heartbeat of the transfer, and each is answered.
 */
final class SnapshotSender {
    /** Bytes of a piece at most, so that its frame fits {@link ReplicaCore#FRAME_LENGTH_MAX}. */
    static final int PIECE_LENGTH_MAX = 3 * 1024;

    /** Bytes under way to one standby at most. */
    private static final int WINDOW = 64 * PIECE_LENGTH_MAX;

    /** A transfer to one peer. */
    static final class Transfer {
        final Snapshot snapshot;
        private boolean isAnswered;
        private long sent;
        private long acked;
        private long answeredNs;
        private boolean isOffered;

        Transfer(final Snapshot snapshot, final long nowNs) {
            this.snapshot = snapshot;
            answeredNs = nowNs;
        }
    }

    private final CoreContext context;
    private final CRC32C checksum = new CRC32C();
    private final UnsafeBuffer piece = new UnsafeBuffer(new byte[PIECE_LENGTH_MAX]);

    SnapshotSender(final CoreContext context) {
        this.context = context;
    }

    /**
     * R33: what a standby is to be sent before the stream: the newest snapshot if it lacks records that are not kept any more,
     * or if its journal parts from this one before them.
     *
     * @return null if the journal is enough.
     */
    @Nullable
    Snapshot wanted(final PeerState peer, final long theirLastSeq) {
        final long oldestSeq = context.journal.oldestSeq();
        if (oldestSeq == 1 || (theirLastSeq >= oldestSeq - 1 && !peer.needsSnapshot)) {
            return null;
        }
        final Snapshot newest = context.storage().newest();
        Invariant.check(newest != null && newest.seq() >= oldestSeq - 1, "what is not kept is in a snapshot (R33)");
        return newest;
    }

    /**
     * The standby says how far it is.
     *
     * @return false if that cannot be.
     */
    boolean onAck(final Transfer transfer, final long snapId, final long position) {
        if (snapId != transfer.snapshot.seq()) {
            return true; // Of an earlier transfer.
        }
        if (position < 0 || position > (transfer.isAnswered ? transfer.sent : transfer.snapshot.size())) {
            return false;
        }
        transfer.answeredNs = context.nowNs;
        if (!transfer.isAnswered) {
            transfer.isAnswered = true;
            transfer.sent = position;
        }
        transfer.acked = Math.max(transfer.acked, position);
        return true;
    }

    /**
     * Sends what is due.
     *
     * @return work done; -1 if the transfer cannot go on.
     */
    int flush(final PeerState peer, final Transfer transfer) {
        if (context.nowNs - transfer.answeredNs >= context.config.suspectNs()) {
            return -1;
        }
        int work = 0;
        while (transfer.isAnswered
                && transfer.sent < transfer.snapshot.size()
                && transfer.sent - transfer.acked < WINDOW) {
            final int length = context.storage().read(transfer.snapshot, transfer.sent, piece, 0, PIECE_LENGTH_MAX);
            if (length <= 0) {
                return -1; // Gone meanwhile.
            }
            final int crc = SnapshotInstaller.crc(checksum, piece, 0, length);
            if (!context.frames.snapChunk(
                    peer, context.epoch, transfer.snapshot.seq(), transfer.sent, crc, piece, length)) {
                break;
            }
            transfer.sent += length;
            peer.lastSentNs = context.nowNs;
            work++;
        }
        final boolean offerDue = !transfer.isOffered || context.nowNs - peer.lastSentNs >= context.config.heartbeatNs();
        if (work == 0 && offerDue && context.frames.snapOffer(peer, context.epoch, transfer.snapshot)) {
            transfer.isOffered = true;
            peer.lastSentNs = context.nowNs;
            work++;
        }
        return work;
    }
}
