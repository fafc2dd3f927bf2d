// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The two rings of a link. Both the event loop and the polling thread hold them; they go back to their pool, to serve the next
 * link, when both have let go.
 */
final class LinkBuffers {
    final InboundRing inbound;
    final OutboundRing outbound;
    private final Pool pool;
    private final AtomicInteger holders = new AtomicInteger();

    private LinkBuffers(final TcpConfig config, final Pool pool) {
        this.inbound = new InboundRing(config.inboundCapacity());
        this.outbound = new OutboundRing(config.outboundCapacity());
        this.pool = pool;
    }

    void letGo() {
        if (holders.decrementAndGet() == 0) {
            pool.giveBack(this);
        }
    }

    /** Rings that were used before, and a bound on how many are in use. Any thread. */
    static final class Pool {
        private final TcpConfig config;
        private final ArrayDeque<LinkBuffers> idle = new ArrayDeque<>();
        private int inUse;

        Pool(final TcpConfig config) {
            this.config = config;
        }

        /** Makes the rings of one link ahead. */
        synchronized void prepare() {
            idle.push(new LinkBuffers(config, this));
        }

        /** Rings for a link; null if there are as many links as there may be. */
        @org.jspecify.annotations.Nullable
        LinkBuffers take() {
            final LinkBuffers buffers;
            synchronized (this) {
                if (inUse == config.linksMax()) {
                    return null;
                }
                inUse++;
                final LinkBuffers used = idle.poll();
                buffers = used != null ? used : new LinkBuffers(config, this);
            }
            buffers.inbound.reset();
            buffers.outbound.reset();
            buffers.holders.set(2);
            return buffers;
        }

        private synchronized void giveBack(final LinkBuffers buffers) {
            inUse--;
            idle.push(buffers);
        }
    }
}
