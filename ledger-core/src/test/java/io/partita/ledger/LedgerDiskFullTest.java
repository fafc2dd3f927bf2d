// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.testing.ChildJvm;
import io.partita.ledger.testing.TmpFs;
import io.partita.ledger.wire.AccountView;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process with an embedded ledger whose disk fills up to the last page, and is freed again (R38): batches are refused, the
 * process lives, and takes batches again by itself; nothing answered is lost or doubled.
 */
@Timeout(300)
class LedgerDiskFullTest {
    private static final int MIB = 1 << 20;
    private static final int DISK = 32 * MIB;
    private static final int TRANSFERS_PER_BATCH = 64;
    private static final int ROUNDS = 2;

    @TempDir
    Path temp;

    /** With a low water, and with nothing but what the disk itself says. */
    @ParameterizedTest
    @CsvSource({"MEMORY, 4194304", "FSYNC, 0"})
    void shouldRefuseBatchesWhileTheDiskIsFull(final Durability durability, final long spaceLowBytes)
            throws IOException, InterruptedException {
        try (TmpFs disk = TmpFs.mount(temp, DISK)) {
            final Path folder = disk.folder().resolve("ledger");
            final Process process = ChildJvm.command(
                            true, StreamMain.class, folder.toString(), durability.name(), Long.toString(spaceLowBytes))
                    .start();
            final Child child = new Child(process);
            try {
                child.awaitAnswers(20);
                for (int round = 0; round < ROUNDS; round++) {
                    disk.fill();
                    child.awaitRefusals(50);
                    disk.fill(); // what was given back meanwhile, too
                    child.awaitRefusals(50);
                    disk.free();
                    child.awaitAnswers(20);
                }
                // The ledger fills it up itself, and the disk is grown.
                child.awaitRefusals(50);
                disk.resize(2 * DISK);
                child.awaitAnswers(20);
                child.awaitSaid("batches are refused");
                child.end();
                assertTrue(child.said.stream().allMatch(line -> line.contains("STORAGE_FULL")), child.said.toString());
            } finally {
                process.destroyForcibly();
                assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            }
            disk.resize(4 * DISK); // the process may have filled it again, and a start needs a new segment
            check(folder, durability, child);
        }
    }

    private static void check(final Path folder, final Durability durability, final Child child) {
        assertEquals(
                "[]",
                JournalVerifier.verify(folder.resolve("journal")).damages().toString());
        try (Ledger ledger = Ledger.launch(context(folder, durability, 0))) {
            final long[] debits = new long[1];
            final LedgerClient client = ledger.client(batch -> {
                if (batch.kind() == BatchKind.LOOKUP_ACCOUNTS) {
                    final AccountView view = new AccountView();
                    view.wrap(batch.results(), batch.rowOffset(0));
                    debits[0] = view.debitsPostedLo();
                } else {
                    assertEquals(0, batch.resultsLength(), "broken invariants");
                }
            });
            final Batch accounts = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
            assertNotNull(accounts);
            accounts.addId(0, 1);
            client.submit(accounts);
            final Batch invariants = client.acquire(BatchKind.INVARIANTS);
            assertNotNull(invariants);
            client.submit(invariants);
            while (client.inFlight() > 0) {
                client.pollAwait(16, TimeUnit.SECONDS.toNanos(1));
            }
            assertEquals(child.created, debits[0], "each of amount 1, once");
        }
    }

    @Test
    void shouldNotStartOnAFullDiskAndStartOnceThereIsRoom() {
        try (TmpFs disk = TmpFs.mount(temp, DISK)) {
            final Path folder = disk.folder().resolve("ledger");
            for (int i = 0; i < 2; i++) {
                disk.fill();
                final PartitaException e = assertThrows(
                        PartitaException.class,
                        () -> Ledger.launch(context(folder, Durability.FSYNC, 0))
                                .close());
                assertTrue(e.code() == ErrorCode.STORAGE_FULL || e.code() == ErrorCode.STORAGE_FAILED, e.getMessage());
                assertTrue(e.getMessage().contains("No space left on device"), e.getMessage());
                disk.free();
                try (Ledger ledger = Ledger.launch(context(folder, Durability.FSYNC, 0))) {
                    assertNotNull(ledger);
                }
                assertEquals(
                        "[]",
                        JournalVerifier.verify(folder.resolve("journal"))
                                .damages()
                                .toString());
            }
        }
    }

    private static LedgerContext context(final Path folder, final Durability durability, final long spaceLowBytes) {
        return new LedgerContext()
                .directory(folder)
                .durability(durability)
                .spaceLowBytes(spaceLowBytes)
                .scrubBytesPerSecond(64 * MIB)
                .segmentLength(MIB);
    }

    /** Reads what the child says. */
    private static final class Child {
        private final Process process;
        private final BufferedReader reader;
        private long created;
        private long answers;
        private long refusals;
        private final List<String> said = new ArrayList<>();

        Child(final Process process) {
            this.process = process;
            reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        void awaitAnswers(final int count) throws IOException {
            final long goal = answers + count;
            while (answers < goal) {
                assertTrue(next(), () -> "the process ended: " + said);
            }
        }

        /** So many in a row. */
        void awaitRefusals(final int count) throws IOException {
            long before = answers;
            long since = refusals;
            while (refusals < since + count) {
                assertTrue(next(), () -> "the process ended: " + said);
                if (answers != before) {
                    before = answers;
                    since = refusals;
                }
            }
        }

        /** Alarms are raised once a second; a fast machine has filled the disk again by then. */
        void awaitSaid(final String text) throws IOException {
            while (said.stream().noneMatch(line -> line.contains(text))) {
                assertTrue(next(), () -> "the process ended: " + said);
            }
        }

        private boolean next() throws IOException {
            final String line = reader.readLine();
            if (line == null) {
                return false;
            }
            if (line.startsWith("answered ")) {
                answers++;
                created += Long.parseLong(line.substring(9));
            } else if (line.equals("refused STORAGE_FULL")) {
                refusals++;
            } else if (line.contains("SEVERE") || line.contains("ERROR") || line.startsWith("#")) {
                said.add(line);
            }
            return true;
        }

        void end() throws IOException, InterruptedException {
            process.getOutputStream().write('\n');
            process.getOutputStream().flush();
            while (next()) {
                continue;
            }
            assertTrue(process.waitFor(60, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        }
    }

    /** Streams transfers of amount 1 until its input ends; says what was answered and refused, and repeats what was refused. */
    static final class StreamMain {
        private static final long PAUSE_NS = 1_000_000;

        private final Deque<Long> again = new ArrayDeque<>();
        private boolean isRefused;

        private StreamMain() {}

        public static void main(final String[] args) throws IOException {
            new StreamMain().stream(context(Path.of(args[0]), Durability.valueOf(args[1]), Long.parseLong(args[2])));
        }

        private void stream(final LedgerContext context) throws IOException {
            try (Ledger ledger = Ledger.launch(context)) {
                final LedgerClient client = ledger.client(this::onBatch);
                final Batch accounts = client.acquire();
                accounts.commands().addAccount(0, 1, 1, 1, 0);
                accounts.commands().addAccount(0, 2, 1, 1, 0);
                client.submit(accounts);
                long next = 1;
                while (System.in.available() == 0 && client.closedReason() == null && !System.out.checkError()) {
                    final Batch batch = client.acquire();
                    if (batch != null) {
                        final long first = again.isEmpty() ? next : again.remove();
                        next = Math.max(next, first + TRANSFERS_PER_BATCH);
                        for (long id = first; id < first + TRANSFERS_PER_BATCH; id++) {
                            batch.commands().addTransfer(5, id, 0, 1, 0, 2, 1, 1, 1, 0);
                        }
                        batch.tag(first);
                        final long ticket = client.submit(batch);
                        if (ticket < 0) {
                            onRefused(first, ticket);
                            client.release(batch);
                        }
                    }
                    if (batch == null || isRefused) {
                        isRefused = false;
                        client.pollAwait(64, PAUSE_NS);
                    }
                }
                while (client.inFlight() > 0) {
                    client.pollAwait(64, PAUSE_NS);
                }
                if (client.closedReason() != null) {
                    throw new IllegalStateException(client.closedReason());
                }
            }
        }

        private void onBatch(final Batch batch) {
            if (batch.isOk()) {
                if (batch.tag() > 0) {
                    System.out.println("answered " + batch.count());
                }
            } else {
                onRefused(batch.tag(), batch.outcome());
            }
        }

        private void onRefused(final long first, final long outcome) {
            if (outcome != Outcome.STORAGE_FULL) {
                throw new IllegalStateException("outcome=" + Outcome.name(outcome));
            }
            System.out.println("refused STORAGE_FULL");
            again.add(first);
            isRefused = true;
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
