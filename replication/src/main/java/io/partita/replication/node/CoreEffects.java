// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.ControlBodies;
import io.partita.replication.failover.TakeOver;
import io.partita.replication.protocol.AlarmKind;
import io.partita.replication.protocol.AppendHeader;
import io.partita.replication.protocol.Effects;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RegisterConfigCodec;
import io.partita.replication.protocol.Role;
import io.partita.replication.register.RegisterWorker;
import io.partita.replication.transport.PeerTransport;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Does what the protocol wants done: journal, links, register, meta file. Engine's thread. */
final class CoreEffects implements Effects {
    private static final long META_RETRY_NS = 100_000_000L;

    private final String nodeId;
    private final Journal journal;
    private final PeerTransport transport;
    private final RecordShipper shipper;
    private final RegisterWorker register;
    private final MetaFile metaFile;
    private final BlockingWorker metaWorker;
    private final NodeEvents events;
    private final LongConsumer onMetaDurable;
    private final SenderCheck senders = new SenderCheck();
    private final UnsafeBuffer controlBody = new UnsafeBuffer(new byte[ControlBodies.OPERATOR_LENGTH]);
    private @Nullable EngineAgent engine;
    private @Nullable NodeMeta metaToWrite;
    private long metaToken;
    private HaltReason haltReason = HaltReason.NONE;
    private String haltText = "";

    /** What the node works with. */
    record Parts(
            String nodeId,
            Journal journal,
            PeerTransport transport,
            RegisterWorker register,
            MetaFile metaFile,
            BlockingWorker metaWorker,
            NodeEvents events,
            JournalRepair repair) {}

    CoreEffects(final Parts parts, final LongConsumer onMetaDurable) {
        nodeId = parts.nodeId();
        journal = parts.journal();
        transport = parts.transport();
        shipper = new RecordShipper(journal, transport, parts.repair());
        register = parts.register();
        metaFile = parts.metaFile();
        metaWorker = parts.metaWorker();
        events = parts.events();
        this.onMetaDurable = onMetaDurable;
    }

    /** Before the first event. */
    void engine(final EngineAgent agent) {
        engine = agent;
    }

    /** Of the rules that the state machine follows. */
    int logicVersion() {
        return engine().stateMachine().logicVersion();
    }

    private EngineAgent engine() {
        final EngineAgent agent = engine;
        if (agent == null) {
            throw new IllegalStateException("the engine is not there yet");
        }
        return agent;
    }

    @Override
    public boolean send(final long session, final DirectBuffer frame, final int offset, final int length) {
        return transport.sendFrame(session, frame, offset, length) == PeerTransport.SENT;
    }

    @Override
    public long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
        return shipper.sendAppend(session, header, lastSeq, lengthMax);
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        journal.append(records, offset, length);
    }

    @Override
    public void cutTo(final long seq) {
        shipper.close();
        engine().failPending(Outcome.UNKNOWN);
        events.onCut(journal.lastSeq(), seq);
        journal.cutTo(seq);
    }

    @Override
    public void appendEpochStart(
            final long epoch, final long startSeq, final long previousChain, final int logicVersion) {
        Invariant.check(startSeq == journal.lastSeq() + 1, "EPOCH_START is the first record of its epoch");
        Invariant.check(previousChain == journal.lastChain(), "EPOCH_START continues the journal");
        final int length = ControlBodies.encodeEpochStart(
                controlBody, 0, new ControlBodies.EpochStart(nodeId, startSeq, previousChain, logicVersion));
        events.onStep(TakeOver.Step.OPENED);
        engine().appendControl(RecordType.EPOCH_START, epoch, controlBody, 0, length);
    }

    @Override
    public void appendLogicVersion(final long epoch, final int logicVersion) {
        final int length = ControlBodies.encodeLogicVersion(controlBody, 0, logicVersion);
        engine().appendControl(RecordType.LOGIC_VERSION, epoch, controlBody, 0, length);
    }

    @Override
    public void appendOperator(final long epoch, final OperatorCommand command) {
        final int length = ControlBodies.encodeOperator(controlBody, 0, command);
        engine().appendControl(RecordType.OPERATOR, epoch, controlBody, 0, length);
    }

    /** Only the newest of a duty cycle is written, by {@link #submitMeta}: it says all that the others did. */
    @Override
    public void persistMeta(final NodeMeta meta, final long token) {
        metaToWrite = meta;
        metaToken = token;
    }

    /**
     * Has the meta written, if it changed in this duty cycle.
     *
     * @return 1 if it did, else 0.
     */
    int submitMeta() {
        final NodeMeta meta = metaToWrite;
        if (meta == null) {
            return 0;
        }
        final long token = metaToken;
        metaToWrite = null;
        metaWorker.submit(() -> {
            try {
                metaFile.write(meta);
            } catch (final PartitaException e) {
                if (e.code() != ErrorCode.STORAGE_FULL) {
                    throw e;
                }
                LockSupport.parkNanos(META_RETRY_NS);
                return () -> persistAgain(meta, token);
            }
            return () -> onMetaDurable.accept(token);
        });
        return 1;
    }

    /** A full disk is waited for: nothing that depends on the meta goes on meanwhile. */
    private void persistAgain(final NodeMeta meta, final long token) {
        if (metaToken == token) { // else a newer one was asked for since, which says all that this one did
            metaToWrite = meta;
        }
    }

    @Override
    public void requestForce() {
        journal.requestForce();
    }

    @Override
    public void readRegister() {
        register.requestRead();
    }

    @Override
    public void cas(final RegisterConfig config) {
        events.onCas(config);
        register.requestCas(config.ver() - 1, RegisterConfigCodec.encode(config));
    }

    @Override
    public long connect(final String peer) {
        return transport.connect(peer);
    }

    @Override
    public void close(final long session) {
        onSessionEnded(session);
        transport.disconnect(session);
    }

    @Override
    public void roleChanged(final Role role, final long epoch, final long fromSeq) {
        if (role != Role.ACTIVE) {
            engine().failPending(Outcome.UNKNOWN); // R26
        }
        events.onRole(role, epoch, fromSeq);
    }

    @Override
    public void halt(final HaltReason reason, final String text) {
        haltReason = reason;
        haltText = text;
    }

    @Override
    public void alarm(final AlarmKind kind, final String text) {
        events.onAlarm(kind, text);
    }

    /** Which link is of which node. */
    SenderCheck senders() {
        return senders;
    }

    /** What is kept for a session is not needed any more. */
    void onSessionEnded(final long session) {
        senders.onEnded(session);
        shipper.onSessionEnded(session);
    }

    /** The journal goes on from a snapshot of which this is the state. */
    void onJournalReplaced(final LedgerStateMachine machine) {
        shipper.close();
        engine().restart(machine);
    }

    /** Before the journal is closed. */
    void closeReaders() {
        shipper.close();
    }

    HaltReason haltReason() {
        return haltReason;
    }

    String haltText() {
        return haltText;
    }
}
