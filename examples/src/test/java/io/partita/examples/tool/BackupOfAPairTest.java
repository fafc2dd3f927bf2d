// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.JsonException;
import io.partita.examples.testing.Await;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.wire.AccountView;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Backups of a running pair, of one node and then of the other; both are lost; what comes back, and who may say so. */
class BackupOfAPairTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path root;

    private final ToolRun tool = new ToolRun();
    private RunningPair pair;

    private long paid;

    @AfterEach
    void closeBoth() {
        if (pair != null) {
            pair.close();
        }
    }

    @ParameterizedTest(name = "begins with a snapshot: {0}")
    @ValueSource(booleans = {false, true})
    void shouldComeBackFromABackupWhenBothNodesAreLost(final boolean isLater) throws IOException, JsonException {
        pair = isLater ? RunningPair.givingUp(root, 20) : new RunningPair(root, null);
        awaitPair();
        final String backups = root.resolve("backups").toString();
        payMore(100);
        Await.until(PATIENCE, () -> "b gives up records: paid=" + paid, () -> {
            if (isLater && oldestSeq("b") == 1) {
                payMore(1000);
            }
            return !isLater || oldestSeq("b") > 1;
        });
        awaitCommit();
        assertEquals(0, tool.run("backup", "create", folder("b"), backups, "--json"), tool.err());
        assertEquals(isLater, tool.json().get("beginsWithSnapshot") != null, tool.out());
        payMore(100);
        awaitCommit();
        assertEquals(0, tool.run("backup", "create", folder("a"), backups, "--json"), tool.err());
        final Map<?, ?> backup = tool.json();
        assertEquals(String.valueOf(paid), String.valueOf(((Map<?, ?>) backup.get("ledger")).get("transfers")));
        assertEquals(0, tool.run("backup", "rehearse", backups), tool.err());

        pair.close();
        FolderFiles.deleteTree(pair.folder("a"));
        FolderFiles.deleteTree(pair.folder("b"));
        assertEquals(0, tool.run("backup", "restore", backups, folder("a")), tool.err());
        assertFalse(Files.exists(pair.folder("a").resolve("meta")));
        assertEquals(((Map<?, ?>) backup.get("ledger")).get("stateDigest"), stateDigest("a"));

        // It is nobody's member, and does not serve before an operator has said so.
        pair.start("a");
        assertEquals(1, tool.run("status", "--config", pair.config()));
        assertFalse(tool.out().contains("SERVING"), tool.out());
        pair.stop("a");
        assertEquals(0, tool.run("recover", "--config", pair.config(), "--accept-loss", "--force"), tool.err());
        pair.start("a");
        Await.until(PATIENCE, () -> "a is active: " + tool.out() + tool.err(), () -> {
            assertEquals(1, tool.run("status", "--config", pair.config()), "b is not there");
            return tool.out().contains("  DEGRADED  epoch=3 active=a ");
        });
        assertPaid();
        assertEquals(200, pay(1, 200), "what was answered before takes no effect again");
        assertPaid();
        pair.start("b");
        awaitPair();
        // The restored ledger is the same history, and goes on in the same backups.
        awaitCommit();
        assertEquals(isLater, oldestSeq("b") > 1);
        assertEquals(0, tool.run("backup", "create", folder("b"), backups, "--json"), tool.err());
        assertEquals(
                String.valueOf(paid), String.valueOf(((Map<?, ?>) tool.json().get("ledger")).get("transfers")));

        // Each of them may lead it.
        pair.stop("a");
        payMore(100);
        assertPaid();
        pair.start("a");
        awaitPair();
        assertTrue(tool.out().contains(" active=b "), tool.out());
        payMore(100);
        assertPaid();
        awaitCommit();
        pair.close();
        assertEquals(stateDigest("a"), stateDigest("b"));
    }

    private long oldestSeq(final String id) {
        try (FolderReader reader = FolderReader.open(pair.folder(id).resolve("journal"), 1)) {
            return reader.oldestSeq();
        }
    }

    private Object stateDigest(final String id) throws JsonException {
        assertEquals(0, tool.run("verify", folder(id), "--json"), tool.err());
        return Objects.requireNonNull(tool.json().get("stateDigest"));
    }

    private String folder(final String id) {
        return pair.folder(id).toString();
    }

    private void awaitPair() {
        Await.until(
                PATIENCE,
                () -> "a pair that is well: " + tool.out() + tool.err(),
                () -> tool.run("status", "--config", pair.config()) == 0);
    }

    /** A standby hears of the commit a moment after the client. */
    private void awaitCommit() {
        Await.until(PATIENCE, () -> "both nodes at the same seq: " + tool.out(), () -> {
            assertTrue(tool.run("status", "--config", pair.config()) >= 0);
            return tool.out()
                            .lines()
                            .filter(line -> line.contains("commitSeq="))
                            .map(line -> line.replaceAll(".* lastSeq=", ""))
                            .map(line -> line.replaceAll(" digest=.*", ""))
                            .distinct()
                            .count()
                    == 1;
        });
    }

    private void payMore(final long count) {
        assertEquals(count, pay(paid + 1, paid + count));
        paid += count;
    }

    /** Pays with ids from the first to the last one; returns how many answers there were. */
    private long pay(final long first, final long last) {
        final long[] answers = new long[1];
        try (RemoteLedgerClient client = connect(batch -> answers[0] += batch.isOk() ? batch.count() : 0)) {
            final Batch accounts = client.acquire(BatchKind.COMMANDS);
            accounts.commands().addAccount(0, 1, 826, 1, 0);
            accounts.commands().addAccount(0, 2, 826, 1, 0);
            client.submit(accounts);
            for (long from = first; from <= last; from += 50) {
                final Batch batch = client.acquire(BatchKind.COMMANDS);
                for (long id = from; id < from + 50; id++) {
                    batch.commands().addTransfer(0, id, 0, 1, 0, 2, id, 826, 1, 0);
                }
                client.submit(batch);
            }
            Await.until(PATIENCE, () -> "all answers: " + answers[0], () -> {
                client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(20));
                return answers[0] == last - first + 3;
            });
        }
        return answers[0] - 2;
    }

    /** Both balances are what was paid: each once. */
    private void assertPaid() {
        final AccountView view = new AccountView();
        final List<Long> balances = new ArrayList<>();
        try (RemoteLedgerClient client = connect(batch -> {
            assertTrue(batch.isOk());
            view.wrap(batch.results(), batch.rowOffset(0));
            balances.add(view.debitsPostedLo());
            view.wrap(batch.results(), batch.rowOffset(1));
            balances.add(view.creditsPostedLo());
        })) {
            final Batch batch = client.acquire(BatchKind.LOOKUP_ACCOUNTS);
            batch.addId(0, 1);
            batch.addId(0, 2);
            client.submit(batch);
            Await.until(PATIENCE, () -> "an answer", () -> {
                client.pollAwait(8, TimeUnit.MILLISECONDS.toNanos(20));
                return !balances.isEmpty();
            });
        }
        assertEquals(List.of(paid * (paid + 1) / 2, paid * (paid + 1) / 2), balances);
    }

    private RemoteLedgerClient connect(final ResultListener listener) {
        return RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(RunningPair.CLUSTER_ID)
                .node("a", pair.client("a"))
                .node("b", pair.client("b"))
                .listener(listener));
    }
}
