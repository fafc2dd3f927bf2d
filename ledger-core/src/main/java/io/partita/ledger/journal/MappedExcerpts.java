// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.core.io.BackgroundResourceReleaser;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Excerpts by Chronicle's appender: stores into a mapped file, without a system call. */
final class MappedExcerpts implements Excerpts {
    private final SingleChronicleQueue queue;
    private final ExcerptAppender appender;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    MappedExcerpts(final SingleChronicleQueue queue, final ExcerptAppender appender) {
        this.queue = queue;
        this.appender = appender;
    }

    @Override
    public long append(
            final DirectBuffer head,
            final int headLength,
            final DirectBuffer body,
            final int offset,
            final int length) {
        final int excerpt = headLength + length;
        final DocumentContext context = appender.writingDocument();
        try {
            final Bytes<?> bytes = context.wire().bytes();
            final long start = bytes.writePosition();
            view.wrap(bytes.addressForWrite(start), excerpt);
            view.putBytes(0, head, 0, headLength);
            view.putBytes(headLength, body, offset, length);
            bytes.writePosition(start + excerpt);
            return start + excerpt;
        } catch (final RuntimeException | Error e) {
            // Closing would commit what is there of it.
            context.rollbackOnClose();
            throw e;
        } finally {
            context.close();
        }
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
        // Mappings are released by a background thread; what is sealed must not be mapped for writing any more.
        BackgroundResourceReleaser.releasePendingResources();
    }
}
