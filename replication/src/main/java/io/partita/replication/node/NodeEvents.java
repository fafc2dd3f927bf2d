// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.observe.IncidentLog;
import io.partita.replication.failover.TakeOver;
import io.partita.replication.protocol.AlarmKind;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.Snapshot;
import org.jspecify.annotations.Nullable;

/** Tells the outside what happened to this node: the log, the incident log and the application's listener. */
final class NodeEvents {
    private static final System.Logger LOGGER = System.getLogger(ReplicatedLedger.class.getName());

    private final String nodeId;
    private final IncidentLog incidents;
    private final @Nullable RoleListener listener;
    private final TakeOver steps = new TakeOver();
    private volatile @Nullable TakeOver takeOver;
    private long servingEpoch;
    private String registerTrouble = "";

    NodeEvents(final String nodeId, final IncidentLog incidents, final @Nullable RoleListener listener) {
        this.nodeId = nodeId;
        this.incidents = incidents;
        this.listener = listener;
    }

    void onRole(final Role role, final long epoch, final long seq) {
        log(System.Logger.Level.INFO, "role=" + role + " epoch=" + epoch + " seq=" + seq);
        if (role == Role.ACTIVE) {
            onStep(TakeOver.Step.SERVING);
            takeOver = steps.finish(epoch);
            servingEpoch = epoch;
            tell(role, epoch, seq);
        } else {
            steps.reset(); // what it asked the register for as the active was no take-over
            onEnd();
        }
    }

    /** A step of a take-over was taken now. */
    void onStep(final TakeOver.Step step) {
        steps.note(step, System.nanoTime());
    }

    /** A link is there again: what ended before it was no reason to take over. */
    void onLinked() {
        steps.forget(TakeOver.Step.LINK_LOST);
        steps.forget(TakeOver.Step.REFUSED);
    }

    /** The last finished take-over; null before the first. Any thread. */
    @Nullable
    TakeOver takeOver() {
        return takeOver;
    }

    /** One that served serves no more, and whoever dispatches its effects must hear of it; of no other end. */
    void onEnd() {
        final long epoch = servingEpoch;
        servingEpoch = 0;
        if (epoch != 0) {
            tell(Role.PASSIVE, epoch, 0);
        }
    }

    private void tell(final Role role, final long epoch, final long seq) {
        if (listener == null) {
            return;
        }
        try {
            if (role == Role.ACTIVE) {
                listener.onActive(epoch, seq);
            } else {
                listener.onPassive(epoch);
            }
        } catch (final Throwable e) { // a listener stops nobody, whatever it throws
            incidents.record(e);
        }
    }

    void onCas(final RegisterConfig config) {
        onStep(TakeOver.Step.FROZEN);
        log(
                System.Logger.Level.INFO,
                "register cas: ver=" + config.ver() + " epoch=" + config.epoch() + " active=" + config.active()
                        + " inSync=" + config.inSync() + " floorSeq=" + config.floorSeq());
    }

    /** It is this node's state now, and its journal begins behind it. */
    void onSnapshot(final Snapshot snapshot) {
        log(System.Logger.Level.INFO, "snapshot taken over: seq=" + snapshot.seq() + " size=" + snapshot.size());
    }

    void onCut(final long lastSeq, final long toSeq) {
        log(System.Logger.Level.INFO, "journal cut: lastSeq=" + lastSeq + " toSeq=" + toSeq);
    }

    void onAlarm(final AlarmKind kind, final String text) {
        log(System.Logger.Level.WARNING, "alarm=" + kind + " " + text);
        if (kind != AlarmKind.RESTORED) {
            incidents.record(code(kind), kind + ": " + text, nextStep(kind));
        }
    }

    /** A peer spoke in another node's name and was cut off. */
    void onImpostor() {
        incidents.record(
                ErrorCode.ACCESS_DENIED,
                "a node spoke in the name of another; its link was cut",
                "compare node.id and certificates of the nodes; nothing of what it said was used");
    }

    /** The register does not do as it is asked. The same trouble again and again is told once, until it worked in between. */
    void onRegisterTrouble(final Exception cause) {
        final String trouble = String.valueOf(cause.getMessage());
        if (!trouble.equals(registerTrouble)) {
            registerTrouble = trouble;
            log(System.Logger.Level.WARNING, "register: " + trouble);
            incidents.record(cause);
        }
    }

    void onRegisterWorks() {
        registerTrouble = "";
    }

    void onHalt(final String reason) {
        log(System.Logger.Level.ERROR, "halted: " + reason);
        onEnd(); // R26
    }

    void onError(final Throwable error) {
        LOGGER.log(System.Logger.Level.ERROR, "node=" + nodeId + ": " + error.getMessage(), error);
        incidents.record(error);
    }

    private void log(final System.Logger.Level level, final String text) {
        LOGGER.log(level, "node=" + nodeId + " " + text);
    }

    private static ErrorCode code(final AlarmKind kind) {
        return switch (kind) {
            case DIGEST_MISMATCH -> ErrorCode.DIGEST_MISMATCH;
            case CLONE -> ErrorCode.CLONE;
            case CORRUPT_RECORDS, DAMAGED -> ErrorCode.DAMAGED;
            case STORAGE_LOW -> ErrorCode.STORAGE_FULL;
            case REGISTER_UNREACHABLE, CAS_UNKNOWN -> ErrorCode.REGISTER_FAILED;
            case REGISTER_BEHIND -> ErrorCode.REGISTER_REGRESSION;
            case DEGRADED, RESTORED, NO_CANDIDATE, PEER_REFUSED, STORAGE_ROOMY -> ErrorCode.INTERNAL;
        };
    }

    private static String nextStep(final AlarmKind kind) {
        return switch (kind) {
            case DEGRADED -> "bring the other node back: until then a second fault stops the service";
            case RESTORED -> "nothing";
            case REGISTER_UNREACHABLE, CAS_UNKNOWN -> "look after the register: a second fault would stall writes";
            case REGISTER_BEHIND -> "find out who restored or replaced the register";
            case NO_CANDIDATE -> "bring the last active back; this node lacks what that one may have answered";
            case DIGEST_MISMATCH -> "keep both data folders and report it; the nodes computed different states";
            case PEER_REFUSED -> "look at the peer's configuration and version";
            case CORRUPT_RECORDS -> "nothing: the records are sent again; if it repeats, check memory and network";
            case CLONE -> "stop the copy and give it a new data folder";
            case STORAGE_LOW -> "make room on the disk: the node goes on by itself";
            case STORAGE_ROOMY -> "nothing";
            case DAMAGED -> "look after the disk: it has returned other bytes than were written";
        };
    }
}
