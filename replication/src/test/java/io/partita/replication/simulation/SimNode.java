// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.replication.protocol.AlarmKind;
import io.partita.replication.protocol.AppendHeader;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.Effects;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.Lineage;
import io.partita.replication.protocol.LinkLoss;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Zoo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** One node: a disk that outlives processes, and at times a process with a {@link ReplicaCore} and a toy state machine. */
final class SimNode implements Effects, SimRegister.Client {
    private static final int BODY_LENGTH = 8;
    private static final long TICK_NS = 5_000_000;

    /** The process dies here, in the middle of whatever it does. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record PendingMeta(NodeMeta meta, long token) {}

    private record Request(long id, SimClient client, int attempt) {}

    private record Read(long token, SimClient client, int attempt) {}

    final Simulator simulator;
    final int index;
    final String id;
    final SimDisk disk;
    private final SplittableRandom random;
    private final CRC32C checksum = new CRC32C();
    private int life;
    private boolean up;
    private boolean hostDown;
    private boolean lineageLost;
    private boolean registerCutOff;
    private long pausedUntilNs;
    private int effectsUntilKill = -1;
    private @Nullable ReplicaCore core;

    private final ArrayDeque<PendingMeta> metas = new ArrayDeque<>();
    private boolean forcing;
    private boolean forceAgain;
    private final ArrayDeque<Request> intake = new ArrayDeque<>();
    private final Map<Long, Request> waiting = new HashMap<>();
    private final List<Read> reads = new ArrayList<>();

    private final Map<Long, Long> state = new HashMap<>();
    private long applied;
    private long digest;
    private long commitSeen;
    private long claimedEpoch;

    SimNode(final Simulator simulator, final int index, final SplittableRandom random) {
        this.simulator = simulator;
        this.index = index;
        this.random = random;
        id = "node-" + (char) ('a' + index);
        disk = new SimDisk(simulator.clusterId);
    }

    // ---------------------------------------------------------------------------------------------- life

    int life() {
        return life;
    }

    boolean isUp(final int ofLife) {
        return up && life == ofLife;
    }

    boolean isUp() {
        return up;
    }

    boolean isHostDown() {
        return hostDown;
    }

    boolean isPaused() {
        return up && simulator.scheduler.nowNs() < pausedUntilNs;
    }

    @Nullable
    ReplicaCore core() {
        return up ? core : null;
    }

    Map<Long, Long> state() {
        return state;
    }

    long digest() {
        return digest;
    }

    long applied() {
        return applied;
    }

    /** The lineage as the next process will have it; null if it will draw a new one. */
    @Nullable
    Id128 effectiveLid() {
        final NodeMeta meta = disk.meta;
        return meta == null || lineageLost ? null : meta.lid();
    }

    boolean isGateMarked() {
        return disk.meta != null && disk.meta.gate();
    }

    void boot() {
        if (up) {
            return;
        }
        final boolean sameLineage = simulator.bug == Zoo.Bug.SAME_LINEAGE_AFTER_REBOOT;
        final NodeMeta meta = Lineage.atBoot(
                disk.meta,
                simulator.clusterId,
                id,
                sameLineage ? "boot" : disk.bootId(),
                disk.lastSeq(),
                false,
                false,
                new Id128(random.nextLong(), random.nextLong()));
        disk.meta = meta;
        hostDown = false;
        lineageLost = false;
        life++;
        up = true;
        pausedUntilNs = 0;
        effectsUntilKill = -1;
        metas.clear();
        forcing = false;
        forceAgain = false;
        intake.clear();
        waiting.clear();
        reads.clear();
        state.clear();
        applied = 0;
        digest = 0;
        commitSeen = 0;
        final CoreConfig config = new CoreConfig(simulator.clusterId, id, simulator.nodeEntries, random.nextLong() | 1)
                .bootstrap(true)
                .policy(simulator.plan.policy(), 2)
                .durability(simulator.plan.durability())
                .stableMaxNs(4_000_000_000L);
        core = Zoo.core(config, meta, disk, this, simulator.bug);
        step(life, () -> core.start(simulator.scheduler.nowNs(), wallNs()));
        scheduleTick(life);
    }

    private void scheduleTick(final int ofLife) {
        simulator.scheduler.after(TICK_NS + random.nextLong(TICK_NS / 4), () -> {
            if (isUp(ofLife)) {
                step(ofLife, () -> {});
                scheduleTick(ofLife);
            }
        });
    }

    void pause(final long durationNs) {
        pausedUntilNs = simulator.scheduler.nowNs() + durationNs;
    }

    void killAtEffect(final int effects) {
        effectsUntilKill = effects;
    }

    void registerCutOff(final boolean value) {
        registerCutOff = value;
    }

    /** The process ends; what it had handed to the disk may or may not be there. */
    void kill(final boolean host) {
        if (!up) {
            return;
        }
        up = false;
        life++;
        final int written = random.nextInt(metas.size() + 1);
        for (int i = 0; i < written; i++) {
            disk.meta = metas.poll().meta();
        }
        metas.clear();
        for (final Request request : waiting.values()) {
            simulator.toClient(() -> request.client().onLost(request.attempt()));
        }
        waiting.clear();
        simulator.network.died(this, host);
        if (host) {
            hostCrash();
        }
        simulator.scheduler.after(restartDelay(host), this::boot);
    }

    private long restartDelay(final boolean host) {
        return host
                ? 500_000_000 + random.nextLong(3_000_000_000L)
                : (random.nextInt(3) == 0 ? 1_000_000 : 50_000_000 + random.nextLong(2_000_000_000L));
    }

    private void hostCrash() {
        hostDown = true;
        lineageLost = !isGateMarked();
        disk.loseTail(random);
        simulator.checkers.onLoss(this);
    }

    void wipe() {
        kill(false);
        disk.wipe();
        simulator.checkers.onLoss(this);
    }

    /** One duty cycle around an event. */
    private void step(final int ofLife, final Runnable event) {
        if (!isUp(ofLife)) {
            return;
        }
        if (isPaused()) {
            simulator.scheduler.after(pausedUntilNs - simulator.scheduler.nowNs(), () -> step(ofLife, event));
            return;
        }
        final ReplicaCore running = core;
        try {
            if (running.role() != Role.BOOT) {
                running.onTick(simulator.scheduler.nowNs(), wallNs());
            }
            event.run();
            sequence(running);
            running.flush();
            apply(running);
            serveReads(running);
            running.flush();
            apply(running);
            observe(running);
        } catch (final Killed e) {
            kill(false);
        }
    }

    private long wallNs() {
        return 1_700_000_000_000_000_000L + simulator.scheduler.nowNs() + index * 50_000_000L;
    }

    private void observe(final ReplicaCore running) {
        simulator.mix(index, running.role().code(), running.epoch(), running.commitSeq(), disk.lastSeq(), applied);
        if (running.role() == Role.ACTIVE && claimedEpoch != running.epoch()) {
            claimedEpoch = running.epoch();
            simulator.checkers.onClaim(this, life, claimedEpoch);
        }
    }

    // ---------------------------------------------------------------------------------------------- engine

    private void sequence(final ReplicaCore running) {
        while (!intake.isEmpty()) {
            final long epoch = running.sequencingEpoch();
            if (epoch == 0) {
                break;
            }
            final Request request = intake.poll();
            if (epoch < 0) {
                final String hint = running.activeHint();
                simulator.toClient(() -> request.client().onRefused(request.attempt(), hint));
                continue;
            }
            final long seq = appendRecord(epoch, RecordType.COMMANDS, request.id());
            waiting.put(seq, request);
        }
        running.onLocalAppend(disk.lastSeq());
    }

    private long appendRecord(final long epoch, final RecordType type, final long body) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(BODY_LENGTH)]);
        record.putLong(RecordDescriptor.HEADER_LENGTH, body);
        final long seq = disk.lastSeq() + 1;
        RecordDescriptor.writeHeader(record, 0, seq, epoch, wallNs(), type, 1, BODY_LENGTH);
        RecordDescriptor.seal(checksum, record, 0, disk.lastChain());
        disk.append(record);
        return seq;
    }

    private void apply(final ReplicaCore running) {
        final long commit = running.commitSeq();
        while (commitSeen < commit) {
            commitSeen++;
            simulator.checkers.onCommit(this, commitSeen, running.role() == Role.ACTIVE);
        }
        int budget = random.nextInt(50) == 0 ? 1 : Integer.MAX_VALUE;
        while (applied < commit && budget-- > 0) {
            applied++;
            final UnsafeBuffer record = disk.record(applied);
            if (RecordDescriptor.type(record, 0) == RecordType.COMMANDS.code()) {
                state.putIfAbsent(record.getLong(RecordDescriptor.HEADER_LENGTH), applied);
            }
            digest = digest * 31 + record.getLong(RecordDescriptor.HEADER_LENGTH);
            running.onApplied(applied, digest);
            final Request request = waiting.remove(applied);
            if (request != null) {
                answer(running, request);
            }
        }
    }

    private void answer(final ReplicaCore running, final Request request) {
        if (!running.mayAnswer()) {
            throw new Violation("ANSWER", id + " answers though it may not");
        }
        final long seq = state.get(request.id());
        simulator.checkers.onAnswered(request.id(), seq);
        simulator.toClient(() -> request.client().onAnswered(request.attempt(), seq));
    }

    private void serveReads(final ReplicaCore running) {
        for (int i = reads.size() - 1; i >= 0; i--) {
            final Read read = reads.get(i);
            final long allowed = running.readAllowed(read.token());
            if (allowed != 0) {
                reads.remove(i);
                final long seen = applied;
                final String hint = running.activeHint();
                simulator.toClient(
                        allowed > 0
                                ? () -> read.client().onRead(read.attempt(), seen)
                                : () -> read.client().onRefused(read.attempt(), hint));
            }
        }
    }

    void onWriteRequest(final long requestId, final SimClient client, final int attempt) {
        final int ofLife = life;
        step(ofLife, () -> intake.add(new Request(requestId, client, attempt)));
    }

    void onReadRequest(final SimClient client, final int attempt) {
        final int ofLife = life;
        step(ofLife, () -> {
            final long token = core.readToken();
            if (token < 0) {
                if (token != Outcome.NOT_ACTIVE) {
                    throw new Violation("OUTCOME", "token=" + token);
                }
                final String hint = core.activeHint();
                simulator.toClient(() -> client.onRefused(attempt, hint));
            } else {
                reads.add(new Read(token, client, attempt));
            }
        });
    }

    // ---------------------------------------------------------------------------------------------- events in

    void onConnected(final SimNetwork.End end, final boolean initiatedByUs) {
        step(end.life, () -> core.onConnected(end.session, end.other.id, initiatedByUs));
    }

    void onConnectFailed(final SimNetwork.End end, final LinkLoss reason) {
        step(end.life, () -> core.onConnectFailed(end.session, end.other.id, reason));
    }

    void onDisconnected(final SimNetwork.End end, final LinkLoss reason) {
        step(end.life, () -> core.onDisconnected(end.session, reason));
    }

    @Override
    public boolean reachesRegister() {
        return !registerCutOff;
    }

    // The register answers whoever asked in the life that asked; see readRegister and cas.

    @Override
    public void onRead(final @Nullable RegisterConfig config) {
        core.onRegisterRead(config);
    }

    @Override
    public void onReadFailed() {
        core.onRegisterReadFailed();
    }

    @Override
    public void onCasOk(final long ver) {
        core.onCasOk(ver);
    }

    @Override
    public void onCasConflict(final @Nullable RegisterConfig config) {
        core.onCasConflict(config);
    }

    @Override
    public void onCasUnknown() {
        core.onCasUnknown();
    }

    /** Answers of the register for one life of the node. */
    private final class RegisterClient implements SimRegister.Client {
        private final int ofLife = life;

        @Override
        public boolean reachesRegister() {
            return SimNode.this.reachesRegister();
        }

        @Override
        public void onRead(final @Nullable RegisterConfig config) {
            step(ofLife, () -> SimNode.this.onRead(config));
        }

        @Override
        public void onReadFailed() {
            step(ofLife, SimNode.this::onReadFailed);
        }

        @Override
        public void onCasOk(final long ver) {
            step(ofLife, () -> SimNode.this.onCasOk(ver));
        }

        @Override
        public void onCasConflict(final @Nullable RegisterConfig config) {
            step(ofLife, () -> SimNode.this.onCasConflict(config));
        }

        @Override
        public void onCasUnknown() {
            step(ofLife, SimNode.this::onCasUnknown);
        }
    }

    // ---------------------------------------------------------------------------------------------- effects

    private void effect() {
        if (effectsUntilKill > 0 && --effectsUntilKill == 0) {
            throw new Killed();
        }
    }

    @Override
    public boolean send(final long session, final DirectBuffer frame, final int offset, final int length) {
        effect();
        final SimNetwork.End end = simulator.network.find(this, session);
        if (end == null || !end.open || end.peer == null || random.nextDouble() < simulator.linkFullRate()) {
            return false;
        }
        final UnsafeBuffer copy = copy(frame, offset, length);
        final SimNetwork.End far = end.peer;
        simulator.network.enqueue(
                end, far, () -> far.node.step(far.life, () -> far.node.core.onFrame(far.session, copy, 0, length)));
        return true;
    }

    private static UnsafeBuffer copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new UnsafeBuffer(bytes);
    }

    @Override
    public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
        effect();
        final SimNetwork.End end = simulator.network.find(this, session);
        if (end == null || !end.open || end.peer == null) {
            return -1;
        }
        final long firstSeq = header.firstSeq();
        if (random.nextDouble() < simulator.linkFullRate()) {
            return firstSeq - 1;
        }
        final long run = random.nextInt(8) == 0 ? 1 : 1 + random.nextInt(20);
        final long last = Math.min(lastSeq, firstSeq + run - 1);
        header.lastSeq(last);
        final UnsafeBuffer encoded = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);
        header.encode(encoded, 0);
        final SimNetwork.End far = end.peer;
        if (simulator.plan.tailing()) {
            simulator.network.enqueue(end, far, () -> far.node.receive(far, encoded, disk.tail(firstSeq, last)));
        } else {
            final UnsafeBuffer records = disk.tail(firstSeq, last);
            simulator.network.enqueue(end, far, () -> far.node.receive(far, encoded, records));
        }
        return last;
    }

    private void receive(final SimNetwork.End end, final UnsafeBuffer encoded, final UnsafeBuffer records) {
        step(end.life, () -> {
            final AppendHeader header = new AppendHeader();
            if (!header.decode(encoded, 0, encoded.capacity())) {
                throw new Violation("CODEC", "an APPEND header does not decode");
            }
            core.onAppend(end.session, header, records, 0, records.capacity());
        });
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        for (int at = offset; at < offset + length; at += RecordDescriptor.length(records, at)) {
            effect();
            final UnsafeBuffer record = copy(records, at, RecordDescriptor.length(records, at));
            if (RecordDescriptor.seq(record, 0) != disk.lastSeq() + 1
                    || !RecordDescriptor.continuesChain(record, 0, disk.lastChain())) {
                throw new Violation("APPEND", "records do not continue the journal");
            }
            disk.append(record);
        }
    }

    @Override
    public void cutTo(final long seq) {
        effect();
        if (seq < applied) {
            throw new Violation("CUT", id + " cuts to seq=" + seq + " below applied=" + applied);
        }
        disk.cutTo(seq);
    }

    @Override
    public void appendEpochStart(
            final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
        effect();
        final long seq = appendRecord(epoch, RecordType.EPOCH_START, epoch);
        if (seq != startSeq) {
            throw new Violation("EPOCH_START", "seq=" + seq + " startSeq=" + startSeq);
        }
    }

    @Override
    public void persistMeta(final NodeMeta meta, final long token) {
        effect();
        // Through the codec, as in real life.
        metas.add(new PendingMeta(NodeMeta.decode(meta.encode()), token));
        final int ofLife = life;
        simulator.scheduler.after(500_000 + random.nextLong(simulator.plan.forceNs()), () -> {
            if (!isUp(ofLife)) {
                return;
            }
            PendingMeta written = metas.poll();
            if (written == null) {
                return;
            }
            while (random.nextBoolean() && !metas.isEmpty()) {
                written = metas.poll();
            }
            disk.meta = written.meta();
            final long durable = written.token();
            step(ofLife, () -> core.onMetaDurable(durable));
        });
    }

    @Override
    public void requestForce() {
        effect();
        if (forcing) {
            forceAgain = true;
        } else {
            force();
        }
    }

    private void force() {
        forcing = true;
        forceAgain = false;
        final int ofLife = life;
        final long target = disk.lastSeq();
        final long chain = disk.lastChain();
        simulator.scheduler.after(500_000 + random.nextLong(simulator.plan.forceNs()), () -> {
            if (!isUp(ofLife)) {
                return;
            }
            if (target <= disk.lastSeq() && disk.chainAt(target) == chain) {
                disk.forcedTo(target);
            }
            forcing = false;
            if (forceAgain) {
                force();
            }
            step(ofLife, () -> {});
        });
    }

    @Override
    public void readRegister() {
        effect();
        simulator.register.read(new RegisterClient());
    }

    @Override
    public void cas(final RegisterConfig config) {
        simulator.trace(id + " cas ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active()
                + " members=" + config.inSync().size() + " startSeq=" + config.startSeq());
        effect();
        simulator.register.cas(new RegisterClient(), config);
    }

    @Override
    public long connect(final String peer) {
        effect();
        return simulator.network.connect(this, simulator.node(peer));
    }

    @Override
    public void close(final long session) {
        effect();
        final SimNetwork.End end = simulator.network.find(this, session);
        if (end != null) {
            simulator.network.close(end);
        }
    }

    @Override
    public void roleChanged(final Role role, final long epoch, final long fromSeq) {
        simulator.trace(id + " " + role + " epoch=" + epoch + " fromSeq=" + fromSeq);
        if (role == Role.PASSIVE) {
            for (final Request request : waiting.values()) {
                simulator.toClient(() -> request.client().onLost(request.attempt()));
            }
            waiting.clear();
        }
    }

    @Override
    public void halt(final HaltReason reason, final String text) {
        throw new Violation("HALT", id + " " + reason + ": " + text);
    }

    @Override
    public void alarm(final AlarmKind kind, final String text) {
        simulator.trace(id + " alarm " + kind + " " + text);
        if (kind == AlarmKind.DIGEST_MISMATCH || kind == AlarmKind.CORRUPT_RECORDS || kind == AlarmKind.CLONE) {
            throw new Violation("ALARM", id + " " + kind + ": " + text);
        }
    }
}
