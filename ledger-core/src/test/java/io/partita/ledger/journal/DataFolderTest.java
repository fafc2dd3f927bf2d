// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path temp;

    @Test
    void shouldRefuseASecondHolderInTheSameProcess() {
        final Path path = temp.resolve("data");
        try (DataFolder held = DataFolder.open(path, CLUSTER)) {
            for (int i = 0; i < 3; i++) {
                final PartitaException e = assertThrows(PartitaException.class, () -> DataFolder.open(path, CLUSTER));
                assertEquals(ErrorCode.FOLDER_IN_USE, e.code());
                assertTrue(e.getMessage().contains(held.path().toString()), e.getMessage());
            }
            assertEquals(held.path().resolve("journal"), held.journal());
        }
        DataFolder.open(path, CLUSTER).close();
    }

    @Test
    void shouldRefuseAnotherProcess() throws IOException, InterruptedException {
        final Path path = temp.resolve("data");
        final Process child = ChildJvm.start(Holder.class, path.toString());
        try (BufferedReader lines = child.inputReader()) {
            assertEquals("held", lines.readLine());
            final PartitaException e = assertThrows(PartitaException.class, () -> DataFolder.open(path, CLUSTER));
            assertEquals(ErrorCode.FOLDER_IN_USE, e.code());
            assertTrue(e.getMessage().contains("pid=" + child.pid()), e.getMessage());
        } finally {
            child.destroyForcibly();
        }
        assertTrue(child.waitFor(30, TimeUnit.SECONDS));
        DataFolder.open(path, CLUSTER).close();
    }

    /** Child process: holds a folder until it is killed. */
    static final class Holder {
        private Holder() {}

        public static void main(final String[] args) throws IOException {
            try (DataFolder held = DataFolder.open(Path.of(args[0]), CLUSTER)) {
                System.out.println(held.path().endsWith("data") ? "held" : "where?");
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    @Test
    void shouldRefuseTheFolderOfAnotherCluster() {
        final Path path = temp.resolve("data");
        DataFolder.open(path, CLUSTER).close();
        final PartitaException e = assertThrows(PartitaException.class, () -> DataFolder.open(path, new Id128(1, 2)));
        assertEquals(ErrorCode.WRONG_CLUSTER, e.code());
        assertTrue(e.getMessage().contains(CLUSTER.toString()), e.getMessage());
        DataFolder.open(path, CLUSTER).close();
    }

    @Test
    void shouldKeepEverybodyElseOut() throws IOException {
        final Path path = temp.resolve("data");
        try (DataFolder held = DataFolder.open(path, CLUSTER);
                ChronicleJournal journal = ChronicleJournal.open(JournalConfig.of(held.journal(), CLUSTER))) {
            journal.awaitHelper();
            for (final Path each : JournalFolders.list(path)) {
                assertEquals(
                        Files.isDirectory(each) ? "rwx------" : "rw-------",
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(each)),
                        each.toString());
            }
        }
    }

    @Test
    void shouldSayWhatIsWrongWithADamagedLockFile() throws IOException {
        final Path path = temp.resolve("data");
        DataFolder.open(path, CLUSTER).close();
        JournalFolders.flip(path.resolve("LOCK"), 30, 2);
        final PartitaException e = assertThrows(PartitaException.class, () -> DataFolder.open(path, CLUSTER));
        assertEquals(ErrorCode.DAMAGED, e.code());
    }

    @Test
    void shouldSayThatAFileIsInTheWay() throws IOException {
        final Path path = Files.createFile(temp.resolve("data"));
        final PartitaException e = assertThrows(PartitaException.class, () -> DataFolder.open(path, CLUSTER));
        assertEquals(ErrorCode.STORAGE_FAILED, e.code());
    }
}
