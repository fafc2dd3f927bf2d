// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.nio.file.Path;
import java.util.Collections;

/** Replays a journal from its beginning, or from the oldest snapshot if that was given up; stops where it is told to, and says what the ledger is there. */
final class Control implements AutoCloseable {
    private final FolderReader reader;
    private final LedgerStateMachine machine;

    Control(final Path dataFolder) {
        final FolderReader first = FolderReader.open(dataFolder.resolve("journal"), 1);
        if (first.oldestSeq() == 1) {
            reader = first;
            machine = new LedgerStateMachine(StateConfig.defaults());
            return;
        }
        final SnapshotStore store = new SnapshotStore(dataFolder.resolve("snapshots"), first.clusterId());
        final long seq = Collections.min(store.seqs());
        first.close();
        machine = store.load(seq, StateConfig.defaults(), null);
        reader = FolderReader.open(dataFolder.resolve("journal"), seq + 1);
    }

    /** Position, both digests and counts after a record, or after the last one if that comes first. */
    String at(final long seq) {
        Recovery.replay(reader, machine, seq);
        return machine.appliedSeq() + " " + Long.toHexString(machine.runningDigest()) + " " + machine.stateDigest()
                + " " + machine.accountCount() + " " + machine.transferCount() + " " + machine.lastTimestamp();
    }

    static String endOf(final Path dataFolder) {
        try (Control control = new Control(dataFolder)) {
            return control.at(Long.MAX_VALUE);
        }
    }

    @Override
    public void close() {
        reader.close();
        machine.close();
    }
}
