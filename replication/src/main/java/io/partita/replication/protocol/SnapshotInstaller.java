// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;
import io.partita.replication.protocol.codec.SnapChunkDecoder;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The standby's side of a snapshot transfer (R32): with a lineage that nobody counts on, it receives the snapshot beside the
 * journal that it has, and only a whole and verified one takes that journal's place. Receiving goes on where it stopped with
 * whichever active offers the same snapshot.
 *
 * <pre>
 *  IDLE -- SNAP_OFFER --> RECEIVING -- last byte --> SWITCHING -- installed, or refused --> IDLE
 * </pre>
 */
final class SnapshotInstaller {
    private final CoreContext context;
    private final Storage storage;
    private final CRC32C checksum = new CRC32C();
    private @Nullable Snapshot receiving;
    private long position;
    private boolean ackDue;
    private boolean switching;

    SnapshotInstaller(final CoreContext context, final Storage storage) {
        this.context = context;
        this.storage = storage;
    }

    /** Whether the storage is replacing the journal: no session meanwhile. */
    boolean isSwitching() {
        return switching;
    }

    /** The session is over; what was received stays. */
    void forget() {
        if (!switching) {
            receiving = null;
        }
        ackDue = false;
    }

    /** An offer, perhaps repeated: the answer says where to go on. */
    void onOffer(final Snapshot offered) {
        if (switching) {
            return;
        }
        if (offered.seq() <= context.commit()) {
            // The journals part before something that is committed here (R8): no snapshot may paper over that.
            context.halt(
                    HaltReason.COMMITTED_CONFLICT,
                    "a snapshot at seq=" + offered.seq() + " is offered, but commit=" + context.commit());
            return;
        }
        if (!offered.equals(receiving)) {
            receiving = offered;
            position = storage.begin(offered);
        }
        ackDue = true;
    }

    /**
     * A piece.
     *
     * @return false if it is damaged.
     */
    boolean onChunk(final SnapChunkDecoder chunk) {
        final Snapshot snapshot = receiving;
        if (snapshot == null || switching || chunk.snapId() != snapshot.seq()) {
            return true;
        }
        ackDue = true;
        if (chunk.position() != position) {
            return true; // Sent before the active knew where to go on.
        }
        final int length = chunk.pieceLength();
        final DirectBuffer buffer = chunk.buffer();
        final int offset = chunk.limit() + SnapChunkDecoder.pieceHeaderLength();
        if (length > snapshot.size() - position || crc(checksum, buffer, offset, length) != (int) chunk.crc()) {
            return false;
        }
        storage.write(buffer, offset, length);
        position += length;
        return true;
    }

    static int crc(final CRC32C checksum, final DirectBuffer buffer, final int offset, final int length) {
        checksum.reset();
        final byte[] array = buffer.byteArray();
        if (array != null) {
            checksum.update(array, buffer.wrapAdjustment() + offset, length);
        } else {
            for (int i = 0; i < length; i++) {
                checksum.update(buffer.getByte(offset + i));
            }
        }
        return (int) checksum.getValue();
    }

    /** Whether the last byte is there and the switch has begun: the session can end. */
    boolean switchIfWhole() {
        final Snapshot snapshot = receiving;
        if (snapshot == null || switching || position < snapshot.size()) {
            return false;
        }
        switching = true;
        storage.install(snapshot);
        return true;
    }

    /** Says how far it is. */
    int flush(final long session, final long sessionId, final long epoch) {
        final Snapshot snapshot = receiving;
        if (!ackDue || snapshot == null) {
            return 0;
        }
        ackDue = !context.frames.snapAck(session, sessionId, epoch, snapshot.seq(), position);
        return 1;
    }

    /** The snapshot is the node's state and journal now. */
    void onInstalled(final Snapshot snapshot) {
        Invariant.check(switching && snapshot.equals(receiving), "what is installed was received");
        switching = false;
        receiving = null;
        context.restart(snapshot);
    }

    /** It was not what its name says. */
    void onRefused(final String text) {
        Invariant.check(switching, "what is refused was received");
        context.effects.alarm(AlarmKind.CORRUPT_RECORDS, "snapshot=" + receiving + " is refused: " + text);
        switching = false;
        receiving = null;
    }
}
