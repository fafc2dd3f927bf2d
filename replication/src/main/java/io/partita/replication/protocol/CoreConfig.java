// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import java.util.List;

/**
 * Settings of a {@link ReplicaCore}: who it is, what the cluster wants, and the timers of B6 with their defaults. Fluent; the
 * core's constructor concludes it once, after which it must not be changed. All times are nanoseconds of the monotonic clock.
 */
public final class CoreConfig {
    private final Id128 clusterId;
    private final String nodeId;
    private final List<RegisterConfig.NodeEntry> nodes;
    private final long incarnation;
    private boolean bootstrap;
    private Policy policy = Policy.AVAILABILITY;
    private int minInSync = 1;
    private Durability durability = Durability.MEMORY;
    private int protoMin = Origin.PROTO_MIN;
    private int protoMax = Origin.PROTO_MAX;
    private int logicVersionMin = LogicVersions.FIRST;
    private int logicVersionMax = LogicVersions.FIRST;
    private long heartbeatNs = 20_000_000L;
    private long shrinkNs = 250_000_000L;
    private long reconnectGraceNs = 100_000_000L;
    private long suspectNs = 1_000_000_000L;
    private long staggerNs = 150_000_000L;
    private long reclaimNs = 2_000_000_000L;
    private long casTimeoutNs = 1_000_000_000L;
    private long casResolveNs = 1_000_000_000L;
    private long registerPollNs = 1_000_000_000L;
    private long registerFastPollNs = 100_000_000L;
    private long admitNs = 100_000_000L;
    private long stableNs = 2_000_000_000L;
    private long stableMaxNs = 60_000_000_000L;
    private long backgroundForceNs = 100_000_000L;
    private long connectRetryNs = 20_000_000L;
    private long welcomeTimeoutNs = 500_000_000L;
    private long regressionNs = 5_000_000_000L;
    private long skewMaxNs = 1_000_000_000L;
    private long handoverPrepareNs = 1_000_000_000L;
    private long handoverDrainNs = 200_000_000L;
    private int inFlightRecordsMax = 16_384;
    private int uncommittedRecordsMax = 65_536;
    private int admitLagRecords = 1_024;
    private int admitApplyLagRecords = 16_384;
    private int appendLengthMax = Limits.FRAME_LENGTH_MAX;
    private long spaceLowBytes = 64L << 20;
    private long snapshotRecords;
    private long historyRecords;

    /**
     * Settings with the defaults.
     *
     * @param clusterId of the cluster.
     * @param nodeId of this node.
     * @param nodes all nodes of the cluster, this one included, in the same order everywhere.
     * @param incarnation drawn at random by this process start, not 0.
     */
    public CoreConfig(
            final Id128 clusterId,
            final String nodeId,
            final List<RegisterConfig.NodeEntry> nodes,
            final long incarnation) {
        this.clusterId = clusterId;
        this.nodeId = NodeIds.checked(nodeId);
        this.nodes = List.copyOf(nodes);
        this.incarnation = incarnation;
    }

    /**
     * Checks the settings against each other.
     *
     * @return this.
     * @throws PartitaException INVALID_CONFIGURATION that names the setting.
     */
    public CoreConfig conclude() {
        require(incarnation != 0, "incarnation=0", "draw it at random");
        require(
                nodes.stream().anyMatch(node -> node.node().equals(nodeId)),
                "node=" + nodeId + " is not among nodes=" + nodes,
                "list every node of the cluster, this one too");
        require(
                nodes.stream().map(RegisterConfig.NodeEntry::node).distinct().count() == nodes.size(),
                "a node is listed twice: nodes=" + nodes,
                "list every node once");
        require(
                minInSync >= 1 && minInSync <= nodes.size(),
                "minInSync=" + minInSync,
                "choose 1 to the number of nodes");
        require(
                heartbeatNs * 3 <= suspectNs,
                "heartbeatNs=" + heartbeatNs + " suspectNs=" + suspectNs,
                "let suspectNs be at least three heartbeats");
        require(
                shrinkNs < suspectNs,
                "shrinkNs=" + shrinkNs + " suspectNs=" + suspectNs,
                "let shrinkNs plus the time of a CAS be less than suspectNs");
        require(spaceLowBytes >= 0, "spaceLowBytes=" + spaceLowBytes, "choose 0 or more");
        require(snapshotRecords >= 0, "snapshotRecords=" + snapshotRecords, "choose 0 or more");
        require(historyRecords >= 0, "historyRecords=" + historyRecords, "choose 0 or more");
        return this;
    }

    private static void require(final boolean holds, final String cause, final String nextStep) {
        if (!holds) {
            throw new PartitaException(ErrorCode.INVALID_CONFIGURATION, cause, nextStep);
        }
    }

    private static long positive(final long value, final String name) {
        require(value > 0, name + "=" + value, "choose a number above 0");
        return value;
    }

    /**
     * The cluster.
     *
     * @return its id.
     */
    public Id128 clusterId() {
        return clusterId;
    }

    /**
     * This node.
     *
     * @return its id.
     */
    public String nodeId() {
        return nodeId;
    }

    /**
     * All nodes of the cluster.
     *
     * @return them, this one included.
     */
    public List<RegisterConfig.NodeEntry> nodes() {
        return nodes;
    }

    /**
     * This process's life.
     *
     * @return a random number, not 0.
     */
    public long incarnation() {
        return incarnation;
    }

    /**
     * Whether this node creates the register if it is absent and its own journal is empty (R37).
     *
     * @return false by default.
     */
    public boolean bootstrap() {
        return bootstrap;
    }

    /**
     * Sets whether this node may create the register (R37).
     *
     * @param value true to allow.
     * @return this.
     */
    public CoreConfig bootstrap(final boolean value) {
        bootstrap = value;
        return this;
    }

    /**
     * What to do when the in-sync set would become too small. Used when the register is created; the register's value rules
     * from then on.
     *
     * @return AVAILABILITY by default.
     */
    public Policy policy() {
        return policy;
    }

    /**
     * Sets policy and its bound.
     *
     * @param value the policy.
     * @param minInSyncValue members needed under CONSISTENCY.
     * @return this.
     */
    public CoreConfig policy(final Policy value, final int minInSyncValue) {
        policy = value;
        minInSync = minInSyncValue;
        return this;
    }

    /**
     * Members needed under CONSISTENCY.
     *
     * @return 1 by default.
     */
    public int minInSync() {
        return minInSync;
    }

    /**
     * How much is on disk before it is acknowledged. Used when the register is created.
     *
     * @return MEMORY by default.
     */
    public Durability durability() {
        return durability;
    }

    /**
     * Sets the durability mode.
     *
     * @param value the mode.
     * @return this.
     */
    public CoreConfig durability(final Durability value) {
        durability = value;
        return this;
    }

    /**
     * Oldest version of the state machine's rules that this release still knows (R35).
     *
     * @return 1 by default.
     */
    public int logicVersionMin() {
        return logicVersionMin;
    }

    /**
     * Newest version of the state machine's rules that this release knows (R35).
     *
     * @return 1 by default.
     */
    public int logicVersionMax() {
        return logicVersionMax;
    }

    /**
     * Sets the versions of the state machine's rules that this release knows: its state machine must know them.
     *
     * @param min oldest, from 1.
     * @param max newest, not less.
     * @return this.
     */
    public CoreConfig logicVersions(final int min, final int max) {
        requireRange(min, max, "logicVersions");
        logicVersionMin = min;
        logicVersionMax = max;
        return this;
    }

    /**
     * Oldest version of the protocol that this release still speaks (R35).
     *
     * @return 1 by default.
     */
    public int protoMin() {
        return protoMin;
    }

    /**
     * Newest version of the protocol that this release speaks (R35). A session speaks the highest that both sides know: 1, or 2,
     * which has OPERATOR records in the journal.
     *
     * @return 2 by default.
     */
    public int protoMax() {
        return protoMax;
    }

    /**
     * Sets the versions of the protocol that this node speaks: for a test that plays an older or a later release.
     *
     * @param min oldest, from 1.
     * @param max newest, not less.
     * @return this.
     */
    public CoreConfig protos(final int min, final int max) {
        requireRange(min, max, "protos");
        protoMin = min;
        protoMax = max;
        return this;
    }

    private static void requireRange(final int min, final int max, final String name) {
        require(min >= 1 && max >= min, name + "=" + min + ".." + max, "choose 1 or more, and the last not less");
    }

    /**
     * An idle active sends a heartbeat this often.
     *
     * @return nanoseconds.
     */
    public long heartbeatNs() {
        return heartbeatNs;
    }

    /**
     * Sets heartbeatNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig heartbeatNs(final long value) {
        heartbeatNs = positive(value, "heartbeatNs");
        return this;
    }

    /**
     * tShrink: no progress of acknowledgements for this long while something is outstanding makes a standby slow (R22).
     *
     * @return nanoseconds.
     */
    public long shrinkNs() {
        return shrinkNs;
    }

    /**
     * Sets shrinkNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig shrinkNs(final long value) {
        shrinkNs = positive(value, "shrinkNs");
        return this;
    }

    /**
     * A lost link may come back within this time before its standby is shrunk away (R22) and before a peer that says NOT_ACTIVE is suspected (R12).
     *
     * @return nanoseconds.
     */
    public long reconnectGraceNs() {
        return reconnectGraceNs;
    }

    /**
     * Sets reconnectGraceNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig reconnectGraceNs(final long value) {
        reconnectGraceNs = positive(value, "reconnectGraceNs");
        return this;
    }

    /**
     * tSuspect: an active that is silent for this long is suspected (R12).
     *
     * @return nanoseconds.
     */
    public long suspectNs() {
        return suspectNs;
    }

    /**
     * Sets suspectNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig suspectNs(final long value) {
        suspectNs = positive(value, "suspectNs");
        return this;
    }

    /**
     * Wait per rank before a promotion, so that several standbys do not race (R13).
     *
     * @return nanoseconds.
     */
    public long staggerNs() {
        return staggerNs;
    }

    /**
     * Sets staggerNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig staggerNs(final long value) {
        staggerNs = positive(value, "staggerNs");
        return this;
    }

    /**
     * tReclaim: a restarted ex-active waits this long for a hot standby to take over (R4).
     *
     * @return nanoseconds.
     */
    public long reclaimNs() {
        return reclaimNs;
    }

    /**
     * Sets reclaimNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig reclaimNs(final long value) {
        reclaimNs = positive(value, "reclaimNs");
        return this;
    }

    /**
     * A CAS without outcome for this long counts as UNKNOWN (R25).
     *
     * @return nanoseconds.
     */
    public long casTimeoutNs() {
        return casTimeoutNs;
    }

    /**
     * Sets casTimeoutNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig casTimeoutNs(final long value) {
        casTimeoutNs = positive(value, "casTimeoutNs");
        return this;
    }

    /**
     * A CAS that stays UNKNOWN for this long is burnt (R25).
     *
     * @return nanoseconds.
     */
    public long casResolveNs() {
        return casResolveNs;
    }

    /**
     * Sets casResolveNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig casResolveNs(final long value) {
        casResolveNs = positive(value, "casResolveNs");
        return this;
    }

    /**
     * The register is read this often while all is well.
     *
     * @return nanoseconds.
     */
    public long registerPollNs() {
        return registerPollNs;
    }

    /**
     * Sets registerPollNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig registerPollNs(final long value) {
        registerPollNs = positive(value, "registerPollNs");
        return this;
    }

    /**
     * The register is read this often while there is no session or a CAS is unresolved.
     *
     * @return nanoseconds.
     */
    public long registerFastPollNs() {
        return registerFastPollNs;
    }

    /**
     * Sets registerFastPollNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig registerFastPollNs(final long value) {
        registerFastPollNs = positive(value, "registerFastPollNs");
        return this;
    }

    /**
     * A standby that has caught up is admitted once it kept up for this long (R23).
     *
     * @return nanoseconds.
     */
    public long admitNs() {
        return admitNs;
    }

    /**
     * Sets admitNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig admitNs(final long value) {
        admitNs = positive(value, "admitNs");
        return this;
    }

    /**
     * tStable: the same for a standby ejected for slowness; doubles with each such ejection (B6).
     *
     * @return nanoseconds.
     */
    public long stableNs() {
        return stableNs;
    }

    /**
     * Sets stableNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig stableNs(final long value) {
        stableNs = positive(value, "stableNs");
        return this;
    }

    /**
     * Bound of that doubling.
     *
     * @return nanoseconds.
     */
    public long stableMaxNs() {
        return stableMaxNs;
    }

    /**
     * Sets stableMaxNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig stableMaxNs(final long value) {
        stableMaxNs = positive(value, "stableMaxNs");
        return this;
    }

    /**
     * The journal is forced this often even if nothing waits for it, so that going solo is quick (R27).
     *
     * @return nanoseconds.
     */
    public long backgroundForceNs() {
        return backgroundForceNs;
    }

    /**
     * Sets backgroundForceNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig backgroundForceNs(final long value) {
        backgroundForceNs = positive(value, "backgroundForceNs");
        return this;
    }

    /**
     * A standby tries to connect this often.
     *
     * @return nanoseconds.
     */
    public long connectRetryNs() {
        return connectRetryNs;
    }

    /**
     * Sets connectRetryNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig connectRetryNs(final long value) {
        connectRetryNs = positive(value, "connectRetryNs");
        return this;
    }

    /**
     * A session without an answer to HELLO for this long is given up.
     *
     * @return nanoseconds.
     */
    public long welcomeTimeoutNs() {
        return welcomeTimeoutNs;
    }

    /**
     * Sets welcomeTimeoutNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig welcomeTimeoutNs(final long value) {
        welcomeTimeoutNs = positive(value, "welcomeTimeoutNs");
        return this;
    }

    /**
     * A register that shows an older version than seen for this long halts the node (R3).
     *
     * @return nanoseconds.
     */
    public long regressionNs() {
        return regressionNs;
    }

    /**
     * Sets regressionNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig regressionNs(final long value) {
        regressionNs = positive(value, "regressionNs");
        return this;
    }

    /**
     * The sequencer stamps at most this far beyond the standbys' clocks (R41).
     *
     * @return nanoseconds.
     */
    public long skewMaxNs() {
        return skewMaxNs;
    }

    /**
     * Sets skewMaxNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig skewMaxNs(final long value) {
        skewMaxNs = positive(value, "skewMaxNs");
        return this;
    }

    /**
     * A planned handover is given up if the standby is not ready by then; the active serves meanwhile (R29).
     *
     * @return nanoseconds.
     */
    public long handoverPrepareNs() {
        return handoverPrepareNs;
    }

    /**
     * Sets handoverPrepareNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig handoverPrepareNs(final long value) {
        handoverPrepareNs = positive(value, "handoverPrepareNs");
        return this;
    }

    /**
     * A planned handover is given up if what was sequenced is not answered by then; nothing is sequenced meanwhile (R29).
     *
     * @return nanoseconds.
     */
    public long handoverDrainNs() {
        return handoverDrainNs;
    }

    /**
     * Sets handoverDrainNs.
     *
     * @param value nanoseconds.
     * @return this.
     */
    public CoreConfig handoverDrainNs(final long value) {
        handoverDrainNs = positive(value, "handoverDrainNs");
        return this;
    }

    /**
     * Records sent to a standby and not acknowledged, at most.
     *
     * @return a number above 0.
     */
    public int inFlightRecordsMax() {
        return inFlightRecordsMax;
    }

    /**
     * Sets inFlightRecordsMax.
     *
     * @param value a number above 0.
     * @return this.
     */
    public CoreConfig inFlightRecordsMax(final int value) {
        inFlightRecordsMax = (int) positive(value, "inFlightRecordsMax");
        return this;
    }

    /**
     * Records appended and not committed, at most; then batches are held back (R20).
     *
     * @return a number above 0.
     */
    public int uncommittedRecordsMax() {
        return uncommittedRecordsMax;
    }

    /**
     * Sets uncommittedRecordsMax.
     *
     * @param value a number above 0.
     * @return this.
     */
    public CoreConfig uncommittedRecordsMax(final int value) {
        uncommittedRecordsMax = (int) positive(value, "uncommittedRecordsMax");
        return this;
    }

    /**
     * A standby has caught up if it lacks at most this many records (R23).
     *
     * @return a number above 0.
     */
    public int admitLagRecords() {
        return admitLagRecords;
    }

    /**
     * Sets admitLagRecords.
     *
     * @param value a number above 0.
     * @return this.
     */
    public CoreConfig admitLagRecords(final int value) {
        admitLagRecords = (int) positive(value, "admitLagRecords");
        return this;
    }

    /**
     * And if it has still to apply at most this many (R23).
     *
     * @return a number above 0.
     */
    public int admitApplyLagRecords() {
        return admitApplyLagRecords;
    }

    /**
     * Sets admitApplyLagRecords.
     *
     * @param value a number above 0.
     * @return this.
     */
    public CoreConfig admitApplyLagRecords(final int value) {
        admitApplyLagRecords = (int) positive(value, "admitApplyLagRecords");
        return this;
    }

    /**
     * Bytes of records in one APPEND, at most, unless a single record is longer.
     *
     * @return a number above 0.
     */
    public int appendLengthMax() {
        return appendLengthMax;
    }

    /**
     * Sets appendLengthMax.
     *
     * @param value a number above 0.
     * @return this.
     */
    public CoreConfig appendLengthMax(final int value) {
        appendLengthMax = (int) positive(value, "appendLengthMax");
        return this;
    }

    /**
     * R38: with fewer free bytes than this an active takes no batches and a standby no records; with half as much again they
     * go on. It has to cover what is under way and what a take-over writes.
     *
     * @return bytes; 0 never stops.
     */
    public long spaceLowBytes() {
        return spaceLowBytes;
    }

    /**
     * Sets {@link #spaceLowBytes()}.
     *
     * @param value bytes, 0 or more.
     * @return this.
     */
    public CoreConfig spaceLowBytes(final long value) {
        spaceLowBytes = value;
        return this;
    }

    /**
     * R31: records from one snapshot to the next. Only with a {@link Storage}.
     *
     * @return records; 0 takes none.
     */
    public long snapshotRecords() {
        return snapshotRecords;
    }

    /**
     * Sets {@link #snapshotRecords()}.
     *
     * @param value records, 0 or more.
     * @return this.
     */
    public CoreConfig snapshotRecords(final long value) {
        snapshotRecords = value;
        return this;
    }

    /**
     * R33: newest records that stay in the journal whatever snapshots hold.
     *
     * @return records.
     */
    public long historyRecords() {
        return historyRecords;
    }

    /**
     * Sets {@link #historyRecords()}.
     *
     * @param value records, 0 or more.
     * @return this.
     */
    public CoreConfig historyRecords(final long value) {
        historyRecords = value;
        return this;
    }
}
