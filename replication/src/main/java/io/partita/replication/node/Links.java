// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.PeerTransport;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;

/** Opens the transport to the peers that the context asks for. */
final class Links {
    private Links() {}

    static PeerTransport open(
            final NodeContext.Settings settings,
            final Path journalFolder,
            final ThreadFactory threadFactory,
            final Runnable wakeup) {
        return switch (settings.links().transport()) {
            case TCP -> tcp(settings, threadFactory, wakeup);
            case IPC ->
                throw new PartitaException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "the transport IPC is not there yet: journal=" + journalFolder,
                        "use TCP");
        };
    }

    private static PeerTransport tcp(
            final NodeContext.Settings settings, final ThreadFactory threadFactory, final Runnable wakeup) {
        final TcpPeerTransport transport = new TcpPeerTransport(
                new TcpConfig(settings.clusterId(), settings.self().id())
                        .bindAddress(settings.self().peers())
                        .bindRisk(settings.links().bindRisk())
                        .threadFactory(threadFactory)
                        .wakeup(wakeup));
        for (final NodeContext.Member member : settings.members()) {
            if (!member.id().equals(settings.self().id())) {
                transport.peer(member.id(), member.peers());
            }
        }
        return transport;
    }
}
