// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.Id128;
import io.partita.replication.testing.TestAuthority;
import io.partita.replication.transport.netty.TcpConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** All that a client's session does, over TLS. */
class TlsClientSessionTest extends ClientSessionTest {
    @TempDir
    Path folder;

    private TestAuthority authority;

    @BeforeEach
    void makeAuthority() {
        authority = new TestAuthority(folder);
    }

    @Override
    TcpConfig config(final String node) {
        return super.config(node)
                .prefaceTimeoutMs(5_000)
                .tls(close(TestAuthority.open(authority.node(node), CLUSTER, node, new TestAuthority.Events())));
    }

    @Override
    TcpConfig clientConfig(final Id128 cluster) {
        return super.clientConfig(cluster)
                .tls(close(TestAuthority.open(authority.client("payer"), cluster, null, new TestAuthority.Events())));
    }

    @Override
    Socket dial(final InetSocketAddress address) throws IOException {
        return authority
                .context("CN=stranger")
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort());
    }
}
