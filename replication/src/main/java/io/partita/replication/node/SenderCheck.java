// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.replication.protocol.NodeIds;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import io.partita.replication.protocol.codec.OriginDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Whether a frame speaks for the node that its link belongs to: with TLS a link's node is certified, and one that is must not speak
 * as another. Every frame starts with its origin. Engine's thread; asking allocates nothing.
 */
final class SenderCheck {
    private static final int NODE_HI_OFFSET =
            MessageHeaderDecoder.ENCODED_LENGTH + OriginDecoder.nodeHiEncodingOffset();
    private static final int NODE_LO_OFFSET =
            MessageHeaderDecoder.ENCODED_LENGTH + OriginDecoder.nodeLoEncodingOffset();
    private static final int LENGTH_MIN = MessageHeaderDecoder.ENCODED_LENGTH + OriginDecoder.ENCODED_LENGTH;

    private final Long2ObjectHashMap<long[]> nodes = new Long2ObjectHashMap<>();

    void onConnected(final long session, final String peer) {
        nodes.put(session, new long[] {NodeIds.hi(peer), NodeIds.lo(peer)});
    }

    void onEnded(final long session) {
        nodes.remove(session);
    }

    /** Whether the frame's origin is the link's node; what is too short for an origin is the decoder's to refuse. */
    boolean isGenuine(final long session, final DirectBuffer frame, final int offset, final int length) {
        if (length < LENGTH_MIN) {
            return true;
        }
        final long[] node = nodes.get(session);
        return node != null
                && frame.getLong(offset + NODE_HI_OFFSET, ByteOrder.LITTLE_ENDIAN) == node[0]
                && frame.getLong(offset + NODE_LO_OFFSET, ByteOrder.LITTLE_ENDIAN) == node[1];
    }
}
