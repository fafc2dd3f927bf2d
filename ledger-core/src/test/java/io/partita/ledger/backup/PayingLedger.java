// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.FolderReader;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** A ledger of its own that runs, with a few accounts and random transfers between them. */
final class PayingLedger implements AutoCloseable {
    static final int ACCOUNTS = 10;

    private final Path folder;
    private final Ledger ledger;
    private final LedgerClient client;
    private final SplittableRandom random;
    private final byte[] digest = new byte[Batch.DIGEST_LENGTH];
    private long answered;
    private long nextId;

    /** Goes on in a folder; the ids of its transfers begin at {@code nextId}. */
    PayingLedger(final Path folder, final long seed, final long nextId) {
        this(folder, seed, nextId, SnapshotPolicy.onRequest());
    }

    /** The same, whose journal gives up what is before the second newest snapshot. */
    static PayingLedger givingUp(final Path folder, final long seed, final long nextId) {
        return new PayingLedger(folder, seed, nextId, new SnapshotPolicy(0, 2, 0));
    }

    private PayingLedger(final Path folder, final long seed, final long nextId, final SnapshotPolicy snapshots) {
        this.folder = folder;
        this.nextId = nextId;
        random = new SplittableRandom(seed);
        ledger = Ledger.launch(new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .segmentLength(64 * 1024)
                .snapshots(snapshots)
                .errorHandler(error -> {
                    throw new AssertionError(error);
                }));
        client = ledger.client(this::onAnswer);
        final Batch accounts = batch(BatchKind.COMMANDS);
        for (int id = 1; id <= ACCOUNTS; id++) {
            accounts.commands().addAccount(0, id, id % 2 + 1, 1, 0);
        }
        submit(accounts);
        settle();
    }

    private void onAnswer(final Batch batch) {
        assertTrue(batch.isOk(), "outcome=" + batch.outcome());
        answered++;
        if (batch.kind() == BatchKind.DIGEST) {
            batch.results().getBytes(0, digest);
        }
    }

    private Batch batch(final BatchKind kind) {
        Batch batch = client.acquire(kind);
        while (batch == null) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
            batch = client.acquire(kind);
        }
        return batch;
    }

    private void submit(final Batch batch) {
        while (client.submit(batch) < 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** Pays so many batches of 1 to 20 transfers, and waits for all answers. */
    void pay(final int batches) {
        for (int i = 0; i < batches; i++) {
            final Batch batch = batch(BatchKind.COMMANDS);
            final int count = 1 + random.nextInt(20);
            for (int j = 0; j < count; j++) {
                final int debit = 1 + random.nextInt(ACCOUNTS - 2);
                batch.commands()
                        .addTransfer(
                                0, nextId++, 0, debit, 0, debit + 2, random.nextLong(1_000_000), debit % 2 + 1, 1, 0);
            }
            submit(batch);
        }
        settle();
    }

    private void settle() {
        while (client.inFlight() > 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
        assertTrue(answered > 0);
    }

    /** Running and state digest and counts, as the running ledger says. */
    String digest() {
        submit(batch(BatchKind.DIGEST));
        settle();
        return HexFormat.of().formatHex(digest);
    }

    /** Takes a snapshot of what was answered; its seq. */
    long snapshot() {
        return ledger.snapshot().join().seq();
    }

    /** Pays and takes snapshots until the journal begins later, and pays once more; the newest snapshot's seq. */
    long giveUp() {
        final long before = oldestSeq();
        long newest = 0;
        for (int i = 0; i < 4; i++) {
            pay(100);
            newest = snapshot();
        }
        pay(100);
        assertTrue(oldestSeq() > before);
        return newest;
    }

    /** The first record that the journal has. */
    long oldestSeq() {
        try (FolderReader reader = FolderReader.open(folder.resolve("journal"), 1)) {
            return reader.oldestSeq();
        }
    }

    long nextId() {
        return nextId;
    }

    @Override
    public void close() {
        ledger.close();
    }
}
