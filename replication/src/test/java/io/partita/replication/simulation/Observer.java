// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.AlarmKind;
import io.partita.replication.protocol.HandoverState;
import io.partita.replication.protocol.LeaveState;
import io.partita.replication.protocol.NackCode;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RejectCode;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.codec.AckDecoder;
import io.partita.replication.protocol.codec.HelloDecoder;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import io.partita.replication.protocol.codec.NackDecoder;
import io.partita.replication.protocol.codec.RejectDecoder;
import io.partita.replication.protocol.codec.WelcomeDecoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Watches one process: claims for the checkers, marks for the {@link Coverage}, and what goes into the run's hash. */
final class Observer {
    private final SimProcess process;
    private final Simulator simulator;
    private final Coverage coverage;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private Role role = Role.BOOT;
    private HandoverState handover = HandoverState.NONE;
    private LeaveState leave = LeaveState.NONE;
    private long claimedEpoch;
    private boolean casInFlight;
    private @Nullable NodeMeta meta;
    private @Nullable RegisterConfig ledBy;
    private long committed;

    Observer(final SimProcess process) {
        this.process = process;
        simulator = process.node.simulator;
        coverage = simulator.coverage;
    }

    static void booted(
            final SimNode node, final @Nullable NodeMeta stored, final NodeMeta meta, final boolean damaged) {
        final Coverage coverage = node.simulator.coverage;
        if (stored != null && !stored.lid().equals(meta.lid())) {
            coverage.hit("R2");
        }
        if (damaged) {
            coverage.hit("R39");
        }
        final RegisterConfig config = node.simulator.register.current();
        if (config != null && config.active().equals(node.id)) {
            coverage.hit("R4");
        }
    }

    void afterStep(final ReplicaCore core) {
        final SimNode node = process.node;
        simulator.mix(
                node.index,
                core.role().code(),
                core.epoch(),
                core.commitSeq(),
                node.disk.lastSeq(),
                process.engine().applied());
        if (core.role() != role) {
            if (core.role() == Role.FROZEN) {
                coverage.hit("R13");
            }
            if (core.role() == Role.ACTIVE) {
                coverage.hit("R16");
            }
            role = core.role();
        }
        if (core.handoverState() != handover) {
            handover = core.handoverState();
            coverage.hit(handover == HandoverState.HANDED_OVER ? "R29" : "HANDOVER " + handover);
        }
        if (core.leaveState() != leave) {
            leave = core.leaveState();
            coverage.hit(leave == LeaveState.LEFT ? "R30" : "LEAVE " + leave);
        }
        if (role == Role.ACTIVE && claimedEpoch != core.epoch()) {
            claimedEpoch = core.epoch();
            simulator.checkers.onClaim(node, process, claimedEpoch);
        }
        watchGate(core);
    }

    /** What an active commits by itself; what it knew as committed before it led is another's. */
    private void watchGate(final ReplicaCore core) {
        final RegisterConfig config = core.role() == Role.ACTIVE ? core.registerConfig() : null;
        if (config != null && ledBy != null && core.commitSeq() > committed) {
            final String self = process.node.id;
            final boolean isAlone = config.listsOnly(self, core.meta().lid()) && config.ver() == ledBy.ver();
            simulator.checkers.onCommittedBy(process.node, config, core.commitSeq(), isAlone);
        }
        committed = core.commitSeq();
        ledBy = config;
    }

    void onCommit(final ReplicaCore core) {
        coverage.hit(core.role() == Role.ACTIVE ? "R19" : "R10");
        if (casInFlight && core.role() == Role.ACTIVE) {
            coverage.hit("R18");
        }
    }

    void onMeta(final ReplicaCore core, final NodeMeta next) {
        final NodeMeta before = meta;
        meta = next;
        if (before == null) {
            return;
        }
        if (next.seenVer() > before.seenVer()) {
            coverage.hit("R3");
        }
        if (next.promisedEpoch() > before.promisedEpoch() && core.role() == Role.PASSIVE) {
            coverage.hit("R5");
        }
        if (next.gate() != before.gate()) {
            coverage.hit("R27");
        }
    }

    void onCas(final ReplicaCore core, final RegisterConfig next) {
        casInFlight = true;
        final RegisterConfig known = core.registerConfig();
        if (next.ver() == 1) {
            coverage.hit("R37");
        }
        if (known == null) {
            return;
        }
        if (next.epoch() > known.epoch()) {
            coverage.hit("R14");
            if (!known.active().equals(process.node.id)) {
                coverage.hit("R12");
            }
            if (next.inSync().size() > 1) {
                coverage.hit("R15");
            }
        } else if (next.inSync().equals(known.inSync())) {
            coverage.hit("R25");
        } else if (next.inSync().size() < known.inSync().size()) {
            coverage.hit("R22");
        } else {
            coverage.hit(next.inSync().size() > known.inSync().size() ? "R23" : "R24");
        }
    }

    boolean isCasInFlight() {
        return casInFlight;
    }

    void onCasAnswered() {
        casInFlight = false;
    }

    void onAlarm(final AlarmKind kind) {
        coverage.hit("ALARM " + kind);
        if (kind == AlarmKind.STORAGE_ROOMY) {
            coverage.hit("R38");
        }
        if (kind == AlarmKind.DIGEST_MISMATCH) {
            coverage.hit("R40");
        }
    }

    /** Returns whether it is a HELLO. */
    boolean onSend(final ReplicaCore core, final UnsafeBuffer frame) {
        header.wrap(frame, 0);
        final int body = MessageHeaderDecoder.ENCODED_LENGTH;
        switch (header.templateId()) {
            case AckDecoder.TEMPLATE_ID -> coverage.hit(core.inSync() ? "R9" : "R11");
            case NackDecoder.TEMPLATE_ID ->
                coverage.hit(
                        "NACK " // seldom
                                + NackCode.of(new NackDecoder()
                                        .wrap(frame, body, header.blockLength(), header.version())
                                        .code()));
            case RejectDecoder.TEMPLATE_ID ->
                coverage.hit("REJECT "
                        + RejectCode.of(new RejectDecoder()
                                .wrap(frame, body, header.blockLength(), header.version())
                                .code()));
            case WelcomeDecoder.TEMPLATE_ID -> {
                final long common = new WelcomeDecoder()
                        .wrap(frame, body, header.blockLength(), header.version())
                        .commonSeq();
                if (common > 0) {
                    coverage.hit("R6");
                }
            }
            default -> {}
        }
        return header.templateId() == HelloDecoder.TEMPLATE_ID;
    }
}
