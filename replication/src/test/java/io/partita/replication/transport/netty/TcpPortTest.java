// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class TcpPortTest {
    @Test
    void shouldLetGoOfThePortWhenItIsClosedRightAfterItBeganToListen() throws IOException {
        for (int i = 0; i < 30; i++) {
            final InetSocketAddress address;
            try (TcpPeerTransport transport = new TcpPeerTransport(new TcpConfig(new Id128(1, 2), "a")
                    .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))) {
                address = transport.address();
            }
            try (ServerSocket socket = new ServerSocket(address.getPort(), 1, address.getAddress())) {
                assertTrue(socket.isBound());
            }
        }
    }
}
