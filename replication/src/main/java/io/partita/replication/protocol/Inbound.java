// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.FetchDecoder;
import io.partita.replication.protocol.codec.HandoverGoDecoder;
import io.partita.replication.protocol.codec.HandoverPrepDecoder;
import io.partita.replication.protocol.codec.HandoverReadyDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.LeaveDecoder;
import io.partita.replication.protocol.codec.LeaveOkDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.SnapAckDecoder;
import io.partita.replication.protocol.codec.SnapChunkDecoder;
import io.partita.replication.protocol.codec.SnapOfferDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;

/** Takes each control frame to the side it is for, once cluster and sender are known. */
final class Inbound implements FrameDecoder.Handler {
    private final CoreContext context;
    private final PeerState[] peers;
    private final Follower follower;
    private final Leader leader;

    Inbound(final CoreContext context, final PeerState[] peers, final Follower follower, final Leader leader) {
        this.context = context;
        this.peers = peers;
        this.follower = follower;
        this.leader = leader;
    }

    /** Whether a frame is of this cluster and a configured node; and what any frame tells (B5). */
    boolean isKnown(final long session, final Origin origin) {
        if (origin.clusterIdHi != context.config.clusterId().hi()
                || origin.clusterIdLo != context.config.clusterId().lo()) {
            context.frames.reject(session, RejectCode.WRONG_CLUSTER, context.role, 0, context.register.ver(), "");
            return false;
        }
        for (final PeerState peer : peers) {
            if (peer.nodeHi == origin.nodeHi && peer.nodeLo == origin.nodeLo) {
                peer.heard(origin, context.nowNs);
                if (origin.epoch > context.meta().promisedEpoch()) {
                    context.register.requestRead(context.nowNs);
                }
                return true;
            }
        }
        context.frames.reject(session, RejectCode.UNKNOWN_NODE, context.role, 0, context.register.ver(), "");
        return false;
    }

    private boolean isForFollower(final long session, final Origin origin) {
        return follower.owns(session) && isKnown(session, origin);
    }

    private boolean isForLeader(final long session, final Origin origin) {
        return context.role == Role.ACTIVE && isKnown(session, origin);
    }

    @Override
    public void onHello(final long session, final Origin origin, final HelloDecoder hello, final EpochRuns runs) {
        if (!isKnown(session, origin)) {
            return;
        }
        if (context.role == Role.ACTIVE) {
            leader.onHello(session, origin, hello, runs);
        } else {
            final RegisterConfig cfg = context.register.current();
            context.frames.reject(
                    session,
                    RejectCode.NOT_ACTIVE,
                    context.role,
                    context.meta().promisedEpoch(),
                    context.register.ver(),
                    cfg == null ? "" : cfg.active());
        }
    }

    @Override
    public void onWelcome(final long session, final Origin origin, final WelcomeDecoder welcome) {
        if (isForFollower(session, origin)) {
            follower.onWelcome(origin, welcome);
        }
    }

    @Override
    public void onReject(final long session, final Origin origin, final RejectDecoder reject) {
        if (follower.owns(session)) {
            if (isKnown(session, origin)) {
                follower.onReject(origin, reject);
            }
        } else if (context.role == Role.ACTIVE) {
            leader.onStaleEpoch();
        }
    }

    @Override
    public void onAck(final long session, final Origin origin, final AckDecoder ack) {
        if (isForLeader(session, origin)) {
            leader.onAck(session, origin, ack);
        }
    }

    @Override
    public void onSnapOffer(final long session, final Origin origin, final SnapOfferDecoder offer) {
        if (isForFollower(session, origin)) {
            follower.onSnapOffer(origin, offer);
        }
    }

    @Override
    public void onSnapChunk(final long session, final Origin origin, final SnapChunkDecoder chunk) {
        if (isForFollower(session, origin)) {
            follower.onSnapChunk(origin, chunk);
        }
    }

    @Override
    public void onSnapAck(final long session, final Origin origin, final SnapAckDecoder ack) {
        if (isForLeader(session, origin)) {
            leader.onSnapAck(session, origin, ack);
        }
    }

    @Override
    public void onFetch(final long session, final Origin origin, final FetchDecoder fetch) {
        if (isForLeader(session, origin)) {
            leader.onFetch(session, origin, fetch);
        }
    }

    @Override
    public void onNack(final long session, final Origin origin, final NackDecoder nack) {
        if (isForLeader(session, origin)) {
            leader.onNack(session, origin, nack);
        }
    }

    @Override
    public void onLeave(final long session, final Origin origin, final LeaveDecoder leave) {
        if (isForLeader(session, origin)) {
            leader.onLeave(session, origin, leave);
        }
    }

    @Override
    public void onLeaveOk(final long session, final Origin origin, final LeaveOkDecoder leaveOk) {
        if (isForFollower(session, origin)) {
            follower.onLeaveOk(origin, leaveOk);
        }
    }

    @Override
    public void onHandoverPrep(final long session, final Origin origin, final HandoverPrepDecoder prep) {
        if (isForFollower(session, origin)) {
            follower.onHandoverPrep(origin, prep);
        }
    }

    @Override
    public void onHandoverReady(final long session, final Origin origin, final HandoverReadyDecoder ready) {
        if (isForLeader(session, origin)) {
            leader.onHandoverReady(session, origin);
        }
    }

    @Override
    public void onHandoverGo(final long session, final Origin origin, final HandoverGoDecoder go) {
        if (isForFollower(session, origin) && go.ver() > context.register.ver()) {
            context.register.requestRead(context.nowNs); // B5: the frame alone promotes nobody.
        }
    }
}
