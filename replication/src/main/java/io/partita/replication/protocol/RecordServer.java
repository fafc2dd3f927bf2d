// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * Committed records for a standby that repairs its journal (FETCH, R39), sent as runs before its first ACK. Who asks knows
 * that they are committed, so an active holds them (I1, I2), though it may not know itself yet: its own commit can wait for
 * the very standby that repairs. Whoever asks for what is not kept any more needs a snapshot.
 */
final class RecordServer {
    private final CoreContext context;

    RecordServer(final CoreContext context) {
        this.context = context;
    }

    /**
     * Notes what is asked for.
     *
     * @return false if it cannot be had: not kept any more, or not held.
     */
    boolean onFetch(final PeerState peer, final long firstSeq, final long lastSeq) {
        if (firstSeq < 1 || lastSeq < firstSeq || lastSeq > context.journal.lastSeq()) {
            return false;
        }
        if (firstSeq < context.journal.oldestSeq()) {
            peer.needsSnapshot = true;
            return false;
        }
        peer.fetchSeq = firstSeq;
        peer.fetchLastSeq = lastSeq;
        return true;
    }

    /**
     * Sends as much as the link takes.
     *
     * @return work done; -1 if the link has ended or the records are gone.
     */
    int flush(final PeerState peer, final AppendHeader header) {
        int work = 0;
        while (peer.fetchSeq != 0 && peer.fetchSeq <= peer.fetchLastSeq) {
            if (peer.fetchSeq < context.journal.oldestSeq()) {
                return -1;
            }
            header.set(peer.fetchSeq, 0, 0);
            final long reached = context.effects.sendAppend(
                    peer.session, header, peer.fetchLastSeq, context.config.appendLengthMax());
            if (reached < 0) {
                return -1;
            }
            if (reached < peer.fetchSeq) {
                return work; // The link is full.
            }
            peer.fetchSeq = reached + 1;
            peer.lastSentNs = context.nowNs;
            work++;
        }
        return work;
    }
}
