// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import org.agrona.DirectBuffer;

/**
 * Takes what a {@link PeerTransport} delivers. Called on the thread that calls {@link PeerTransport#poll}. Buffers are valid
 * during the call only. For one session: {@code onConnected} first, frames in the order they were sent, {@code
 * onDisconnected} last and once, after every whole frame that arrived; or {@code onConnectFailed} alone.
 */
public interface PeerHandler {
    /**
     * A link is up.
     *
     * @param session the link's id, never reused by this transport.
     * @param peer node id that the other side gave.
     * @param initiatedByUs true if {@link PeerTransport#connect} of this side made it.
     */
    void onConnected(long session, String peer, boolean initiatedByUs);

    /**
     * A link that {@link PeerTransport#connect} asked for did not come up.
     *
     * @param session the id that {@code connect} returned.
     * @param peer node id that was asked for.
     * @param reason why.
     */
    void onConnectFailed(long session, String peer, DisconnectReason reason);

    /**
     * A control frame.
     *
     * @param session where it came in.
     * @param buffer with the frame.
     * @param offset of the frame.
     * @param length of the frame.
     */
    void onFrame(long session, DirectBuffer buffer, int offset, int length);

    /**
     * A run of journal records, the one of a {@link PeerTransport#sendAppend}: in one call, or, where the transport reads the
     * sender's journal, in several with the same header, whole records in order. The buffer with the records wraps an array
     * or a byte buffer, as {@code RecordDescriptor} wants it; nothing of the run has been verified.
     *
     * @param session where it came in.
     * @param header with the append's opaque header.
     * @param headerOffset of the header.
     * @param headerLength of the header.
     * @param records with the records.
     * @param offset of the first record.
     * @param length of all records; 0 if the run is empty.
     */
    void onAppend(
            long session,
            DirectBuffer header,
            int headerOffset,
            int headerLength,
            DirectBuffer records,
            int offset,
            int length);

    /**
     * A link that was up is down.
     *
     * @param session which.
     * @param reason why.
     */
    void onDisconnected(long session, DisconnectReason reason);
}
