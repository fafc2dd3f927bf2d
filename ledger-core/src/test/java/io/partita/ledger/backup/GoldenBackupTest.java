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
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository of the first version of the format, with two backups and a rehearsal: it can be read, restored and added to for ever. */
class GoldenBackupTest {
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

    /** What is written is what was written then, byte by byte. */
    @Test
    void shouldWriteTheManifestAsEver() throws IOException {
        final Path backups = temp.resolve("backups");
        unzip("/golden/backup-v1.zip", backups);
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
}
