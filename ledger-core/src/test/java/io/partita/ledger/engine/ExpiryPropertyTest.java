// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.EngineKit;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Reservations in an engine whose commit lags, whose clock runs and jumps back, and which is deposed and elected again: in the end
 * everything due is free, whatever happened, and a replay of the journal comes to the same.
 */
class ExpiryPropertyTest {
    private static final int STEPS = 400;
    private static final long SECOND = 1_000_000_000L;

    private final EngineKit kit = new EngineKit(EngineConfig.defaults());
    private long nextId = 100;
    private long epoch = 1;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldFreeEverythingThatIsDueOnceAndReplayToTheSame(final long seed) {
        try (kit) {
            final Random random = new Random(seed);
            kit.startEpoch(epoch);
            kit.submit(1, batch -> {
                for (long id = 1; id <= 4; id++) {
                    batch.commands().addAccount(0, id, 1, 1, 0);
                }
            });
            for (int i = 0; i < STEPS; i++) {
                step(random);
            }
            kit.gate.epoch = epoch;
            for (int i = 0; i < 8; i++) { // TICK, commit, apply; and perhaps once more
                kit.commitAll();
            }

            final LedgerStateMachine state = kit.stateMachine();
            assertNull(kit.engine().haltReason());
            assertTrue(state.nextExpiry() > state.lastTimestamp(), "seed=" + seed);
            assertTrue(state.nextExpiry() > kit.wallNs, "seed=" + seed);
            assertTrue(kit.count(CounterType.TICKS) > 0);
            assertTrue(state.expiryCount() > 0);
            assertEquals(java.util.List.of(), state.checkInvariants().violations(), "seed=" + seed);
            replay(seed);
        }
    }

    private void step(final Random random) {
        switch (random.nextInt(8)) {
            case 0, 1 -> kit.submit(nextId, batch -> reserve(batch, random));
            case 2 -> kit.submit(nextId, batch -> settle(batch, random));
            case 3 -> advance(random.nextInt(10) == 0 ? random.nextLong(3 * SECOND) : random.nextLong(SECOND / 2));
            case 4 -> kit.wallNs -= random.nextLong(SECOND / 4);
            case 5 -> kit.gate.commitSeq += random.nextLong(kit.journal().lastSeq() - kit.gate.commitSeq + 1);
            case 6 -> {
                if (random.nextInt(6) == 0) {
                    kit.gate.epoch = kit.gate.epoch == Outcome.NOT_ACTIVE ? ++epoch : Outcome.NOT_ACTIVE;
                }
            }
            default -> kit.gate.commitSeq = kit.journal().lastSeq();
        }
        kit.engine().doWork();
    }

    private void advance(final long ns) {
        kit.nowNs += ns;
        kit.wallNs += ns;
    }

    private void reserve(final Batch batch, final Random random) {
        for (int i = 0; i <= random.nextInt(5); i++) {
            final long debit = 1 + random.nextInt(4);
            batch.commands()
                    .addTransfer(
                            0,
                            nextId++,
                            0,
                            debit,
                            0,
                            1 + debit % 4,
                            random.nextInt(100),
                            1,
                            1,
                            TransferFlags.PENDING | (random.nextInt(4) == 0 ? TransferFlags.LINKED : 0));
            batch.commands().timeout(random.nextInt(3));
        }
        batch.commands().addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 1, 0);
    }

    private void settle(final Batch batch, final Random random) {
        for (int i = 0; i <= random.nextInt(4); i++) {
            final int flags = random.nextBoolean() ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING;
            batch.commands().addTransfer(0, nextId++, 0, 0, 0, 0, 0, 0, 0, flags);
            batch.commands().pendingId(0, Math.max(100, nextId - 1 - random.nextInt(40)));
        }
    }

    private void replay(final long seed) {
        try (LedgerStateMachine again = new LedgerStateMachine(StateConfig.defaults());
                JournalReader reader = kit.journal().reader(1)) {
            Recovery.replay(reader, again, kit.journal().lastSeq());
            assertEquals(kit.stateMachine().runningDigest(), again.runningDigest(), "seed=" + seed);
            assertEquals(kit.stateMachine().stateDigest(), again.stateDigest(), "seed=" + seed);
            assertEquals(kit.stateMachine().expiryCount(), again.expiryCount(), "seed=" + seed);
        }
    }
}
