// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.engine.EngineConfig;
import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.EngineKit;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** A host's clock that runs back: time in the journal does not, and whoever replays it gets the same digests. */
class ClockBackwardsTest {
    private static final EngineConfig CONFIG = new EngineConfig(64, 1 << 20, 1 << 20, 0, 1_000_000_000L);
    private static final long SECOND = 1_000_000_000L;

    @Test
    void shouldGiveTheSameDigestsAsAClockThatStands() {
        assertEquals(digests(0), digests(-1));
        assertEquals(digests(0), digests(-3_600 * SECOND));
    }

    @Test
    void shouldReplayToTheSameDigestsWhateverTheClockDid() {
        for (final long step : new long[] {0, -1, -SECOND, 7, SECOND / 100}) {
            digests(step);
        }
    }

    /** Ten batches with the wall clock moving so between them, then the clock is put right and what is due is released. */
    private static String digests(final long stepNs) {
        try (EngineKit kit = new EngineKit(CONFIG)) {
            kit.startEpoch(1);
            kit.submit(0, batch -> {
                batch.commands().addAccount(0, 1, 1, 1, 0);
                batch.commands().addAccount(0, 2, 1, 1, 0);
            });
            kit.commitAll();
            final long wallNs = kit.wallNs;
            for (int i = 1; i <= 10; i++) {
                kit.wallNs += stepNs;
                final long id = i * 10L;
                final int timeout = 1 + i % 2;
                kit.submit(i, batch -> {
                    batch.commands().addTransfer(0, id, 0, 1, 0, 2, id, 1, 1, TransferFlags.PENDING);
                    batch.commands().timeout(timeout);
                    batch.commands().addTransfer(0, id + 1, 0, 1, 0, 2, 1, 1, 1, TransferFlags.LINKED);
                    batch.commands().addTransfer(0, id + 2, 0, 1, 0, 2, 1, 1, 1, 0);
                });
                kit.commitAll();
            }
            assertEquals(10, kit.stateMachine().openPendingCount());

            kit.wallNs = wallNs + SECOND + SECOND / 2;
            kit.nowNs += SECOND + SECOND / 2;
            kit.commitAll();
            assertEquals(5, kit.stateMachine().openPendingCount());
            assertEquals(5, kit.stateMachine().expiryCount());
            assertEquals(List.of(), kit.halts);

            final String digests = digests(kit.stateMachine());
            checkReplay(kit, digests);
            return digests;
        }
    }

    private static void checkReplay(final EngineKit kit, final String digests) {
        final List<String> types = new ArrayList<>();
        long last = 0;
        try (JournalReader reader = ((MemoryJournal) kit.journal()).reader(1)) {
            while (reader.next(Long.MAX_VALUE, Integer.MAX_VALUE)) {
                final DirectBuffer buffer = reader.buffer();
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                    final long stamp = RecordDescriptor.timestamp(buffer, at);
                    assertTrue(stamp - RecordDescriptor.count(buffer, at) >= last, "time in the journal runs back");
                    last = stamp;
                    types.add(RecordType.of(RecordDescriptor.type(buffer, at)).name());
                }
            }
        }
        assertEquals(1, types.stream().filter("TICK"::equals).count(), types.toString());
        try (LedgerStateMachine again = new LedgerStateMachine(StateConfig.defaults());
                JournalReader reader = ((MemoryJournal) kit.journal()).reader(1)) {
            Recovery.replay(reader, again, Long.MAX_VALUE);
            assertEquals(digests, digests(again));
        }
    }

    private static String digests(final LedgerStateMachine ledger) {
        return Long.toHexString(ledger.runningDigest()) + " " + ledger.stateDigest();
    }
}
