// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Excerpts by {@code write}: the same bytes that Chronicle's appender would store, but for its index, which nothing here reads. A
 * page that has been forced is protected against stores to its mapping, and the next one is a fault; where every answer waits for a force that
 * is every append, and costs more than a system call.
 */
final class WrittenExcerpts implements Excerpts {
    private static final int WORD_LENGTH = 4;
    private static final int BUFFER_LENGTH = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final SegmentPages pages;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BUFFER_LENGTH);
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private long end;

    /** Of a file that holds excerpts up to {@code end}, and zeros behind. */
    WrittenExcerpts(final SegmentPages pages, final long end) {
        this.pages = pages;
        this.end = end;
    }

    @Override
    public long append(
            final DirectBuffer head, final int headLength, final DirectBuffer body, final int offset, final int length)
            throws IOException {
        Invariant.check((end & Long.BYTES - 1) == 0, "a header word and the word behind it are written by one store");
        long at = end + WORD_LENGTH;
        buffer.putBytes(0, head, 0, headLength);
        int filled = headLength;
        int taken = 0;
        do {
            final int part = Math.min(BUFFER_LENGTH - filled, length - taken);
            buffer.putBytes(filled, body, offset + taken, part);
            at = write(filled + part, at);
            taken += part;
            filled = 0;
        } while (taken < length);
        // Not four bytes: the kernel may copy those one by one, and somebody who reads beside would see a length cut
        // short.
        buffer.putInt(0, headLength + length, ByteOrder.LITTLE_ENDIAN);
        buffer.putBytes(WORD_LENGTH, head, 0, WORD_LENGTH);
        write(Long.BYTES, end);
        end = at;
        return at;
    }

    private long write(final int length, final long position) throws IOException {
        pages.write(bytes.limit(length).position(0), position);
        return position + length;
    }

    @Override
    public void close() {
        buffer.wrap(NOTHING);
        BufferUtil.free(bytes);
    }
}
