// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.Intruders;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connecting side of a fresh connection; tells once whether the link came up. Event loop only. */
final class Connector extends PrefaceHandler {
    private final TcpConfig config;
    private final TcpLink link;
    private final LinkBuffers.Pool pool;
    private final Intruders intruders;
    private final Consumer<TcpLink> arrival;
    private final @Nullable String expected;

    /** @param expected which node the other side must be; null if any node will do. */
    Connector(
            final TcpConfig config,
            final int role,
            final TcpLink link,
            final @Nullable String expected,
            final LinkBuffers.Pool pool,
            final Intruders intruders,
            final Consumer<TcpLink> arrival) {
        super(config, role);
        this.config = config;
        this.link = link;
        this.expected = expected;
        this.pool = pool;
        this.intruders = intruders;
        this.arrival = arrival;
    }

    @Override
    boolean isConnecting() {
        return true;
    }

    @Override
    @Nullable
    String objection(final CertificateNames names) {
        if (expected == null ? !names.nodes().isEmpty() : names.isNode(expected)) {
            return null;
        }
        return "its certificate is not of the node that should be there: node=" + expected + " names=" + names.nodes();
    }

    @Override
    void onPreface(final ChannelHandlerContext ctx, final ByteBuffer received) {
        final int status = Preface.status(received);
        if (status != Preface.STATUS_ACCEPTED || judge(received) != Preface.STATUS_ACCEPTED) {
            fail(ctx, DisconnectReason.REJECTED, "it refused: status=" + Preface.statusName(status));
            return;
        }
        final LinkBuffers buffers = pool.take();
        if (buffers == null) {
            fail(ctx, DisconnectReason.REJECTED, "there are as many links as there may be: max=" + config.linksMax());
            return;
        }
        succeed(ctx, link.establish(ctx, buffers));
        arrival.accept(link);
    }

    @Override
    void onFailed(final ChannelHandlerContext ctx, final DisconnectReason reason, final String what) {
        if (reason == DisconnectReason.REJECTED || reason == DisconnectReason.PROTOCOL_VIOLATION) {
            intruders.note(link.peer, what);
        } else if (isShakingHands() && reason != DisconnectReason.TIMEOUT) {
            intruders.note(link.peer, "it hung up instead of shaking hands: is TLS configured there, too?");
        }
        link.fail(reason);
        arrival.accept(link);
    }
}
