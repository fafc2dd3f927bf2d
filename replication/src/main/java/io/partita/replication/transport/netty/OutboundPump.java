// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Writes what a thread put into an {@link OutboundRing} to a channel, on the channel's event loop. It always writes up to where
 * the ring's producer published, which is the end of a frame, so the event loop may write frames of its own in between.
 */
final class OutboundPump implements Runnable {
    /** So that room comes free piece by piece while a slow receiver takes its time. */
    private static final int PIECE_LENGTH_MAX = 256 * 1024;

    private static final long CLOSE_GRACE_MS = 1_000;

    private final Channel channel;
    private final OutboundRing ring;
    private final Runnable onBroken;
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // Event loop only.
    private boolean closing;
    private boolean broken;

    OutboundPump(final Channel channel, final OutboundRing ring, final Runnable onBroken) {
        this.channel = channel;
        this.ring = ring;
        this.onBroken = onBroken;
    }

    /**
     * The ring's producer: lets what it wrote leave.
     *
     * @return true if there was something.
     */
    boolean flush() {
        if (!ring.publish()) {
            return false;
        }
        if (channel.eventLoop().inEventLoop()) {
            run();
        } else if (scheduled.compareAndSet(false, true)) {
            execute(this);
        }
        return true;
    }

    /** The ring's producer, after its last flush: closes the channel once all is written, or after a second. */
    void closeWhenDrained() {
        ring.publish();
        execute(() -> {
            closing = true;
            closeLater();
            run();
        });
    }

    @Override
    public void run() {
        scheduled.set(false);
        boolean wrote = false;
        for (ByteBuffer piece = ring.take(PIECE_LENGTH_MAX); piece != null; piece = ring.take(PIECE_LENGTH_MAX)) {
            final int length = piece.remaining();
            channel.write(Unpooled.wrappedBuffer(piece)).addListener(written -> complete(written.isSuccess(), length));
            wrote = true;
        }
        if (wrote) {
            channel.flush();
        }
        closeIfDrained();
    }

    private void complete(final boolean success, final int length) {
        if (success) {
            ring.release(length);
            closeIfDrained();
        } else if (!broken) {
            // What the other side sent before it went is still to be read; reading will then meet the end by itself.
            broken = true;
            onBroken.run();
            closeLater();
        }
    }

    private void closeIfDrained() {
        if (closing && ring.isDrained()) {
            channel.close();
        }
    }

    private void closeLater() {
        if (channel.isOpen() && !channel.eventLoop().isShuttingDown()) {
            channel.eventLoop().schedule(() -> channel.close(), CLOSE_GRACE_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void execute(final Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (final RejectedExecutionException e) {
            // The transport is closed, and with it the channel: there is nothing to write to.
            scheduled.set(false);
        }
    }
}
