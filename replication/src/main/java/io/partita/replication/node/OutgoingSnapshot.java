// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotContents;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotSource;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.replication.protocol.Snapshot;
import java.util.HashSet;
import java.util.Set;
import org.agrona.ErrorHandler;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/** What is read of this node's snapshots for others: of one at a time, as a rule. Engine's thread. */
final class OutgoingSnapshot implements AutoCloseable {
    private final SnapshotStore store;
    private final ErrorHandler errors;
    private Set<Long> used = new HashSet<>();
    private @Nullable Snapshot reading;
    private @Nullable SnapshotSource source;

    OutgoingSnapshot(final SnapshotStore store, final ErrorHandler errors) {
        this.store = store;
        this.errors = errors;
    }

    /** How the protocol calls a snapshot. Reads little of it. */
    static Snapshot name(final SnapshotStore store, final SnapshotInfo info) {
        final SnapshotContents contents = store.contents(info);
        return new Snapshot(
                info.seq(),
                info.epoch(),
                info.chain(),
                info.facts().runningDigest(),
                info.facts().logicVersion(),
                contents.length(),
                contents.crc());
    }

    /** See {@code Storage.read}. A disk that cannot be read is no reason for an active to stop: the snapshot counts as gone. */
    int read(
            final Snapshot snapshot,
            final long position,
            final MutableDirectBuffer target,
            final int offset,
            final int lengthMax) {
        try {
            if (!snapshot.equals(reading)) {
                close();
                source = source(snapshot);
                reading = snapshot;
            }
            final SnapshotSource open = source;
            if (open == null) {
                return -1;
            }
            used.add(snapshot.seq());
            return open.read(position, target, offset, lengthMax);
        } catch (final PartitaException e) {
            errors.onError(e);
            close();
            return -1;
        }
    }

    /** Null if there is another one of that seq. */
    private @Nullable SnapshotSource source(final Snapshot snapshot) {
        final SnapshotInfo info = store.info(snapshot.seq());
        return name(store, info).equals(snapshot) ? new SnapshotSource(store.folder(), store.contents(info)) : null;
    }

    /** Of which snapshots something was read since this was asked the last time: those that are being sent. */
    Set<Long> used() {
        final Set<Long> since = used;
        used = new HashSet<>();
        return since;
    }

    /** Lets go of the file. */
    @Override
    public void close() {
        final SnapshotSource open = source;
        source = null;
        reading = null;
        if (open != null) {
            open.close();
        }
    }
}
