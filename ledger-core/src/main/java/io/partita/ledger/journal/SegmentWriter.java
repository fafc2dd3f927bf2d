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
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One segment while it is written: a Chronicle queue with a single cycle. Made and closed by the helper thread, in between
 * used by the owner alone; whoever hands it over publishes it.
 *
 * <p>Excerpts are appended in one of two ways, which make the same file but for Chronicle's index. Chronicle's appender stores them, which takes
 * two thirds of the time. But after each force the next store into a page is a fault. Where answers wait for forces, or forces are
 * asked for all the time, they are written: an engine that waits for one force after the other does 1.7 times as much then.
 */
final class SegmentWriter {
    /** Beyond a frame: the next header word, and an index block of Chronicle's appender, which comes in line once in a million frames. */
    private static final int RESERVE_MARGIN = 64 * 1024;
    /** Kept for control records when frames of commands find no room: a node that is full writes few, and each is small. */
    private static final int CONTROL_RESERVE = 64 * 1024;
    /** As long as Chronicle makes its own file; it stores into nothing but the first page. */
    private static final int METADATA_LENGTH = 128 * 1024;

    private static final long APPEND_TIMEOUT_MS = 1_000;

    private final long id;
    private final Path folder;
    private final Excerpts excerpts;
    private final SegmentPages pages;
    private final UnsafeBuffer head = new UnsafeBuffer(new byte[SegmentDescriptor.END_LENGTH]);
    private final long dataStart;
    private long end;

    private SegmentWriter(
            final long id, final Path folder, final SegmentPages pages, final Excerpts excerpts, final long end) {
        this.id = id;
        this.folder = folder;
        this.pages = pages;
        this.excerpts = excerpts;
        dataStart = end;
        this.end = end;
    }

    /**
     * Makes a segment, with its first excerpt, durable but for its entry in the parent folder.
     *
     * @param folder must not exist.
     * @param isForcedOften whether excerpts are written, not stored.
     */
    static SegmentWriter create(final Path folder, final long id, final Id128 clusterId, final boolean isForcedOften)
            throws IOException {
        Files.createDirectory(folder);
        try {
            FolderFiles.createFolder(folder);
            writeZeros(folder.resolve(SegmentDescriptor.METADATA_FILE), METADATA_LENGTH);
            return fill(folder, id, clusterId, isForcedOften);
        } catch (final IOException e) {
            if (DiskFull.isCauseOf(e, folder)) {
                FolderFiles.deleteFolder(folder); // gives its space back, and is made anew when there is more
            }
            throw e;
        }
    }

    private static SegmentWriter fill(
            final Path folder, final long id, final Id128 clusterId, final boolean isForcedOften) throws IOException {
        final Path file = folder.resolve(SegmentDescriptor.FRAMES_FILE);
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
            writeZeros(file, SegmentPages.STEP);
            final MappedExcerpts mapped = new MappedExcerpts(queue, appender);
            final UnsafeBuffer first = new UnsafeBuffer(new byte[SegmentDescriptor.SEGMENT_LENGTH]);
            SegmentDescriptor.putSegment(first, 0, clusterId, id);
            final long end = mapped.append(first, first.capacity(), first, 0, 0);
            if (isForcedOften) {
                mapped.close();
            }
            final SegmentPages pages = new SegmentPages(file, end, SegmentPages.STEP);
            final SegmentWriter writer =
                    new SegmentWriter(id, folder, pages, isForcedOften ? new WrittenExcerpts(pages, end) : mapped, end);
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
            FolderFiles.ownerOnly(folder.resolve(SegmentDescriptor.FRAMES_FILE));
            FolderFiles.ownerOnly(folder.resolve(SegmentDescriptor.METADATA_FILE));
            FolderFiles.forceFile(framesFile());
            FolderFiles.forceFolder(folder);
        } catch (final IOException | RuntimeException | Error e) {
            excerpts.close();
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
        reserve(SegmentDescriptor.FRAME_HEADER_LENGTH + length);
        SegmentDescriptor.putFrameHeader(head, 0, length, count, durableSeq);
        end = excerpts.append(head, SegmentDescriptor.FRAME_HEADER_LENGTH, records, offset, length);
        pages.appended(end);
    }

    /** Says that the segment ends here, and which one goes on; 0 if that is not known yet. */
    void end(final long nextSegment, final long lastSeq, final long lastChain) throws IOException {
        reserve(SegmentDescriptor.END_LENGTH);
        SegmentDescriptor.putEnd(head, 0, nextSegment, lastSeq, lastChain);
        end = excerpts.append(head, SegmentDescriptor.END_LENGTH, head, 0, 0);
        pages.appended(end);
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
        excerpts.close();
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
