// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process with an embedded ledger is killed in mid-stream, again and again: nothing that was answered is lost. {@code
 * -Dpartita.kills=N} asks for more kills, {@code -Dpartita.kills.seed=S} for other moments.
 */
@Timeout(3600)
class LedgerKillTest {
    private static final int ROUNDS = Integer.getInteger("partita.kills", 4);
    private static final long SEED = Long.getLong("partita.kills.seed", 1);
    private static final int TRANSFERS_PER_BATCH = 8;
    private static final int ANSWERS_MAX = 120;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(SEED);

    @ParameterizedTest
    @EnumSource(Durability.class)
    void shouldLoseNothingThatWasAnswered(final Durability durability) throws IOException, InterruptedException {
        long next = 1;
        for (int round = 0; round < ROUNDS; round++) {
            final long answered = killOne(durability, next);
            try (Ledger ledger = Ledger.launch(context(folder, durability))) {
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
                    final Batch batch = client.acquire(BatchKind.LOOKUP_TRANSFERS);
                    assertNotNull(batch);
                    for (long id = from; id < from + 4000 && id <= answered; id++) {
                        batch.addId(5, id);
                    }
                    assertTrue(client.submit(batch) > 0);
                }
                final Batch invariants = client.acquire(BatchKind.INVARIANTS);
                assertNotNull(invariants);
                assertTrue(client.submit(invariants) > 0);
                while (client.inFlight() > 0) {
                    client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
                }
                assertEquals(answered, found[0], "round " + round);
            }
            next = answered + 1; // what was in flight is sent again: the same ids
        }
        System.out.println("kills: " + ROUNDS + ", durability=" + durability + " answered=" + (next - 1));
    }

    /** Returns the last transfer id that the child was answered before it was killed. */
    private long killOne(final Durability durability, final long next) throws IOException, InterruptedException {
        final Process process = ChildJvm.command(
                        true, StreamMain.class, folder.toString(), durability.name(), Long.toString(next))
                .start();
        long answered = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            final int answersWanted = 1 + random.nextInt(ANSWERS_MAX);
            int lines = 0;
            String line = reader.readLine();
            while (line != null && lines < answersWanted) {
                assertTrue(line.startsWith("answered "), line);
                answered = Long.parseLong(line.substring(9));
                lines++;
                if (lines == answersWanted) {
                    process.toHandle()
                            .destroyForcibly(); // SIGKILL; the process's own method would close its output, too
                }
                line = reader.readLine();
            }
            while (line != null) { // what it could still say
                if (line.matches("answered [0-9]+")) {
                    answered = Long.parseLong(line.substring(9));
                }
                line = reader.readLine();
            }
        } finally {
            process.destroyForcibly();
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        }
        assertEquals(137, process.exitValue(), "killed, not ended");
        return answered;
    }

    private static LedgerContext context(final Path folder, final Durability durability) {
        return new LedgerContext().directory(folder).durability(durability).segmentLength(256 * 1024);
    }

    /** Streams transfers with rising ids for ever and says what was answered. */
    static final class StreamMain {
        private StreamMain() {}

        public static void main(final String[] args) {
            final Ledger ledger = Ledger.launch(context(Path.of(args[0]), Durability.valueOf(args[1])));
            final LedgerClient client = ledger.client(batch -> {
                if (!batch.isOk()) {
                    throw new IllegalStateException("outcome=" + batch.outcome());
                }
                if (batch.tag() > 0) {
                    System.out.println("answered " + batch.tag());
                }
            });
            final Batch accounts = client.acquire();
            accounts.commands().addAccount(0, 1, 1, 1, 0);
            accounts.commands().addAccount(0, 2, 1, 1, 0);
            client.submit(accounts);
            long id = Long.parseLong(args[2]);
            while (true) {
                final Batch batch = client.acquire();
                if (batch == null) {
                    client.pollAwait(16, 1_000_000_000L);
                    continue;
                }
                for (int i = 0; i < TRANSFERS_PER_BATCH; i++) {
                    batch.commands().addTransfer(5, id++, 0, 1, 0, 2, 1, 1, 1, 0);
                }
                batch.tag(id - 1);
                if (client.submit(batch) < 0) {
                    throw new IllegalStateException("refused");
                }
            }
        }
    }
}
