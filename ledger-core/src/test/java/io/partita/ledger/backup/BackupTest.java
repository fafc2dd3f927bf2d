// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A data folder, the repository that it is backed up into, and what tests do with both. */
abstract class BackupTest {
    private static final long SMALL_FILES = 64 * 1024;

    @TempDir
    Path temp;

    Path data;
    Path backups;
    BackupRepository repository;

    @BeforeEach
    void name() {
        data = temp.resolve("data");
        backups = temp.resolve("backups");
        repository = new BackupRepository(backups, SMALL_FILES);
    }

    Backup create() {
        return repository.create(data, true, null, seq -> {});
    }

    Restored restore(final Path target, final RestorePoint point) {
        return repository.restore(target, point, seq -> {});
    }

    BackupVerification assertSound() {
        final BackupVerification found = repository.verify(seq -> {});
        assertEquals("[]", found.damages().toString());
        return found;
    }

    /** And there are so many backups. */
    BackupVerification assertSound(final int count) {
        final BackupVerification found = assertSound();
        assertNotNull(found.newest());
        assertEquals(count, found.newest().number());
        return found;
    }

    long timestampOf(final long seq) {
        try (FolderReader reader = FolderReader.open(data.resolve("journal"), seq)) {
            assertTrue(reader.next(seq, 1));
            return RecordDescriptor.timestamp(reader.buffer(), reader.offset());
        }
    }

    static PartitaException refused(final ErrorCode code, final Executable what) {
        final PartitaException error = assertThrows(PartitaException.class, what);
        assertEquals(code, error.code(), error.getMessage());
        return error;
    }
}
