// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.engine.Restart;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.security.SecureRandom;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * A state machine and the memory of its history.
 *
 * @param machine what records are applied to.
 * @param history closed after it.
 */
record NodeState(LedgerStateMachine machine, MappedHistory history) implements AutoCloseable {
    /**
     * The state that a node starts with: the newest snapshot that is whole and of this journal, or the one before, and so on; at the
     * beginning if there is none.
     *
     * @throws io.partita.ledger.model.PartitaException DAMAGED if the journal does not begin at the beginning, and no snapshot can
     *     be used.
     */
    static NodeState start(final NodeStorage.Parts parts, final SnapshotStore store) {
        final Journal journal = parts.journal();
        final Restart restart = new Restart(
                        store,
                        journal::firstSeq,
                        seq -> seq >= journal.firstSeq() - 1 && seq <= journal.lastSeq()
                                ? OptionalLong.of(journal.chainAt(seq))
                                : OptionalLong.empty(),
                        parts.errors()::onError)
                .helpedBy(parts.threads().apply("snapshot-reader"));
        return make(parts, config -> restart.load(journal.lastSeq(), config, parts.logics()));
    }

    /** The state of a snapshot, verified in full. */
    static NodeState load(final NodeStorage.Parts parts, final SnapshotStore from, final long seq) {
        return make(parts, config -> from.load(seq, config, parts.logics().get()));
    }

    private static NodeState make(
            final NodeStorage.Parts parts, final Function<StateConfig, LedgerStateMachine> loader) {
        final MappedHistory history =
                MappedHistory.open(parts.folder().state(), parts.threads().apply("history"), parts.errors());
        try {
            return new NodeState(
                    loader.apply(new StateConfig(new SecureRandom().nextLong(), history)
                            .withLogicVersionMax(parts.logicVersionMax())),
                    history);
        } catch (final RuntimeException e) {
            history.close();
            throw e;
        }
    }

    @Override
    public void close() {
        machine.close();
        history.close();
    }
}
