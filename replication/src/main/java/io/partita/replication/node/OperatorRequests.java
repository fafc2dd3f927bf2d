// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.protocol.HandoverState;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.agrona.concurrent.EpochNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * What operators ask of this node, from the application or over the client port, where {@link Permission} has said that they
 * may. Requests come from any thread; they are answered on the engine's, perhaps some duty cycles
 * later. What changes something is kept in the journal, with who asked and when.
 */
final class OperatorRequests {
    /** Who asks: the application that runs the node. */
    static final String APPLICATION = "application";
    /** Who asks: anybody who reaches the client port, where links are not authenticated. */
    static final String UNAUTHENTICATED = "unauthenticated";

    private static final String STATUS_STEP = "partita status shows who is active and who is in sync";

    private final StatusPublisher status;
    private final EpochNanoClock epochNanoClock;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();
    /** Who waits for the end of the handover under way. */
    private @Nullable Asked switchover;

    private record Asked(String who, OperatorRequest request, Consumer<OperatorReply> receiver) {}

    OperatorRequests(final StatusPublisher status, final EpochNanoClock epochNanoClock) {
        this.status = status;
        this.epochNanoClock = epochNanoClock;
    }

    /** Asks; the caller wakes the engine. Any thread; the receiver is called on the engine's. */
    void submit(final String who, final OperatorRequest request, final Consumer<OperatorReply> receiver) {
        asked.add(new Asked(who, request, receiver));
    }

    /** Answers what can be answered. Engine's thread, once per duty cycle, before anything is sequenced in it. */
    int poll(final ReplicaCore core) {
        int work = 0;
        for (Asked next = asked.poll(); next != null; next = asked.poll()) {
            begin(core, next);
            work++;
        }
        final Asked waiting = switchover;
        if (waiting != null && !core.handoverState().isRunning()) {
            switchover = null;
            waiting.receiver().accept(ended(core));
            work++;
        }
        return work;
    }

    private void begin(final ReplicaCore core, final Asked next) {
        switch (next.request().operation()) {
            case OperatorRequest.STATUS ->
                next.receiver()
                        .accept(OperatorReply.done(
                                "", status.operatorStatus(core).toFields()));
            case OperatorRequest.SWITCHOVER -> beginSwitchover(core, next);
            default ->
                next.receiver()
                        .accept(refused(
                                "this node does not know the operation: operation="
                                        + next.request().operation(),
                                "use a tool of this node's release"));
        }
    }

    private static OperatorReply refused(final String cause, final String nextStep) {
        return OperatorReply.refused(ErrorCode.OPERATION_REFUSED.name(), cause, nextStep);
    }

    private void beginSwitchover(final ReplicaCore core, final Asked next) {
        if (core.role() != Role.ACTIVE) {
            final Map<String, String> fields = new LinkedHashMap<>();
            final String hint = core.activeHint();
            fields.put(OperatorReply.ACTIVE, hint == null ? "" : hint);
            fields.put(OperatorReply.EPOCH, Long.toString(core.epoch()));
            next.receiver()
                    .accept(new OperatorReply(
                            false,
                            OperatorReply.NOT_ACTIVE,
                            "only the active hands over: role=" + core.role() + " active=" + hint,
                            "ask the active",
                            fields));
            return;
        }
        final String to = next.request().argument(OperatorRequest.TO);
        final String problem = core.requestHandover(to.isEmpty() ? null : to);
        if (problem != null) {
            next.receiver().accept(refused("no handover: " + problem, STATUS_STEP));
            return;
        }
        switchover = next;
        keep(core, next, core.handoverText());
    }

    /** In the journal, unless a member of an older release would halt on it (R35); the incident log and the register tell anyway. */
    private void keep(final ReplicaCore core, final Asked done, final String details) {
        final String by = done.request().argument(OperatorRequest.BY);
        core.recordOperator(new OperatorCommand(
                OperatorKind.SWITCHOVER,
                printable(done.who(), OperatorCommand.WHO_LENGTH_MAX),
                epochNanoClock.nanoTime(),
                printable(by.isEmpty() ? details : details + " by=" + by, OperatorCommand.DETAILS_LENGTH_MAX)));
    }

    /** What anybody may have sent, as a record keeps it: bounded, and without control characters. */
    private static String printable(final String text, final int bytesMax) {
        final StringBuilder kept = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            final char next = text.charAt(i);
            bytes += next < 0x80 ? 1 : next < 0x800 ? 2 : 3;
            if (bytes > bytesMax) {
                break;
            }
            kept.append(Character.isISOControl(next) ? ' ' : next);
        }
        return kept.isEmpty() ? "unknown" : kept.toString();
    }

    private OperatorReply ended(final ReplicaCore core) {
        if (core.handoverState() == HandoverState.HANDED_OVER) {
            final Map<String, String> fields = new LinkedHashMap<>();
            fields.put(OperatorReply.FROM, status.nodeId());
            final String hint = core.activeHint();
            fields.put(OperatorReply.ACTIVE, hint == null ? "" : hint);
            fields.put(OperatorReply.EPOCH, Long.toString(core.epoch()));
            return OperatorReply.done("handed over: " + core.handoverText(), fields);
        }
        return OperatorReply.refused(
                ErrorCode.SWITCHOVER_ABORTED.name(), "given up: " + core.handoverText(), STATUS_STEP);
    }

    /** The node ends or has halted: nobody is left without an answer. Engine's thread. */
    void failAll(final String why) {
        final Asked waiting = switchover;
        switchover = null;
        final OperatorReply reply = refused("the node ends: " + why, STATUS_STEP);
        if (waiting != null) {
            waiting.receiver().accept(reply);
        }
        for (Asked next = asked.poll(); next != null; next = asked.poll()) {
            next.receiver().accept(reply);
        }
    }
}
