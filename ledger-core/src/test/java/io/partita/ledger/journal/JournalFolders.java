// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Copies, compares and harms journal folders. */
final class JournalFolders {
    private JournalFolders() {}

    /** Copies a folder whose writer is at rest: what a kill -9 at that moment leaves. */
    static Path copy(final Path from, final Path to) throws IOException {
        for (final Path path : list(from)) {
            final Path target = to.resolve(from.relativize(path).toString());
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target);
            }
        }
        return to;
    }

    static List<Path> list(final Path folder) throws IOException {
        try (Stream<Path> paths = Files.walk(folder)) {
            return paths.sorted().toList();
        }
    }

    static List<Path> children(final Path folder) throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.toList();
        }
    }

    /** All files with their content. */
    static Map<String, ByteBuffer> content(final Path folder) {
        try {
            final Map<String, ByteBuffer> content = new TreeMap<>();
            for (final Path path : list(folder)) {
                if (Files.isRegularFile(path)) {
                    content.put(folder.relativize(path).toString(), ByteBuffer.wrap(Files.readAllBytes(path)));
                }
            }
            return content;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the whole excerpts of a segment of {@link RandomRecords} end, behind which there is nothing. */
    static long endOfExcerpts(final Path frames, final long segment) {
        try (ReadWindow window = new ReadWindow(frames)) {
            final ExcerptCursor cursor = new ExcerptCursor(window, RandomRecords.CLUSTER, segment);
            int found = cursor.advance();
            while (found == ExcerptCursor.SEGMENT || found == ExcerptCursor.FRAME || found == ExcerptCursor.END) {
                found = cursor.advance();
            }
            assertEquals(ExcerptCursor.NOTHING, found);
            return cursor.nextPosition();
        }
    }

    static void flip(final Path file, final long offset, final int bit) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1 << bit)).rewind();
            channel.write(one, offset);
        }
    }

    static void write(final Path file, final long offset, final byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), offset);
        }
    }

    static void truncate(final Path file, final long length) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(length);
        }
    }

    /** Of a segment that is appended to nothing is written yet beyond some 600 KiB: most damages would hit zeros. */
    static void shorten(final Path folder) throws IOException {
        for (final Path file : list(folder)) {
            if (file.endsWith(SegmentDescriptor.FRAMES_FILE) && Files.size(file) > 1 << 20) {
                truncate(file, 1 << 20);
            }
        }
    }

    static Path frames(final Path journal, final long segment) {
        return SegmentDescriptor.framesFile(journal, segment);
    }
}
