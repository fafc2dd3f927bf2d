// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

/** All that a carrier must do, over TLS. */
class TlsPeerTransportTest extends PeerTransportContract {
    @Override
    TransportKind kind() {
        return TransportKind.TLS;
    }
}
