// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.MemoryJournal;
import io.partita.ledger.model.Id128;
import io.partita.replication.testing.Await;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The look at the free space (R38). */
class StorageCareTest {
    @TempDir
    private Path folder;

    private final MemoryJournal journal = new MemoryJournal(new Id128(1, 2));
    private final AtomicLong counter = new AtomicLong();
    private final BlockingWorker worker = new BlockingWorker(
            task -> {
                final Thread thread = new Thread(task, "test-storage-care");
                thread.setDaemon(true);
                return thread;
            },
            () -> {},
            error -> {});

    @AfterEach
    void close() {
        worker.close();
        journal.close();
    }

    private void look(final StorageCare care) {
        care.look(1);
        Await.until("the free space is known", () -> worker.drain() > 0);
    }

    @Test
    void shouldLookAtTheFreeSpace() {
        try (StorageCare care = new StorageCare(journal, folder, 0, counter::set, worker)) {
            assertEquals(Long.MAX_VALUE, care.freeBytes());

            look(care);

            assertTrue(care.freeBytes() > 0 && care.freeBytes() < Long.MAX_VALUE, "freeBytes=" + care.freeBytes());
            assertEquals(care.freeBytes(), counter.get());
        }
    }

    @Test
    void shouldCountAFullDiskAsFullUntilThereIsRoomForAFrame() {
        try (StorageCare care = new StorageCare(journal, folder, 0, counter::set, worker)) {
            look(care);
            care.onFull();
            assertEquals(0, care.freeBytes());

            look(care); // the journal in memory has room

            assertTrue(care.freeBytes() > 0);
        }
    }
}
