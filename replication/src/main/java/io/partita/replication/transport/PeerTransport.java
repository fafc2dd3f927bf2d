// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;

/**
 * Links of one node to its peers. A link is a session: ordered, whole frames, until it ends once and for all. Listening starts
 * with construction. A transport knows nothing of what frames mean; it promises neither delivery nor that a silent peer is
 * dead, only order, wholeness and bounds.
 *
 * <p>All methods are called by one thread, the owner (a node's engine thread), but {@link #wake}, which any thread may call, and
 * {@link #close()}, which any thread may call once the owner has stopped; a transport that its owner runs (see {@link #await}) is
 * closed by the owner. In steady state they allocate nothing per frame, and do not block: a full link is a return value. One
 * that its owner runs allocates some hundred bytes per flush and per read. What is sent leaves with the next {@link #flush()}.
 *
 * <pre>{@code
 * int work = transport.poll(handler, 64);
 * if (transport.sendFrame(session, frame, 0, length) == PeerTransport.WOULD_BLOCK) {
 *     // keep it and try again in the next duty cycle
 * }
 * work += transport.flush();
 * }</pre>
 */
public interface PeerTransport extends AutoCloseable {
    /** The frame was taken. */
    int SENT = 0;
    /** The link's buffer is full: the peer is slow. Nothing was taken; try again later. */
    int WOULD_BLOCK = -1;
    /** No such link, or it has ended; {@code onDisconnected} was or will be called. */
    int NOT_CONNECTED = -2;

    /** Bytes of a control frame or an append's header, at most. */
    int CONTROL_LENGTH_MAX = 64 * 1024;

    /**
     * Asks for a link to a peer. The outcome comes by {@link #poll}: {@code onConnected} or {@code onConnectFailed}.
     *
     * @param peer node id of a peer whose address this transport was given.
     * @return the session id.
     * @throws IllegalArgumentException if the peer's address is not known.
     */
    long connect(String peer);

    /**
     * Ends a link after what was sent on it has left, or a second has passed. Nothing more is delivered for the session, not
     * even {@code onDisconnected}.
     *
     * @param session which; an unknown one is ignored.
     */
    void disconnect(long session);

    /**
     * Sends a control frame.
     *
     * @param session the link.
     * @param frame with the frame.
     * @param offset of the frame.
     * @param length of the frame, 1 to {@link #CONTROL_LENGTH_MAX}.
     * @return {@link #SENT}, {@link #WOULD_BLOCK} or {@link #NOT_CONNECTED}.
     */
    int sendFrame(long session, DirectBuffer frame, int offset, int length);

    /**
     * Whether {@link #sendAppend} carries the records' bytes. If not, the peer reads them from this node's journal itself, and
     * the caller need not read its own.
     *
     * @return true over a network.
     */
    boolean shipsRecords();

    /**
     * Sends a run of journal records with its header. The records are stored in this node's journal already.
     *
     * @param session the link.
     * @param header with the header.
     * @param headerOffset of the header.
     * @param headerLength of the header, 1 to {@link #CONTROL_LENGTH_MAX}.
     * @param fromSeq the run's first seq.
     * @param lastSeq the run's last seq; {@code fromSeq - 1} if the run is empty.
     * @param records with the records; ignored unless {@link #shipsRecords()}.
     * @param offset of the first record.
     * @param length of all records, at most {@link #runLengthMax()}; ignored unless {@link #shipsRecords()}.
     * @return {@link #SENT}, {@link #WOULD_BLOCK} or {@link #NOT_CONNECTED}.
     */
    int sendAppend(
            long session,
            DirectBuffer header,
            int headerOffset,
            int headerLength,
            long fromSeq,
            long lastSeq,
            DirectBuffer records,
            int offset,
            int length);

    /**
     * The longest run that one {@link #sendAppend} takes.
     *
     * @return bytes, at least {@code Limits.FRAME_LENGTH_MAX}.
     */
    int runLengthMax();

    /**
     * Delivers what came in. A handler that throws loses the frame it was called with; the exception goes to the caller.
     *
     * @param handler to deliver to.
     * @param limit frames and pieces of runs per link to deliver at most.
     * @return frames and events delivered, and what else was done; 0 if there was nothing.
     */
    int poll(PeerHandler handler, int limit);

    /**
     * Whether {@link #poll} would find something. The owner asks right before it parks: only after a no is it sure to be
     * woken by the transport, or by its wake-up callback, when something arrives.
     *
     * @return true if it must not park.
     */
    boolean hasInput();

    /**
     * Parks the owner until {@link #wake} or until the time has passed, and perhaps for less. Only after a no of {@link #hasInput()}.
     * A transport that its owner runs also comes back when something arrives.
     *
     * @param timeoutNs how long at most.
     */
    default void await(final long timeoutNs) {
        LockSupport.parkNanos(this, timeoutNs);
    }

    /**
     * Ends the owner's {@link #await}. Any thread.
     *
     * @param owner the thread that is parked there, or will be.
     */
    default void wake(final Thread owner) {
        LockSupport.unpark(owner);
    }

    /**
     * Lets everything sent since the last call leave. Once per duty cycle.
     *
     * @return links that had something to flush.
     */
    int flush();

    /** Ends every link and stops listening. A second call does nothing. */
    @Override
    void close();
}
