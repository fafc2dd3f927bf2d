// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.RecordType;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Several cores with a network, a register and a clock of the test's: everything is delivered in order within a millisecond,
 * unless the test cuts a node off, drops a kind of frame, decides the fate of a CAS, or kills a node when something happens.
 * It checks all along that what one node commits is what all commit (I1), and at the end that nothing answered is lost.
 */
final class CoreCluster {
    /** What becomes of a CAS. */
    enum Fate {
        /** It is judged and answered. */
        ANSWERED,
        /** It is applied if the version matches; nobody is told. */
        APPLIED_UNKNOWN,
        /** It never arrives; nobody is told. */
        LOST_UNKNOWN
    }

    static final long MS = 1_000_000L;
    private static final Id128 CLUSTER = new Id128(7, 7);

    final List<Node> nodes = new ArrayList<>();
    /** Template ids of frames that are dropped. */
    final Set<Integer> dropped = new HashSet<>();
    /** Called with each frame's sender, receiver and template id before it is sent. */
    Consumer<Frame> onFrame = frame -> {};
    /** Decides over each CAS. */
    java.util.function.Function<RegisterConfig, Fate> fate = cas -> Fate.ANSWERED;

    RegisterConfig register;
    final List<RegisterConfig> written = new ArrayList<>();
    final List<String> alarms = new ArrayList<>();
    private final Map<Long, Long> committed = new HashMap<>();
    private final Consumer<CoreConfig> settings;
    private long answered;
    private long nextSession;
    private long bodies;
    long nowNs = 1_000_000_000L;

    /** Unwinds a core that is killed in the middle of a call. */
    private static final class KilledException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Who sends what to whom. */
    record Frame(Node from, Node to, int templateId) {}

    CoreCluster(final int size, final Consumer<CoreConfig> settings) {
        this.settings = settings;
        for (int i = 0; i < size; i++) {
            nodes.add(new Node("node-" + (char) ('a' + i), i));
        }
    }

    /** Starts all; the first one bootstraps and takes the others in, one after the other. */
    CoreCluster serving() {
        for (final Node node : nodes) {
            node.start(node.index == 0);
        }
        assertTrue(until(5_000, () -> register != null && register.inSync().size() == nodes.size()));
        sequence(3);
        settle();
        return this;
    }

    /** Lets what is under way come to rest. */
    void settle() {
        pass(300);
    }

    void pass(final long ms) {
        until(ms, () -> false);
    }

    boolean until(final long ms, final BooleanSupplier condition) {
        for (long at = 0; at < ms; at++) {
            if (condition.getAsBoolean()) {
                return true;
            }
            step();
        }
        return condition.getAsBoolean();
    }

    private void step() {
        nowNs += MS;
        for (final Node node : nodes) {
            node.run(() -> node.core.onTick(nowNs, nowNs));
        }
        boolean work = true; // of anybody in the last round
        for (int round = 0; round < 20 && work; round++) {
            work = false;
            for (final Node node : nodes) {
                node.hasWorked = false;
                node.run(node::cycle);
                work |= node.hasWorked;
            }
        }
    }

    Node node(final String name) {
        return nodes.stream().filter(n -> n.name.equals(name)).findFirst().orElseThrow();
    }

    /** Who serves or hands over; null if nobody. */
    Node active() {
        Node found = null;
        for (final Node node : nodes) {
            if (node.core != null
                    && node.core.role() == Role.ACTIVE
                    && (found == null || node.core.epoch() > found.core.epoch())) {
                found = node;
            }
        }
        return found;
    }

    /** The active sequences records; their bodies are unique. */
    void sequence(final int count) {
        final Node active = active();
        final long epoch = active.core.sequencingEpoch();
        assertTrue(epoch > 0, () -> "not sequencing: " + epoch);
        for (int i = 0; i < count; i++) {
            active.journal.append(epoch, 1, ++bodies);
        }
        active.core.onLocalAppend(active.journal.lastSeq());
    }

    /** Everything faulty is over: one node serves, takes a new record, and all that are up agree on everything answered. */
    void assertHealed() {
        fate = cas -> Fate.ANSWERED;
        dropped.clear();
        onFrame = frame -> {};
        final BooleanSupplier serves = () -> active() != null
                && active().core.subRole() == SubRole.SERVING
                && active().core.sequencingEpoch() > 0;
        assertTrue(until(10_000, serves), () -> "nobody serves: " + this);
        sequence(1);
        final long last = active().journal.lastSeq();
        assertTrue(
                until(10_000, () -> active() != null && active().core.commitSeq() >= last),
                () -> "nothing is committed: " + this);
        final long up = nodes.stream().filter(node -> node.core != null).count();
        assertTrue(until(10_000, () -> register.inSync().size() == up), () -> "not all are in sync again: " + this);
        settle();
        assertTrue(active().core.commitSeq() >= answered, "what was answered is committed");
        for (final Node node : nodes) {
            if (node.core != null) {
                assertEquals(active().journal.lastSeq(), node.journal.lastSeq(), node.name);
                for (long seq = 1; seq <= answered; seq++) {
                    assertEquals(committed.get(seq), node.journal.chainAt(seq), node.name + " seq=" + seq);
                }
            }
        }
    }

    private void onCommitted(final Node node) {
        for (long seq = node.applied + 1; seq <= node.core.commitSeq(); seq++) {
            final Long before = committed.putIfAbsent(seq, node.journal.chainAt(seq));
            assertTrue(before == null || before == node.journal.chainAt(seq), "I1: two histories at seq=" + seq);
        }
        if (node.core.mayAnswer()) {
            answered = Math.max(answered, node.core.commitSeq());
        }
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder("register=" + register);
        for (final Node node : nodes) {
            text.append('\n').append(node);
        }
        return text.toString();
    }

    /** A node: its disk outlives its core. */
    final class Node implements Effects {
        final String name;
        final int index;
        TestJournal journal = new TestJournal(CLUSTER);
        NodeMeta durableMeta;
        ReplicaCore core;
        boolean isCut;
        long digestSalt;
        String halted;
        private long applied;
        private int lives;
        private int lineages;
        private boolean isRunning;
        private boolean hasWorked;
        private final Map<Long, Node> links = new HashMap<>();
        private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();

        Node(final String name, final int index) {
            this.name = name;
            this.index = index;
        }

        void start(final boolean bootstrap) {
            final List<RegisterConfig.NodeEntry> entries = new ArrayList<>();
            for (final Node node : nodes) {
                entries.add(new RegisterConfig.NodeEntry(node.name, "", NodeClass.VOTER, node.index));
            }
            final CoreConfig config =
                    new CoreConfig(CLUSTER, name, entries, 1000L * (index + 1) + ++lives).bootstrap(bootstrap);
            settings.accept(config);
            durableMeta = Lineage.atBoot(
                    durableMeta,
                    CLUSTER,
                    name,
                    "boot",
                    journal.lastSeq(),
                    false,
                    false,
                    new Id128(index + 1, ++lineages));
            applied = 0;
            halted = null;
            core = new ReplicaCore(config, durableMeta, journal, this);
            core.start(nowNs, nowNs);
        }

        /** Calls a core that may be killed meanwhile. */
        private void run(final Runnable call) {
            if (core != null) {
                isRunning = true;
                try {
                    call.run();
                } catch (final KilledException killed) {
                    // Nothing of its life goes on.
                } finally {
                    isRunning = false;
                }
            }
        }

        /** Killed: journal and meta stay as they are. */
        void kill() {
            core = null;
            inbox.clear();
            for (final Map.Entry<Long, Node> link : Map.copyOf(links).entrySet()) {
                link.getValue().lose(link.getKey());
            }
            links.clear();
            if (isRunning) {
                throw new KilledException();
            }
        }

        /** Killed, and its disk is gone. */
        void wipe() {
            if (core != null) {
                kill();
            }
            journal = new TestJournal(CLUSTER);
            durableMeta = null;
        }

        Id128 lid() {
            return core.meta().lid();
        }

        private void lose(final long session) {
            if (links.remove(session) != null && core != null) {
                inbox.add(() -> core.onDisconnected(session, LinkLoss.EOF));
            }
        }

        private void cycle() {
            boolean work = !inbox.isEmpty();
            for (int waiting = inbox.size(); waiting > 0 && !inbox.isEmpty(); waiting--) {
                inbox.poll().run();
            }
            hasWorked = work;
            if (core.role() == Role.HALTED) {
                return;
            }
            work |= core.flush() > 0;
            if (core.commitSeq() > applied) {
                onCommitted(this);
                applied = core.commitSeq();
                core.onApplied(applied, applied * 1000 + digestSalt);
                work = true;
            }
            hasWorked = work;
        }

        private boolean reaches(final Node other) {
            return !isCut && !other.isCut && other.core != null;
        }

        @Override
        public boolean send(final long session, final DirectBuffer frame, final int offset, final int length) {
            final Node to = links.get(session);
            final int templateId =
                    new MessageHeaderDecoder().wrap(frame, offset).templateId();
            if (to == null) {
                return false;
            }
            onFrame.accept(new Frame(this, to, templateId));
            if (core == null || dropped.contains(templateId) || !reaches(to)) {
                return core != null;
            }
            final byte[] bytes = new byte[length];
            frame.getBytes(offset, bytes);
            to.inbox.add(() -> to.core.onFrame(session, new UnsafeBuffer(bytes), 0, length));
            return true;
        }

        @Override
        public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
            final Node to = links.get(session);
            if (to == null) {
                return -1;
            }
            header.lastSeq(lastSeq);
            if (!reaches(to)) {
                return lastSeq;
            }
            final UnsafeBuffer bytes = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);
            header.encode(bytes, 0);
            final UnsafeBuffer run = journal.run(header.firstSeq(), Math.max(header.firstSeq() - 1, lastSeq));
            final AppendHeader received = new AppendHeader();
            received.decode(bytes, 0, AppendHeader.LENGTH);
            to.inbox.add(() -> to.core.onAppend(session, received, run, 0, run.capacity()));
            return lastSeq;
        }

        @Override
        public void append(final DirectBuffer records, final int offset, final int length) {
            journal.appendAll(records, offset, length);
        }

        @Override
        public void cutTo(final long seq) {
            journal.cutTo(seq);
        }

        @Override
        public void appendEpochStart(
                final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
            journal.append(epoch, 1, -epoch);
        }

        @Override
        public void appendLogicVersion(final long epoch, final int logicVersion) {
            journal.append(epoch, RecordType.LOGIC_VERSION, logicVersion);
        }

        @Override
        public void appendOperator(final long epoch, final OperatorCommand command) {
            journal.append(epoch, RecordType.OPERATOR, command.kindCode());
        }

        @Override
        public void persistMeta(final NodeMeta meta, final long token) {
            inbox.add(() -> {
                durableMeta = meta;
                core.onMetaDurable(token);
            });
        }

        @Override
        public void requestForce() {
            inbox.add(journal::force);
        }

        @Override
        public void readRegister() {
            inbox.add(() -> core.onRegisterRead(register));
        }

        @Override
        public void cas(final RegisterConfig config) {
            final Fate decided = fate.apply(config);
            inbox.add(() -> {
                if (decided != Fate.LOST_UNKNOWN) {
                    judge(config, decided == Fate.ANSWERED);
                }
                if (decided != Fate.ANSWERED && core != null) {
                    core.onCasUnknown();
                }
            });
        }

        private void judge(final RegisterConfig config, final boolean isTold) {
            if ((register == null ? 0 : register.ver()) == config.ver() - 1) {
                register = config;
                written.add(config);
                if (isTold) {
                    core.onCasOk(config.ver());
                }
            } else if (isTold) {
                core.onCasConflict(register);
            }
        }

        @Override
        public long connect(final String peer) {
            final long session = ++nextSession;
            final Node to = node(peer);
            inbox.add(() -> {
                if (!reaches(to)) {
                    core.onConnectFailed(session, peer, to.core == null ? LinkLoss.REFUSED : LinkLoss.TIMEOUT);
                    return;
                }
                links.put(session, to);
                to.links.put(session, this);
                to.core.onConnected(session, name, false);
                core.onConnected(session, peer, true);
            });
            return session;
        }

        @Override
        public void close(final long session) {
            final Node to = links.remove(session);
            if (to != null) {
                to.lose(session);
            }
        }

        @Override
        public void roleChanged(final Role role, final long epoch, final long fromSeq) {}

        @Override
        public void halt(final HaltReason reason, final String text) {
            halted = reason + ": " + text;
        }

        @Override
        public void alarm(final AlarmKind kind, final String text) {
            alarms.add(name + " " + kind + " " + text);
        }

        @Override
        public String toString() {
            return name + ": "
                    + (core == null
                            ? "down"
                            : core.role() + " " + core.subRole() + " epoch=" + core.epoch() + " lid=" + lid()
                                    + " commit=" + core.commitSeq() + " handover=" + core.handoverState() + " "
                                    + core.handoverText())
                    + " lastSeq=" + journal.lastSeq() + (halted == null ? "" : " halted=" + halted);
        }
    }
}
