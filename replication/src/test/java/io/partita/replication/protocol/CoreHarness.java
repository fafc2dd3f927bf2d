// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.RecordDescriptor;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One core, node-a, and what its peer node-b says to it. The test plays network, register, disk and clock. */
final class CoreHarness {
    static final Id128 CLUSTER = new Id128(1, 2);
    static final Id128 LID_A = new Id128(10, 1);
    static final Id128 LID_B = new Id128(20, 1);
    static final long MS = 1_000_000L;

    final TestJournal journal = new TestJournal(CLUSTER);
    final TestJournal peerJournal = new TestJournal(CLUSTER);
    final RecordingEffects effects = new RecordingEffects(journal);
    final CoreConfig config = config("node-a", 5);
    Id128 peerLid = LID_B;
    long peerIncarnation = 6;
    int peerProtoMax = Origin.PROTO_MAX;
    int peerLogicMax = 1;
    int peerLogic = 1;
    long nowNs = 1_000_000_000L;
    long wallNs = 1_700_000_000_000_000_000L;
    long inbound = 7;
    long peerFreeBytes = 1L << 40;
    ReplicaCore core;
    /** Snapshots and repair, for the tests that want them. */
    TestStorage storage;

    private Peer peer;
    private final AppendHeader header = new AppendHeader();
    private long registerVer;
    private boolean damaging;

    static CoreConfig config(final String node, final long incarnation) {
        return new CoreConfig(
                        CLUSTER,
                        node,
                        List.of(
                                new RegisterConfig.NodeEntry("node-a", "", NodeClass.VOTER, 0),
                                new RegisterConfig.NodeEntry("node-b", "", NodeClass.VOTER, 0)),
                        incarnation)
                .conclude();
    }

    static NodeMeta meta(final long promised, final boolean gate) {
        return new NodeMeta(CLUSTER, "node-a", LID_A, promised, 0, 0, gate, "boot", false, 0, 1, HaltReason.NONE);
    }

    /** The next value made by {@link #register} is newer than one that the test made by itself. */
    void skipVersion() {
        registerVer++;
    }

    /**
     * A register value; members are lids of node-a and node-b, null for not in sync. One that makes node-a the only member is of
     * its own writing: else it would write it again before it leads.
     */
    RegisterConfig register(
            final long epoch, final String active, final Id128 lidA, final Id128 lidB, final long startSeq) {
        final List<RegisterConfig.Member> members = new ArrayList<>();
        if (lidA != null) {
            members.add(new RegisterConfig.Member("node-a", lidA));
        }
        if (lidB != null) {
            members.add(new RegisterConfig.Member("node-b", lidB));
        }
        final boolean isOwn = lidA != null && lidB == null && active.equals("node-a");
        return new RegisterConfig(
                CLUSTER,
                ++registerVer,
                new Id128(isOwn ? config.incarnation() : 0, registerVer),
                active,
                0,
                epoch,
                active,
                members,
                startSeq,
                startSeq >= journal.oldestSeq() && journal.lastSeq() >= startSeq - 1
                        ? journal.chainAt(startSeq - 1)
                        : 0,
                0,
                RecordDescriptor.genesisChain(CLUSTER.hi(), CLUSTER.lo()),
                config.policy(),
                config.minInSync(),
                config.durability(),
                config.nodes(),
                List.of(),
                RegisterConfig.Unclean.NEVER);
    }

    CoreHarness withStorage() {
        storage = new TestStorage(journal, effects.log);
        return this;
    }

    CoreHarness start(final NodeMeta meta) {
        core = new ReplicaCore(config, meta, journal, storage, effects);
        core.start(nowNs, wallNs);
        return this;
    }

    /** Time passes in duty cycles of 10 ms. */
    List<String> pass(final long ms) {
        final List<String> all = new ArrayList<>();
        for (long at = 0; at < ms; at += 10) {
            all.addAll(tick(10));
        }
        return all;
    }

    /** Time passes; timers and flush. */
    List<String> tick(final long ms) {
        nowNs += ms * MS;
        wallNs += ms * MS;
        core.onTick(nowNs, wallNs);
        core.flush();
        return effects.take();
    }

    List<String> flush() {
        core.flush();
        return effects.take();
    }

    void metaDurable() {
        core.onMetaDurable(effects.metaToken);
    }

    /** Applies everything committed. */
    void apply() {
        core.onApplied(core.commitSeq(), core.commitSeq() * 1000);
    }

    /** Leads the given epoch with both in sync, or alone; EPOCH_START appended, not yet committed. */
    CoreHarness lead(final long epoch, final Id128 lidB) {
        start(meta(epoch - 1, false));
        core.onRegisterRead(register(epoch, "node-a", LID_A, lidB, journal.lastSeq() + 1));
        metaDurable();
        effects.take();
        return this;
    }

    /** Serves with node-b in sync and acknowledging. */
    CoreHarness servePair(final long epoch) {
        lead(epoch, LID_B);
        peerHello();
        peerAck(0, 0);
        flush();
        peerAck(journal.lastSeq(), 0);
        flush();
        apply();
        flush();
        return this;
    }

    /** Serves alone, gate on. */
    CoreHarness serveAlone(final long epoch) {
        lead(epoch, null);
        flush();
        journal.force();
        flush();
        metaDurable();
        flush();
        apply();
        flush();
        return this;
    }

    // ---------------------------------------------------------------------------------------------- node-b says

    private Peer peer() {
        if (peer == null || !peer.lid.equals(peerLid) || peer.incarnation != peerIncarnation) {
            peer = new Peer(
                    config("node-b", peerIncarnation).protos(1, peerProtoMax).logicVersions(1, peerLogicMax), peerLid);
        }
        return peer;
    }

    /** Node-b is started anew, with another release. */
    void peerRelease(final int protoMax, final int logicMax) {
        peerIncarnation++;
        peerProtoMax = protoMax;
        peerLogicMax = logicMax;
    }

    /** HELLO, WELCOME, REJECT, ACK and NACK of node-b. */
    List<UnsafeBuffer> oneOfEach() {
        final List<UnsafeBuffer> frames = new ArrayList<>();
        final FrameEncoder encoder = peer().encoder;
        final PeerState state = new PeerState("node-a");
        encoder.hello(1, Role.PASSIVE, NodeClass.VOTER, meta(0, false), peerJournal);
        frames.add(peer().copy());
        encoder.welcome(state, 1, register(1, "node-b", LID_A, LID_B, 1), 1, 0, 0, 0, 0);
        frames.add(peer().copy());
        encoder.reject(1, RejectCode.LOGIC, Role.ACTIVE, 0, 0, "");
        frames.add(peer().copy());
        encoder.ack(1, 2, 3, 0, 0, 0, 0, 0, 0, 0, 0, false);
        frames.add(peer().copy());
        encoder.nack(1, 2, 3, NackCode.GAP, 0);
        frames.add(peer().copy());
        return frames;
    }

    void peerHello() {
        inbound++;
        core.onConnected(inbound, "node-b", false);
        final NodeMeta meta =
                new NodeMeta(CLUSTER, "node-b", peerLid, 0, 0, 0, false, "", false, 0, 1, HaltReason.NONE);
        peer().encoder.hello(1, Role.PASSIVE, NodeClass.VOTER, meta, peerJournal);
        deliver(inbound);
    }

    void peerAck(final long matched, final long probe) {
        peerAck(matched, probe, 0, 0);
    }

    void peerAck(final long matched, final long probe, final long digestSeq, final long digest) {
        peer().encoder
                .ack(
                        1,
                        effects.welcomeSessionId,
                        core.epoch(),
                        matched,
                        0,
                        matched,
                        probe,
                        digestSeq,
                        digest,
                        peerFreeBytes,
                        wallNs,
                        false);
        deliver(inbound);
    }

    void peerNack(final NackCode code) {
        peer().encoder.nack(1, effects.welcomeSessionId, core.epoch(), code, 0);
        deliver(inbound);
    }

    /** Of a session of another epoch. */
    void peerNackOf(final long epoch, final NackCode code) {
        peer().encoder.nack(1, effects.welcomeSessionId, epoch, code, 0);
        deliver(inbound);
    }

    void peerNack(final NackCode code, final long seq) {
        peer().encoder.nack(1, effects.welcomeSessionId, core.epoch(), code, seq);
        deliver(inbound);
    }

    void peerSnapAck(final long snapId, final long position) {
        peer().encoder.snapAck(1, effects.welcomeSessionId, core.epoch(), snapId, position);
        deliver(inbound);
    }

    void peerFetch(final long firstSeq, final long lastSeq) {
        peer().encoder.fetch(1, effects.welcomeSessionId, core.epoch(), firstSeq, lastSeq);
        deliver(inbound);
    }

    private PeerState session() {
        final PeerState state = new PeerState("node-a");
        state.sessionId = 77;
        state.session = 1;
        state.proto = peerProtoMax;
        return state;
    }

    void peerSnapOffer(final long epoch, final Snapshot snapshot) {
        peer().encoder.snapOffer(session(), epoch, snapshot);
        deliver(effects.lastSession);
    }

    void peerSnapChunk(
            final long epoch, final Snapshot snapshot, final byte[] bytes, final int position, final int length) {
        final UnsafeBuffer piece = new UnsafeBuffer(bytes, position, length);
        final int crc = SnapshotInstaller.crc(new java.util.zip.CRC32C(), piece, 0, length);
        peer().encoder.snapChunk(session(), epoch, snapshot.seq(), position, crc, piece, length);
        deliver(effects.lastSession);
    }

    void peerReject(final RejectCode code, final Role role, final long ver) {
        peer().encoder.reject(1, code, role, 0, ver, "");
        deliver(effects.lastSession);
    }

    void peerWelcome(final RegisterConfig cfg, final long epoch, final long commonSeq) {
        peer().encoder.welcome(session(), epoch, cfg, peerLogic, 0, commonSeq, peerJournal.chainAt(commonSeq), 0);
        deliver(effects.lastSession);
    }

    /** The peer, active, would first send a snapshot. */
    void peerWelcome(final RegisterConfig cfg, final Snapshot snapshot) {
        peer().encoder
                .welcome(session(), cfg.epoch(), cfg, peerLogic, 0, snapshot.seq(), snapshot.chain(), snapshot.seq());
        deliver(effects.lastSession);
    }

    /** A run of node-b's journal; an empty one if {@code lastSeq} is before {@code firstSeq}. */
    void peerAppend(final long epoch, final long firstSeq, final long lastSeq, final long commit, final long probe) {
        peerAppend(epoch, firstSeq, commit, probe, peerJournal.run(firstSeq, Math.max(firstSeq - 1, lastSeq)));
    }

    void peerAppend(
            final long epoch, final long firstSeq, final long commit, final long probe, final UnsafeBuffer records) {
        FrameEncoder.identify(header.origin, config("node-b", peerIncarnation), peerLid);
        header.origin.epoch = epoch;
        header.origin.sessionId = 77;
        header.set(firstSeq, commit, probe);
        core.onAppend(effects.lastSession, header, records, 0, records.capacity());
    }

    /** Follows node-b in the given epoch from a common seq, promise durable. */
    CoreHarness follow(final RegisterConfig cfg, final long commonSeq) {
        core.onRegisterRead(cfg);
        tick(1);
        core.onConnected(effects.lastSession, "node-b", true);
        peerWelcome(cfg, cfg.epoch(), commonSeq);
        metaDurable();
        effects.take();
        return this;
    }

    /** The next frame that node-b says has its last byte flipped. */
    void damageNextFrame() {
        damaging = true;
    }

    private void deliver(final long session) {
        if (damaging) {
            final int last = peer().length - 1;
            peer().frame.putByte(last, (byte) ~peer().frame.getByte(last));
            damaging = false;
        }
        core.onFrame(session, peer().frame, 0, peer().length);
    }

    private static final class Peer {
        private final Id128 lid;
        private final long incarnation;
        private final FrameEncoder encoder;
        private final UnsafeBuffer frame = new UnsafeBuffer(new byte[ReplicaCore.FRAME_LENGTH_MAX]);
        private int length;

        Peer(final CoreConfig config, final Id128 lid) {
            this.lid = lid;
            incarnation = config.incarnation();
            encoder = new FrameEncoder(config, lid, new Capture(this));
        }

        UnsafeBuffer copy() {
            final byte[] bytes = new byte[length];
            frame.getBytes(0, bytes);
            return new UnsafeBuffer(bytes);
        }
    }

    /** Keeps the last frame that the peer's encoder wrote. */
    private record Capture(Peer peer) implements Effects {
        @Override
        public boolean send(final long session, final DirectBuffer buffer, final int offset, final int length) {
            peer.frame.putBytes(0, buffer, offset, length);
            peer.length = length;
            return true;
        }

        @Override
        public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
            throw new AssertionError();
        }

        @Override
        public void append(final DirectBuffer records, final int offset, final int length) {
            throw new AssertionError();
        }

        @Override
        public void cutTo(final long seq) {
            throw new AssertionError();
        }

        @Override
        public void appendEpochStart(
                final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
            throw new AssertionError();
        }

        @Override
        public void appendLogicVersion(final long epoch, final int logicVersion) {
            throw new AssertionError();
        }

        @Override
        public void appendOperator(final long epoch, final OperatorCommand command) {
            throw new AssertionError();
        }

        @Override
        public void persistMeta(final NodeMeta meta, final long token) {
            throw new AssertionError();
        }

        @Override
        public void requestForce() {
            throw new AssertionError();
        }

        @Override
        public void readRegister() {
            throw new AssertionError();
        }

        @Override
        public void cas(final RegisterConfig config) {
            throw new AssertionError();
        }

        @Override
        public long connect(final String node) {
            throw new AssertionError();
        }

        @Override
        public void close(final long session) {
            throw new AssertionError();
        }

        @Override
        public void roleChanged(final Role role, final long epoch, final long fromSeq) {
            throw new AssertionError();
        }

        @Override
        public void halt(final HaltReason reason, final String text) {
            throw new AssertionError();
        }

        @Override
        public void alarm(final AlarmKind kind, final String text) {
            throw new AssertionError();
        }
    }
}
