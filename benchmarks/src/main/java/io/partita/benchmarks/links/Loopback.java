// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.links;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Addresses of the loopback interface. */
public final class Loopback {
    private Loopback() {}

    /**
     * Addresses on which nobody listened a moment ago.
     *
     * @param count how many.
     * @return different ones.
     * @throws IOException if there are not so many.
     */
    public static List<InetSocketAddress> freeAddresses(final int count) throws IOException {
        final List<ServerSocket> sockets = new ArrayList<>();
        final List<InetSocketAddress> addresses = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            addresses.add((InetSocketAddress) socket.getLocalSocketAddress());
        }
        for (final ServerSocket socket : sockets) {
            socket.close();
        }
        return addresses;
    }
}
