// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.replication.protocol.codec.OriginDecoder;
import io.partita.replication.protocol.codec.OriginEncoder;

/** Who sent a frame, in which session and epoch. Mutable and reused: frames are taken in without allocation. */
final class Origin {
    /** R35: what a session may speak at least; frames outside a session speak it. */
    static final int PROTO_MIN = 1;
    /** The first version whose nodes know OPERATOR records. */
    static final int PROTO_OPERATOR_RECORDS = 2;
    /** What a session may speak at most. */
    static final int PROTO_MAX = 2;

    int proto = PROTO_MIN;
    long clusterIdHi;
    long clusterIdLo;
    long nodeHi;
    long nodeLo;
    long lidHi;
    long lidLo;
    long incarnation;
    long sessionId;
    long epoch;
    long frameNo;

    void encode(final OriginEncoder encoder) {
        encoder.proto(proto)
                .reserved(0)
                .reserved2(0)
                .clusterIdHi(clusterIdHi)
                .clusterIdLo(clusterIdLo)
                .nodeHi(nodeHi)
                .nodeLo(nodeLo)
                .lidHi(lidHi)
                .lidLo(lidLo)
                .incarnation(incarnation)
                .sessionId(sessionId)
                .epoch(epoch)
                .frameNo(frameNo);
    }

    void decode(final OriginDecoder decoder) {
        proto = decoder.proto();
        clusterIdHi = decoder.clusterIdHi();
        clusterIdLo = decoder.clusterIdLo();
        nodeHi = decoder.nodeHi();
        nodeLo = decoder.nodeLo();
        lidHi = decoder.lidHi();
        lidLo = decoder.lidLo();
        incarnation = decoder.incarnation();
        sessionId = decoder.sessionId();
        epoch = decoder.epoch();
        frameNo = decoder.frameNo();
    }

    @Override
    public String toString() {
        return "from=" + NodeIds.of(nodeHi, nodeLo) + " epoch=" + epoch + " sessionId=" + sessionId + " frameNo="
                + frameNo;
    }
}
