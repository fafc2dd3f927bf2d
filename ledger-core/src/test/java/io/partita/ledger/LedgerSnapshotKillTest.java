// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.Id128;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process whose ledger takes snapshots all the time, and gives up its journal behind them, is killed at random moments: it always
 * starts again, and nothing that was answered is lost. {@code -Dpartita.snapshot.kills=N} asks for more, {@code
 * -Dpartita.snapshot.seed=S} for other moments.
 */
@Timeout(3600)
class LedgerSnapshotKillTest {
    private static final int KILLS = Integer.getInteger("partita.snapshot.kills", 2);
    private static final long SEED = Long.getLong("partita.snapshot.seed", 1);
    private static final int TRANSFERS_PER_BATCH = 50;
    private static final int ANSWERS_MIN = 60;
    private static final int ANSWERS_MAX = 400;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    @Test
    void shouldAlwaysStartAgainAndLoseNothing() throws IOException, InterruptedException {
        long answered = 0;
        int whileTaking = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            answered = killOne(answered + 1);
            whileTaking += isHalfWritten() ? 1 : 0;
            try (Ledger ledger = Ledger.launch(context(folder, 0).errorHandler(errors::add))) {
                assertEquals(answered, found(ledger, answered), "kill " + kill + ", seed " + SEED);
                ledger.snapshot().join();
            }
            assertEquals(List.of(), errors, "kill " + kill + ", seed " + SEED);
        }
        final List<Long> seqs = new SnapshotStore(folder.resolve("snapshots"), new Id128(0, 1)).seqs();
        assertEquals(2, seqs.size());
        try (FolderReader reader = FolderReader.open(folder.resolve("journal"), 1)) {
            assertTrue(reader.oldestSeq() > 1, "the journal's beginning was given up");
        }
        System.out.println("snapshot kills: " + KILLS + ", while one was being taken: " + whileTaking + ", answered "
                + answered + ", snapshots " + seqs);
    }

    private boolean isHalfWritten() {
        final String[] names = folder.resolve("snapshots").toFile().list();
        return names != null && List.of(names).stream().anyMatch(name -> name.endsWith(".tmp"));
    }

    private static long found(final Ledger ledger, final long answered) {
        final long[] found = new long[1];
        final LedgerClient client = ledger.client(batch -> {
            if (batch.kind() == BatchKind.LOOKUP_TRANSFERS) {
                for (int i = 0; i < batch.count(); i++) {
                    found[0] += batch.isFound(i) ? 1 : 0;
                }
            } else {
                assertEquals(0, batch.resultsLength(), "broken invariants");
            }
        });
        for (long from = 1; from <= answered; from += 4000) {
            final Batch batch = acquire(client, BatchKind.LOOKUP_TRANSFERS);
            for (long id = from; id < from + 4000 && id <= answered; id++) {
                batch.addId(5, id);
            }
            assertTrue(client.submit(batch) > 0);
        }
        assertTrue(client.submit(acquire(client, BatchKind.INVARIANTS)) > 0);
        while (client.inFlight() > 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
        return found[0];
    }

    private static Batch acquire(final LedgerClient client, final BatchKind kind) {
        Batch batch = client.acquire(kind);
        while (batch == null) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
            batch = client.acquire(kind);
        }
        return batch;
    }

    /** Returns the last transfer id that the child was answered before it was killed. */
    private long killOne(final long next) throws IOException, InterruptedException {
        final int answersWanted = ANSWERS_MIN + random.nextInt(ANSWERS_MAX);
        final boolean isTakingAwaited = random.nextBoolean();
        boolean isKilled = false;
        final Process process = ChildJvm.command(true, StreamMain.class, folder.toString(), Long.toString(next))
                .start();
        long answered = next - 1;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            int lines = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (!line.matches("answered [0-9]+")) {
                    assertTrue(lines >= answersWanted, line); // cut off by the kill
                    continue;
                }
                answered = Long.parseLong(line.substring(9));
                lines++;
                if (!isKilled && lines >= answersWanted && (!isTakingAwaited || isHalfWritten())) {
                    isKilled = true;
                    process.toHandle()
                            .destroyForcibly(); // SIGKILL; the process's own method would close its output, too
                }
            }
        } finally {
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
        assertEquals(137, process.exitValue(), "killed, not ended");
        return answered;
    }

    private static LedgerContext context(final Path folder, final long everyRecords) {
        return new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .segmentLength(64 * 1024)
                .snapshots(new SnapshotPolicy(everyRecords, 2, 0));
    }

    /** Streams transfers with rising ids for ever, says what was answered, and takes snapshots without a break. */
    static final class StreamMain {
        private StreamMain() {}

        public static void main(final String[] args) {
            final Ledger ledger = Ledger.launch(context(Path.of(args[0]), 1).errorHandler(error -> {
                System.out.println("error " + error);
                Runtime.getRuntime().halt(1);
            }));
            final LedgerClient client = ledger.client(batch -> {
                if (!batch.isOk()) {
                    throw new IllegalStateException("outcome=" + batch.outcome());
                }
                if (batch.tag() > 0) {
                    System.out.println("answered " + batch.tag());
                }
            });
            final Batch accounts = client.acquire();
            assertNotNull(accounts);
            accounts.commands().addAccount(0, 1, 1, 1, 0);
            accounts.commands().addAccount(0, 2, 1, 1, 0);
            client.submit(accounts);
            long id = Long.parseLong(args[1]);
            while (true) {
                final Batch batch = acquire(client, BatchKind.COMMANDS);
                for (int i = 0; i < TRANSFERS_PER_BATCH; i++) {
                    batch.commands().addTransfer(5, id++, 0, 1, 0, 2, 1, 1, 1, 0);
                }
                batch.tag(id - 1);
                if (client.submit(batch) < 0) {
                    throw new IllegalStateException("refused");
                }
                client.pollAwait(1, TimeUnit.SECONDS.toNanos(1)); // slow enough for snapshots to keep up
            }
        }
    }
}
