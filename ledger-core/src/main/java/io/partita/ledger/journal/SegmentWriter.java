// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One segment while it is written: a Chronicle queue with a single cycle. Made and closed by the helper thread, in between
 * used by the owner alone; whoever hands it over publishes it.
 */
final class SegmentWriter {
    /** Beyond a frame: the next header word, and an index block of Chronicle's, which comes in line once in a million frames. */
    private static final int RESERVE_MARGIN = 64 * 1024;
    /** Kept for control records when frames of commands find no room: a node that is full writes few, and each is small. */
    private static final int CONTROL_RESERVE = 64 * 1024;
    /** As long as Chronicle makes its own file; it stores into nothing but the first page. */
    private static final int METADATA_LENGTH = 128 * 1024;

    private static final long APPEND_TIMEOUT_MS = 1_000;

    private final long id;
    private final Path folder;
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final SegmentPages pages;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final long dataStart;
    private long end;

    private SegmentWriter(
            final long id, final Path folder, final SingleChronicleQueue queue, final ExcerptAppender appender)
            throws IOException {
        this.id = id;
        this.folder = folder;
        this.queue = queue;
        this.appender = appender;
        dataStart = appender.wire().bytes().writePosition();
        end = dataStart;
        pages = new SegmentPages(framesFile(), dataStart);
    }

    /**
     * Makes a segment, with its first excerpt, durable but for its entry in the parent folder.
     *
     * @param folder must not exist.
     */
    static SegmentWriter create(final Path folder, final long id, final Id128 clusterId) throws IOException {
        Files.createDirectory(folder);
        try {
            FolderFiles.createFolder(folder);
            writeZeros(folder.resolve(SegmentDescriptor.METADATA_FILE), METADATA_LENGTH);
            return fill(folder, id, clusterId);
        } catch (final IOException e) {
            if (DiskFull.isCauseOf(e, folder)) {
                FolderFiles.deleteFolder(folder); // gives its space back, and is made anew when there is more
            }
            throw e;
        }
    }

    private static SegmentWriter fill(final Path folder, final long id, final Id128 clusterId) throws IOException {
        final SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                .blockSize(Limits.JOURNAL_BLOCK_LENGTH)
                .rollCycle(RollCycles.FAST_DAILY)
                .timeProvider(() -> 0L)
                .syncMode(SyncMode.NONE)
                .timeoutMS(APPEND_TIMEOUT_MS)
                .build();
        try {
            final ExcerptAppender appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            // Not before there is an appender: it would wait for the file's header.
            writeZeros(folder.resolve(SegmentDescriptor.FRAMES_FILE), SegmentPages.STEP);
            try (DocumentContext context = appender.writingDocument()) {
                final Bytes<?> bytes = context.wire().bytes();
                final long start = bytes.writePosition();
                final UnsafeBuffer first =
                        new UnsafeBuffer(bytes.addressForWrite(start), SegmentDescriptor.SEGMENT_LENGTH);
                SegmentDescriptor.putSegment(first, 0, clusterId, id);
                bytes.writePosition(start + SegmentDescriptor.SEGMENT_LENGTH);
            }
            final SegmentWriter writer = new SegmentWriter(id, folder, queue, appender);
            writer.finish(clusterId);
            return writer;
        } catch (final IOException | RuntimeException | Error e) {
            queue.close();
            throw e;
        }
    }

    private static void writeZeros(final Path file, final int length) throws IOException {
        final ByteBuffer zeros = ByteBuffer.allocate(SegmentPages.PIECE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            FolderFiles.ownerOnly(file);
            for (int at = 0; at < length; ) {
                at += channel.write(zeros.clear().limit(Math.min(SegmentPages.PIECE, length - at)), at);
            }
        }
    }

    private void finish(final Id128 clusterId) throws IOException {
        try {
            prove(clusterId);
            reserve(0);
            FolderFiles.ownerOnly(folder.resolve(SegmentDescriptor.FRAMES_FILE));
            FolderFiles.ownerOnly(folder.resolve(SegmentDescriptor.METADATA_FILE));
            FolderFiles.forceFile(framesFile());
            FolderFiles.forceFolder(folder);
        } catch (final IOException | RuntimeException | Error e) {
            pages.close(); // a file that is open keeps its space when it is deleted
            throw e;
        }
    }

    /** Chronicle falls back to a read-only queue without an exception: see the first excerpt with our own eyes. */
    private void prove(final Id128 clusterId) throws IOException {
        try (ReadWindow window = new ReadWindow(framesFile())) {
            final ExcerptCursor cursor = new ExcerptCursor(window, clusterId, id);
            if (cursor.advance() != ExcerptCursor.SEGMENT || cursor.nextPosition() != dataStart) {
                throw new IOException("the new segment cannot be read back: " + cursor.damage());
            }
        }
    }

    /** Appends a frame. Any exception leaves the segment unusable. */
    void append(final DirectBuffer records, final int offset, final int length, final int count, final long durableSeq)
            throws IOException {
        final int excerpt = SegmentDescriptor.FRAME_HEADER_LENGTH + length;
        reserve(excerpt);
        final DocumentContext context = appender.writingDocument();
        try {
            final Bytes<?> bytes = context.wire().bytes();
            final long start = bytes.writePosition();
            view.wrap(bytes.addressForWrite(start), excerpt);
            SegmentDescriptor.putFrameHeader(view, 0, length, count, durableSeq);
            view.putBytes(SegmentDescriptor.FRAME_HEADER_LENGTH, records, offset, length);
            bytes.writePosition(start + excerpt);
            end = start + excerpt;
        } catch (final RuntimeException | Error e) {
            // Closing would commit what is there of it.
            context.rollbackOnClose();
            throw e;
        } finally {
            context.close();
        }
        pages.appended(end); // not before: closing writes the header word that makes an excerpt of it
    }

    /** Says that the segment ends here, and which one goes on; 0 if that is not known yet. */
    void end(final long nextSegment, final long lastSeq, final long lastChain) throws IOException {
        reserve(SegmentDescriptor.END_LENGTH);
        final DocumentContext context = appender.writingDocument();
        try {
            final Bytes<?> bytes = context.wire().bytes();
            final long start = bytes.writePosition();
            view.wrap(bytes.addressForWrite(start), SegmentDescriptor.END_LENGTH);
            SegmentDescriptor.putEnd(view, 0, nextSegment, lastSeq, lastChain);
            bytes.writePosition(start + SegmentDescriptor.END_LENGTH);
            end = start + SegmentDescriptor.END_LENGTH;
        } catch (final RuntimeException | Error e) {
            context.rollbackOnClose();
            throw e;
        } finally {
            context.close();
        }
        pages.appended(end); // not before: closing writes the header word that makes an excerpt of it
    }

    /** Whether a frame's space is reserved already, and some more for control records. */
    boolean hasRoom(final int length) {
        return pages.exist(end + SegmentDescriptor.FRAME_HEADER_LENGTH + length + RESERVE_MARGIN + CONTROL_RESERVE);
    }

    /** Reserves a frame's space, and some more for control records; false if the disk is full. */
    boolean makeRoom(final int length) throws IOException {
        try {
            reserve(SegmentDescriptor.FRAME_HEADER_LENGTH + length + CONTROL_RESERVE);
            return true;
        } catch (final IOException e) {
            if (DiskFull.isCauseOf(e, folder)) {
                return false;
            }
            throw e;
        }
    }

    private void reserve(final int excerpt) throws IOException {
        pages.ensure(end + excerpt + RESERVE_MARGIN);
    }

    /** Lets go of everything, whoever calls; the files do not change after it and {@link SegmentPages#close} have returned. */
    void close() {
        appender.close();
        queue.close();
        // Mappings are released by a background thread; what is sealed must not be mapped for writing any more.
        BackgroundResourceReleaser.releasePendingResources();
    }

    long id() {
        return id;
    }

    Path folder() {
        return folder;
    }

    Path framesFile() {
        return folder.resolve(SegmentDescriptor.FRAMES_FILE);
    }

    /** Closed by who forces. */
    SegmentPages pages() {
        return pages;
    }

    /** File offset behind the last excerpt. */
    long endOffset() {
        return end;
    }

    /** Bytes of frames so far. */
    long length() {
        return end - dataStart;
    }
}
