// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.wire.TransferView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where a ledger with a folder keeps its history: in scratch files without a name, or in memory. */
class LedgerHistoryTest {
    private static final int TRANSFERS = 3_000;

    private final List<Thread> threads = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldFindTransfersAgainAfterARestart(boolean isMapped) throws Exception {
        try (Ledger ledger = launch(isMapped)) {
            fill(ledger.async());
            assertTransfersAreThere(ledger.async());
            assertEquals(isMapped, threads.stream().anyMatch(LedgerHistoryTest::isHistory));
            assertEquals(isMapped, Files.exists(folder.resolve("state")));
            assertNoFileIsLeft();
        }
        try (Ledger ledger = launch(!isMapped)) {
            assertTransfersAreThere(ledger.async());
        }
        assertNoFileIsLeft();
        assertFalse(threads.stream().anyMatch(thread -> isHistory(thread) && thread.isAlive()));
    }

    @Test
    void shouldNotMindWhatAKillLeft() throws Exception {
        Path left = Files.createDirectory(folder.resolve("state")).resolve("transfers-7.scratch");
        Files.write(left, new byte[100]);
        try (Ledger ledger = launch(true)) {
            fill(ledger.async());
            assertFalse(Files.exists(left));
        }
    }

    private Ledger launch(boolean isMapped) {
        return Ledger.launch(new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .segmentLength(1 << 20)
                .mappedHistory(isMapped)
                .threadFactory(task -> {
                    Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    threads.add(thread);
                    return thread;
                }));
    }

    private static boolean isHistory(Thread thread) {
        return thread.getName().equals("partita-history");
    }

    private static void fill(AsyncLedger ledger) throws Exception {
        AsyncLedger.Answer accounts = ledger.submit(batch -> {
                    batch.commands().addAccount(0, 1, 1, 1, 0);
                    batch.commands().addAccount(0, 2, 1, 1, 0);
                })
                .get(60, TimeUnit.SECONDS);
        assertTrue(accounts.isOk(), accounts.toString());
        AsyncLedger.Answer transfers = ledger.submit(batch -> {
                    for (int i = 1; i <= TRANSFERS; i++) {
                        batch.commands().addTransfer(0, i, 0, 1, 0, 2, i, 1, 1, 0);
                    }
                })
                .get(60, TimeUnit.SECONDS);
        assertTrue(transfers.isOk(), transfers.toString());
    }

    private static void assertTransfersAreThere(AsyncLedger ledger) throws Exception {
        AsyncLedger.Answer read = ledger.submit(BatchKind.LOOKUP_TRANSFERS, batch -> {
                    batch.addId(0, 1);
                    batch.addId(0, TRANSFERS);
                })
                .get(60, TimeUnit.SECONDS);
        UnsafeBuffer rows = new UnsafeBuffer(read.raw());
        TransferView row = new TransferView();
        assertTrue(read.isOk(), read.toString());
        assertEquals(1, row.wrap(rows, Batch.ROW_OFFSET).amountLo());
        assertEquals(
                TRANSFERS,
                row.wrap(rows, Batch.TRANSFER_SLOT_LENGTH + Batch.ROW_OFFSET).amountLo());
    }

    private void assertNoFileIsLeft() throws IOException {
        Path state = folder.resolve("state");
        if (Files.exists(state)) {
            try (Stream<Path> files = Files.list(state)) {
                assertEquals(List.of(), files.toList());
            }
        }
    }
}
