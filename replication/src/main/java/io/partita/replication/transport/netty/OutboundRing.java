// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from the sending thread, the one producer, to the event loop, the one consumer, which writes them to the
 * socket straight from here. The capacity bounds what a slow peer can cost.
 */
final class OutboundRing {
    private static final VarHandle RELEASED;
    private static final VarHandle PUBLISHED;

    static {
        try {
            RELEASED = MethodHandles.lookup().findVarHandle(OutboundRing.class, "released", long.class);
            PUBLISHED = MethodHandles.lookup().findVarHandle(OutboundRing.class, "published", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final ByteBuffer memory;
    private final UnsafeBuffer buffer;

    @SuppressWarnings("unused") // by RELEASED
    private long released;

    @SuppressWarnings("unused") // by PUBLISHED
    private long published;

    // Producer only.
    private long written;

    // Consumer only.
    private long taken;

    /**
     * @param capacity a power of two.
     */
    OutboundRing(final int capacity) {
        this.capacity = capacity;
        this.memory = ByteBuffer.allocateDirect(capacity);
        this.buffer = new UnsafeBuffer(memory);
    }

    /** Forgets everything; both sides must have let go. */
    void reset() {
        written = 0;
        taken = 0;
        RELEASED.setVolatile(this, 0L);
        PUBLISHED.setVolatile(this, 0L);
    }

    /** Producer: whether that many bytes can be written now. */
    boolean hasRoom(final int length) {
        return written + length - (long) RELEASED.getAcquire(this) <= capacity;
    }

    /** Producer: writes bytes that there is room for. */
    void put(final DirectBuffer source, final int offset, final int length) {
        final int index = (int) written & (capacity - 1);
        final int first = Math.min(length, capacity - index);
        buffer.putBytes(index, source, offset, first);
        if (first < length) {
            buffer.putBytes(0, source, offset + first, length - first);
        }
        written += length;
    }

    /**
     * Producer: lets the consumer see what was written.
     *
     * @return false if there was nothing new.
     */
    boolean publish() {
        if ((long) PUBLISHED.get(this) == written) {
            return false;
        }
        PUBLISHED.setRelease(this, written);
        return true;
    }

    /**
     * Consumer: the next bytes in one piece, which stay untouched until {@link #release}.
     *
     * @param lengthMax bytes at most.
     * @return null if there are none.
     */
    @Nullable
    ByteBuffer take(final int lengthMax) {
        final int available = (int) ((long) PUBLISHED.getAcquire(this) - taken);
        if (available == 0) {
            return null;
        }
        final int index = (int) taken & (capacity - 1);
        final int length = Math.min(Math.min(available, lengthMax), capacity - index);
        taken += length;
        return memory.slice(index, length);
    }

    /** Consumer: the socket has these bytes. */
    void release(final int length) {
        RELEASED.setRelease(this, (long) RELEASED.get(this) + length);
    }

    /** Consumer: whether everything published is with the socket. */
    boolean isDrained() {
        return (long) PUBLISHED.getAcquire(this) == (long) RELEASED.get(this);
    }
}
