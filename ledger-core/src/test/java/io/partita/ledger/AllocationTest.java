// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * No garbage on the way of a command: client, engine and journal on this one thread. What grows with the ledger (a chunk of
 * history per some thousand transfers) is all that may allocate.
 */
@Timeout(120)
class AllocationTest {
    private static final int COMMANDS = 64;
    private static final int WARM_UP_BATCHES = 4_000;
    private static final int BATCHES = 4_000;

    @TempDir
    Path folder;

    private long nextId = 1;
    private long created;

    @Test
    void shouldAllocateNothingPerCommand() {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled());
        try (Ledger ledger = Ledger.launch(new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .threadingMode(ThreadingMode.INVOKER)
                .segmentLength(1L << 30))) {
            final LedgerClient client = ledger.client(batch -> created += batch.isOk() ? batch.count() : 0);
            final Batch accounts = client.acquire();
            assertNotNull(accounts);
            for (int i = 1; i <= 100; i++) {
                accounts.commands().addAccount(0, i, 1, 1, 0);
            }
            assertTrue(client.submit(accounts) > 0);
            run(ledger, client, WARM_UP_BATCHES);
            created = 0;

            final long before = threads.getCurrentThreadAllocatedBytes();
            run(ledger, client, BATCHES);
            final long allocated = threads.getCurrentThreadAllocatedBytes() - before;

            assertEquals((long) BATCHES * COMMANDS, created);
            assertTrue(allocated < created / 4, "bytes=" + allocated + " commands=" + created);
        }
    }

    private void run(final Ledger ledger, final LedgerClient client, final int batches) {
        int submitted = 0;
        while (submitted < batches || client.inFlight() > 0) {
            while (submitted < batches && client.inFlight() < 8) {
                final Batch batch = client.acquire();
                for (int i = 0; i < COMMANDS; i++) {
                    batch.commands().addTransfer(0, nextId, 0, 1 + nextId % 100, 0, 1 + (nextId + 1) % 100, 1, 1, 1, 0);
                    nextId++;
                }
                client.submit(batch);
                submitted++;
            }
            ledger.doWork();
            client.poll(8);
        }
    }
}
