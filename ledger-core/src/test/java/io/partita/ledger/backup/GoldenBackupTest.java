// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Repositories of each version of the format, with two backups and a rehearsal: they can be read, restored and added to for ever. {@link
 * #main} writes one of the second version anew.
 */
class GoldenBackupTest {
    private static final long BASE_SEQ = 177;
    private static final String END =
            "187 d9e8d44d1a2078af c67b620a807012fe85c07772abdda497 10 1892 1795956634733363075";

    @TempDir
    Path temp;

    @Test
    void shouldVerifyRestoreAndGoOnWithTheFirstVersion() throws IOException {
        final Path backups = temp.resolve("backups");
        unzip("/golden/backup-v1.zip", backups);
        final BackupRepository repository = new BackupRepository(backups);

        assertEquals("[]", repository.verify(seq -> {}).damages().toString());
        final Backup newest = repository.backups().get(1);
        assertNotNull(newest.state());
        assertEquals(
                "e60a6ef9ab3852b2f23029bb4d302e99", newest.state().stateDigest().toString());
        assertEquals(2, newest.state().totals().size());
        assertTrue(repository.rehearsals().get(0).ok());

        final Path restored = temp.resolve("restored");
        assertEquals(
                newest.end(),
                repository.restore(restored, RestorePoint.end(), seq -> {}).end());
        assertEquals("6 c5e31463d7fedd9d e60a6ef9ab3852b2f23029bb4d302e99 4 3 11", Control.endOf(restored));
        assertTrue(repository.rehearse(null, null, seq -> {}).ok());
        assertEquals(3, repository.create(restored, true, null, seq -> {}).number());
    }

    /** The second version begins with a snapshot, of the version that there was then. */
    @Test
    void shouldVerifyRestoreAndGoOnWithTheSecondVersion() throws IOException {
        final Path backups = temp.resolve("backups");
        unzip("/golden/backup-v2.zip", backups);
        final BackupRepository repository = new BackupRepository(backups);

        assertEquals("[]", repository.verify(seq -> {}).damages().toString());
        final Backup oldest = repository.backups().get(0);
        assertNotNull(oldest.base());
        assertEquals(BASE_SEQ, oldest.base().end().seq());
        assertTrue(repository.rehearsals().get(0).ok());

        final Path restored = temp.resolve("restored");
        assertEquals(
                repository.backups().get(1).end(),
                repository.restore(restored, RestorePoint.end(), seq -> {}).end());
        assertEquals(END, Control.endOf(restored));
        assertTrue(repository.rehearse(null, null, seq -> {}).ok());
        assertEquals(3, repository.create(restored, true, null, seq -> {}).number());
    }

    /** What is written is what was written then, byte by byte. */
    @ParameterizedTest
    @ValueSource(strings = {"/golden/backup-v1.zip", "/golden/backup-v2.zip"})
    void shouldWriteTheManifestAsEver(final String golden) throws IOException {
        final Path backups = temp.resolve("backups");
        unzip(golden, backups);
        final byte[] bytes = Files.readAllBytes(backups.resolve("manifest"));

        assertEquals(
                -1,
                Arrays.mismatch(bytes, BackupManifest.decode(bytes, "manifest").encode()));
    }

    private static void unzip(final String resource, final Path folder) throws IOException {
        try (InputStream in = GoldenBackupTest.class.getResourceAsStream(resource);
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                final Path file = folder.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, zip.readAllBytes());
            }
        }
    }

    /**
     * Writes a golden repository of the second version, and says what this test is to expect of it.
     *
     * @param args the file to write, {@code backup-v2.zip}.
     * @throws IOException if it cannot.
     */
    public static void main(final String[] args) throws IOException {
        final Path temp = Files.createTempDirectory("golden");
        final Path data = temp.resolve("data");
        final Path backups = temp.resolve("backups");
        final BackupRepository repository = new BackupRepository(backups);
        try (PayingLedger ledger = PayingLedger.givingUp(data, 1, 1)) {
            for (int i = 0; i < 5; i++) {
                ledger.pay(35);
                ledger.snapshot();
            }
            ledger.pay(5);
            repository.create(data, true, null, seq -> {});
            ledger.pay(5);
            repository.create(data, true, null, seq -> {});
        }
        repository.rehearse(null, null, seq -> {});
        System.out.println(
                "BASE_SEQ = " + repository.backups().get(0).base().end().seq());
        System.out.println("END = " + Control.endOf(data));
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[0])));
                Stream<Path> files = Files.walk(backups)) {
            for (final Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(backups.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
                zip.closeEntry();
            }
        }
    }
}
