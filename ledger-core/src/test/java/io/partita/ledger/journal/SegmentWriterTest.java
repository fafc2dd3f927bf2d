// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.testing.TmpFs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SegmentWriterTest {
    private static final int KIB = 1024;
    private static final Id128 CLUSTER = new Id128(1, 2);

    @TempDir
    Path temp;

    /** Whatever the disk has left, no store of Chronicle's meets a hole that the disk cannot fill: that would be an Error (R38). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldFindTheDiskFullByAnExceptionWhereverItEnds(final boolean isForcedOften) throws IOException {
        int made = 0;
        for (int size = 4 * KIB; size <= 704 * KIB; size += 20 * KIB) {
            try (TmpFs disk = TmpFs.mount(temp, size)) {
                final Path folder = disk.folder().resolve("segment");
                final SegmentWriter writer = createIfRoom(folder, isForcedOften);
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

    /** Of every length that there is a border for: of a page, and of what is written at once. */
    @Test
    void shouldWriteTheSameBytesThatChronicleStores() throws IOException {
        final SegmentWriter stored = SegmentWriter.create(temp.resolve("stored"), 1, CLUSTER, false);
        final SegmentWriter written = SegmentWriter.create(temp.resolve("written"), 1, CLUSTER, true);
        final SplittableRandom random = new SplittableRandom(1);
        final byte[] bytes = new byte[Limits.FRAME_LENGTH_MAX];
        random.nextBytes(bytes);
        final UnsafeBuffer records = new UnsafeBuffer(bytes);
        final int start = (int) stored.endOffset();
        for (int i = 0; i < 300; i++) {
            final int around = random.nextInt(3) == 0 ? random.nextInt(4) * 64 * KIB : random.nextInt(3) * 4 * KIB;
            final int length = Math.max(64, around + (random.nextInt(20) - 10) * 8);
            final int offset = random.nextInt(bytes.length - length);
            for (final SegmentWriter writer : List.of(stored, written)) {
                writer.append(records, offset, length, 1 + i, i);
            }
            assertEquals(stored.endOffset(), written.endOffset());
        }
        for (final SegmentWriter writer : List.of(stored, written)) {
            writer.append(records, 0, Limits.FRAME_LENGTH_MAX, 1, 300);
            writer.end(2, 301, 7);
            writer.close();
            writer.pages().close();
        }
        final ByteBuffer expected = excerpts(stored, start);
        assertTrue(expected.remaining() > 4 * Limits.FRAME_LENGTH_MAX, "bytes=" + expected.remaining());
        assertEquals(-1, expected.mismatch(excerpts(written, start)));
    }

    /** Each other length is a mapping more, to whoever reads or forces. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldMakeItsFileLongerByBlocks(final boolean isForcedOften) throws IOException {
        final SegmentWriter writer = SegmentWriter.create(temp.resolve("segment"), 1, CLUSTER, isForcedOften);
        final UnsafeBuffer records = new UnsafeBuffer(new byte[Limits.FRAME_LENGTH_MAX]);
        final Set<Long> lengths = new HashSet<>();
        while (writer.length() < 3 * Limits.JOURNAL_BLOCK_LENGTH) {
            writer.append(records, 0, 64 * KIB, 1, 0);
            writer.append(records, 0, Limits.FRAME_LENGTH_MAX, 1, 0);
            lengths.add(Files.size(writer.framesFile()));
            writer.pages().force();
        }
        writer.close();
        writer.pages().close();
        assertTrue(lengths.size() <= 5, lengths.toString());
    }

    /** And the header word behind them. */
    private static ByteBuffer excerpts(final SegmentWriter writer, final int start) throws IOException {
        return ByteBuffer.wrap(
                Files.readAllBytes(writer.framesFile()), start, (int) writer.endOffset() + Integer.BYTES - start);
    }

    private static SegmentWriter createIfRoom(final Path folder, final boolean isForcedOften) throws IOException {
        try {
            return SegmentWriter.create(folder, 1, CLUSTER, isForcedOften);
        } catch (final IOException e) {
            assertTrue(DiskFull.isCauseOf(e, folder), e.toString());
            assertFalse(Files.exists(folder), "gives its space back");
            return null;
        }
    }

    private static void fillUp(final SegmentWriter writer) throws IOException {
        final UnsafeBuffer records = new UnsafeBuffer(new byte[4 * KIB + 8]);
        for (int i = 0; i < 1000 && writer.makeRoom(records.capacity()); i++) {
            writer.append(records, 0, records.capacity(), 1, 0);
        }
        writer.end(0, 1, 1);
    }
}
