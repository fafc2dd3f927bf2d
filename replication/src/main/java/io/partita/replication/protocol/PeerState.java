// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.SnapshotSender.Transfer;
import org.jspecify.annotations.Nullable;

/** What an active knows of one of its peers (B4). */
final class PeerState {
    /** How far the session is. */
    enum Link {
        /** No session. */
        NONE,
        /** WELCOME is sent; the first ACK confirms it (R5, R6). */
        WELCOMED,
        /** Records flow. */
        STREAMING
    }

    static final long NO_SESSION = Long.MIN_VALUE;

    final String node;
    final long nodeHi;
    final long nodeLo;

    Link link = Link.NONE;
    long session = NO_SESSION;
    long sessionId;
    Id128 lid = new Id128(0, 0);
    long incarnation;
    long previousIncarnation;
    int returnsOfPrevious;
    /** When the last such return was counted. */
    long returnedNs;

    long helloFrameNo;
    /** R35, from the newest HELLO; 0 before the first of this epoch. */
    int proto;

    int logicMin;
    int logicMax;
    /** When, and by which lineage, anything came from this node on any link. */
    long heardNs;

    boolean heard;
    Id128 heardLid = new Id128(0, 0);
    /** R6: what the tables said did not hold; records are compared from the oldest on. */
    boolean fromStart;
    /** Its journal parts from this one before the oldest record. */
    boolean needsSnapshot;
    /** The snapshot that it is sent (R32). */
    @Nullable
    Transfer transfer;
    /** The snapshot that it was sent in its last session, perhaps to the end; 0 if none; and when that session ended. */
    long filledSeq;

    long filledNs;
    /** Records that it asked for and has not been sent (R39): the first, or 0; and the last. */
    long fetchSeq;

    long fetchLastSeq;

    /** Acknowledged in this session. */
    long matched;
    /** Acknowledged by this lineage to this incarnation of the active, in any session. */
    long ackedMax;

    long durable;
    long applied;
    long probeAck;
    long probeSent;
    long sentSeq;
    long sentCommit;
    long lastSentNs;
    long progressNs;
    long sinceNs;
    boolean everLinked;
    long clockNs;
    long clockAtNs;
    boolean clockKnown;
    long digestSeq;
    long digest;
    boolean digestMismatch;
    boolean diskFull;
    /** R30: it asked to be taken out of the set, and has not been answered since. */
    boolean leaving;

    boolean leaveDue;
    /** Newest seq at which its state was the same as this node's. */
    long agreedSeq;

    long freeBytes;

    boolean caughtUp;
    long caughtUpSinceNs;
    boolean slow;
    int slowEjections;

    PeerState(final String node) {
        this.node = node;
        nodeHi = NodeIds.hi(node);
        nodeLo = NodeIds.lo(node);
    }

    /** A new epoch begins: nothing acknowledged to earlier ones counts. */
    void reset(final long nowNs) {
        unlink(nowNs);
        sinceNs = nowNs;
        everLinked = false;
        lid = new Id128(0, 0);
        ackedMax = 0;
        probeAck = 0;
        slow = false;
        slowEjections = 0;
        fromStart = false;
        needsSnapshot = false;
        digestMismatch = false;
        agreedSeq = 0;
        clockKnown = false;
        proto = 0;
        logicMin = 0;
        logicMax = 0;
    }

    /** R35: whether it said that it could follow a version of the rules. */
    boolean knowsLogic(final int version) {
        return version >= logicMin && version <= logicMax;
    }

    /** This node stood still for a while: the peer made no progress, but it may have said so. */
    void forgive(final long stallNs) {
        progressNs += stallNs;
        sinceNs += stallNs;
    }

    void heard(final Origin origin, final long nowNs) {
        heard = true;
        heardNs = nowNs;
        if (heardLid.hi() != origin.lidHi || heardLid.lo() != origin.lidLo) {
            heardLid = new Id128(origin.lidHi, origin.lidLo);
        }
    }

    void unlink(final long nowNs) {
        if (link == Link.STREAMING) {
            sinceNs = nowNs; // A link that comes and goes without streaming is still lost since then.
        }
        link = Link.NONE;
        session = NO_SESSION;
        matched = 0;
        probeAck = 0;
        caughtUp = false;
        diskFull = false;
        leaving = false;
        leaveDue = false;
        freeBytes = 0;
        digestSeq = 0;
        if (transfer != null) {
            filledSeq = transfer.snapshot.seq();
            filledNs = nowNs;
            transfer = null;
        }
        fetchSeq = 0;
    }

    /** The last seq that it does not need from the journal any more; meaningful while linked. */
    long neededSeq() {
        if (isStreaming()) {
            return matched;
        }
        return transfer == null ? sentSeq : transfer.snapshot.seq();
    }

    boolean isStreaming() {
        return link == Link.STREAMING;
    }

    boolean isOutstanding() {
        return sentSeq > matched || probeSent > probeAck;
    }
}
