// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.ControlBodies;
import io.partita.replication.protocol.AlarmKind;
import io.partita.replication.protocol.AppendHeader;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.Effects;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.Lineage;
import io.partita.replication.protocol.LinkLoss;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.Policy;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Zoo;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** One life of a node: a {@link ReplicaCore}, its driver, and a {@link SimEngine}. What it does is observed for the coverage. */
final class SimProcess implements Effects, SimRegister.Client {
    private static final long TICK_NS = 8_000_000;
    private static final long META_RETRY_NS = 100_000_000;

    /** The process dies here, in the middle of whatever it does. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record PendingMeta(NodeMeta meta, long token) {}

    final SimNode node;
    private final Simulator simulator;
    private final SimDisk disk;
    private final SplittableRandom timing;
    private final SplittableRandom storage;
    private final ReplicaCore core;
    private final SimEngine engine;
    private final Observer observer;
    private final ArrayDeque<PendingMeta> metas = new ArrayDeque<>();
    private boolean alive = true;
    private boolean forcing;
    private boolean forceAgain;
    private long pausedUntilNs;
    private int effectsUntilKill = -1;
    private final long bootSeq;
    private long stored;

    private SimProcess(final SimNode node, final NodeMeta meta) {
        this.node = node;
        simulator = node.simulator;
        disk = node.disk;
        bootSeq = disk.lastSeq();
        timing = simulator.draws("node." + node.index + ".timing." + node.nextIdentity());
        storage = simulator.draws("node." + node.index + ".storage." + node.nextIdentity());
        final FaultPlan plan = simulator.plan;
        final int minInSync = (int) Math.min(plan.get(Parameter.MIN_IN_SYNC), plan.get(Parameter.NODES));
        final CoreConfig config = new CoreConfig(
                        simulator.clusterId, node.id, simulator.nodeEntries, node.nextIdentity() | 1)
                .bootstrap(true)
                .policy(Policy.of((int) plan.get(Parameter.POLICY)), minInSync)
                .durability(Durability.of((int) plan.get(Parameter.DURABILITY)))
                .stableMaxNs(4_000_000_000L)
                .protos(1, node.release().protoMax)
                .logicVersions(1, node.release().logicMax)
                .spaceLowBytes(1)
                .snapshotRecords(plan.get(Parameter.SNAPSHOT_RECORDS))
                .historyRecords(plan.get(Parameter.HISTORY_RECORDS));
        core = Zoo.core(config, meta, disk, new SimStorage(this), this, simulator.bug);
        engine = new SimEngine(this);
        observer = new Observer(this);
        core.onLogicVersion(engine.ledger().logicVersion());
    }

    /** Reads the disk and decides who the node is (R2); null if it does not start. */
    static @Nullable SimProcess boot(final SimNode node) {
        final Simulator simulator = node.simulator;
        if (node.disk.isDamagedBeyondSnapshot() && !simulator.checkers.isHeldWithout(node)) {
            node.out(HaltReason.DAMAGED); // R39: alone; what follows the damage is nowhere else, and an operator has to
            // come.
            return null;
        }
        final boolean damaged = node.takeDamageFound();
        final NodeMeta stored = node.disk.meta;
        try {
            final NodeMeta meta = Lineage.atBoot(
                    stored,
                    simulator.clusterId,
                    node.id,
                    simulator.bug == Zoo.Bug.PC_NO_REGEN ? "boot" : node.disk.bootId(),
                    node.disk.lastSeq(),
                    damaged,
                    false,
                    new Id128(node.nextIdentity(), node.nextIdentity()));
            node.disk.meta = meta;
            Observer.booted(node, stored, meta, damaged);
            return new SimProcess(node, meta);
        } catch (final PartitaException e) {
            simulator.trace(node.id + " does not start: " + e.getMessage());
            if (e.code() == ErrorCode.UNKNOWN_FORMAT) {
                node.install(Release.NEXT); // Of a snapshot that this release cannot read.
            } else {
                node.out(stored == null ? HaltReason.NONE : stored.halted());
            }
            return null;
        }
    }

    void start() {
        step(() -> core.start(node.monotonicNs(), node.wallNs()));
        scheduleTick();
    }

    private void scheduleTick() {
        simulator.scheduler.after(TICK_NS + timing.nextLong(TICK_NS / 4), () -> {
            if (alive) {
                step(() -> {});
                scheduleTick();
            }
        });
    }

    // ---------------------------------------------------------------------------------------------- life

    boolean isAlive() {
        return alive;
    }

    boolean isPaused() {
        return alive && simulator.scheduler.nowNs() < pausedUntilNs;
    }

    void pause(final long durationNs) {
        pausedUntilNs = simulator.scheduler.nowNs() + durationNs;
    }

    void killAtEffect(final int effects) {
        effectsUntilKill = effects;
    }

    ReplicaCore core() {
        return core;
    }

    SimEngine engine() {
        return engine;
    }

    Observer observer() {
        return observer;
    }

    /** Called by the node. */
    void die(final boolean host, final SplittableRandom random) {
        alive = false;
        final int written = random.nextInt(metas.size() + 1);
        for (int i = 0; i < written; i++) {
            disk.meta = metas.poll().meta();
        }
        if (simulator.bug == Zoo.Bug.ACK_BEFORE_STORED && core.role() == Role.PASSIVE) {
            disk.cutTo(Math.max(stored, bootSeq));
        }
        engine.close();
        simulator.network.died(this, host, random);
    }

    /** One duty cycle around an event. */
    void step(final Runnable event) {
        if (!alive) {
            return;
        }
        if (isPaused()) {
            simulator.scheduler.after(pausedUntilNs - simulator.scheduler.nowNs(), () -> step(event));
            return;
        }
        try {
            if (core.role() != Role.BOOT) {
                core.onTick(node.monotonicNs(), node.wallNs());
            }
            event.run();
            if (core.role() != Role.HALTED) {
                engine.sequence(core);
                core.flush();
                engine.cycle(core);
                core.flush();
                engine.apply(core);
            }
            observer.afterStep(core);
        } catch (final Killed e) {
            node.kill(false);
        }
        if (alive && core.role() == Role.HALTED) {
            stopHalted();
        }
    }

    /** R38, R39: a fault of storage is cured by a restart under a new lineage; the other reasons need an operator. */
    private void stopHalted() {
        final HaltReason reason = core.haltReason();
        metas.clear();
        disk.meta = core.meta();
        if (reason == HaltReason.DAMAGED && disk.isDamaged() && !simulator.checkers.isHeldWithout(node)) {
            node.out(reason); // R39: alone; an operator has to come.
        } else if (isCuredByRestart(reason)) {
            node.loseLineage();
        } else if (reason == HaltReason.LOGIC) {
            node.install(Release.NEXT); // R35: an operator reads the incident, and does.
        } else {
            node.halt(reason);
        }
        node.kill(false);
    }

    private static boolean isCuredByRestart(final HaltReason reason) {
        return reason == HaltReason.STORAGE_FAULT || reason == HaltReason.DAMAGED;
    }

    // ---------------------------------------------------------------------------------------------- events in

    void onConnected(final SimNetwork.End end, final boolean initiatedByUs) {
        step(() -> core.onConnected(end.session, end.other.id, initiatedByUs));
    }

    void onConnectFailed(final SimNetwork.End end, final LinkLoss reason) {
        step(() -> core.onConnectFailed(end.session, end.other.id, reason));
    }

    void onDisconnected(final SimNetwork.End end, final LinkLoss reason) {
        step(() -> core.onDisconnected(end.session, reason));
    }

    private void onFrame(final SimNetwork.End end, final UnsafeBuffer frame) {
        step(() -> core.onFrame(end.session, frame, 0, frame.capacity()));
    }

    private void onAppend(final SimNetwork.End end, final UnsafeBuffer encoded, final UnsafeBuffer records) {
        step(() -> {
            final AppendHeader header = new AppendHeader();
            if (!header.decode(encoded, 0, encoded.capacity())) {
                throw new Violation("CODEC", "an APPEND header does not decode");
            }
            core.onAppend(end.session, header, records, 0, records.capacity());
        });
    }

    // Of the register.

    @Override
    public String id() {
        return node.index + "";
    }

    @Override
    public boolean reachesRegister() {
        return node.reachesRegister();
    }

    @Override
    public void onRead(final @Nullable RegisterConfig config) {
        step(() -> core.onRegisterRead(config));
    }

    @Override
    public void onReadFailed() {
        step(core::onRegisterReadFailed);
    }

    @Override
    public void onCasOk(final long ver) {
        observer.onCasAnswered();
        step(() -> core.onCasOk(ver));
    }

    @Override
    public void onCasConflict(final @Nullable RegisterConfig config) {
        observer.onCasAnswered();
        step(() -> core.onCasConflict(config));
    }

    @Override
    public void onCasUnknown() {
        observer.onCasAnswered();
        step(core::onCasUnknown);
    }

    // ---------------------------------------------------------------------------------------------- effects

    /** After the disk has had its time, in a cycle of this life. */
    void afterStorage(final Runnable done) {
        simulator.scheduler.after(storageDelay(), () -> step(done));
    }

    /** A bit of a record flips, and is met at once. */
    void damage(final long seq) {
        disk.damage(seq);
        step(() -> core.onDamage(seq, seq));
    }

    void effect() {
        if (effectsUntilKill > 0 && --effectsUntilKill == 0) {
            throw new Killed();
        }
    }

    private static UnsafeBuffer copy(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new UnsafeBuffer(bytes);
    }

    private boolean isLinkFull() {
        return !simulator.isHealing() && timing.nextDouble() < simulator.plan.rate(Parameter.LINK_FULL_PPM);
    }

    @Override
    public boolean send(final long session, final DirectBuffer frame, final int offset, final int length) {
        effect();
        final SimNetwork.End end = simulator.network.find(this, session);
        if (end == null || isLinkFull()) {
            return false;
        }
        final UnsafeBuffer copy = copy(frame, offset, length);
        final boolean greeting = observer.onSend(core, copy);
        if (greeting && node.takeMisconfiguration(copy)) {
            simulator.trace(node.id + " greets as misconfigured");
        }
        simulator.network.send(end, at -> at.process.onFrame(at, copy), length, greeting);
        return true;
    }

    @Override
    public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
        effect();
        final SimNetwork.End end = simulator.network.find(this, session);
        if (end == null) {
            return -1;
        }
        final long firstSeq = header.firstSeq();
        if (isLinkFull()
                || (lastSeq >= firstSeq && disk.tail(firstSeq, firstSeq).capacity() == 0)) {
            return firstSeq - 1; // Full, or its next record is damaged.
        }
        final long run = timing.nextInt(8) == 0 ? 1 : 1 + timing.nextInt(20);
        final long last = disk.wholeTo(firstSeq, Math.min(lastSeq, firstSeq + run - 1));
        header.lastSeq(last);
        final UnsafeBuffer encoded = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);
        header.encode(encoded, 0);
        if (simulator.plan.get(Parameter.TAILING) != 0) {
            simulator.network.send(
                    end, at -> at.process.onAppend(at, encoded, disk.tail(firstSeq, last)), encoded.capacity(), false);
        } else {
            final UnsafeBuffer records = disk.tail(firstSeq, last);
            simulator.network.send(
                    end,
                    at -> at.process.onAppend(at, encoded, maybeDamaged(records)),
                    encoded.capacity() + records.capacity(),
                    false);
        }
        return last;
    }

    private UnsafeBuffer maybeDamaged(final UnsafeBuffer records) {
        final double rate = simulator.isHealing() ? 0 : simulator.plan.rate(Parameter.FRAME_DAMAGE_PPM);
        if (rate == 0 || records.capacity() == 0 || timing.nextDouble() >= rate) {
            return records;
        }
        final UnsafeBuffer damaged = copy(records, 0, records.capacity());
        final int at = timing.nextInt(damaged.capacity());
        damaged.putByte(at, (byte) (damaged.getByte(at) ^ 1 << timing.nextInt(8)));
        return damaged;
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
        if (simulator.bug == Zoo.Bug.ACK_BEFORE_STORED) {
            final long seq = disk.lastSeq();
            simulator.scheduler.after(3_000_000, () -> stored = Math.max(stored, seq));
        }
        simulator.coverage.hit("R7");
    }

    @Override
    public void cutTo(final long seq) {
        effect();
        if (seq < engine.applied()) {
            throw new Violation("CUT", node.id + " cuts to seq=" + seq + " below applied=" + engine.applied());
        }
        simulator.coverage.hit("R8");
        disk.cutTo(seq);
    }

    @Override
    public void appendEpochStart(
            final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
        effect();
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.EPOCH_START_LENGTH]);
        ControlBodies.encodeEpochStart(
                body, 0, new ControlBodies.EpochStart(node.id, startSeq, previousChain, logicVersion));
        final long seq = engine.appendControl(RecordType.EPOCH_START, epoch, body);
        if (seq != startSeq) {
            throw new Violation("EPOCH_START", "seq=" + seq + " startSeq=" + startSeq);
        }
    }

    @Override
    public void appendLogicVersion(final long epoch, final int logicVersion) {
        effect();
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.LOGIC_VERSION_LENGTH]);
        ControlBodies.encodeLogicVersion(body, 0, logicVersion);
        engine.appendControl(RecordType.LOGIC_VERSION, epoch, body);
    }

    @Override
    public void appendOperator(final long epoch, final OperatorCommand command) {
        effect();
        final UnsafeBuffer body = new UnsafeBuffer(new byte[ControlBodies.OPERATOR_LENGTH]);
        ControlBodies.encodeOperator(body, 0, command);
        engine.appendControl(RecordType.OPERATOR, epoch, body);
    }

    @Override
    public void persistMeta(final NodeMeta meta, final long token) {
        effect();
        observer.onMeta(core, meta);
        // Through the codec, as in real life.
        metas.add(new PendingMeta(NodeMeta.decode(meta.encode()), token));
        simulator.scheduler.after(storageDelay(), this::writeMeta);
    }

    /** On a full disk it is tried again until there is room (R38); now and then there still is. */
    private void writeMeta() {
        if (alive && disk.freeBytes() == 0 && storage.nextInt(4) != 0) {
            simulator.coverage.hit("META without room");
            simulator.scheduler.after(META_RETRY_NS, this::writeMeta);
            return;
        }
        PendingMeta written = metas.poll();
        if (!alive || written == null) {
            return;
        }
        while (storage.nextBoolean() && !metas.isEmpty()) {
            written = metas.poll();
        }
        disk.meta = written.meta();
        final long durable = written.token();
        step(() -> core.onMetaDurable(durable));
    }

    private long storageDelay() {
        return disk.timeOfForce(500_000 + storage.nextLong(simulator.plan.get(Parameter.FORCE_US) * 1_000));
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
        final long target = disk.lastSeq();
        final long chain = disk.lastChain();
        simulator.scheduler.after(storageDelay(), () -> {
            if (!alive) {
                return;
            }
            if (disk.takeForceFailure() && simulator.budget.mayLose(node)) {
                step(() -> core.onStorageFault(HaltReason.STORAGE_FAULT, "EIO"));
                return;
            }
            if (target <= disk.lastSeq() && disk.historyChain(target) == chain) {
                disk.forcedTo(target);
            }
            forcing = false;
            if (forceAgain) {
                force();
            }
            step(() -> {});
        });
    }

    @Override
    public void readRegister() {
        effect();
        simulator.register.read(this);
    }

    @Override
    public void cas(final RegisterConfig config) {
        simulator.trace(node.id + " cas ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active()
                + " members=" + config.inSync().size() + " startSeq=" + config.startSeq());
        effect();
        observer.onCas(core, config);
        simulator.register.cas(this, config);
    }

    @Override
    public long connect(final String peer) {
        effect();
        return simulator.network.connect(this, simulator.node(peer));
    }

    @Override
    public void close(final long session) {
        effect();
        simulator.network.close(this, session);
    }

    @Override
    public void roleChanged(final Role role, final long epoch, final long fromSeq) {
        simulator.trace(node.id + " " + role + " epoch=" + epoch + " fromSeq=" + fromSeq);
        simulator.coverage.hit(role == Role.ACTIVE ? "R17" : "R26");
        if (role == Role.PASSIVE) {
            engine.failWaiting();
        }
    }

    @Override
    public void halt(final HaltReason reason, final String text) {
        simulator.trace(node.id + " halts " + reason + " " + text);
        simulator.coverage.hit("HALT " + reason);
        final boolean tooOld = reason == HaltReason.LOGIC && node.release() != Release.NEXT;
        if (simulator.plan.suite() == Suite.SAFETY && !isCuredByRestart(reason) && !tooOld) {
            throw new Violation("HALT", node.id + " " + reason + ": " + text);
        }
    }

    @Override
    public void alarm(final AlarmKind kind, final String text) {
        simulator.trace(node.id + " alarm " + kind + " " + text);
        observer.onAlarm(kind);
        final boolean expected = switch (kind) {
            case CORRUPT_RECORDS -> simulator.plan.get(Parameter.FRAME_DAMAGE_PPM) > 0;
            case DIGEST_MISMATCH -> simulator.plan.suite() == Suite.OUTSIDE || simulator.checkers.isLossAccepted();
            case CLONE -> simulator.plan.suite() == Suite.OUTSIDE;
            default -> true;
        };
        if (!expected) {
            throw new Violation("ALARM", node.id + " " + kind + ": " + text);
        }
    }
}
