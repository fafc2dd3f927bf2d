// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.EngineConfig;
import io.partita.ledger.engine.SingleLogic;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.engine.SystemWallClock;
import io.partita.ledger.engine.WakeableIdle;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.UserLogic;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Ledger}: fluent, and concluded once, by {@link Ledger#launch}. Say where it lives,
 * {@link #directory} or {@link #ephemeral}; the rest has defaults.
 */
public final class LedgerContext {
    private @Nullable Path directory;
    private boolean isEphemeral;
    private Id128 clusterId = new Id128(0, 1);
    private String nodeId = "solo";
    private EngineConfig engineConfig = EngineConfig.defaults();
    private boolean mappedHistory = true;
    private Supplier<? extends @Nullable UserLogic> userLogics = () -> null;
    private SnapshotPolicy snapshotPolicy = SnapshotPolicy.onRequest();
    private Durability durability = Durability.FSYNC;
    private ThreadingMode threadingMode = ThreadingMode.SHARED;
    private long segmentLength = JournalConfig.SEGMENT_LENGTH_DEFAULT;
    private long spaceLowBytes = 64L << 20;
    private long scrubBytesPerSecond = 1 << 20;
    private int clientBatches = 64;
    private int batchCommandsMax = Limits.BATCH_COMMANDS_MAX;
    private IdleStrategy idleStrategy = new WakeableIdle();
    private NanoClock nanoClock = SystemNanoClock.INSTANCE;
    private EpochNanoClock epochNanoClock = new SystemWallClock();
    private Executor asyncExecutor = ForkJoinPool.commonPool();
    private ThreadFactory threadFactory = LedgerContext::daemon;
    private ErrorHandler errorHandler = error -> System.getLogger(Ledger.class.getName())
            .log(System.Logger.Level.ERROR, String.valueOf(error.getMessage()), error);
    private boolean isConcluded;

    /**
     * The data folder: made with mode 0700 if it is not there; one process at a time.
     *
     * @param folder of this ledger alone.
     * @return this.
     */
    public LedgerContext directory(final Path folder) {
        directory = folder;
        return this;
    }

    /**
     * No files at all: the ledger ends with the process. For tests, and as a calculator.
     *
     * @return this.
     */
    public LedgerContext ephemeral() {
        isEphemeral = true;
        return this;
    }

    /**
     * Which ledger the data folder belongs to. A folder of another one is refused.
     *
     * @param id chosen once by the user; 1 if nothing is said.
     * @return this.
     */
    public LedgerContext clusterId(final Id128 id) {
        clusterId = id;
        return this;
    }

    /**
     * The node's name in EPOCH_START records.
     *
     * @param name 1 to 16 of {@code [a-z0-9-]}; {@code solo} if nothing is said.
     * @return this.
     */
    public LedgerContext nodeId(final String name) {
        nodeId = name;
        return this;
    }

    /**
     * Bounds of the engine.
     *
     * @param config window, frame, close and clock bounds.
     * @return this.
     */
    public LedgerContext engine(final EngineConfig config) {
        engineConfig = config;
        return this;
    }

    /**
     * Whether a ledger with a folder keeps the history of transfers in mapped scratch files there, from which the kernel may
     * evict what nobody reads, instead of in memory. They take 192 bytes per transfer and are gone when the process ends.
     *
     * @param isMapped true if nothing is said.
     * @return this.
     */
    public LedgerContext mappedHistory(final boolean isMapped) {
        mappedHistory = isMapped;
        return this;
    }

    /**
     * The user's own logic, applied to USER records in the same deterministic step as the ledger's commands. No snapshot is taken
     * of a ledger with a single object: that needs a second one, see {@link #userLogic(Supplier)}.
     *
     * @param logic used by this ledger alone; none if nothing is said.
     * @return this.
     */
    public LedgerContext userLogic(final UserLogic logic) {
        Objects.requireNonNull(logic, "logic");
        userLogics = new SingleLogic(logic);
        return this;
    }

    /**
     * The user's own logic, as {@link #userLogic(UserLogic)}, for a ledger of which snapshots are taken.
     *
     * @param logics gives a new one at each call: one that has applied nothing and shares nothing with the others. Called on the
     *     launching thread and on the thread that takes snapshots.
     * @return this.
     */
    public LedgerContext userLogic(final Supplier<? extends UserLogic> logics) {
        userLogics = logics;
        return this;
    }

    /**
     * When snapshots are taken, and what is kept of them and of the journal. They live in {@code <directory>/snapshots}; while one is
     * taken it needs the memory of a second state. The next launch starts from the newest one that is whole, whatever the policy.
     *
     * @param policy only when asked, and the journal kept whole, if nothing is said.
     * @return this.
     */
    public LedgerContext snapshots(final SnapshotPolicy policy) {
        snapshotPolicy = policy;
        return this;
    }

    /**
     * How many batches may be in flight in the whole ledger.
     *
     * @param batches 1 or more; 1,024 if nothing is said.
     * @return this.
     */
    public LedgerContext windowBatches(final int batches) {
        final EngineConfig old = engineConfig;
        engineConfig = new EngineConfig(
                batches, old.windowBytes(), old.frameLengthMax(), old.closeTimeoutNs(), old.clockJumpMaxNs());
        return this;
    }

    /**
     * What an answer promises.
     *
     * @param mode {@code FSYNC} if nothing is said.
     * @return this.
     */
    public LedgerContext durability(final Durability mode) {
        durability = mode;
        return this;
    }

    /**
     * Who runs the duty cycle.
     *
     * @param mode {@code SHARED} if nothing is said.
     * @return this.
     */
    public LedgerContext threadingMode(final ThreadingMode mode) {
        threadingMode = mode;
        return this;
    }

    /**
     * Bytes after which the journal starts another segment.
     *
     * @param bytes 64 KiB or more.
     * @return this.
     */
    public LedgerContext segmentLength(final long bytes) {
        segmentLength = bytes;
        return this;
    }

    /**
     * The low water (R38): with less free space on the data folder's disk batches are refused with {@code STORAGE_FULL} and the
     * error handler is told; with half as much again they are taken again. A disk that fills up faster than it is looked at, once a
     * second, refuses by itself: a batch is sequenced only once its space is reserved.
     *
     * @param bytes 0 or more; 64 MiB if nothing is said.
     * @return this.
     */
    public LedgerContext spaceLowBytes(final long bytes) {
        spaceLowBytes = bytes;
        return this;
    }

    /**
     * How fast the ledger reads its committed records again to find damage before they are needed (R39). It does so in pieces of
     * 16 KiB on its own thread, and halts at damage.
     *
     * @param bytes per second, 0 to read nothing again; 1 MiB if nothing is said.
     * @return this.
     */
    public LedgerContext scrubBytesPerSecond(final long bytes) {
        scrubBytesPerSecond = bytes;
        return this;
    }

    /**
     * How many batches each client may have in flight.
     *
     * @param batches 1 or more; 64 if nothing is said.
     * @return this.
     */
    public LedgerContext clientBatches(final int batches) {
        clientBatches = batches;
        return this;
    }

    /**
     * How many commands a client's batch may hold.
     *
     * @param commands 1 to 8,190; that many if nothing is said. Batches take memory only as they are filled.
     * @return this.
     */
    public LedgerContext batchCommandsMax(final int commands) {
        batchCommandsMax = commands;
        return this;
    }

    /**
     * What the ledger's thread does when there is nothing to do.
     *
     * @param strategy yields, then parks ({@link WakeableIdle}) if nothing is said.
     * @return this.
     */
    public LedgerContext idleStrategy(final IdleStrategy strategy) {
        idleStrategy = strategy;
        return this;
    }

    /**
     * Monotonic time.
     *
     * @param clock the system's if nothing is said.
     * @return this.
     */
    public LedgerContext nanoClock(final NanoClock clock) {
        nanoClock = clock;
        return this;
    }

    /**
     * Wall time.
     *
     * @param clock {@link SystemWallClock} if nothing is said.
     * @return this.
     */
    public LedgerContext epochNanoClock(final EpochNanoClock clock) {
        epochNanoClock = clock;
        return this;
    }

    /**
     * Completes the futures of {@link Ledger#async()} and {@link Ledger#snapshot()}.
     *
     * @param executor the common pool if nothing is said.
     * @return this.
     */
    public LedgerContext asyncExecutor(final Executor executor) {
        asyncExecutor = executor;
        return this;
    }

    /**
     * Makes the ledger's threads.
     *
     * @param factory daemon threads if nothing is said.
     * @return this.
     */
    public LedgerContext threadFactory(final ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    /**
     * Is told of what is unexpected, after it was logged as an incident.
     *
     * @param handler the system logger if nothing is said.
     * @return this.
     */
    public LedgerContext errorHandler(final ErrorHandler handler) {
        errorHandler = handler;
        return this;
    }

    /** Checks the settings together. */
    void conclude() {
        if (isConcluded) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION, "the context was used for a launch already", "make a new one");
        }
        if ((directory != null) == isEphemeral) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "directory=" + directory + " ephemeral=" + isEphemeral,
                    "say either directory(path) or ephemeral()");
        }
        if (!nodeId.matches("[a-z0-9-]{1,16}")) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION, "nodeId=" + nodeId, "use 1..16 characters of [a-z0-9-]");
        }
        final boolean isLogicSingle = userLogics instanceof SingleLogic;
        if (snapshotPolicy.everyRecords() > 0 && (isEphemeral || isLogicSingle)) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "snapshots every " + snapshotPolicy.everyRecords() + " records: ephemeral=" + isEphemeral
                            + " single object of the user's own logic=" + isLogicSingle,
                    "give the ledger a directory, and userLogic(...) a supplier of new objects");
        }
        if (spaceLowBytes < 0 || scrubBytesPerSecond < 0) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "spaceLowBytes=" + spaceLowBytes + " scrubBytesPerSecond=" + scrubBytesPerSecond,
                    "set them to 0 or more");
        }
        isConcluded = true;
    }

    @Nullable
    Path directory() {
        return directory;
    }

    Id128 clusterId() {
        return clusterId;
    }

    String nodeId() {
        return nodeId;
    }

    EngineConfig engineConfig() {
        return engineConfig;
    }

    boolean mappedHistory() {
        return mappedHistory;
    }

    Supplier<? extends @Nullable UserLogic> userLogics() {
        return userLogics;
    }

    SnapshotPolicy snapshotPolicy() {
        return snapshotPolicy;
    }

    Durability durability() {
        return durability;
    }

    ThreadingMode threadingMode() {
        return threadingMode;
    }

    long segmentLength() {
        return segmentLength;
    }

    long spaceLowBytes() {
        return spaceLowBytes;
    }

    long scrubBytesPerSecond() {
        return scrubBytesPerSecond;
    }

    int clientBatches() {
        return clientBatches;
    }

    int batchCommandsMax() {
        return batchCommandsMax;
    }

    IdleStrategy idleStrategy() {
        return idleStrategy;
    }

    NanoClock nanoClock() {
        return nanoClock;
    }

    EpochNanoClock epochNanoClock() {
        return epochNanoClock;
    }

    Executor asyncExecutor() {
        return asyncExecutor;
    }

    ThreadFactory threadFactory() {
        return threadFactory;
    }

    ErrorHandler errorHandler() {
        return errorHandler;
    }

    private static Thread daemon(final Runnable runnable) {
        final Thread thread = new Thread(runnable);
        thread.setDaemon(true);
        return thread;
    }
}
