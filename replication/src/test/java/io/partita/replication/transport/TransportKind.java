// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.Id128;
import io.partita.replication.testing.TestAuthority;
import io.partita.replication.testing.TestJournal;
import io.partita.replication.transport.ipc.IpcConfig;
import io.partita.replication.transport.ipc.IpcPeerTransport;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import io.partita.replication.transport.netty.TlsCredentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What the carriers differ in, for tests that all must pass. Nodes live in folders below one base folder. */
enum TransportKind {
    TCP {
        @Override
        PeerTransport open(
                final Path base, final Id128 cluster, final String node, final int port, final Runnable wakeup) {
            return new TcpPeerTransport(new TcpConfig(cluster, node)
                    .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .prefaceTimeoutMs(500)
                    .linksMax(3)
                    .wakeup(wakeup));
        }
    },
    /** Its loop is run by the owner. */
    SHARED {
        @Override
        PeerTransport open(
                final Path base, final Id128 cluster, final String node, final int port, final Runnable wakeup) {
            return new TcpPeerTransport(new TcpConfig(cluster, node)
                    .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                    .linksMax(3)
                    .shareLoop(true)
                    .threadFactory(task -> {
                        throw new AssertionError("a thread of its own");
                    })
                    .wakeup(wakeup));
        }
    },
    TLS {
        private final Map<PeerTransport, TlsCredentials> credentials = new ConcurrentHashMap<>();

        @Override
        PeerTransport open(
                final Path base, final Id128 cluster, final String node, final int port, final Runnable wakeup) {
            final TlsCredentials own =
                    TestAuthority.open(certificate(base, node), cluster, node, new TestAuthority.Events());
            try {
                final PeerTransport transport = new TcpPeerTransport(new TcpConfig(cluster, node)
                        .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .tls(own)
                        .prefaceTimeoutMs(1_500)
                        .linksMax(3)
                        .wakeup(wakeup));
                credentials.put(transport, own);
                return transport;
            } catch (final RuntimeException e) {
                own.close();
                throw e;
            }
        }

        @Override
        void release(final PeerTransport transport) {
            credentials.remove(transport).close();
        }

        /** The first node makes them for all, for those in other processes as well. */
        private synchronized TlsConfig certificate(final Path base, final String node) {
            final Path folder = base.resolve("tls");
            if (!Files.exists(folder)) {
                final TestAuthority authority = new TestAuthority(folder);
                for (final String each : List.of("a", "b", "c", "stranger")) {
                    authority.node(each);
                }
            }
            return TestAuthority.files(folder, node);
        }
    },
    IPC {
        @Override
        PeerTransport open(
                final Path base, final Id128 cluster, final String node, final int port, final Runnable wakeup) {
            return new IpcPeerTransport(new IpcConfig(
                            cluster,
                            node,
                            base.resolve(node),
                            base.resolve(node).resolve("journal"))
                    .connectTimeoutMs(500)
                    .recordsTimeoutMs(500)
                    .linksMax(3)
                    .wakeup(wakeup));
        }

        @Override
        int port(final PeerTransport transport) {
            return 0;
        }

        @Override
        void introduce(final PeerTransport to, final Path base, final String node, final int port) {
            ((IpcPeerTransport) to).peer(node, base.resolve(node));
        }

        @Override
        long intrusions(final PeerTransport transport) {
            return ((IpcPeerTransport) transport).intrusions();
        }
    };

    abstract PeerTransport open(Path base, Id128 cluster, String node, int port, Runnable wakeup);

    int port(final PeerTransport transport) {
        return ((TcpPeerTransport) transport).address().getPort();
    }

    void introduce(final PeerTransport to, final Path base, final String node, final int port) {
        ((TcpPeerTransport) to).peer(node, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    }

    long intrusions(final PeerTransport transport) {
        return ((TcpPeerTransport) transport).intrusions();
    }

    /** A transport was closed. */
    void release(final PeerTransport transport) {
        // Nothing of its own is kept.
    }

    Endpoint endpoint(final Path base, final Id128 cluster, final String node, final int port) {
        try {
            final Path folder = Files.createDirectories(base.resolve(node));
            final AtomicInteger wakeups = new AtomicInteger();
            return new Endpoint(
                    open(base, cluster, node, port, wakeups::incrementAndGet),
                    new TestJournal(folder.resolve("journal"), cluster),
                    wakeups,
                    this::release);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }
}
