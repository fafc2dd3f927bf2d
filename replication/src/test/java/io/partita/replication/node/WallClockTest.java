// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.CountersFile;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.client.RemoteLedgerClient;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes whose wall clock is wrong (R41). */
class WallClockTest {
    private static final long START_NS = TimeUnit.DAYS.toNanos(11_000);
    private static final long HOUR_NS = TimeUnit.HOURS.toNanos(1);

    @TempDir
    Path root;

    private long stamp;

    @Test
    void shouldStampByTheClockItIsGivenAsFarAsThatCanBeBelieved() {
        final AtomicLong wall = new AtomicLong(START_NS);
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)
                        .with(context -> context.epochNanoClock(wall::get))
                        .startBoth();
                RemoteLedgerClient client = pair.client(this::onBatch)) {
            assertEquals(START_NS, stampOf(client, 1));

            wall.addAndGet(HOUR_NS);
            final long ahead = stampOf(client, 2);
            assertTrue(ahead > START_NS && ahead < START_NS + HOUR_NS, () -> "ahead: " + (ahead - START_NS));
            assertTrue(CountersFile.open(pair.folder(pair.serving())).get(CounterType.CLOCK_ALARMS) > 0);

            wall.addAndGet(-2 * HOUR_NS);
            assertEquals(ahead + 1, stampOf(client, 3));
        }
    }

    /** The stamp of a new account. */
    private long stampOf(final RemoteLedgerClient client, final int account) {
        stamp = 0;
        final Batch batch = client.acquire();
        batch.commands().addAccount(0, account, 826, 1, 0);
        client.submit(batch);
        Pair.await("an answer", () -> client.poll(1) > 0);
        return stamp;
    }

    private void onBatch(final Batch batch) {
        final ResultDecoder results = batch.commandResults();
        assertTrue(results.next());
        assertEquals(ResultCode.CREATED, ResultCode.of(results.code()));
        stamp = results.timestamp();
    }
}
