// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * Compares the standbys' states with the active's at equal seqs (R40). A running digest covers everything before it, so a
 * standby that agrees at a later seq agreed at every earlier one; with three copies that tells which one is odd. Nothing is
 * resolved by it: the standby that differs halts, and an operator decides.
 */
final class DigestComparison {
    private final CoreContext context;
    private final PeerState[] peers;
    private long disputedSeq;
    private String disputer = "";

    DigestComparison(final CoreContext context, final PeerState[] peers) {
        this.context = context;
        this.peers = peers;
    }

    /** Whether a standby's newest digest is known to differ from this node's. */
    boolean differs(final PeerState peer) {
        if (context.digests.contradicts(peer.digestSeq, peer.digest)) {
            peer.digestMismatch = true;
            context.effects.alarm(
                    AlarmKind.DIGEST_MISMATCH,
                    "peer=" + peer.node + " seq=" + peer.digestSeq + ": states differ; " + verdict(peer));
            return true;
        }
        if (peer.digestSeq > peer.agreedSeq && context.digests.confirms(peer.digestSeq, peer.digest)) {
            peer.agreedSeq = peer.digestSeq;
            if (disputedSeq != 0 && peer.agreedSeq >= disputedSeq && !peer.node.equals(disputer)) {
                context.effects.alarm(
                        AlarmKind.DIGEST_MISMATCH,
                        "odd=" + disputer + ": at seq=" + disputedSeq + " its state differs from that of "
                                + context.self + " and " + peer.node);
                disputedSeq = 0;
            }
        }
        return false;
    }

    /** Which copy is odd, as far as others have spoken. */
    private String verdict(final PeerState accused) {
        PeerState ally = null;
        for (final PeerState peer : peers) {
            if (peer == accused) {
                continue;
            }
            if (peer.digestMismatch) {
                disputedSeq = 0;
                return "odd=" + context.self + ": " + peer.node + " and " + accused.node + " both contradict it";
            }
            if (peer.agreedSeq >= accused.digestSeq) {
                ally = peer;
            }
        }
        if (ally != null) {
            return "odd=" + accused.node + ": " + ally.node + " agrees with " + context.self;
        }
        disputedSeq = accused.digestSeq;
        disputer = accused.node;
        return "odd=unknown: no third copy has reached this seq";
    }
}
