// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.engine.ReplicationGate;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.replication.failover.TakeOver;
import io.partita.replication.protocol.AppendHeader;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.LinkLoss;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RegisterConfigCodec;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Snapshot;
import io.partita.replication.register.CasOutcome;
import io.partita.replication.register.RegisterHandler;
import io.partita.replication.register.RegisterValue;
import io.partita.replication.register.RegisterWorker;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.PeerHandler;
import io.partita.replication.transport.PeerTransport;
import java.util.function.IntSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Turns the engine's duty cycle into the protocol's: events in at {@link #poll}, effects out at {@link #flush}. Everything
 * that the protocol is told is told here, on the engine's thread, in the order it happened.
 *
 * <p>The heartbeat needs no thread of its own: the protocol sends it from this duty cycle, whose steps are all short (apply
 * goes on by about a MiB at a time), so a core loop that stands still stops its heartbeats by itself (B6).
 */
final class ReplicationDriver implements ReplicationGate, PeerHandler, RegisterHandler, NodeStorage.Owner {
    private static final int FRAMES_PER_POLL = 64;

    private final ReplicaCore core;
    private final CoreEffects effects;
    private final PeerTransport transport;
    private final RegisterWorker register;
    private final BlockingWorker metaWorker;
    private final StorageCare care;
    private final NodeStorage storage;
    private final JournalRepair repair;
    private final EpochNanoClock epochNanoClock;
    private final NodeEvents events;
    private final StatusPublisher status;
    private final OperatorRequests operators;
    private final AppendHeader header = new AppendHeader();
    private final Wakeup wakeup;
    private IntSupplier replies = () -> 0;
    private int logicVersion;
    /** A committed record that cannot be applied before the journal is repaired; 0 if there is none. */
    private long unreadableSeq;

    private volatile @Nullable Throwable failure;

    ReplicationDriver(
            final CoreConfig config,
            final NodeMeta meta,
            final CoreEffects.Parts parts,
            final StorageCare care,
            final NodeStorage storage,
            final StatusPublisher status,
            final Wakeup wakeup,
            final EpochNanoClock epochNanoClock) {
        this.epochNanoClock = epochNanoClock;
        this.wakeup = wakeup;
        this.status = status;
        operators = new OperatorRequests(status, epochNanoClock);
        transport = parts.transport();
        register = parts.register();
        metaWorker = parts.metaWorker();
        events = parts.events();
        this.care = care;
        this.storage = storage;
        repair = parts.repair();
        effects = new CoreEffects(parts, this::onMetaDurable);
        core = new ReplicaCore(
                config,
                meta,
                new JournalPositions(parts.journal(), care::freeBytes, care::makeRoom, repair::suspect),
                storage,
                effects);
    }

    /** Before the engine's thread starts. */
    void start(final EngineAgent engine, final long nowNs) {
        effects.engine(engine);
        storage.owner(this);
        repair.start(core);
        tellLogicVersion();
        core.start(nowNs, epochNanoClock.nanoTime());
        status.publish(core);
    }

    private void tellLogicVersion() {
        final int version = effects.logicVersion();
        if (version != logicVersion) {
            logicVersion = version;
            core.onLogicVersion(version);
        }
    }

    /** What flushes replies to clients. Before the engine's thread starts. */
    void replies(final IntSupplier flush) {
        replies = flush;
    }

    /** A worker of this node failed: the node halts at its next cycle. Any thread. */
    void failed(final Throwable error) {
        failure = error;
        wakeup.run();
    }

    @Override
    public boolean hasInput() {
        // Asked in any case: it tells same-host peers to ring from now on.
        return transport.hasInput() | wakeup.isSignalled();
    }

    @Override
    public int poll(final long nowNs) {
        wakeup.clear(); // before looking, so that nothing is missed
        checkFailure();
        core.onTick(nowNs, epochNanoClock.nanoTime());
        int work = replies.getAsInt();
        work += transport.poll(this, FRAMES_PER_POLL);
        work += register.poll(this);
        work += metaWorker.drain();
        work += storage.poll();
        work += status.poll(core);
        work += operators.poll(core);
        care.poll(nowNs);
        scrub(nowNs);
        checkHalt();
        return work;
    }

    @Override
    public int flush(final long nowNs) {
        int work = core.flush();
        checkHalt();
        work += effects.submitMeta();
        work += transport.flush();
        status.publish(core);
        return work;
    }

    private void scrub(final long nowNs) {
        if (!repair.isBusy()) {
            final long damagedSeq = care.scrub(nowNs, core.commitSeq());
            if (damagedSeq > 0) {
                repair.suspect(damagedSeq);
            }
        }
    }

    private void checkFailure() {
        final Throwable error = failure;
        if (error instanceof PartitaException known) {
            throw known;
        }
        if (error != null) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "a storage thread failed: " + error,
                    "check the disk, then verify the data folder",
                    error);
        }
    }

    /** Neither halted nor told of a failure that would halt it. */
    boolean isSound() {
        return failure == null && core.role() != Role.HALTED;
    }

    /** A halted node still says that it is halted. */
    int pollHalted() {
        return status.poll(core) + operators.poll(core) + replies.getAsInt();
    }

    /** The protocol stopped the node: the engine stops, too. */
    private void checkHalt() {
        if (effects.haltReason() != HaltReason.NONE) {
            throw new PartitaException(code(effects.haltReason()), effects.haltText(), nextStep(effects.haltReason()));
        }
    }

    @Override
    public long sequencingEpoch() {
        return core.sequencingEpoch();
    }

    @Override
    public long epoch() {
        return core.epoch();
    }

    @Override
    public void onAppended(final long lastSeq) {
        core.onLocalAppend(lastSeq);
    }

    @Override
    public long commitSeq() {
        return core.commitSeq();
    }

    @Override
    public long applicableSeq() {
        if (unreadableSeq != 0 && !repair.holds(unreadableSeq)) {
            unreadableSeq = 0;
        }
        final long commitSeq = core.commitSeq();
        return unreadableSeq == 0 ? commitSeq : Math.min(commitSeq, unreadableSeq - 1);
    }

    @Override
    public void onDamage(final long seq, final PartitaException cause) {
        unreadableSeq = seq;
        repair.suspect(seq, cause);
    }

    @Override
    public boolean mayAnswer() {
        return core.mayAnswer();
    }

    @Override
    public long readAllowed(final long token) {
        return core.readAllowed(token);
    }

    @Override
    public long readToken() {
        return core.readToken();
    }

    @Override
    public long timestampCeiling() {
        return core.timestampCeilingNs();
    }

    @Override
    public void onStorageFull() {
        care.onFull();
    }

    @Override
    public void onApplied(final long seq, final long runningDigest) {
        tellLogicVersion();
        core.onApplied(seq, runningDigest);
    }

    @Override
    public void onSwitched(final Snapshot snapshot, final LedgerStateMachine machine) {
        care.onJournalReplaced();
        unreadableSeq = 0;
        effects.onJournalReplaced(machine);
        tellLogicVersion();
        core.onSnapshotInstalled(snapshot);
        events.onSnapshot(snapshot);
    }

    @Override
    public void onRefused(final String text) {
        core.onSnapshotRefused(text);
    }

    @Override
    public void onConnected(final long session, final String peer, final boolean initiatedByUs) {
        effects.senders().onConnected(session, peer);
        events.onLinked();
        core.onConnected(session, peer, initiatedByUs);
    }

    @Override
    public void onConnectFailed(final long session, final String peer, final DisconnectReason reason) {
        if (reason == DisconnectReason.REFUSED) {
            events.onStep(TakeOver.Step.REFUSED);
        }
        core.onConnectFailed(session, peer, loss(reason));
    }

    @Override
    public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {
        if (isGenuine(session, buffer, offset, length)) {
            core.onFrame(session, buffer, offset, length);
        }
    }

    /** Cuts off who speaks in another node's name. */
    private boolean isGenuine(final long session, final DirectBuffer frame, final int offset, final int length) {
        final boolean isGenuine = effects.senders().isGenuine(session, frame, offset, length);
        if (!isGenuine) {
            events.onImpostor();
            effects.close(session);
            core.onDisconnected(session, LinkLoss.PROTOCOL_VIOLATION);
        }
        return isGenuine;
    }

    @Override
    public void onAppend(
            final long session,
            final DirectBuffer headerBuffer,
            final int headerOffset,
            final int headerLength,
            final DirectBuffer records,
            final int offset,
            final int length) {
        if (!isGenuine(session, headerBuffer, headerOffset, headerLength)) {
            return;
        }
        if (header.decode(headerBuffer, headerOffset, headerLength)) {
            core.onAppend(session, header, records, offset, length);
        } else {
            // Not a header of ours: the protocol judges it as the malformed frame that it is.
            core.onFrame(session, headerBuffer, headerOffset, headerLength);
        }
    }

    @Override
    public void onDisconnected(final long session, final DisconnectReason reason) {
        effects.onSessionEnded(session);
        events.onStep(TakeOver.Step.LINK_LOST);
        core.onDisconnected(session, loss(reason));
    }

    @Override
    public void onRead(final RegisterValue value) {
        events.onRegisterWorks();
        core.onRegisterRead(config(value));
    }

    @Override
    public void onReadFailed(final PartitaException cause) {
        events.onRegisterTrouble(cause);
        core.onRegisterReadFailed();
    }

    @Override
    public void onCas(final CasOutcome outcome) {
        events.onStep(TakeOver.Step.WON);
        if (outcome instanceof CasOutcome.Ok ok) {
            core.onCasOk(ok.version());
        } else if (outcome instanceof CasOutcome.Conflict conflict) {
            core.onCasConflict(config(conflict.current()));
        } else if (outcome instanceof CasOutcome.Unknown unknown) {
            events.onRegisterTrouble(unknown.cause());
            core.onCasUnknown();
        }
    }

    @Override
    public void onFault(final PartitaException cause) {
        throw registerFault(cause);
    }

    /** Damage of the register is no damage of this node's journal: the lineage stays, an operator must look. */
    private static PartitaException registerFault(final PartitaException cause) {
        if (cause.code() == ErrorCode.WRONG_CLUSTER) {
            return cause;
        }
        return new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register must not be used: " + cause.code() + ": " + cause.problem(),
                cause.nextStep(),
                cause);
    }

    private void onMetaDurable(final long token) {
        core.onMetaDurable(token);
    }

    /**
     * The engine has halted, whoever wanted it: nothing is acknowledged from now on, the peer sees the links end, and the
     * reason is written down for the next start (R38, R39).
     */
    void onEngineHalt(final ErrorCode code, final String reason) {
        if (effects.haltReason() == HaltReason.NONE) {
            core.onStorageFault(haltReason(code), reason);
        }
        transport.close();
        effects.persistMeta(core.meta(), Long.MAX_VALUE);
        effects.submitMeta();
        status.publish(core);
    }

    /** After the engine has stopped. */
    void closeReaders() {
        effects.closeReaders();
        care.close();
    }

    ReplicaCore core() {
        return core;
    }

    /** Where operators ask. */
    OperatorRequests operators() {
        return operators;
    }

    private static @Nullable RegisterConfig config(final RegisterValue value) {
        try {
            return value.isAbsent() ? null : RegisterConfigCodec.decode(value.bytes());
        } catch (final PartitaException e) {
            throw registerFault(e);
        }
    }

    private static LinkLoss loss(final DisconnectReason reason) {
        return switch (reason) {
            case EOF -> LinkLoss.EOF;
            case RESET -> LinkLoss.RESET;
            case REFUSED -> LinkLoss.REFUSED;
            case TIMEOUT -> LinkLoss.TIMEOUT;
            case REJECTED -> LinkLoss.REJECTED;
            case PROTOCOL_VIOLATION -> LinkLoss.PROTOCOL_VIOLATION;
        };
    }

    private static HaltReason haltReason(final ErrorCode code) {
        return switch (code) {
            case DAMAGED -> HaltReason.DAMAGED;
            case STORAGE_FAILED -> HaltReason.STORAGE_FAULT;
            case REGISTER_REGRESSION, REGISTER_FAILED -> HaltReason.REGISTER_REGRESSION;
            case WRONG_CLUSTER -> HaltReason.WRONG_CLUSTER;
            case UNKNOWN_FORMAT -> HaltReason.LOGIC; // R35
            default -> HaltReason.INVARIANT;
        };
    }

    private static ErrorCode code(final HaltReason reason) {
        return switch (reason) {
            case STORAGE_FAULT -> ErrorCode.STORAGE_FAILED;
            case DAMAGED, LINEAGE_REGRESSION -> ErrorCode.DAMAGED;
            case COMMITTED_CONFLICT -> ErrorCode.COMMITTED_CONFLICT;
            case DIGEST_MISMATCH -> ErrorCode.DIGEST_MISMATCH;
            case REGISTER_REGRESSION -> ErrorCode.REGISTER_REGRESSION;
            case WRONG_CLUSTER -> ErrorCode.WRONG_CLUSTER;
            case CLONE -> ErrorCode.CLONE;
            case LOGIC -> ErrorCode.UNKNOWN_FORMAT;
            case INVARIANT, NONE -> ErrorCode.INTERNAL;
        };
    }

    private static String nextStep(final HaltReason reason) {
        return switch (reason) {
            case STORAGE_FAULT -> "check the disk, then restart: the node rejoins with a new lineage";
            case DAMAGED ->
                "verify the data folder; mend it from another copy (partita mend), or move it away and start with an empty one,"
                        + " which fills from the other node";
            case LINEAGE_REGRESSION -> "the folder was restored from a backup: start once with a new lineage";
            case COMMITTED_CONFLICT, DIGEST_MISMATCH -> "keep both data folders and report it; do not restart";
            case REGISTER_REGRESSION ->
                "find out whether the configuration names another register, or who restored or replaced it; do not restart"
                        + " before";
            case WRONG_CLUSTER -> "check the cluster id and the register of the configuration";
            case CLONE -> "stop the copy and give it a new data folder";
            case LOGIC -> "use a release that knows the journal's logic version";
            case INVARIANT, NONE -> "keep the data folder and report the incident log";
        };
    }
}
