// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.snapshot.SnapshotDescriptor.Checksums;
import io.partita.ledger.snapshot.SnapshotDescriptor.Header;
import io.partita.ledger.snapshot.SnapshotDescriptor.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.DirectBuffer;

/** Writes one snapshot file, part by part; {@link SnapshotFileReader} is its mirror image. */
final class SnapshotFileWriter implements AutoCloseable {
    /** Bytes after which what was written is forced: in one go at the end it would hold up the journal's own forces for long. */
    private static final long FORCE_LENGTH = 16L << 20;

    private final FileChannel channel;
    private final Runnable pause;
    private final Checksums checksums = new Checksums();
    private final ByteBuffer block =
            SnapshotDescriptor.buffer(SnapshotDescriptor.BLOCK_LENGTH + SnapshotDescriptor.CRC_LENGTH);
    private long offset;
    private long forcedOffset;
    private int sections;
    private long sectionLeft;

    /**
     * A file with its header.
     *
     * @param pause run before each block.
     */
    SnapshotFileWriter(final Path file, final Header header, final Runnable pause) throws IOException {
        this.pause = pause;
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        SnapshotDescriptor.putHeader(block, header);
        block.putInt(SnapshotDescriptor.HEADER_CRC, checksums.addToWhole(checksums.header(block)));
        flush(SnapshotDescriptor.HEADER_LENGTH);
    }

    /** Begins a section; all its bytes follow by {@link #put}. */
    void section(final Section section) throws IOException {
        finishSection();
        SnapshotDescriptor.putSection(block, section);
        final int crc = checksums.part(offset, block, SnapshotDescriptor.SECTION_CRC);
        block.putInt(SnapshotDescriptor.SECTION_CRC, checksums.addToWhole(crc));
        flush(SnapshotDescriptor.SECTION_LENGTH);
        sections++;
        sectionLeft = section.length();
    }

    /** Adds bytes to the section. */
    void put(final DirectBuffer bytes, final int from, final int length) throws IOException {
        int at = from;
        final int end = from + length;
        while (at < end) {
            final int taken = Math.min(end - at, SnapshotDescriptor.BLOCK_LENGTH - block.position());
            bytes.getBytes(at, block, taken);
            at += taken;
            if (block.position() == SnapshotDescriptor.BLOCK_LENGTH) {
                flushBlock();
            }
        }
    }

    /** Ends the file and forces it; returns what {@link #length} and {@link #wholeCrc} are of. */
    void end() throws IOException {
        finishSection();
        SnapshotDescriptor.putEnd(block, sections, offset + SnapshotDescriptor.END_LENGTH, checksums.whole());
        block.putInt(SnapshotDescriptor.END_CRC, checksums.part(offset, block, SnapshotDescriptor.END_CRC));
        flush(SnapshotDescriptor.END_LENGTH);
        channel.force(true);
    }

    /** Bytes so far. */
    long length() {
        return offset;
    }

    /** Stands for every bit of the file. */
    int wholeCrc() {
        return checksums.whole();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void finishSection() throws IOException {
        if (block.position() > 0) {
            flushBlock();
        }
        if (sectionLeft != 0) {
            throw new IllegalStateException("a section has another length than it said: left=" + sectionLeft);
        }
    }

    private void flushBlock() throws IOException {
        pause.run();
        final int length = block.position();
        sectionLeft -= length;
        block.putInt(length, checksums.addToWhole(checksums.part(offset, block, length)));
        flush(length + SnapshotDescriptor.CRC_LENGTH);
        if (offset - forcedOffset >= FORCE_LENGTH) {
            channel.force(false);
            forcedOffset = offset;
        }
    }

    private void flush(final int length) throws IOException {
        block.limit(length).position(0);
        while (block.hasRemaining()) {
            offset += channel.write(block);
        }
        block.clear();
    }
}
