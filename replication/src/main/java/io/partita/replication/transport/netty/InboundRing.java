// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Whole frames on their way from the event loop, the one producer, to the polling thread, the one consumer. The producer claims
 * room for a frame as soon as it knows its length, fills it in as bytes arrive, and commits it; the consumer sees committed
 * frames only, each in one piece.
 *
 * <pre>
 *   frame header ({@link FrameDescriptor}, 8 bytes) | payload | padding to 8 bytes | next ...
 * </pre>
 *
 * <p>A length of {@link #PADDING} says that the rest of the ring up to its end is skipped.
 */
final class InboundRing {
    private static final int PADDING = -1;
    private static final VarHandle HEAD;
    private static final VarHandle TAIL;

    static {
        try {
            HEAD = MethodHandles.lookup().findVarHandle(InboundRing.class, "head", long.class);
            TAIL = MethodHandles.lookup().findVarHandle(InboundRing.class, "tail", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final UnsafeBuffer buffer;
    private final ByteBuffer producerView;

    @SuppressWarnings("unused") // by HEAD
    private long head;

    @SuppressWarnings("unused") // by TAIL
    private long tail;

    // Producer only.
    private long claimStart;
    private int claimLength;

    interface FrameConsumer {
        void onFrame(int kind, int flags, UnsafeBuffer buffer, int offset, int length);
    }

    /**
     * @param capacity a power of two, at least twice the longest frame with its header.
     */
    InboundRing(final int capacity) {
        this.capacity = capacity;
        final ByteBuffer memory = ByteBuffer.allocateDirect(capacity).order(ByteOrder.LITTLE_ENDIAN);
        this.buffer = new UnsafeBuffer(memory);
        this.producerView = memory.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Forgets everything; both sides must have let go. */
    void reset() {
        claimLength = 0;
        HEAD.setVolatile(this, 0L);
        TAIL.setVolatile(this, 0L);
    }

    /**
     * Producer: room for a frame.
     *
     * @param payloadLength bytes after the frame header.
     * @return false if there is none now.
     */
    boolean claim(final int payloadLength) {
        final int required = align(FrameDescriptor.HEADER_LENGTH + payloadLength);
        long position = (long) TAIL.get(this);
        int index = (int) position & (capacity - 1);
        final int untilEnd = capacity - index;
        final int skipped = required > untilEnd ? untilEnd : 0;
        if (position + skipped + required - (long) HEAD.getAcquire(this) > capacity) {
            return false;
        }
        if (skipped > 0) {
            buffer.putInt(index, PADDING, ByteOrder.LITTLE_ENDIAN);
            position += skipped;
            index = 0;
        }
        claimStart = position;
        claimLength = required;
        buffer.putInt(index, payloadLength, ByteOrder.LITTLE_ENDIAN);
        return true;
    }

    /** Producer: where the claimed payload goes; its position and limit are the producer's to set. */
    ByteBuffer claimedView(final int kind, final int flags) {
        final int index = (int) claimStart & (capacity - 1);
        buffer.putByte(index + FrameDescriptor.KIND_OFFSET, (byte) kind);
        buffer.putByte(index + FrameDescriptor.FLAGS_OFFSET, (byte) flags);
        producerView.clear().position(index + FrameDescriptor.HEADER_LENGTH);
        return producerView;
    }

    /** Producer: the claimed frame is whole. */
    void commit() {
        TAIL.setRelease(this, claimStart + claimLength);
        claimLength = 0;
    }

    /**
     * Consumer: takes frames. A frame is gone once the consumer was called with it, even if that threw.
     *
     * @param limit frames at most.
     * @return frames taken.
     */
    int poll(final FrameConsumer consumer, final int limit) {
        long position = (long) HEAD.get(this);
        final long end = (long) TAIL.getAcquire(this);
        int frames = 0;
        try {
            while (position < end && frames < limit) {
                final int index = (int) position & (capacity - 1);
                final int length = buffer.getInt(index, ByteOrder.LITTLE_ENDIAN);
                if (length == PADDING) {
                    position += capacity - index;
                    continue;
                }
                position += align(FrameDescriptor.HEADER_LENGTH + length);
                frames++;
                final int kind = buffer.getByte(index + FrameDescriptor.KIND_OFFSET) & 0xFF;
                final int flags = buffer.getByte(index + FrameDescriptor.FLAGS_OFFSET) & 0xFF;
                consumer.onFrame(kind, flags, buffer, index + FrameDescriptor.HEADER_LENGTH, length);
            }
        } finally {
            HEAD.setRelease(this, position);
        }
        return frames;
    }

    /** Consumer: whether nothing committed is left. */
    boolean isEmpty() {
        return (long) HEAD.get(this) == (long) TAIL.getAcquire(this);
    }

    private static int align(final int length) {
        return (length + 7) & ~7;
    }
}
