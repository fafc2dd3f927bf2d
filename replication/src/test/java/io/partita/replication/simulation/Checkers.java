// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.RegisterConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What must be true of every run (PROTOCOL 6): an omniscient observer of disks, register and answers. */
final class Checkers {
    private final Simulator simulator;
    /** Chain value per committed seq, from 1: the one history. */
    private final List<Long> committed = new ArrayList<>();

    private final Map<Long, Long> answered = new TreeMap<>();
    private final Map<Long, String> claims = new TreeMap<>();
    private long answeredHigh;
    private @Nullable RegisterConfig register;

    Checkers(final Simulator simulator) {
        this.simulator = simulator;
    }

    long answeredHigh() {
        return answeredHigh;
    }

    long committedCount() {
        return committed.size();
    }

    long claimCount() {
        return claims.size();
    }

    /** 2: one history; and 3 for what has just been committed by an active. */
    void onCommit(final SimNode node, final long seq, final boolean active) {
        final long chain = node.disk.chainAt(seq);
        if (seq <= committed.size()) {
            if (committed.get((int) seq - 1) != chain) {
                throw new Violation("ONE-HISTORY", node.id + " commits another record at seq=" + seq);
            }
            return;
        }
        if (seq != committed.size() + 1) {
            throw new Violation("ONE-HISTORY", node.id + " commits seq=" + seq + " after " + committed.size());
        }
        committed.add(chain);
        checkCandidates("commit of seq=" + seq + " by " + node.id + (active ? "" : ", a standby"));
    }

    /** 1 and 5: an id has one outcome for ever. */
    void onAnswered(final long id, final long seq) {
        final Long before = answered.putIfAbsent(id, seq);
        if (before != null && before != seq) {
            throw new Violation("EXACTLY-ONCE", "id=" + id + " answered at seq=" + before + " and at seq=" + seq);
        }
        if (seq > committed.size()) {
            throw new Violation("ANSWERED", "id=" + id + " at uncommitted seq=" + seq);
        }
        answeredHigh = Math.max(answeredHigh, seq);
    }

    void onRegisterApplied(final RegisterConfig config) {
        simulator.trace("register ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active()
                + " inSync=" + config.inSync());
        simulator.mix(99, config.ver(), config.epoch(), config.inSync().size(), config.startSeq(), 0);
        register = config;
        checkCandidates("register ver=" + config.ver());
    }

    void onClaim(final SimNode node, final int life, final long epoch) {
        final String claim = node.id + " life=" + life;
        final String before = claims.putIfAbsent(epoch, claim);
        if (before != null && !before.equals(claim)) {
            throw new Violation("EPOCH", "epoch=" + epoch + " claimed by " + before + " and by " + claim);
        }
        // One that was paused between its CAS and its claim may be deposed already: then it commits nothing, and finds
        // out.
        final boolean current = register != null && register.epoch() == epoch;
        if (current && !holdsCommitted(node)) {
            throw new Violation("LOST", node.id + " leads epoch=" + epoch + " without all that was committed");
        }
    }

    /** Whether another node holds all that is committed, though perhaps nobody lists it. */
    boolean isHeldWithout(final SimNode node) {
        for (final SimNode other : simulator.nodes) {
            if (other != node && holdsCommitted(other)) {
                return true;
            }
        }
        return false;
    }

    /** A disk or its unforced part was lost. */
    void onLoss(final SimNode node) {
        for (final SimNode other : simulator.nodes) {
            if (holdsCommitted(other)) {
                checkCandidates("loss of " + node.id);
                return;
            }
        }
        throw new Violation("GLOBAL-LOSS", "no node holds all committed records after a loss of " + node.id);
    }

    /** 3: every lineage that the register lists and that still exists holds all that is committed (I2). */
    private void checkCandidates(final String when) {
        if (register == null) {
            return;
        }
        for (final RegisterConfig.Member member : register.inSync()) {
            final SimNode node = simulator.node(member.node());
            final Id128 lid = node.effectiveLid();
            if (member.lid().equals(lid) && !holdsCommitted(node)) {
                throw new Violation(
                        "CANDIDATE-COMPLETENESS",
                        node.id + " is in sync without all that was committed, at " + when + ": lastSeq="
                                + node.disk.lastSeq() + " committed=" + committed.size());
            }
        }
    }

    private boolean holdsCommitted(final SimNode node) {
        final int last = committed.size();
        return node.disk.lastSeq() >= last && (last == 0 || node.disk.chainAt(last) == committed.get(last - 1));
    }

    /** Whether some node could still lead. */
    boolean isAnyoneListed() {
        if (register == null) {
            return true;
        }
        for (final RegisterConfig.Member member : register.inSync()) {
            if (member.lid().equals(simulator.node(member.node()).effectiveLid())) {
                return true;
            }
        }
        return false;
    }

    boolean isWholeSetInSync() {
        if (register == null || register.inSync().size() != simulator.nodes.size()) {
            return false;
        }
        for (final RegisterConfig.Member member : register.inSync()) {
            if (!member.lid().equals(simulator.node(member.node()).effectiveLid())) {
                return false;
            }
        }
        return true;
    }

    /** At the end: every answer is in every state, with the same outcome; states are equal. */
    void checkEnd() {
        for (final SimNode node : simulator.nodes) {
            for (final Map.Entry<Long, Long> entry : answered.entrySet()) {
                final Long seq = node.state().get(entry.getKey());
                if (!entry.getValue().equals(seq)) {
                    throw new Violation(
                            "LOST",
                            "id=" + entry.getKey() + " answered at seq=" + entry.getValue() + ", on " + node.id
                                    + " at seq=" + seq);
                }
            }
            if (node.digest() != simulator.nodes.get(0).digest()) {
                throw new Violation("DIGEST", node.id + " differs");
            }
        }
    }
}
