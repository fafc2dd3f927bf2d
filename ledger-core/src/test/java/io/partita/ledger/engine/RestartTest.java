// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which snapshots a replay can begin at. */
class RestartTest {
    @TempDir
    Path folder;

    private final List<PartitaException> passedOver = new ArrayList<>();
    private SnapshotStore store;

    @BeforeEach
    void takeASnapshotAtTheFirstRecord() {
        store = new SnapshotStore(folder.resolve("snapshots"), new Id128(7, 13));
        try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
            new LedgerDriver(machine).apply(10, 0, List.of(Command.parse("account id=1")));
            store.write(machine, 1, 77, null);
        }
    }

    private Restart restart(final OptionalLong chain) {
        return restart(chain, 1);
    }

    /** Of a journal from its beginning, which gives up what is before a record when somebody has looked once. */
    private Restart restart(final OptionalLong chain, final long laterOldestSeq) {
        final AtomicLong oldestSeq = new AtomicLong(1);
        return new Restart(store, () -> oldestSeq.getAndSet(laterOldestSeq), seq -> chain, passedOver::add);
    }

    @Test
    void shouldFitTheJournalThatGoesOnFromIt() {
        assertEquals(1, restart(OptionalLong.of(77)).fitting(9).size());
        assertEquals(0, restart(OptionalLong.of(77)).fitting(0).size());
        assertEquals(List.of(), passedOver);
    }

    @Test
    void shouldSayThatASnapshotIsOfAnotherHistoryOrLacksItsRecord() {
        assertEquals(List.of(), restart(OptionalLong.of(78)).fitting(9));
        assertEquals(List.of(), restart(OptionalLong.empty()).fitting(9));
        assertEquals(
                List.of(ErrorCode.DAMAGED, ErrorCode.DAMAGED),
                passedOver.stream().map(PartitaException::code).toList());
    }

    /** The node's own retention moves on while somebody looks: that is no damage. */
    @Test
    void shouldPassOverInSilenceWhatTheJournalHasGivenUpMeanwhile() {
        assertEquals(List.of(), restart(OptionalLong.empty(), 3).fitting(9));
        assertEquals(List.of(), passedOver);
        assertEquals(List.of(), restart(OptionalLong.empty(), 2).fitting(9));
        assertEquals(1, passedOver.size(), "it has the record after the snapshot, and should know the chain before it");
    }
}
