// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of one host know each other by the owner of their folders. */
class IpcFolderTest {
    @TempDir
    Path root;

    @Test
    void shouldNotStartWhereOthersCouldPoseAsAPeer() throws IOException {
        final Path meeting = Files.createDirectories(root.resolve("meeting"));
        final Path own = Files.createDirectories(meeting.resolve("a"));
        assertRefused(meeting, meeting, "rwxrwx---");
        assertRefused(meeting, meeting, "rwxr-xrwx");
        assertRefused(meeting, own, "rwxrwxr-x");
        try (Pair pair = pair(meeting)) {
            pair.start("a");
            pair.awaitServing(1);
        }
    }

    private void assertRefused(final Path meeting, final Path folder, final String permissions) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        try (Pair pair = pair(meeting)) {
            final PartitaException error = assertThrows(PartitaException.class, () -> pair.start("a"));
            assertEquals(ErrorCode.INSECURE_PERMISSIONS, error.code());
            assertTrue(error.getMessage().contains("permissions=" + permissions), error.getMessage());
            assertTrue(error.nextStep().contains("chmod go-w " + folder), error.nextStep());
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }

    private Pair pair(final Path meeting) {
        return new Pair(root, NodeContext.Transport.IPC).with(context -> context.ipcFolder(meeting));
    }
}
