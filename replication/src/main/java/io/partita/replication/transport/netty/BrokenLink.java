// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.partita.replication.transport.DisconnectReason;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What an exception on a connection says about the other side. */
final class BrokenLink {
    private BrokenLink() {}

    static DisconnectReason reasonOf(final Throwable thrown) {
        final Throwable cause = causeOf(thrown);
        if (cause instanceof NotSslRecordException) {
            return DisconnectReason.PROTOCOL_VIOLATION;
        }
        if (cause instanceof SSLException) {
            return DisconnectReason.REJECTED;
        }
        return cause instanceof IOException ? DisconnectReason.RESET : DisconnectReason.PROTOCOL_VIOLATION;
    }

    /** For the log. What came in is not quoted: it may be of any length and content. */
    static String textOf(final Throwable thrown) {
        final Throwable cause = causeOf(thrown);
        if (cause instanceof NotSslRecordException) {
            return "it does not speak TLS, which is configured here";
        }
        return cause instanceof SSLException ? "TLS failed: " + cause.getMessage() : "cause=" + cause;
    }

    /** Where a connection comes from, without its port. */
    static String hostOf(final @Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getAddress().getHostAddress() : String.valueOf(address);
    }

    private static Throwable causeOf(final Throwable thrown) {
        final Throwable inner = thrown.getCause();
        return thrown instanceof DecoderException && inner != null ? inner : thrown;
    }
}
