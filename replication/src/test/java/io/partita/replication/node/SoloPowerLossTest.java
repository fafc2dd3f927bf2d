// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.replication.testing.ChildJvm;
import io.partita.replication.testing.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Power cuts, as in {@link PowerLossTest}, of a node without a standby: FSYNC loses nothing that was answered; MEMORY loses the last
 * answers at most, leaves no gap, and says at the start that it may have.
 */
@Timeout(7200)
class SoloPowerLossTest {
    private static final int ROUNDS = Integer.getInteger("partita.powerloss.rounds", 2);
    private static final long SEED = Long.getLong("partita.powerloss.seed", 1);
    private static final long DISK = 128L + 16L * ROUNDS << 20;
    private static final int PER_BATCH = 16;
    private static final int ANSWERS_MAX = 2_000;
    private static final int LOOKUPS = 4_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<Throwable> said = new CopyOnWriteArrayList<>();

    @ParameterizedTest
    @EnumSource(Durability.class)
    void shouldKeepWhatTheModePromises(final Durability durability) throws IOException {
        Mount.makeExt4(image(), DISK);
        Mount disk = mount();
        long lost = 0;
        try {
            long last = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Files.writeString(root.resolve("boot"), new UUID(SEED, round) + "\n");
                final long answered = payUntilPowerOff(durability, last + 1);
                disk.close();
                Files.move(copy(), image(), StandardCopyOption.REPLACE_EXISTING);
                disk = mount();
                last = check(durability, answered);
                assertTrue(last >= answered || durability == Durability.MEMORY, "answered and lost: round=" + round);
                lost += Math.max(0, answered - last);
                assertTrue(said.toString().contains("the machine restarted"), said.toString());
                said.clear();
            }
        } finally {
            disk.close();
        }
        System.out.println("power loss: one node, mode=" + durability + " rounds=" + ROUNDS + " seed=" + SEED
                + " answeredAndLost=" + lost);
    }

    /** Returns the last transfer that was answered. */
    private long payUntilPowerOff(final Durability durability, final long firstId) {
        try (ChildJvm child = ChildJvm.start(
                Mount.otherBoot(root.resolve("boot")),
                root,
                StreamMain.class,
                folder().toString(),
                durability.name(),
                Long.toString(firstId))) {
            long answered = 0;
            final int lines = 1 + random.nextInt(ANSWERS_MAX);
            for (int i = 0; i < lines; i++) {
                answered = Long.parseLong(child.readLine());
            }
            child.pause();
            Mount.copyImage(image(), copy());
            child.kill();
            for (final String line : child.rest()) {
                answered = line.matches("[0-9]+") ? Math.max(answered, Long.parseLong(line)) : answered;
            }
            return answered;
        }
    }

    /** Returns the last transfer that is there; none before it is missing, and every one is whole. */
    private long check(final Durability durability, final long answered) {
        try (Ledger ledger = Ledger.launch(context(folder(), durability).errorHandler(said::add))) {
            final long[] found = new long[2];
            final LedgerClient client = ledger.client(batch -> {
                if (batch.kind() == BatchKind.INVARIANTS) {
                    assertEquals(0, batch.resultsLength(), "broken invariants");
                    return;
                }
                for (int i = 0; i < batch.count(); i++) {
                    if (batch.isFound(i)) {
                        found[0]++;
                        found[1] = Math.max(found[1], batch.tag() + i);
                    }
                }
            });
            final long beyond = answered + 64L * PER_BATCH; // more than can be in flight
            for (long from = 1; from <= beyond; from += LOOKUPS) {
                final Batch batch = client.acquire(BatchKind.LOOKUP_TRANSFERS);
                for (long id = from; id < from + LOOKUPS; id++) {
                    batch.addId(5, id);
                }
                batch.tag(from);
                assertTrue(client.submit(batch) > 0);
                await(client);
            }
            assertTrue(client.submit(client.acquire(BatchKind.INVARIANTS)) > 0);
            await(client);
            assertEquals(found[1], found[0], "a gap");
            return found[1];
        }
    }

    private static void await(final LedgerClient client) {
        while (client.inFlight() > 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
    }

    private Path image() {
        return root.resolve("disk.img");
    }

    private Path copy() {
        return root.resolve("disk.copy");
    }

    private Path folder() {
        return root.resolve("disk").resolve("ledger");
    }

    private Mount mount() {
        return Mount.image(image(), root.resolve("disk"));
    }

    private static LedgerContext context(final Path folder, final Durability durability) {
        return new LedgerContext().directory(folder).durability(durability).segmentLength(1 << 20);
    }

    /** Streams transfers with rising ids for ever and prints the last one of each answered batch. */
    static final class StreamMain {
        private StreamMain() {}

        public static void main(final String[] args) {
            final Ledger ledger = Ledger.launch(context(Path.of(args[0]), Durability.valueOf(args[1])));
            final LedgerClient client = ledger.client(batch -> {
                if (!batch.isOk()) {
                    throw new IllegalStateException("outcome=" + batch.outcome());
                }
                if (batch.tag() > 0) {
                    System.out.println(batch.tag());
                }
            });
            final Batch accounts = client.acquire();
            accounts.commands().addAccount(0, 1, 1, 1, 0);
            accounts.commands().addAccount(0, 2, 1, 1, 0);
            client.submit(accounts);
            long id = Long.parseLong(args[2]);
            while (!System.out.checkError()) {
                final Batch batch = client.acquire();
                if (batch == null) {
                    client.pollAwait(16, 1_000_000_000L);
                    continue;
                }
                for (int i = 0; i < PER_BATCH; i++) {
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
