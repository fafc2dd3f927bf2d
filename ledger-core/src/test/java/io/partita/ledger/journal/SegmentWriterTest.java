// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.Id128;
import io.partita.ledger.testing.TmpFs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentWriterTest {
    private static final int KIB = 1024;
    private static final Id128 CLUSTER = new Id128(1, 2);

    @TempDir
    Path temp;

    /** Whatever the disk has left, no store of Chronicle's meets a hole that the disk cannot fill: that would be an Error (R38). */
    @Test
    void shouldFindTheDiskFullByAnExceptionWhereverItEnds() throws IOException {
        int made = 0;
        for (int size = 4 * KIB; size <= 704 * KIB; size += 20 * KIB) {
            try (TmpFs disk = TmpFs.mount(temp, size)) {
                final Path folder = disk.folder().resolve("segment");
                final SegmentWriter writer = createIfRoom(folder);
                if (writer != null) {
                    made++;
                    fillUp(writer);
                    writer.close();
                    writer.pages().close();
                }
            }
        }
        assertTrue(made > 5, "made " + made);
    }

    private static SegmentWriter createIfRoom(final Path folder) throws IOException {
        try {
            return SegmentWriter.create(folder, 1, CLUSTER);
        } catch (final IOException e) {
            assertTrue(DiskFull.isCauseOf(e, folder), e.toString());
            assertFalse(Files.exists(folder), "gives its space back");
            return null;
        }
    }

    private static void fillUp(final SegmentWriter writer) throws IOException {
        final UnsafeBuffer records = new UnsafeBuffer(new byte[4 * KIB + 4]);
        for (int i = 0; i < 1000 && writer.makeRoom(records.capacity()); i++) {
            writer.append(records, 0, records.capacity(), 1, 0);
        }
        writer.end(0, 1, 1);
    }
}
