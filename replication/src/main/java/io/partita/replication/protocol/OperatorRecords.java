// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.PartitaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What operators have an active do that goes into the journal: a note of it, and later rules of the state machine (R35, R36). */
final class OperatorRecords {
    private final CoreContext context;
    private final PeerState[] peers;

    OperatorRecords(final CoreContext context, final PeerState[] peers) {
        this.context = context;
        this.peers = peers;
    }

    /** Returns the record's seq; 0 if a member would halt on it. */
    long record(final OperatorCommand command) {
        final RegisterConfig cfg = context.register.current();
        if (cfg == null || !isReadByAll(cfg) || !isReadByAll(context.register.proposed())) {
            return 0;
        }
        context.effects.appendOperator(context.epoch, command);
        return context.journal.lastSeq();
    }

    private boolean isReadByAll(final @Nullable RegisterConfig cfg) {
        if (context.config.protoMax() < Origin.PROTO_OPERATOR_RECORDS) {
            return false;
        }
        for (final PeerState peer : peers) {
            if (cfg != null && cfg.lidOf(peer.node) != null && peer.proto < Origin.PROTO_OPERATOR_RECORDS) {
                return false;
            }
        }
        return true;
    }

    /** R35: appends the record; whoever is linked and lacks the version is to be let go. */
    long raiseLogicVersion(final int version, final String who) {
        final int before = context.logic.inForce();
        if (version <= before || !context.logic.isKnown(version)) {
            throw refused(
                    "logicVersion=" + version + " inForce=" + before + " known=" + context.config.logicVersionMin()
                            + ".." + context.config.logicVersionMax(),
                    "choose a later version that this release knows");
        }
        checkMembers(context.register.current(), version);
        checkMembers(context.register.proposed(), version);
        record(new OperatorCommand(
                OperatorKind.RAISE_LOGIC_VERSION, who, context.wallNs, "from=" + before + " to=" + version));
        context.effects.appendLogicVersion(context.epoch, version);
        context.logic.onAppended(context.journal.lastSeq(), version);
        context.rememberLogic();
        return context.journal.lastSeq();
    }

    private void checkMembers(final @Nullable RegisterConfig cfg, final int version) {
        for (final PeerState peer : peers) {
            final boolean isMember = cfg != null && cfg.lidOf(peer.node) != null;
            if (isMember && (peer.link == PeerState.Link.NONE || !peer.knowsLogic(version))) {
                throw refused(
                        "member=" + peer.node + " linked=" + (peer.link != PeerState.Link.NONE) + " logicVersions="
                                + peer.logicMin + ".." + peer.logicMax + ", wanted=" + version,
                        "upgrade that node and let it rejoin first");
            }
        }
    }

    private static PartitaException refused(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.LOGIC_VERSION_REFUSED, cause, nextStep);
    }

    /**
     * R36: an epoch that began with accepted loss says so in its journal, right behind its EPOCH_START. If the node died between
     * the two, the next epoch does.
     */
    void onOpened(final RegisterConfig cfg) {
        final RegisterConfig.Unclean unclean = cfg.unclean();
        if (unclean.count() == 0 || isNoted(unclean.lastEpoch())) {
            return;
        }
        final boolean isThis = unclean.lastEpoch() == cfg.epoch();
        record(new OperatorCommand(
                OperatorKind.ACCEPT_LOSS,
                isThis ? cfg.writerNode() : "unknown",
                isThis ? cfg.writtenAtNs() : context.wallNs,
                "count=" + unclean.count() + " epoch=" + unclean.lastEpoch() + " lostPossibleFromSeq="
                        + unclean.lostPossibleFromSeq()));
    }

    /** Whoever opens such an epoch, or one after it, notes the loss in the epoch's second record. */
    private boolean isNoted(final long epoch) {
        final List<EpochRuns.Run> runs = context.journal.epochRuns().runs();
        if (runs.isEmpty() || runs.get(0).epoch() > epoch) {
            return true; // It was before the oldest record that is still there.
        }
        for (final EpochRuns.Run run : runs) {
            if (run.epoch() >= epoch && run.lastSeq() > run.firstSeq()) {
                return true;
            }
        }
        return false;
    }
}
