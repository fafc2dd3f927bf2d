// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * The required set and what it has acknowledged (R18, R19): members of the configuration as known, of the one a pending CAS
 * would make, and a standby that is about to be added. Rebuilt when one of those changes; evaluated on the hot path.
 */
final class CommitTracker {
    private final PeerState[] peers;
    private final String self;
    private final Rules rules;
    private final PeerState[] required;
    private final Id128[] lids;
    private int count;
    private boolean conflicting;
    private boolean blocked;

    CommitTracker(final PeerState[] peers, final String self, final Rules rules) {
        this.peers = peers;
        this.self = self;
        this.rules = rules;
        required = new PeerState[peers.length * 2 + 2];
        lids = new Id128[peers.length * 2 + 2];
    }

    /**
     * Builds the required set.
     *
     * @param config as known.
     * @param pending what a CAS under way would make of it; null without.
     * @param pendingRemoves whether it removes members.
     * @param joining a standby that is about to be added; null without.
     */
    void rebuild(
            final RegisterConfig config,
            final @Nullable RegisterConfig pending,
            final boolean pendingRemoves,
            final @Nullable PeerState joining) {
        count = 0;
        conflicting = false;
        final boolean known = pending == null || !pendingRemoves || rules.removedMemberStaysRequired();
        if (known) {
            addAll(config);
        }
        if (pending != null && (pendingRemoves || rules.addedMemberIsRequired())) {
            addAll(pending);
        }
        if (joining != null && rules.addedMemberIsRequired()) {
            add(joining, joining.lid);
        }
        blocked = config.policy() == Policy.CONSISTENCY && config.inSync().size() < config.minInSync();
    }

    private void addAll(final RegisterConfig config) {
        for (final RegisterConfig.Member member : config.inSync()) {
            if (member.node().equals(self)) {
                continue;
            }
            PeerState found = null;
            for (final PeerState peer : peers) {
                if (peer.node.equals(member.node())) {
                    found = peer;
                }
            }
            if (found == null) {
                // A member that this node is not configured with: nobody can acknowledge for it.
                conflicting = true;
            } else {
                add(found, member.lid());
            }
        }
    }

    private void add(final PeerState peer, final Id128 lid) {
        for (int i = 0; i < count; i++) {
            if (required[i] == peer) {
                // R18: one node with two lineages: both are required, and only one can speak.
                conflicting |= rules.memberIsLineage() && !lids[i].equals(lid);
                return;
            }
        }
        required[count] = peer;
        lids[count] = lid;
        count++;
    }

    /** Whether nobody but this node is required. */
    boolean isSolo() {
        return count == 0 && !conflicting;
    }

    /** I3: the required set covers a configuration that the register could hold. */
    void checkCovers(final RegisterConfig config) {
        for (final RegisterConfig.Member member : config.inSync()) {
            boolean isCovered = conflicting || member.node().equals(self);
            for (int i = 0; i < count; i++) {
                isCovered |= required[i].node.equals(member.node()) && lids[i].equals(member.lid());
            }
            Invariant.check(isCovered, "every member of a possible set is required (I3)");
        }
    }

    boolean isBlocked() {
        return blocked;
    }

    boolean requires(final PeerState peer) {
        for (int i = 0; i < count; i++) {
            if (required[i] == peer) {
                return true;
            }
        }
        return false;
    }

    /**
     * How far the required set holds the journal.
     *
     * @param commit the position so far.
     * @param gate of this node.
     * @return the new position, at least {@code commit}.
     */
    long committable(final long commit, final DurabilityGate gate) {
        if (conflicting || blocked) {
            return commit;
        }
        if (count == 0 && !gate.isOn() && rules.soloNeedsGate()) {
            return commit; // I15
        }
        long position = gate.position();
        for (int i = 0; i < count; i++) {
            position = Math.min(position, speaksFor(i) ? required[i].matched : 0);
        }
        return Math.max(commit, position);
    }

    /** I8: every required member has acknowledged the position; I15: a lone active commits behind its gate. */
    void check(final long commit, final DurabilityGate gate) {
        Invariant.check(count > 0 || gate.isOn(), "required={me} needs the gate (I15)");
        for (int i = 0; i < count; i++) {
            Invariant.check(required[i].matched >= commit, "commit is at most what each required member matched (I8)");
        }
    }

    /** Whether every required peer has echoed a probe (R28). */
    boolean probed(final long probeId) {
        if (conflicting) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            if (!speaksFor(i) || required[i].probeAck < probeId) {
                return false;
            }
        }
        return true;
    }

    /** Records the slowest required peer has yet to acknowledge. */
    long lag(final long lastSeq) {
        long lag = 0;
        for (int i = 0; i < count; i++) {
            lag = Math.max(lag, lastSeq - required[i].matched);
        }
        return lag;
    }

    /** R41: the earliest of the required peers' clocks by now; {@code Long.MAX_VALUE} if none is known. */
    long clockNs(final long nowNs) {
        long clock = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            final PeerState peer = required[i];
            if (peer.clockKnown && peer.isStreaming()) {
                clock = Math.min(clock, peer.clockNs + (nowNs - peer.clockAtNs));
            }
        }
        return clock;
    }

    private boolean speaksFor(final int i) {
        return !rules.memberIsLineage() || required[i].lid.equals(lids[i]);
    }
}
