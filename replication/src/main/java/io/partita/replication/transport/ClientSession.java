// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's end of a client's connection. Replies may be sent by the transport's thread from inside a {@link
 * ClientRequestHandler} call, and by one more thread, the node's engine thread; the latter's leave with the next flush of the
 * listener and allocate nothing. A client that does not read its replies is disconnected: its batches end UNKNOWN for it and
 * it asks again with the same ids.
 */
public interface ClientSession {
    /**
     * The session's id, never reused by its listener.
     *
     * @return an id from 1.
     */
    long id();

    /**
     * Who the client is: the common name of its certificate, whose roles say what it may, and under which its requests may be
     * recorded.
     *
     * @return the name, 1 to 64 characters of {@code [A-Za-z0-9._@-]}; null without TLS, when nobody knows.
     */
    @Nullable
    String principal();

    /**
     * Whether replies may still reach the client.
     *
     * @return false once it is gone.
     */
    boolean isOpen();

    /**
     * How much of what was sent still waits, because the client does not read as fast. Any thread.
     *
     * @return bytes, without those in small buffers of the transport's own.
     */
    long waitingBytes();

    /**
     * Sends the results of a batch.
     *
     * @param correlationId of the request.
     * @param seq journal position of the batch, or the position a read was served at.
     * @param timestamp of the batch's last event.
     * @param count results.
     * @param results with the results.
     * @param offset of the first.
     * @param length bytes of all.
     * @return false if the session has ended; the reply is dropped.
     */
    boolean sendResult(
            long correlationId, long seq, long timestamp, int count, DirectBuffer results, int offset, int length);

    /**
     * Tells that a batch has no results.
     *
     * @param correlationId of the request.
     * @param outcome a negative {@code Outcome}.
     * @return false if the session has ended; the reply is dropped.
     */
    boolean sendRefusal(long correlationId, long outcome);

    /** Ends the session; the client sees EOF. Any thread. */
    void close();
}
