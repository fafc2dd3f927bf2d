// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads a {@link FileChannelJournal} in place, through a mapping of the whole file, on its owner's thread. */
final class FileChannelReader implements JournalReader {
    private static final int FRAME_LENGTH_OFFSET = 4;

    private final Journal journal;
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer buffer;
    private int at;
    private int frameEnd;
    private int offset;
    private long firstSeq = 1;
    private long lastSeq;

    FileChannelReader(final Path file, final long length, final Journal journal) {
        this.journal = journal;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, length); // makes the file as long, if it is not
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer = new UnsafeBuffer(mapping);
    }

    @Override
    public boolean next(final long uptoSeq, final int lengthMax) {
        final long last = Math.min(uptoSeq, journal.lastSeq());
        if (lastSeq >= last) {
            return false;
        }
        if (at == frameEnd) {
            at += FileChannelJournal.FRAME_HEADER_LENGTH;
            frameEnd = at
                    + buffer.getInt(
                            at - FileChannelJournal.FRAME_HEADER_LENGTH + FRAME_LENGTH_OFFSET, ByteOrder.LITTLE_ENDIAN);
        }
        offset = at;
        firstSeq = lastSeq + 1;
        do {
            final int length = RecordDescriptor.length(buffer, at);
            if (at > offset && at + length - offset > lengthMax) {
                break;
            }
            at += length;
            lastSeq++;
        } while (at < frameEnd && lastSeq < last);
        return true;
    }

    @Override
    public DirectBuffer buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return at - offset;
    }

    @Override
    public long firstSeq() {
        return firstSeq;
    }

    @Override
    public long lastSeq() {
        return lastSeq;
    }

    @Override
    public void close() {
        BufferUtil.free(mapping);
    }
}
