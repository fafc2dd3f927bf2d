// SPDX-License-Identifier: Apache-2.0
/**
 * Sessions and frames, whatever carries them: links between nodes ({@link io.partita.replication.transport.PeerTransport}) and
 * sessions of clients ({@link io.partita.replication.transport.ClientSession}).
 *
 * <p>A carrier knows no more of a frame than its length. What frames of nodes mean is the protocol's business, what a batch's
 * body means is the ledger's. The messages that wrap a client's batch are in {@code client-schema.xml}. Back-pressure is a
 * return value, memory per link is bounded, and a link's end has a reason, of which only REFUSED says that the other process
 * is dead.
 *
 * <p>Thread: the node's agent thread polls and sends; a carrier has a thread of its own behind that. Imports: the ledger's
 * {@code model} and {@code observe}, and the client messages' {@code codec}.
 */
@NullMarked
package io.partita.replication.transport;

import org.jspecify.annotations.NullMarked;
