// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.partita.examples.audit.FolderReplay;
import io.partita.examples.audit.Replays;
import io.partita.examples.csv.PaymentReader;
import io.partita.examples.csv.Payments;
import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.RestorePoint;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.journal.FolderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Restores real payments to random seqs and times, and compares with a replay of the ledger's own journal that stops there: position,
 * counts, digests. {@code -Dpartita.restore.points}: how many of each; {@code -Dpartita.payments=FILE.csv.gz}: other payments than the
 * sample; {@code -Dpartita.backup.seed}.
 */
class PointInTimeTest {
    private static final int POINTS = Integer.getInteger("partita.restore.points", 2);
    private static final long SEED = Long.getLong("partita.backup.seed", 1);
    private static final int BACKUPS = 5;

    @TempDir
    Path temp;

    private Path data;
    private BackupRepository repository;

    @Test
    void shouldRestoreTheSampleToAnyPoint() throws IOException {
        restoreToAnyPoint(PaymentReader.readSample(), "the sample");
    }

    @Test
    void shouldRestoreARealPaymentFileToAnyPoint() throws IOException {
        final String file = System.getProperty("partita.payments", "");
        if (file.isEmpty()) {
            System.out.println(
                    "=== SKIPPED: no real payment file restored to points in time: set -Dpartita.payments=FILE.csv.gz ===");
        }
        assumeTrue(!file.isEmpty(), "no -Dpartita.payments");
        restoreToAnyPoint(PaymentReader.read(Path.of(file)), file);
    }

    private void restoreToAnyPoint(final Payments payments, final String name) throws IOException {
        data = temp.resolve("data");
        repository = new BackupRepository(temp.resolve("backups"));
        pay(payments);
        final Backup last = repository.backups().get(BACKUPS - 1);
        assertEquals(payments.size(), last.state() == null ? 0 : last.state().transfers());
        assertTrue(repository.verify(seq -> {}).ok());

        final SplittableRandom random = new SplittableRandom(SEED);
        final long firstTime = timestampAfter(2);
        final long[] seqs = LongStream.generate(
                        () -> 1 + random.nextLong(last.end().seq()))
                .limit(POINTS)
                .sorted()
                .toArray();
        final long[] times = LongStream.generate(
                        () -> random.nextLong(firstTime, last.end().timestamp() + 1))
                .limit(POINTS)
                .sorted()
                .toArray();
        try (FolderReplay control = new FolderReplay(data.resolve("journal"), null)) {
            for (final long seq : seqs) {
                assertTrue(control.run(seq, Long.MAX_VALUE, s -> {}));
                compare(control, RestorePoint.seq(seq));
            }
        }
        try (FolderReplay control = new FolderReplay(data.resolve("journal"), null)) {
            for (final long time : times) {
                control.run(last.end().seq(), time, s -> {});
                compare(control, RestorePoint.time(time));
                // It has looked at the record behind the point, and must see it again.
                control.reopen();
            }
        }
        System.out.println("points in time: " + POINTS + " seqs and " + POINTS + " times of " + name + ", "
                + payments.size() + " payments in " + last.end().seq() + " records, from seed " + SEED + ": all equal");
    }

    private long timestampAfter(final long seq) {
        try (FolderReplay replay = new FolderReplay(data.resolve("journal"), null)) {
            replay.run(seq, Long.MAX_VALUE, s -> {});
            return replay.machine().lastTimestamp();
        }
    }

    private void compare(final FolderReplay control, final RestorePoint point) throws IOException {
        final Path target = temp.resolve("restored");
        final String context = point + ", -Dpartita.backup.seed=" + SEED;
        assertEquals(
                control.machine().appliedSeq(),
                repository.restore(target, point, s -> {}).end().seq(),
                context);
        try (FolderReplay restored = new FolderReplay(target.resolve("journal"), null)) {
            restored.run(Long.MAX_VALUE, Long.MAX_VALUE, s -> {});
            assertEquals(Replays.position(control), Replays.position(restored), context);
        }
        FolderFiles.deleteTree(target);
    }

    /** Pays all into a ledger, and backs it up now and then while it runs. */
    private void pay(final Payments payments) {
        try (Ledger ledger = Ledger.launch(new LedgerContext().directory(data).durability(Durability.MEMORY));
                LedgerClient client = ledger.client(batch -> assertTrue(batch.isOk(), "outcome=" + batch.outcome()))) {
            for (int account = 0; account < payments.accountCount(); ) {
                final Batch batch = acquire(client);
                for (int i = 0; i < 1000 && account < payments.accountCount(); i++, account++) {
                    batch.commands()
                            .addAccount(
                                    payments.accountId(account).hi(),
                                    payments.accountId(account).lo(),
                                    Payments.LEDGER,
                                    Payments.CODE,
                                    0);
                }
                submit(client, batch);
            }
            int backups = 0;
            for (int payment = 0; payment < payments.size(); ) {
                final Batch batch = acquire(client);
                for (int i = 0; i < 50 && payment < payments.size(); i++, payment++) {
                    add(payments, payment, batch);
                }
                submit(client, batch);
                if ((long) payment * BACKUPS / payments.size() > backups) {
                    drain(client);
                    backups++;
                    repository.create(data, backups == BACKUPS, null, s -> {});
                }
            }
        }
    }

    private static void add(final Payments payments, final int payment, final Batch batch) {
        batch.commands()
                .addTransfer(
                        payments.idHi(payment),
                        payments.idLo(payment),
                        payments.accountId(payments.debit(payment)).hi(),
                        payments.accountId(payments.debit(payment)).lo(),
                        payments.accountId(payments.credit(payment)).hi(),
                        payments.accountId(payments.credit(payment)).lo(),
                        payments.amount(payment),
                        Payments.LEDGER,
                        Payments.CODE,
                        0);
    }

    private static Batch acquire(final LedgerClient client) {
        Batch batch = client.acquire(BatchKind.COMMANDS);
        while (batch == null) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
            batch = client.acquire(BatchKind.COMMANDS);
        }
        return batch;
    }

    private static void submit(final LedgerClient client, final Batch batch) {
        while (client.submit(batch) < 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
    }

    private static void drain(final LedgerClient client) {
        while (client.inFlight() > 0) {
            client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
        }
    }
}
