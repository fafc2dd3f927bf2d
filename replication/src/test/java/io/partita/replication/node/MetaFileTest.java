// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetaFileTest {
    @TempDir
    Path folder;

    private MetaFile file;

    @BeforeEach
    void open() {
        file = new MetaFile(folder);
    }

    private static NodeMeta meta(final long promisedEpoch) {
        return new NodeMeta(
                new Id128(1, 2), "a", new Id128(3, 4), promisedEpoch, 5, 6, true, "boot", false, 7, 1, HaltReason.NONE);
    }

    private void damage(final String name, final int offset) throws IOException {
        final Path path = folder.resolve(name);
        final byte[] bytes = Files.readAllBytes(path);
        bytes[offset] ^= 1;
        Files.write(path, bytes);
    }

    @Test
    void shouldSayWhenThereIsNone() {
        assertNull(file.read());
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        file.write(meta(1));
        file.write(meta(2));
        assertEquals(meta(2), file.read());
        for (final String name : new String[] {MetaFile.NAME, MetaFile.COPY_NAME}) {
            assertEquals(
                    "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name))));
        }
    }

    @Test
    void shouldReadTheCopyWhateverBitIsFlipped() throws IOException {
        file.write(meta(2));
        final int length = (int) Files.size(folder.resolve(MetaFile.NAME));
        for (int offset = 0; offset < length; offset++) {
            damage(MetaFile.NAME, offset);
            assertEquals(meta(2), new MetaFile(folder).read(), "offset=" + offset);
            damage(MetaFile.NAME, offset);
        }
    }

    @Test
    void shouldReadTheCopyWhenTheFirstIsMissing() throws IOException {
        file.write(meta(2));
        Files.delete(folder.resolve(MetaFile.NAME));
        assertEquals(meta(2), file.read());
    }

    @Test
    void shouldReadTheNewOneWhenAWriteWasCutShort() throws IOException {
        file.write(meta(1));
        final byte[] old = Files.readAllBytes(folder.resolve(MetaFile.COPY_NAME));
        file.write(meta(2));
        Files.write(folder.resolve(MetaFile.COPY_NAME), old);
        assertEquals(meta(2), file.read());
    }

    @Test
    void shouldSayDamagedWhenNeitherCanBeRead() throws IOException {
        file.write(meta(2));
        damage(MetaFile.NAME, 20);
        damage(MetaFile.COPY_NAME, 20);
        final PartitaException damaged = assertThrows(PartitaException.class, () -> file.read());
        assertEquals(ErrorCode.DAMAGED, damaged.code());
    }

    @Test
    void shouldFailClearlyWhenItCannotBeWritten() {
        final MetaFile nowhere = new MetaFile(folder.resolve("missing"));
        final PartitaException failed = assertThrows(PartitaException.class, () -> nowhere.write(meta(1)));
        assertEquals(ErrorCode.STORAGE_FAILED, failed.code());
    }
}
