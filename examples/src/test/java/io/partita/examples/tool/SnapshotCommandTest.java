// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.JsonException;
import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.SnapshotPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the tool does with snapshots, and with journals whose beginning was given up. */
class SnapshotCommandTest {
    private static final String GIVEN_UP = "JOURNAL_START_MISSING";

    private final ToolRun tool = new ToolRun();

    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    private long nextId = 1;

    @BeforeEach
    void fill() {
        try (Ledger ledger = launch(SnapshotPolicy.WHOLE_JOURNAL)) {
            transfers(ledger, 5);
        }
    }

    @Test
    void shouldTakeASnapshotFromWhichTheFolderGoesOn() throws JsonException, IOException {
        assertEquals(0, tool.run("replay", folder.toString(), "--json"));
        final Map<?, ?> replayed = tool.json();
        assertEquals(0, tool.run("snapshot", folder.toString(), "--json"));
        final Map<?, ?> taken = tool.json();
        for (final String same :
                List.of("seq", "epoch", "timestamp", "accounts", "transfers", "runningDigest", "stateDigest")) {
            assertEquals(replayed.get(same), taken.get(same), same);
        }
        assertNull(taken.get("fromSnapshot"));
        try (Ledger ledger = launch(SnapshotPolicy.WHOLE_JOURNAL)) {
            transfers(ledger, 5);
            assertEquals(0, tool.run("snapshot", folder.toString(), "--json"), "while the ledger runs: " + tool.err());
        }
        assertEquals(taken.get("seq"), tool.json().get("fromSnapshot"));
        assertEquals(0, tool.run("verify", folder.toString(), "--json"), tool.err());
        assertEquals("[7, 13]", String.valueOf(tool.json().get("snapshots")));

        final Path newest = folder.resolve("snapshots").resolve("state-00000000000000000013");
        final byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 1;
        Files.write(newest, bytes);
        assertEquals(1, tool.run("verify", folder.toString()));
        assertTrue(tool.out().contains("damage: file=snapshots"), tool.out());
        assertTrue(tool.out().contains(newest.getFileName() + ", offset="), tool.out());
    }

    @Test
    void shouldSayWhereAJournalBeginsWhoseStartWasGivenUp() throws JsonException {
        try (Ledger ledger = launch(0)) {
            for (int i = 0; i < 6; i++) {
                transfers(ledger, 30);
                ledger.snapshot().join();
            }
        }
        assertEquals(0, tool.run("verify", folder.toString(), "--json"), tool.err());
        final Map<?, ?> verified = tool.json();
        final long oldest = ((Number) verified.get("journalFrom")).longValue();
        assertTrue(oldest > 1, verified.toString());
        assertEquals(0, tool.run("verify", folder.toString()));
        assertTrue(tool.out().contains("the journal begins at seq " + oldest), tool.out());

        assertEquals(0, tool.run("replay", folder.toString(), "--json"), tool.err());
        final Map<?, ?> replayed = tool.json();
        assertEquals(verified.get("stateDigest"), replayed.get("stateDigest"));
        assertEquals(((List<?>) verified.get("snapshots")).get(1), replayed.get("fromSnapshot"));
        assertEquals(0, tool.run("replay", folder.toString()));
        assertTrue(tool.out().contains("was given up"), tool.out());
        assertEquals(1, tool.run("replay", folder.toString(), "--to-seq", "3"));
        assertTrue(tool.err().contains(GIVEN_UP), tool.err());

        assertEquals(0, tool.run("journal", folder.toString()));
        assertTrue(tool.out().startsWith("{\"seq\":" + oldest + ","), tool.out());
        assertTrue(tool.err().contains(GIVEN_UP), tool.err());
        assertEquals(1, tool.run("journal", folder.toString(), "--to", "3"));
        assertTrue(tool.err().contains(GIVEN_UP), tool.err());
    }

    @Test
    void shouldBackUpAndRestoreALedgerWhoseStartWasGivenUp() throws JsonException {
        try (Ledger ledger = launch(0)) {
            for (int i = 0; i < 6; i++) {
                transfers(ledger, 30);
                ledger.snapshot().join();
            }
            transfers(ledger, 1);
        }
        final String backups = other.resolve("backups").toString();
        final String restored = other.resolve("restored").toString();
        assertEquals(0, tool.run("backup", "create", folder.toString(), backups), tool.err());
        assertTrue(tool.out().contains("; begins with the snapshot at seq "), tool.out());
        assertEquals(0, tool.run("backup", "list", backups, "--json"), tool.err());
        final Object base = ((Map<?, ?>) ((List<?>) tool.json().get("backups")).get(0)).get("beginsWithSnapshot");
        assertEquals(0, tool.run("backup", "verify", backups), tool.err());
        assertEquals(0, tool.run("backup", "rehearse", backups), tool.err());
        assertEquals(1, tool.run("backup", "restore", backups, restored, "--to-seq", "3"));
        assertTrue(tool.err().contains("BACKUP_REFUSED"), tool.err());
        assertEquals(0, tool.run("backup", "restore", backups, restored), tool.err());
        assertEquals(0, tool.run("verify", folder.toString(), "--json"), tool.err());
        final Object digest = tool.json().get("stateDigest");
        assertEquals(0, tool.run("verify", restored, "--json"), tool.err());
        assertEquals(digest, tool.json().get("stateDigest"));
        assertEquals(List.of(base), tool.json().get("snapshots"));
    }

    @Test
    void shouldRefuseWhatHasNoSnapshots() throws IOException {
        assertEquals(2, tool.run("snapshot", folder.toString(), "--keep", "1"));
        assertTrue(tool.err().contains("WRONG_USAGE"), tool.err());
        Files.createFile(folder.resolve("meta"));
        assertEquals(2, tool.run("snapshot", folder.toString()));
        assertTrue(tool.err().contains("a node of a pair"), tool.err());
    }

    private Ledger launch(final long keepRecords) {
        return Ledger.launch(new LedgerContext()
                .directory(folder)
                .durability(Durability.MEMORY)
                .segmentLength(64 * 1024)
                .snapshots(new SnapshotPolicy(0, 2, keepRecords)));
    }

    private void transfers(final Ledger ledger, final int batches) {
        if (nextId == 1) {
            ledger.async()
                    .submit(BatchKind.COMMANDS, batch -> {
                        batch.commands().addAccount(0, 1, 1, 1, 0);
                        batch.commands().addAccount(0, 2, 1, 1, 0);
                    })
                    .join();
        }
        for (int i = 0; i < batches; i++) {
            ledger.async()
                    .submit(BatchKind.COMMANDS, batch -> {
                        for (int j = 0; j < 100; j++) {
                            batch.commands().addTransfer(0, nextId++, 0, 1, 0, 2, 1, 1, 1, 0);
                        }
                    })
                    .join();
        }
    }
}
