// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import org.agrona.DirectBuffer;

/** Takes what a client's connection delivers, on the thread that polls it. Buffers are valid during the call only. */
public interface ClientReplyHandler {
    /**
     * The node has answered our hello: requests may be sent.
     *
     * @param status what it says about itself.
     * @param windowRequests requests that may be unanswered at a time.
     */
    void onWelcome(NodeStatus status, int windowRequests);

    /**
     * The node's role, epoch or hint has changed.
     *
     * @param status what it says about itself.
     */
    void onStatus(NodeStatus status);

    /**
     * The results of a request.
     *
     * @param correlationId of the request.
     * @param seq journal position.
     * @param timestamp of the batch's last event.
     * @param count results.
     * @param results with the results.
     * @param offset of the first.
     * @param length bytes of all.
     */
    void onResult(
            long correlationId, long seq, long timestamp, int count, DirectBuffer results, int offset, int length);

    /**
     * A request has no results.
     *
     * @param correlationId of the request.
     * @param outcome a negative {@code Outcome}.
     */
    void onRefusal(long correlationId, long outcome);

    /**
     * An answer to a ping.
     *
     * @param token that was sent with it.
     */
    void onPong(long token);

    /**
     * The connection has ended, or never came up. Unanswered requests are UNKNOWN.
     *
     * @param reason why.
     */
    void onDisconnected(DisconnectReason reason);
}
