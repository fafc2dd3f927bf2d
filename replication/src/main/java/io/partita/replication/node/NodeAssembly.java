// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.client.ResultListener;
import io.partita.ledger.engine.EngineAgent;
import io.partita.ledger.engine.EngineConfig;
import io.partita.ledger.engine.EngineContext;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.engine.WakeableIdle;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.failover.TakeOver;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.NodeClass;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.register.RegisterFactory;
import io.partita.replication.register.RegisterWorker;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.PeerTransport;
import io.partita.replication.transport.netty.ClientListener;
import io.partita.replication.transport.netty.TcpConfig;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.agrona.CloseHelper;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * Wires a node and owns its parts; they are closed, last first, by whichever thread ends the engine. The order of a start: lock
 * the folder (R1), settle the lineage and open the journal (R2), then talk to register, peers and clients.
 */
final class NodeAssembly {
    private static final int LOCAL_CLIENT_BATCHES = 64;
    private static final long REGISTER_POLL_MS = 1_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final long DEPARTURE_PARK_NS = 50_000;

    private final Deque<AutoCloseable> parts;
    private final boolean useInvoker;
    private final WakeableIdle idle = new WakeableIdle();
    private final Wakeup wakeup = new Wakeup(idle);
    private final String nodeId;
    private final ErrorHandler errorHandler;
    private final NodeEvents events;
    private final StatusPublisher status;
    private final ReplicationDriver driver;
    private final EngineAgent engine;
    private final ClientListener listener;
    private final AtomicBoolean isClosing = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable ReplicationDriver startedDriver;
    private volatile boolean isAbandoned;
    private boolean isEndAsked;
    private @Nullable AgentRunner runner;

    private NodeAssembly(final NodeContext.Settings settings, final Deque<AutoCloseable> parts) {
        this.parts = parts;
        nodeId = settings.self().id();
        useInvoker = settings.engine().useInvoker();
        final CoreConfig coreConfig = coreConfig(settings).conclude(); // before anything is touched
        final DataFolder folder = opened(DataFolder.open(settings.directory(), settings.clusterId()));
        final EpochNanoClock wallClock = settings.engine().epochNanoClock();
        final LedgerCounters counters =
                LedgerCounters.create(folder.path(), settings.clusterId(), wallClock.nanoTime() / NS_PER_MS);
        final IncidentLog incidents = IncidentLog.create(
                folder.path(),
                settings.clusterId(),
                () -> wallClock.nanoTime() / NS_PER_MS,
                counters.get(CounterType.INCIDENTS));
        events = new NodeEvents(nodeId, incidents, settings.roleListener());
        errorHandler = error -> {
            counters.get(CounterType.ERRORS).increment();
            events.onError(error);
            final ErrorHandler user = settings.errorHandler();
            if (user != null) {
                user.onError(error);
            }
        };
        final NodeSecurity security = opened(NodeSecurity.open(settings, counters, incidents, threads("tls")));
        final MetaFile metaFile = new MetaFile(folder.path());
        final NodeBoot boot = NodeBoot.boot(new NodeBoot.Parts(
                settings.clusterId(),
                nodeId,
                folder,
                metaFile,
                settings.engine().segmentLength(),
                settings.engine().newLineage(),
                incidents,
                threads("journal"),
                this::onStorageError,
                wakeup));
        final ChronicleJournal journal = boot.journal();
        parts.push(() -> closeJournal(journal, boot.meta(), metaFile));
        parts.push(this::closeReaders);
        final NodeStorage storage = NodeStorage.open(new NodeStorage.Parts(
                settings.clusterId(),
                folder,
                journal,
                settings.engine().snapshotPolicy(),
                settings.engine().userLogics(),
                coreConfig.logicVersionMax(),
                this::threads,
                wakeup,
                errorHandler));
        parts.push(storage::closeState);
        parts.push(storage);
        final BlockingWorker metaWorker = opened(new BlockingWorker(threads("meta"), wakeup, this::onStorageError));
        final RegisterFactory registers = settings.register().factory();
        if (settings.engine().newLineage()) {
            registers.forget(folder.path());
        }
        final RegisterWorker register = opened(new RegisterWorker(
                registers.open(settings.clusterId(), folder.path()), REGISTER_POLL_MS, threads("register"), wakeup));
        final PeerTransport transport =
                opened(Links.open(settings, folder.journal(), security.credentials(), threads("peers"), wakeup));
        status = new StatusPublisher(nodeId, journal, counters);
        driver = new ReplicationDriver(
                coreConfig,
                boot.meta(),
                new CoreEffects.Parts(
                        nodeId, journal, transport, register, metaFile, metaWorker, events, storage.journalRepair()),
                new StorageCare(
                        journal,
                        folder.path(),
                        settings.engine().scrubBytesPerSecond(),
                        counters.get(CounterType.FREE_BYTES)::setRelease,
                        metaWorker),
                storage,
                status,
                wakeup,
                wallClock);
        startedDriver = driver;
        final EngineConfig bounds = EngineConfig.defaults();
        engine = new EngineAgent(new EngineContext(
                new EngineConfig(
                        settings.engine().windowBatches(),
                        bounds.windowBytes(),
                        bounds.frameLengthMax(),
                        bounds.closeTimeoutNs(),
                        bounds.clockJumpMaxNs()),
                journal,
                storage.stateMachine(),
                driver,
                counters,
                incidents,
                SystemNanoClock.INSTANCE,
                wallClock,
                idle::wake,
                this::onHalt));
        idle.workCheck(engine::hasWork);
        idle.parking(timeoutNs -> await(transport, timeoutNs), transport::wake);
        status.engine(engine);
        driver.start(engine, SystemNanoClock.INSTANCE.nanoTime());
        final Rehearsal rehearsal = new Rehearsal();
        rehearsal.run(new ClientFront(1, status, driver.operators(), incidents, wakeup, rehearsal, AccessTable.open()));
        final ClientFront front = new ClientFront(
                settings.engine().sessionWindow(),
                status,
                driver.operators(),
                incidents,
                wakeup,
                engine.intake(),
                security.access());
        listener = new ClientListener(
                new TcpConfig(settings.clusterId(), nodeId)
                        .bindAddress(settings.self().clients())
                        .tls(security.credentials())
                        .bindRisk(settings.links().bindRisk())
                        .linksMax(settings.links().clientSessionsMax())
                        .windowRequests(settings.engine().sessionWindow())
                        .threadFactory(threads("clients")),
                front,
                new NodeStatus(nodeId, false, 0, ""));
        parts.push(listener);
        driver.replies(listener::flush);
        status.clients(listener::status);
        parts.push(this::closeEngine);
    }

    /** What fails in the links while the engine waits halts the node at its next cycle, as it does within one. */
    private void await(final PeerTransport transport, final long timeoutNs) {
        try {
            transport.await(timeoutNs);
        } catch (final Throwable error) {
            driver.failed(
                    error instanceof PartitaException
                            ? error
                            : new PartitaException(
                                    ErrorCode.INTERNAL,
                                    "the links to the peers failed: " + error,
                                    "keep the data folder and report the incident log",
                                    error));
        }
    }

    static NodeAssembly launch(final NodeContext.Settings settings) {
        final Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            final NodeAssembly node = new NodeAssembly(settings, parts);
            node.start();
            return node;
        } catch (final Throwable error) {
            closeParts(parts, ignored -> {});
            throw error;
        }
    }

    private <T extends AutoCloseable> T opened(final T part) {
        parts.push(part);
        return part;
    }

    /** Daemons, named after the node and what they do. */
    private ThreadFactory threads(final String role) {
        final String name = "partita-" + nodeId + "-" + role;
        return task -> {
            final Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    static CoreConfig coreConfig(final NodeContext.Settings settings) {
        final List<RegisterConfig.NodeEntry> nodes = new ArrayList<>();
        for (final NodeContext.Member member : settings.members()) {
            nodes.add(new RegisterConfig.NodeEntry(
                    member.id(),
                    member.peers().getHostString() + ":" + member.peers().getPort(),
                    NodeClass.VOTER,
                    nodes.size()));
        }
        final NodeContext.RegisterSettings register = settings.register();
        final CoreConfig config = new CoreConfig(
                        settings.clusterId(), settings.self().id(), nodes, Identity.incarnation())
                .bootstrap(register.bootstrap())
                .policy(register.policy(), register.minInSync())
                .durability(register.durability());
        final SnapshotPolicy snapshots = settings.engine().snapshotPolicy();
        config.snapshotRecords(snapshots.everyRecords()).historyRecords(snapshots.keepRecords());
        settings.timers().accept(config);
        return config;
    }

    private void start() {
        if (!useInvoker) {
            final AgentRunner newRunner = new AgentRunner(idle, errorHandler, null, new EngineAndParts());
            runner = newRunner;
            AgentRunner.startOnThread(newRunner, threads("engine"));
        }
    }

    LedgerClient client(final ResultListener resultListener) {
        return new LedgerClient(engine.intake(), resultListener, LOCAL_CLIENT_BATCHES, Limits.BATCH_COMMANDS_MAX);
    }

    @Nullable
    NodeReport report(final Duration timeout) {
        final ArrayBlockingQueue<NodeReport> answer = new ArrayBlockingQueue<>(1);
        status.request(answer::offer);
        wakeup.run();
        try {
            if (useInvoker && !isClosing.get()) {
                status.poll(driver.core());
            }
            return answer.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /** Has an operator's request done, as the application that runs the node; null if there is no answer in time. */
    @Nullable
    OperatorReply operate(final OperatorRequest request, final Duration timeout) {
        final ArrayBlockingQueue<OperatorReply> answer = new ArrayBlockingQueue<>(1);
        driver.operators().submit(OperatorRequests.APPLICATION, request, answer::offer);
        wakeup.run();
        final long deadlineNs = System.nanoTime() + timeout.toNanos();
        try {
            if (!useInvoker) {
                return answer.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
            }
            while (answer.isEmpty() && !isClosing.get() && System.nanoTime() - deadlineNs < 0) {
                if (cycle() == 0) {
                    Thread.sleep(1);
                }
            }
            return answer.poll();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    int doWork() {
        if (!useInvoker) {
            throw new IllegalStateException("doWork() is for the invoker; this node has its own thread");
        }
        return isClosing.get() ? 0 : cycle();
    }

    private int cycle() {
        final int work = engine.doWork();
        return engine.haltReason() == null ? work : work + driver.pollHalted();
    }

    @Nullable
    TakeOver takeOver() {
        return events.takeOver();
    }

    @Nullable
    String closedReason() {
        return engine.intake().closedReason();
    }

    void close() {
        final boolean isFirst = isClosing.compareAndSet(false, true);
        final AgentRunner ownThread = runner;
        if (ownThread == null) {
            if (isFirst) {
                closeAll();
            }
            return; // with the invoker there is one thread: a second call comes from within the first, or after it
        }
        if (Thread.currentThread() == ownThread.thread()) {
            isEndAsked = true; // joining ourselves would wait for ever: the thread ends all after this duty cycle
            return;
        }
        if (isFirst) {
            ownThread.close(0, null);
        }
        awaitClosed();
    }

    /**
     * For tests: ends like a process that is killed, as far as that can be done within one. Nothing is forced, sealed, marked or
     * answered; links break.
     */
    void abandon() {
        isAbandoned = true;
        close();
    }

    private void awaitClosed() {
        boolean isInterrupted = false;
        while (true) {
            try {
                closed.await();
                break;
            } catch (final InterruptedException e) {
                isInterrupted = true; // a half-closed journal helps nobody: the engine's own wait is bounded
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** R29, R30, by duty cycles of the thread that closes. */
    private void depart() {
        final Departure departure = new Departure(driver.core(), System.nanoTime());
        try {
            while (engine.haltReason() == null && !departure.isOver(System.nanoTime())) {
                if (engine.doWork() == 0) {
                    LockSupport.parkNanos(DEPARTURE_PARK_NS);
                }
            }
        } catch (final AgentTerminationException e) {
            return;
        }
    }

    private void closeEngine() {
        depart();
        engine.onClose();
        driver.operators().failAll("closed");
        events.onEnd();
        listener.flush();
    }

    private void closeReaders() {
        driver.closeReaders();
    }

    /**
     * The last write of an orderly stop: everything is forced and nobody is talked to any more. A journal that could not be
     * closed may not be on disk, so its node gets no clean mark. A start that failed before it talked to anybody gets one: it
     * acknowledged nothing.
     */
    private void closeJournal(final Journal journal, final NodeMeta booted, final MetaFile metaFile) {
        journal.close();
        final ReplicationDriver started = startedDriver;
        if (started == null) {
            metaFile.write(booted.withClean(true));
        } else if (started.isSound()) {
            metaFile.write(started.core().metaForCleanStop());
        }
    }

    private void onHalt(final ErrorCode code, final String reason) {
        events.onHalt(reason);
        driver.onEngineHalt(code, reason);
    }

    /** On the journal's or the meta worker's thread: nothing is acknowledged any more, then the node halts. */
    private void onStorageError(final Throwable error) {
        final ReplicationDriver started = startedDriver;
        if (started == null) {
            errorHandler.onError(error);
        } else {
            started.failed(error);
        }
    }

    private void closeAll() {
        try {
            if (isAbandoned) {
                while (parts.size() > 0) {
                    final AutoCloseable part = parts.pop();
                    if (part instanceof PeerTransport
                            || part instanceof ClientListener
                            || part instanceof NodeSecurity
                            || part instanceof DataFolder
                            || part instanceof RegisterWorker
                            || part instanceof NodeStorage
                            || part instanceof BlockingWorker) {
                        CloseHelper.close(errorHandler, part);
                    }
                }
            } else {
                closeParts(parts, errorHandler);
            }
        } finally {
            closed.countDown();
        }
    }

    private static void closeParts(final Deque<AutoCloseable> parts, final ErrorHandler errors) {
        while (!parts.isEmpty()) {
            CloseHelper.close(errors, parts.pop());
        }
    }

    /** The engine's agent, which takes all other parts with it when it ends. */
    private final class EngineAndParts implements Agent {
        @Override
        public String roleName() {
            return "partita-" + nodeId + "-engine";
        }

        @Override
        public int doWork() {
            if (isEndAsked) {
                throw new AgentTerminationException("closed on the engine's own thread");
            }
            return cycle();
        }

        @Override
        public void onClose() {
            closeAll();
        }
    }
}
