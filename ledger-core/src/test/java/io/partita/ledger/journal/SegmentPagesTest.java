// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.testing.TmpFs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentPagesTest {
    private static final long MIB = 1024 * 1024;

    @TempDir
    Path temp;

    @Test
    void shouldWriteWholePiecesAheadOfTheAppender() throws IOException {
        final Path file = file(temp, 5_000);
        final SegmentPages pages = new SegmentPages(file, 5_000, 5_000);
        int steps = 0;
        long written = 0;
        for (long end = 5_000; end < MIB; end += 1_000) {
            pages.ensure(end + 1_000);
            assertTrue(pages.exist(end + 1_000));
            pages.appended(end + 1_000);
            final long before = written;
            while (pages.exist(written + SegmentPages.PIECE)) {
                written += SegmentPages.PIECE;
            }
            assertFalse(pages.exist(written + 1), "whole pieces");
            steps += written == before ? 0 : 1;
        }
        assertTrue(steps >= 4 && steps <= 5, "a step at a time: " + steps);
        assertTrue(Files.size(file) >= written);
        pages.close();
        pages.close();
    }

    @Test
    void shouldSayThatTheDiskIsFull() throws IOException {
        try (TmpFs disk = TmpFs.mount(temp, (int) MIB)) {
            final SegmentPages pages = new SegmentPages(file(disk.folder(), 0), 0, 0);
            pages.ensure(MIB / 2);
            pages.ensure(MIB - SegmentPages.PIECE); // fits, if without more ahead
            assertThrows(IOException.class, () -> pages.ensure(MIB + 1));
            assertTrue(pages.exist(MIB - SegmentPages.PIECE));
            assertFalse(pages.exist(MIB + 1));
            pages.close();
        }
    }

    /** What is durable cannot be seen without a power cut; that the file is left as long as it is can: readers go by it. */
    @Test
    void shouldForceAcrossWindowsAndNotBeyondTheFile() throws IOException {
        final long length = 150 * MIB + 123;
        final Path file = file(temp, length);
        final SegmentPages pages = new SegmentPages(file, 1_000, length);
        for (long end = 1_000; end < length; end += 7 * MIB + 11) {
            pages.appended(end);
            pages.force();
            pages.force();
            assertEquals(length, Files.size(file));
        }
        pages.appended(length);
        pages.force();
        pages.appended(length + 1);
        assertThrows(IOException.class, pages::force);
        assertEquals(length, Files.size(file));
        pages.close();
    }

    @Test
    void shouldWriteThroughInterruptsOfItsOwner() throws IOException {
        final Path file = file(temp, 10_000);
        final SegmentPages pages = new SegmentPages(file, 0, 10_000);
        final ByteBuffer bytes = ByteBuffer.allocateDirect(1_000);
        for (int at = 0; at < 10_000; at += 1_000) {
            bytes.clear().putInt(at + 1).limit(1_000).position(0);
            Thread.currentThread().interrupt();
            pages.write(bytes, at);
            assertTrue(Thread.interrupted(), "the interrupt is the owner's to see");
        }
        pages.appended(10_000);
        pages.force();
        pages.close();
        final ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
        for (int at = 0; at < 10_000; at += 1_000) {
            assertEquals(at + 1, content.getInt(at));
        }
    }

    private static Path file(final Path folder, final long length) throws IOException {
        final Path file = folder.resolve("file");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            if (length > 0) {
                channel.write(ByteBuffer.allocate(1), length - 1);
            }
        }
        return file;
    }
}
