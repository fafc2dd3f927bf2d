// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import org.agrona.DirectBuffer;

/**
 * Takes requests of client sessions, on the transport's thread. It must not block. Buffers are valid during the call only.
 */
public interface ClientRequestHandler {
    /**
     * A client has said hello.
     *
     * @param session its session.
     */
    void onSessionOpened(ClientSession session);

    /**
     * A batch: commands, look-ups or another {@code kind}; opaque to the transport but for its bounds. The handler replies
     * once, now or later.
     *
     * @param session where it came in.
     * @param request the header's fields; valid during the call only.
     * @param body with the batch's body.
     * @param offset of the body.
     * @param length of the body.
     */
    void onRequest(ClientSession session, ClientRequest request, DirectBuffer body, int offset, int length);

    /**
     * A session has ended; replies to it are dropped from now on.
     *
     * @param session which.
     */
    void onSessionClosed(ClientSession session);
}
