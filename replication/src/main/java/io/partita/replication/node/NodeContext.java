// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.SingleLogic;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.UserLogic;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.Durability;
import io.partita.replication.protocol.Policy;
import io.partita.replication.register.FileRegister;
import io.partita.replication.register.RegisterFactory;
import io.partita.replication.transport.BindRisk;
import io.partita.replication.transport.TlsConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ReplicatedLedger} needs to know. Filled by one thread and given to {@link ReplicatedLedger#launch} once.
 *
 * <pre>{@code
 * NodeContext context = new NodeContext()
 *         .clusterId(clusterId)
 *         .nodeId("a")
 *         .directory(Path.of("/var/lib/partita/a"))
 *         .registerFolder(Path.of("/var/lib/partita/register"))
 *         .member("a", new InetSocketAddress("127.0.0.1", 7101), new InetSocketAddress("127.0.0.1", 7201))
 *         .member("b", new InetSocketAddress("127.0.0.1", 7102), new InetSocketAddress("127.0.0.1", 7202))
 *         .bootstrap(true);
 * try (ReplicatedLedger node = ReplicatedLedger.launch(context)) { ... }
 * }</pre>
 */
public final class NodeContext {
    /** How the nodes of a cluster talk to each other. */
    public enum Transport {
        /** Over TCP. */
        TCP,
        /** Within one host: over memory-mapped files; the standby reads the active's journal in place. */
        IPC
    }

    /**
     * A node of the cluster.
     *
     * @param id 1 to 16 characters of {@code [a-z0-9-]}.
     * @param peers where it listens for its peers.
     * @param clients where it listens for clients.
     */
    public record Member(String id, InetSocketAddress peers, InetSocketAddress clients) {}

    /** Nodes of a cluster: an active and up to four standbys. */
    public static final int MEMBERS_MAX = 5;

    private final List<Member> members = new ArrayList<>();
    private @Nullable Id128 clusterId;
    private @Nullable String nodeId;
    private @Nullable Path directory;
    private @Nullable Path registerFolder;
    private @Nullable RegisterFactory register;
    private @Nullable Path ipcFolder;
    private Transport transport = Transport.TCP;
    private Durability durability = Durability.MEMORY;
    private Policy policy = Policy.AVAILABILITY;
    private int minInSync = 1;
    private boolean bootstrap;
    private boolean useInvoker;
    private int windowBatches = 256;
    private int sessionWindow = 64;
    private long segmentLength = JournalConfig.SEGMENT_LENGTH_DEFAULT;
    private boolean newLineage;
    private long scrubBytesPerSecond = 1 << 20;
    private Supplier<? extends @Nullable UserLogic> userLogics = () -> null;
    private SnapshotPolicy snapshotPolicy = SnapshotPolicy.onRequest();
    private EpochNanoClock epochNanoClock = SystemEpochNanoClock.INSTANCE;
    private int clientSessionsMax = 64;
    private Consumer<CoreConfig> timers = config -> {};
    private BindRisk bindRisk = BindRisk.LOOPBACK_ONLY;
    private @Nullable TlsConfig tls;
    private @Nullable Path roles;
    private @Nullable RoleListener roleListener;
    private @Nullable ErrorHandler errorHandler;
    private boolean isConcluded;

    /**
     * The user's own logic, applied to USER records in the same deterministic step as the ledger's commands. All nodes of a
     * cluster have the same; a node without halts at the first such record. A node with a single object neither takes nor takes
     * over snapshots: that needs a second one, see {@link #userLogic(Supplier)}.
     *
     * @param logic used by this node alone; none if nothing is said.
     * @return this.
     */
    public NodeContext userLogic(final UserLogic logic) {
        userLogics = new SingleLogic(logic);
        return this;
    }

    /**
     * The user's own logic, as {@link #userLogic(UserLogic)}, for a node that takes snapshots or may be sent one.
     *
     * @param logics gives a new one at each call: one that has applied nothing and shares nothing with the others. Called on the
     *     launching thread and on the thread that takes snapshots.
     * @return this.
     */
    public NodeContext userLogic(final Supplier<? extends UserLogic> logics) {
        userLogics = logics;
        return this;
    }

    /**
     * When this node takes snapshots, and what is kept of them and of the journal: the same on every node. They live in {@code
     * <directory>/snapshots}; while one is taken it needs the memory of a second state. The next launch starts from the newest one
     * that is whole, whatever the policy.
     *
     * @param policy none, and the journal kept whole, if nothing is said.
     * @return this.
     */
    public NodeContext snapshots(final SnapshotPolicy policy) {
        snapshotPolicy = policy;
        return this;
    }

    /**
     * The cluster.
     *
     * @param id of the cluster; every file, frame and the register carry it.
     * @return this.
     */
    public NodeContext clusterId(final Id128 id) {
        clusterId = id;
        return this;
    }

    /**
     * This node's id; it must be among the members.
     *
     * @param id 1 to 16 characters of {@code [a-z0-9-]}.
     * @return this.
     */
    public NodeContext nodeId(final String id) {
        nodeId = id;
        return this;
    }

    /**
     * This node's data folder.
     *
     * @param folder made if it is not there.
     * @return this.
     */
    public NodeContext directory(final Path folder) {
        directory = folder;
        return this;
    }

    /**
     * A node of the cluster, this one included; the same ones in the same order on every node.
     *
     * @param id of the node.
     * @param peers where it listens for its peers.
     * @param clients where it listens for clients.
     * @return this.
     */
    public NodeContext member(final String id, final InetSocketAddress peers, final InetSocketAddress clients) {
        members.add(new Member(id, peers, clients));
        return this;
    }

    /**
     * The folder of the register that all nodes of one host share. Not across hosts: a network file system is no register.
     *
     * @param folder made if it is not there.
     * @return this.
     */
    public NodeContext registerFolder(final Path folder) {
        registerFolder = folder;
        return this;
    }

    /**
     * Another register than the file one, such as a {@code ZooKeeperConfig} for a cluster over several hosts.
     *
     * @param value opens it.
     * @return this.
     */
    public NodeContext register(final RegisterFactory value) {
        register = value;
        return this;
    }

    /**
     * How the nodes talk to each other. Default {@link Transport#TCP}.
     *
     * @param value the transport.
     * @return this.
     */
    public NodeContext transport(final Transport value) {
        transport = value;
        return this;
    }

    /**
     * The folder in which the nodes of one host meet with {@link Transport#IPC}. Default: {@code ipc} beside the files of the
     * register.
     *
     * @param folder the same on every node; its path must be short (a Unix-domain socket lives there).
     * @return this.
     */
    public NodeContext ipcFolder(final Path folder) {
        ipcFolder = folder;
        return this;
    }

    /**
     * What is on disk before it is acknowledged. Counts when the register is created; from then on the register's value does.
     * Default {@link Durability#MEMORY}.
     *
     * @param value the mode.
     * @return this.
     */
    public NodeContext durability(final Durability value) {
        durability = value;
        return this;
    }

    /**
     * What to do when the in-sync set would become too small. Counts when the register is created.
     *
     * @param value the policy; default {@link Policy#AVAILABILITY}.
     * @param members needed under {@link Policy#CONSISTENCY}.
     * @return this.
     */
    public NodeContext policy(final Policy value, final int members) {
        policy = value;
        minInSync = members;
        return this;
    }

    /**
     * Whether this node may create the register if it is absent and its own journal is empty (R37). Set it on one node, for
     * the first start of a new cluster. Default false.
     *
     * @param value true to allow.
     * @return this.
     */
    public NodeContext bootstrap(final boolean value) {
        bootstrap = value;
        return this;
    }

    /**
     * Whether the application calls {@link ReplicatedLedger#doWork} itself instead of a thread of the node. Default false.
     *
     * @param value true for the invoker.
     * @return this.
     */
    public NodeContext useInvoker(final boolean value) {
        useInvoker = value;
        return this;
    }

    /**
     * Batches that may be in flight in the engine, over all clients. Default 256.
     *
     * @param batches 1 to 65536.
     * @return this.
     */
    public NodeContext windowBatches(final int batches) {
        windowBatches = batches;
        return this;
    }

    /**
     * Requests that one client session may have unanswered. Default 64.
     *
     * @param requests 1 to 4096.
     * @return this.
     */
    public NodeContext sessionWindow(final int requests) {
        sessionWindow = requests;
        return this;
    }

    /**
     * Bytes of frames after which the journal rolls.
     *
     * @param bytes see {@code JournalConfig}.
     * @return this.
     */
    public NodeContext segmentLength(final long bytes) {
        segmentLength = bytes;
        return this;
    }

    /**
     * Starts this node with a new lineage: it is nobody's member until it has caught up. For an operator who cleared the cause of
     * a halt, or restored a folder from a backup (R2). Default false.
     *
     * @param value true for this start.
     * @return this.
     */
    public NodeContext newLineage(final boolean value) {
        newLineage = value;
        return this;
    }

    /**
     * How fast the node reads its committed records again to find damage before they are needed. It does so in pieces of
     * 16 KiB on the engine's thread. Default 1 MiB per second.
     *
     * @param bytes per second, 0 to read nothing again.
     * @return this.
     */
    public NodeContext scrubBytesPerSecond(final long bytes) {
        scrubBytesPerSecond = bytes;
        return this;
    }

    /**
     * Wall time, which stamps records as far as it can be believed (R41), and incidents. The system's if nothing is said; anything
     * else is for tests and drills. Timers go by monotonic time, which is the system's always.
     *
     * @param clock read on any thread.
     * @return this.
     */
    public NodeContext epochNanoClock(final EpochNanoClock clock) {
        epochNanoClock = clock;
        return this;
    }

    /**
     * Client sessions at a time. Default 64.
     *
     * @param sessions 1 to 4096.
     * @return this.
     */
    public NodeContext clientSessionsMax(final int sessions) {
        clientSessionsMax = sessions;
        return this;
    }

    /**
     * Changes timers and bounds of the protocol from their defaults.
     *
     * @param change sets what shall differ.
     * @return this.
     */
    public NodeContext timers(final Consumer<CoreConfig> change) {
        timers = change;
        return this;
    }

    /**
     * Encrypts links to peers over TCP and to clients, and wants a certificate from each side. The own one must name this node.
     * Default: neither.
     *
     * @param files of this node.
     * @param rolesFile who may what: properties with a line {@code role.NAME=submit,read,operate,recover} for the common name of
     *     each client's certificate. Who is not in it may nothing.
     * @return this.
     */
    public NodeContext tls(final TlsConfig files, final Path rolesFile) {
        tls = files;
        roles = rolesFile;
        return this;
    }

    /**
     * Whether the risk of listening beyond the loopback interface without TLS was accepted. Default: no.
     *
     * @param value what was accepted.
     * @return this.
     */
    public NodeContext bindRisk(final BindRisk value) {
        bindRisk = value;
        return this;
    }

    /**
     * Who is told when this node starts and stops serving.
     *
     * @param listener to call.
     * @return this.
     */
    public NodeContext roleListener(final RoleListener listener) {
        roleListener = listener;
        return this;
    }

    /**
     * Who is told of the unexpected, beside the incident log in the data folder.
     *
     * @param handler any thread calls it.
     * @return this.
     */
    public NodeContext errorHandler(final ErrorHandler handler) {
        errorHandler = handler;
        return this;
    }

    Settings conclude() {
        if (isConcluded) {
            throw invalid("the context was used before", "make a new one for each node");
        }
        final Id128 cluster = required("clusterId", clusterId);
        final String id = required("nodeId", nodeId);
        final Path folder = required("directory", directory);
        final RegisterFactory factory = registerFactory();
        Member self = null;
        for (final Member member : members) {
            if (member.id().equals(id)) {
                self = member;
            }
        }
        if (self == null) {
            throw invalid("node=" + id + " is not among the members", "add every node with member(...), this one too");
        }
        range("members", members.size(), 1, MEMBERS_MAX);
        range("windowBatches", windowBatches, 1, 65_536);
        range("sessionWindow", sessionWindow, 1, 4_096);
        range("clientSessionsMax", clientSessionsMax, 1, 4_096);
        if (scrubBytesPerSecond < 0) {
            throw invalid("scrubBytesPerSecond=" + scrubBytesPerSecond, "set it to 0 or more");
        }
        final boolean isLogicSingle = userLogics instanceof SingleLogic;
        if (snapshotPolicy.everyRecords() > 0 && isLogicSingle) {
            throw invalid(
                    "snapshots every " + snapshotPolicy.everyRecords()
                            + " records, and there is a single object of the user's own logic",
                    "give userLogic(...) a supplier of new objects");
        }
        Path meeting = ipcFolder;
        if (transport == Transport.IPC && meeting == null) {
            if (registerFolder == null) {
                throw invalid("ipcFolder is missing", "set it to a folder that all nodes of this host share");
            }
            meeting = registerFolder.resolveSibling("ipc");
        }
        isConcluded = true;
        return new Settings(
                cluster,
                self,
                List.copyOf(members),
                folder,
                new RegisterSettings(factory, bootstrap, policy, minInSync, durability),
                new LinkSettings(transport, meeting, bindRisk, clientSessionsMax, tls, roles),
                new EngineSettings(
                        useInvoker,
                        windowBatches,
                        sessionWindow,
                        segmentLength,
                        newLineage,
                        scrubBytesPerSecond,
                        userLogics,
                        snapshotPolicy,
                        epochNanoClock),
                timers,
                roleListener,
                errorHandler);
    }

    private RegisterFactory registerFactory() {
        final RegisterFactory factory = register;
        if (factory != null) {
            return factory;
        }
        final Path folder = registerFolder;
        if (folder == null) {
            throw invalid(
                    "registerFolder is missing",
                    "set it to a folder that all nodes of this host share, or set a register for several hosts");
        }
        return (cluster, dataFolder) -> FileRegister.open(folder, cluster);
    }

    private static <T> T required(final String name, final @Nullable T value) {
        if (value == null) {
            throw invalid(name + " is missing", "set it");
        }
        return value;
    }

    private static void range(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw invalid(name + "=" + value + " is out of range", "set it to " + min + ".." + max);
        }
    }

    private static PartitaException invalid(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.INVALID_CONFIGURATION, cause, nextStep);
    }

    /** The concluded context. */
    record Settings(
            Id128 clusterId,
            Member self,
            List<Member> members,
            Path directory,
            RegisterSettings register,
            LinkSettings links,
            EngineSettings engine,
            Consumer<CoreConfig> timers,
            @Nullable RoleListener roleListener,
            @Nullable ErrorHandler errorHandler) {}

    /** The register, and what to write into a new one. */
    record RegisterSettings(
            RegisterFactory factory, boolean bootstrap, Policy policy, int minInSync, Durability durability) {}

    /** Links to peers and clients. */
    record LinkSettings(
            Transport transport,
            @Nullable Path ipcFolder,
            BindRisk bindRisk,
            int clientSessionsMax,
            @Nullable TlsConfig tls,
            @Nullable Path roles) {}

    /** The engine and its journal. */
    record EngineSettings(
            boolean useInvoker,
            int windowBatches,
            int sessionWindow,
            long segmentLength,
            boolean newLineage,
            long scrubBytesPerSecond,
            Supplier<? extends @Nullable UserLogic> userLogics,
            SnapshotPolicy snapshotPolicy,
            EpochNanoClock epochNanoClock) {}
}
