// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import io.partita.ledger.model.Limits;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.PeerHandler;
import io.partita.replication.transport.PeerTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Links within one host. Control frames and the headers of appends pass through two rings in a mapped file; records do not
 * travel at all: the receiver reads them in place in the sender's journal folder. A Unix-domain socket in each node's folder
 * brings the two together, tells each when the other's process is no more, and is the doorbell for one that is parked.
 */
public final class IpcPeerTransport implements PeerTransport {
    private final Doorman doorman;

    // Owner only.
    private final Map<String, Path> peers = new HashMap<>();
    private final Set<Long> connecting = new HashSet<>();
    private final Long2ObjectHashMap<IpcLink> sessions = new Long2ObjectHashMap<>();
    private final List<IpcLink> links = new ArrayList<>();
    private boolean closed;

    /**
     * Starts to listen in the node's folder.
     *
     * @param config the settings.
     * @throws io.partita.ledger.model.PartitaException ADDRESS_IN_USE if a living process listens there,
     *     INVALID_CONFIGURATION if the folder's path is too long for a socket.
     */
    public IpcPeerTransport(final IpcConfig config) {
        this.doorman = new Doorman(config);
    }

    /**
     * Says where a peer's folder is. Owner thread, or before the owner starts.
     *
     * @param peer its node id.
     * @param folder its own folder.
     * @return this.
     */
    public IpcPeerTransport peer(final String peer, final Path folder) {
        Doorman.socketPath(folder);
        peers.put(peer, folder);
        return this;
    }

    /**
     * Connections that were cut off because they were not of this cluster or spoke another protocol. Any thread.
     *
     * @return how many.
     */
    public long intrusions() {
        return doorman.intrusions();
    }

    @Override
    public long connect(final String peer) {
        final Path folder = peers.get(peer);
        if (folder == null) {
            throw new IllegalArgumentException("the peer's folder is not known: peer=" + peer);
        }
        final long session = doorman.connect(peer, folder);
        connecting.add(session);
        return session;
    }

    @Override
    public void disconnect(final long session) {
        final IpcLink link = sessions.remove(session);
        if (link != null) {
            links.remove(link);
            discard(link);
        } else {
            connecting.remove(session);
        }
    }

    @Override
    public int sendFrame(final long session, final DirectBuffer frame, final int offset, final int length) {
        checkControlLength(length);
        final IpcLink link = sessions.get(session);
        if (link == null || link.ended() != null) {
            return NOT_CONNECTED;
        }
        return link.sendFrame(frame, offset, length) ? SENT : WOULD_BLOCK;
    }

    @Override
    public boolean shipsRecords() {
        return false;
    }

    @Override
    public int sendAppend(
            final long session,
            final DirectBuffer header,
            final int headerOffset,
            final int headerLength,
            final long fromSeq,
            final long lastSeq,
            final DirectBuffer records,
            final int offset,
            final int length) {
        checkControlLength(headerLength);
        final IpcLink link = sessions.get(session);
        if (link == null || link.ended() != null) {
            return NOT_CONNECTED;
        }
        return link.sendAppend(header, headerOffset, headerLength, fromSeq, lastSeq) ? SENT : WOULD_BLOCK;
    }

    @Override
    public int runLengthMax() {
        return Limits.FRAME_LENGTH_MAX;
    }

    @Override
    public int poll(final PeerHandler handler, final int limit) {
        int work = doorman.hasArrival() ? pollArrivals(handler) : 0;
        for (int i = links.size() - 1; i >= 0 && i < links.size(); i--) {
            final IpcLink link = links.get(i);
            final DisconnectReason ended = link.ended();
            work += link.poll(handler, limit);
            // Everything it sent before it ended was there to be polled; the handler may have disconnected it
            // meanwhile.
            if (ended != null && link.isExhausted() && !link.isGone()) {
                sessions.remove(link.session);
                links.remove(link);
                discard(link);
                work++;
                handler.onDisconnected(link.session, ended);
            }
        }
        return work;
    }

    @Override
    public boolean hasInput() {
        boolean input = doorman.hasArrival();
        for (int i = 0, size = links.size(); i < size; i++) {
            input |= links.get(i).announcePark();
        }
        return input;
    }

    @Override
    public int flush() {
        int flushed = 0;
        for (int i = 0, size = links.size(); i < size; i++) {
            if (links.get(i).flush()) {
                flushed++;
            }
        }
        return flushed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            doorman.close();
            for (final IpcLink link : links) {
                link.letGo();
            }
            links.clear();
            sessions.clear();
            for (Doorman.Arrival late = doorman.pollArrival(); late != null; late = doorman.pollArrival()) {
                letGo(late.link());
            }
        }
    }

    private int pollArrivals(final PeerHandler handler) {
        doorman.checkAlive();
        int work = 0;
        for (Doorman.Arrival arrival = doorman.pollArrival(); arrival != null; arrival = doorman.pollArrival()) {
            work++;
            final IpcLink link = arrival.link();
            final boolean initiatedByUs = link == null || link.initiatedByUs;
            if (initiatedByUs && !connecting.remove(arrival.session())) {
                // Given up while it was coming.
                if (link != null) {
                    discard(link);
                }
            } else if (link == null) {
                handler.onConnectFailed(arrival.session(), arrival.peer(), arrival.reason());
            } else {
                sessions.put(link.session, link);
                links.add(link);
                handler.onConnected(link.session, link.peer, link.initiatedByUs);
            }
        }
        return work;
    }

    private void discard(final IpcLink link) {
        link.flush();
        doorman.hangUp(link);
        link.letGo();
    }

    private static void letGo(final @Nullable IpcLink link) {
        if (link != null) {
            link.letGo();
        }
    }

    private static void checkControlLength(final int length) {
        if (length <= 0 || length > CONTROL_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "control frame must have 1 to " + CONTROL_LENGTH_MAX + " bytes: length=" + length);
        }
    }
}
