// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.InvariantReport;
import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.Snapshot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What must be true of every run (PROTOCOL 6, C1): an omniscient observer of disks, register and answers. The checkers by
 * number: 1 answered and never lost, 2 one history, 3 complete candidates, 4 digests and an independent replay, 5 exactly once, 6
 * money, 7 reads, 8 claims, 9 the gate; and the clock (R41). 10, liveness, is in {@link Simulator}; 11 is {@link Coverage}.
 */
final class Checkers {
    /** What R41 allows. Who leads next may take a time that is so far ahead for the clock of the one before. */
    private static final long SKEW_NS = 1_000_000_000L;
    /** What clocks that drift differ by over a run. */
    private static final long DRIFT_NS = 500_000_000L;

    private record Answer(SimBatch batch, List<SimBatch.Result> results) {}

    private record Seen(Id128 account, long @Nullable [] balances) {}

    private final Simulator simulator;
    /** Chain value per committed seq, from 1: the one history. */
    private final List<Long> committed = new ArrayList<>();

    private final Map<Long, Answer> answered = new TreeMap<>();
    private final Map<Long, List<Seen>> reads = new TreeMap<>();
    private final Map<Long, String> claims = new TreeMap<>();
    private final Map<Long, SimProcess> claimants = new TreeMap<>();
    private final Set<String> configurations = new HashSet<>();
    private long answeredHigh;
    /** How far the stamps of nodes that had heard of no other clock were ahead of all others, at most. */
    private long aheadUnheardNs;

    private boolean lost;
    private boolean lossAccepted;
    private @Nullable SimNode acceptedNode;
    private long acceptedVer;
    private boolean lostByOperator;
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

    Set<String> configurations() {
        return configurations;
    }

    /** Whether no disk holds all that is committed any more. */
    boolean isLost() {
        return lost;
    }

    // ---------------------------------------------------------------------------------------------- during the run

    /** 2: one history; and 3 for what has just been committed. */
    void onCommit(final SimNode node, final long seq) {
        if (isBehindTheOperator(node)) {
            return; // R36: it may go on with what was given up until it reads so.
        }
        final long chain = node.disk.chainAt(seq);
        if (seq <= committed.size()) {
            if (committed.get((int) seq - 1) != chain) {
                simulator.fail("ONE-HISTORY", node.id + " commits another record at seq=" + seq);
            }
            return;
        }
        if (seq != committed.size() + 1) {
            simulator.fail("ONE-HISTORY", node.id + " commits seq=" + seq + " after " + committed.size());
            return;
        }
        committed.add(chain);
        checkCandidates("commit of seq=" + seq + " by " + node.id);
    }

    /** I9 and I1: a snapshot holds only what is committed, of the one history. */
    void onSnapshot(final SimNode node, final Snapshot snapshot) {
        if (isBehindTheOperator(node)) {
            return; // As in onCommit: it goes on with what was given up, and a start passes over what does not fit its
            // journal.
        }
        if (snapshot.seq() > committed.size() || committed.get((int) snapshot.seq() - 1) != snapshot.chain()) {
            simulator.fail("SNAPSHOT", node.id + " has a snapshot of what is not committed: " + snapshot);
        }
    }

    /** 1: noted now, compared at the end. */
    void onAnswered(final long seq, final SimBatch batch, final List<SimBatch.Result> results) {
        if (seq > committed.size()) {
            simulator.fail("ANSWERED", "an answer for uncommitted seq=" + seq);
        }
        final Answer before = answered.put(seq, new Answer(batch, results));
        if (before != null && !before.results().equals(results)) {
            simulator.fail("ANSWERED", "two answers for seq=" + seq);
        }
        answeredHigh = Math.max(answeredHigh, seq);
    }

    /** 7: noted now, compared at the end. */
    void onRead(final SimNode node, final Id128 account, final long seq, final long @Nullable [] balances) {
        if (lossAccepted && !isOfHistory(node, seq)) {
            return; // R36: of what was given up; the node will find out.
        }
        if (seq > committed.size()) {
            simulator.fail("STALE-READ", "a read shows uncommitted seq=" + seq);
        }
        reads.computeIfAbsent(seq, key -> new ArrayList<>()).add(new Seen(account, balances));
    }

    void onRegisterApplied(final RegisterConfig config) {
        simulator.trace("register ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active()
                + " inSync=" + config.inSync());
        simulator.mix(99, config.ver(), config.epoch(), config.inSync().size(), config.startSeq(), 0);
        register = config;
        noteConfiguration(config);
        checkCandidates("register ver=" + config.ver());
    }

    private void noteConfiguration(final RegisterConfig config) {
        final StringBuilder shape = new StringBuilder();
        shape.append(config.policy())
                .append(config.minInSync())
                .append(config.durability())
                .append(config.nodes().size())
                .append(config.active());
        final Set<String> members = new TreeSet<>();
        config.inSync().forEach(member -> members.add(member.node()));
        configurations.add(shape.append(members).toString());
    }

    /** 8: an epoch is claimed once; and 1: whoever leads holds what was answered. */
    void onClaim(final SimNode node, final SimProcess process, final long epoch) {
        final SimProcess before = claimants.putIfAbsent(epoch, process);
        claims.putIfAbsent(epoch, node.id);
        if (before != null && before != process) {
            simulator.fail("EPOCH", "epoch=" + epoch + " claimed by " + claims.get(epoch) + " and again by " + node.id);
        }
        // One that was paused between its CAS and its claim may be deposed already: then it commits nothing, and finds
        // out.
        final boolean current = register != null && register.epoch() == epoch;
        if (current && register.unclean().lastEpoch() == epoch) {
            simulator.coverage.hit("R36");
        }
        if (current && !holdsCommitted(node)) {
            simulator.fail("LOST", node.id + " leads epoch=" + epoch + " without all that was committed");
        }
    }

    /**
     * R41: whoever has heard of another clock journals no time that no other clock has shown, however wrong its own is. Where that
     * has happened already, time goes on from there; and each that leads may be a skew ahead of what it followed.
     */
    void onStamp(final SimNode active, final long before, final int count, final long stamp, final long ceiling) {
        long others = Long.MIN_VALUE;
        for (final SimNode node : simulator.nodes) {
            if (node != active) {
                others = Math.max(others, node.highestWallNs());
            }
        }
        final long ahead = stamp - others;
        if (ceiling == Long.MAX_VALUE) {
            aheadUnheardNs = Math.max(aheadUnheardNs, ahead);
        } else if (stamp > before + count && ahead > aheadUnheardNs + SKEW_NS * (1 + claims.size()) + DRIFT_NS) {
            simulator.fail("CLOCK", active.id + " journals a time that is " + ahead + " ns ahead of all others");
        }
    }

    /** 9: what the durability asks for is on the disk before it is committed (R27, I11), and all of it if there is no other copy (I15). */
    void onCommittedBy(final SimNode active, final RegisterConfig config, final long seq, final boolean isAlone) {
        if ((isAlone || config.durability() != Durability.MEMORY) && active.disk.durableSeq() < seq) {
            simulator.fail(
                    "GATE",
                    active.id + " commits seq=" + seq + " with durableSeq=" + active.disk.durableSeq() + " alone="
                            + isAlone + " durability=" + config.durability());
        }
        if (config.durability() != Durability.ALL_FSYNC) {
            return;
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            final SimNode node = simulator.node(member.node());
            if (member.lid().equals(node.effectiveLid()) && node.disk.durableSeq() < seq) {
                simulator.fail(
                        "GATE",
                        active.id + " commits seq=" + seq + ", of which " + node.id + " has forced "
                                + node.disk.durableSeq());
            }
        }
    }

    /** Whether another node holds all that is committed, though perhaps nobody lists it. */
    boolean isHeldWithout(final SimNode node) {
        for (final SimNode other : simulator.nodes) {
            if (other != node && holdsCommitted(other) && !other.disk.isDamaged()) {
                return true;
            }
        }
        return false;
    }

    /** A disk, or its unforced part, or its identity was lost. */
    void onLoss(final SimNode node) {
        for (final SimNode other : simulator.nodes) {
            if (holdsCommitted(other)) {
                checkCandidates("loss of " + node.id);
                return;
            }
        }
        lost = true;
        if (simulator.plan.suite() == Suite.SAFETY) {
            throw new Violation("GLOBAL-LOSS", "no node holds all committed records after a loss of " + node.id);
        }
    }

    private boolean isOfHistory(final SimNode node, final long seq) {
        return seq == 0 || (seq <= committed.size() && node.disk.historyChain(seq) == committed.get((int) seq - 1));
    }

    /**
     * R36: what the chosen node holds is the history from now on. Never silently: what is lost is among what the register says,
     * unless the history had been another one before.
     *
     * @param next what the register will say.
     */
    void onLossAccepted(final SimNode chosen, final RegisterConfig next) {
        final long lostPossibleFromSeq = next.unclean().lostPossibleFromSeq();
        long kept = Math.min(committed.size(), chosen.disk.lastSeq());
        while (!isOfHistory(chosen, kept)) {
            kept--;
        }
        final boolean loses = kept < committed.size();
        simulator.trace("kept=" + kept + " of committed=" + committed.size());
        if (loses && kept + 1 < lostPossibleFromSeq && !simulator.hasFailedOutside()) {
            throw new Violation(
                    "SILENT-LOSS", "lost from seq=" + (kept + 1) + ", the register says seq=" + lostPossibleFromSeq);
        }
        if (loses && simulator.plan.suite() == Suite.SAFETY && !isOnlyMemberDamaged()) {
            throw new Violation("LOST", "an operator had to give up seq=" + (kept + 1) + " to " + committed.size());
        }
        lossAccepted = true;
        acceptedNode = chosen;
        acceptedVer = next.ver();
        lostByOperator |= loses;
        lost = false;
        committed.subList((int) kept, committed.size()).clear();
        final long last = kept;
        answered.keySet().removeIf(seq -> seq > last);
        reads.keySet().removeIf(seq -> seq > last);
        answeredHigh = Math.min(answeredHigh, kept);
        for (long seq = kept + 1; seq <= next.floorSeq(); seq++) {
            committed.add(
                    chosen.disk.historyChain(seq)); // All that it holds is the history, also what was given up once.
        }
    }

    /** R39: what is on one disk only is lost with a record of it. It was damaged while there was another member, which has left. */
    private boolean isOnlyMemberDamaged() {
        final RegisterConfig config = register;
        if (config == null || config.inSync().size() != 1) {
            return false;
        }
        final SimNode only = simulator.node(config.inSync().get(0).node());
        return only.disk.wasDamaged();
    }

    /** Whether an operator has accepted a loss, and the node has not read so. */
    private boolean isBehindTheOperator(final SimNode node) {
        final SimProcess process = node.process();
        final RegisterConfig known = process == null ? null : process.core().registerConfig();
        return lossAccepted && node != acceptedNode && (known == null || known.ver() < acceptedVer);
    }

    boolean isLossAccepted() {
        return lossAccepted;
    }

    /** Whether an operator has accepted a loss, and something that was committed was lost by it. */
    boolean isLostByOperator() {
        return lostByOperator;
    }

    /** 3: every lineage that the register lists and that still exists holds all that is committed (I2). */
    private void checkCandidates(final String when) {
        final RegisterConfig config = register;
        if (config == null) {
            return;
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            final SimNode node = simulator.node(member.node());
            if (member.lid().equals(node.effectiveLid()) && !holdsCommitted(node)) {
                simulator.fail(
                        "CANDIDATE-COMPLETENESS",
                        node.id + " is in sync without all that was committed, at " + when + ": lastSeq="
                                + node.disk.lastSeq() + " committed=" + committed.size());
            }
        }
    }

    boolean holdsCommitted(final SimNode node) {
        final int last = committed.size();
        return node.disk.lastSeq() >= last && (last == 0 || node.disk.historyChain(last) == committed.get(last - 1));
    }

    // ---------------------------------------------------------------------------------------------- membership

    /** Whether some node could still lead, as far as the register remembers. */
    boolean isAnyoneListed() {
        final RegisterConfig config = simulator.register.current();
        if (config == null) {
            return true;
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            final SimNode node = simulator.node(member.node());
            if (member.lid().equals(node.effectiveLid()) && !node.isOut()) {
                return true;
            }
        }
        return false;
    }

    boolean isWholeSetInSync() {
        final RegisterConfig config = register;
        if (config == null || config.inSync().size() != simulator.nodes.size()) {
            return false;
        }
        for (final RegisterConfig.Member member : config.inSync()) {
            if (!member.lid().equals(simulator.node(member.node()).effectiveLid())) {
                return false;
            }
        }
        return true;
    }

    // ---------------------------------------------------------------------------------------------- at the end

    /** 1, 4 to 7: the journal is replayed by the naive ledger; answers, reads, states and balances must be its. */
    void checkEnd() {
        final SimDisk journal = simulator.nodes.get(0).disk;
        final NaiveLedger naive = new NaiveLedger();
        final Set<Id128> absent = new HashSet<>();
        for (long seq = 1; seq <= committed.size(); seq++) {
            if (journal.historyChain(seq) != committed.get((int) seq - 1)) {
                throw new Violation("ONE-HISTORY", "the journal at the end has another record at seq=" + seq);
            }
            final List<SimBatch.Result> results = naive.apply(journal.history(seq));
            final Answer answer = answered.get(seq);
            if (answer != null) {
                compare(seq, answer, results);
                noteAbsent(answer, absent);
            }
            for (final Seen seen : reads.getOrDefault(seq, List.of())) {
                naive.checkBalances(seen.account(), seen.balances(), "a read at seq=" + seq);
            }
        }
        for (final Id128 id : absent) {
            if (naive.hasTransfer(id)) {
                throw new Violation("EXACTLY-ONCE", "id=" + id + " appears though it was resolved as absent");
            }
        }
        naive.checkMoney();
        simulator.nodes.forEach(node -> checkState(node, naive));
    }

    private void compare(final long seq, final Answer answer, final List<SimBatch.Result> results) {
        if (!answer.results().equals(results)) {
            simulator.fail(
                    "LOST", "seq=" + seq + " was answered with " + answer.results() + ", replay gives " + results);
        }
    }

    private static void noteAbsent(final Answer answer, final Set<Id128> absent) {
        final List<Id128> resolves = answer.batch().resolves();
        for (int i = 0; i < resolves.size(); i++) {
            if (answer.results().get(i).code() == ResultCode.RESOLVED_ABSENT) {
                absent.add(resolves.get(i));
            }
        }
    }

    private void checkState(final SimNode node, final NaiveLedger naive) {
        final SimProcess process = node.process();
        final SimProcess first = simulator.nodes.get(0).process();
        if (process == null || first == null) {
            throw new Violation("LIVENESS", node.id + " is down at the end");
        }
        final SimEngine engine = process.engine();
        if (engine.ledger().runningDigest() != first.engine().ledger().runningDigest()
                || !engine.ledger().stateDigest().equals(first.engine().ledger().stateDigest())) {
            simulator.fail("DIGEST", node.id + " differs");
        }
        for (int i = 0; i < SimClient.ACCOUNTS; i++) {
            final Id128 account = SimClient.account(i);
            naive.checkBalances(account, engine.balances(account), node.id + " at the end");
        }
        final InvariantReport report = engine.ledger().checkInvariants();
        if (!report.violations().isEmpty()) {
            throw new Violation("MONEY", node.id + " " + report.violations());
        }
    }
}
