// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotDescriptor.Checksums;
import io.partita.ledger.snapshot.SnapshotDescriptor.Header;
import io.partita.ledger.snapshot.SnapshotDescriptor.Section;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one snapshot file, part by part, and gives out no byte that it has not verified; {@link SnapshotFileWriter} is its mirror
 * image. What does not hold is an exception, {@code DAMAGED}, with file and offset.
 */
final class SnapshotFileReader implements AutoCloseable {
    private static final String NEXT_STEP =
            "the node goes on with an older snapshot or its journal, if they reach; else restore the data folder from the other"
                    + " node or a backup";

    private final Path file;
    private final Runnable pause;
    private final FileChannel channel;
    private final Checksums checksums = new Checksums();
    private final ByteBuffer block =
            SnapshotDescriptor.buffer(SnapshotDescriptor.BLOCK_LENGTH + SnapshotDescriptor.CRC_LENGTH);
    private final Header header;
    private final long fileLength;
    private long offset;
    private int sections;
    private long sectionLeft;
    private int blockAt;
    private int blockEnd;

    /**
     * Opens a file; its header is what the caller knows it to be.
     *
     * @param pause run before each block.
     */
    SnapshotFileReader(final Path file, final Id128 clusterId, final int kind, final long seq, final Runnable pause) {
        this.file = file;
        this.pause = pause;
        FileChannel opened = null;
        try {
            opened = FileChannel.open(file, StandardOpenOption.READ);
            channel = opened;
            fileLength = channel.size();
            read(SnapshotDescriptor.HEADER_LENGTH);
            header = checkHeader(clusterId, kind, seq);
        } catch (final NoSuchFileException e) {
            throw damaged(0, "the file is missing");
        } catch (final IOException e) {
            closeQuietly(opened);
            throw failed(e);
        } catch (final RuntimeException e) {
            closeQuietly(opened);
            throw e;
        }
    }

    private Header checkHeader(final Id128 clusterId, final int kind, final long seq) {
        if (checksums.addToWhole(checksums.header(block)) != block.getInt(SnapshotDescriptor.HEADER_CRC)
                || block.getInt(0) != SnapshotDescriptor.HEADER_MAGIC) {
            throw damaged(0, "the header's checksum is wrong");
        }
        if (SnapshotDescriptor.version(block) != SnapshotDescriptor.VERSION) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the snapshot was written by another release: file=" + file + ", version="
                            + SnapshotDescriptor.version(block) + ", supported=" + SnapshotDescriptor.VERSION,
                    "use that release");
        }
        final Header found = SnapshotDescriptor.header(block);
        if (!found.clusterId().equals(clusterId)) {
            throw damaged(SnapshotDescriptor.HEADER_CRC, "it is of another cluster: cluster=" + found.clusterId());
        }
        if (found.kind() != kind || found.seq() != seq) {
            throw damaged(0, "it is another file: kind=" + found.kind() + ", seq=" + found.seq());
        }
        return found;
    }

    Header header() {
        return header;
    }

    /** Begins the next section. */
    Section section() {
        checkSectionRead();
        final long at = offset;
        read(SnapshotDescriptor.SECTION_LENGTH);
        final int crc = checksums.part(at, block, SnapshotDescriptor.SECTION_CRC);
        if (checksums.addToWhole(crc) != block.getInt(SnapshotDescriptor.SECTION_CRC)
                || block.getInt(0) != SnapshotDescriptor.SECTION_MAGIC) {
            throw damaged(at, "the checksum of a section's head is wrong");
        }
        final Section section = SnapshotDescriptor.section(block);
        sections++;
        sectionLeft = section.length();
        return section;
    }

    /** Begins the next section, which is of a certain table. */
    Section section(final int table, final int unitLength) {
        final long at = offset;
        final Section section = section();
        if (section.table() != table || section.unitLength() != unitLength) {
            throw damaged(
                    at,
                    "a section is not the expected one: table=" + section.table() + ", expected=" + table
                            + ", unitLength=" + section.unitLength() + ", expected=" + unitLength);
        }
        return section;
    }

    /** Copies the section's next bytes, all of them verified. */
    void take(final MutableDirectBuffer to, final int index, final int length) {
        int at = index;
        final int end = index + length;
        while (at < end) {
            if (blockAt == blockEnd) {
                nextBlock();
            }
            final int taken = Math.min(end - at, blockEnd - blockAt);
            to.putBytes(at, block, blockAt, taken);
            blockAt += taken;
            at += taken;
        }
    }

    /** Verifies what is left of the section, and gives it to nobody. */
    void skip() {
        while (sectionLeft > 0) {
            skipBlock();
        }
        blockAt = blockEnd;
    }

    /**
     * Verifies the section's next block, which is there, and leaves it where it is.
     *
     * @return its bytes.
     */
    int skipBlock() {
        nextBlock();
        blockAt = blockEnd;
        return blockEnd;
    }

    /** Where in the file the block begins that was verified last. */
    long blockOffset() {
        return offset - SnapshotDescriptor.CRC_LENGTH - blockEnd;
    }

    /** Whether there is more of the section than was verified. */
    boolean hasBlock() {
        return sectionLeft > 0;
    }

    /** The file as memory. What was asked for of it while this is open outlives this. */
    MappedFile map() {
        return new MappedFile(file, channel, fileLength);
    }

    /** Verifies that the file ends here. */
    void end() {
        checkSectionRead();
        final long at = offset;
        read(SnapshotDescriptor.END_LENGTH);
        if (checksums.part(at, block, SnapshotDescriptor.END_CRC) != block.getInt(SnapshotDescriptor.END_CRC)
                || block.getInt(0) != SnapshotDescriptor.END_MAGIC) {
            throw damaged(at, "the end's checksum is wrong");
        }
        if (SnapshotDescriptor.endWholeCrc(block) != checksums.whole()
                || SnapshotDescriptor.endSections(block) != sections
                || SnapshotDescriptor.endFileLength(block) != offset) {
            throw damaged(at, "the end does not belong to what is before it");
        }
        if (fileLength != offset) {
            throw damaged(offset, "there is something behind the end: length=" + fileLength);
        }
    }

    /** Whether the end comes next, by the length of the file. */
    boolean isAtEnd() {
        return sectionLeft == 0 && offset + SnapshotDescriptor.END_LENGTH >= fileLength;
    }

    /** Stands for every bit that was read. */
    int wholeCrc() {
        return checksums.whole();
    }

    /** What the file's end says that {@link #wholeCrc} would be, without reading what is before. */
    int wholeCrcAtEnd() {
        final long at = fileLength - SnapshotDescriptor.END_LENGTH;
        final long before = offset;
        try {
            channel.position(Math.max(0, at));
            read(SnapshotDescriptor.END_LENGTH);
            channel.position(before);
            offset = before;
        } catch (final IOException e) {
            throw failed(e);
        }
        if (checksums.part(at, block, SnapshotDescriptor.END_CRC) != block.getInt(SnapshotDescriptor.END_CRC)
                || block.getInt(0) != SnapshotDescriptor.END_MAGIC) {
            throw damaged(at, "the end's checksum is wrong");
        }
        return SnapshotDescriptor.endWholeCrc(block);
    }

    long fileLength() {
        return fileLength;
    }

    PartitaException damaged(final long at, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED, "a snapshot is damaged: file=" + file + ", offset=" + at + ": " + what, NEXT_STEP);
    }

    @Override
    public void close() {
        closeQuietly(channel);
    }

    private void checkSectionRead() {
        if (sectionLeft != 0 || blockAt != blockEnd) {
            throw new IllegalStateException("a section was not read to its end: file=" + file);
        }
    }

    private void nextBlock() {
        pause.run();
        final long at = offset;
        final int length = (int) Math.min(sectionLeft, SnapshotDescriptor.BLOCK_LENGTH);
        if (length <= 0) {
            throw damaged(at, "a section is shorter than what is in it");
        }
        read(length + SnapshotDescriptor.CRC_LENGTH);
        if (checksums.addToWhole(checksums.part(at, block, length)) != block.getInt(length)) {
            throw damaged(at, "the checksum of a block is wrong: blockLength=" + length);
        }
        sectionLeft -= length;
        blockAt = 0;
        blockEnd = length;
    }

    private void read(final int length) {
        block.clear().limit(length);
        try {
            while (block.hasRemaining()) {
                if (channel.read(block) < 0) {
                    throw damaged(fileLength, "the file is too short");
                }
            }
        } catch (final IOException e) {
            throw failed(e);
        }
        offset += length;
        block.clear();
    }

    private PartitaException failed(final IOException e) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                "a snapshot cannot be read: file=" + file + " (" + e + ")",
                "check the disk and the permissions",
                e);
    }

    private static void closeQuietly(final @Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (final IOException ignored) {
                return; // it was only read
            }
        }
    }
}
