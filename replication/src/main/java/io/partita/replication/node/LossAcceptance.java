// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.journal.VerifyReport;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.OperatorKind;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.replication.protocol.AcceptedLoss;
import io.partita.replication.protocol.Lineage;
import io.partita.replication.protocol.LocalJournal;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RegisterConfigCodec;
import io.partita.replication.register.CasOutcome;
import io.partita.replication.register.CompareAndSetRegister;
import io.partita.replication.register.RegisterFactory;
import io.partita.replication.register.RegisterValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.SystemEpochNanoClock;
import org.jspecify.annotations.Nullable;

/**
 * {@code recover --accept-loss} (R36), on a node that is stopped: gives its journal a new lineage and makes it the only member of
 * a new epoch in the register. The next start of the node leads that epoch, and notes the loss in the journal's second record of
 * it; every other node follows, and takes over what the journal says.
 *
 * <p>It changes the meta file first and the register last, and may be run again after a crash at any moment: before the register
 * has changed nothing is given up.
 */
public final class LossAcceptance {
    private static final int ATTEMPTS = 5;
    private static final String MEMORY_FOLDER = "recover.tmp";
    private static final long NS_PER_MS = 1_000_000;

    private LossAcceptance() {}

    /**
     * What was done.
     *
     * @param node that goes on.
     * @param lid its lineage from now on.
     * @param epoch that it will lead.
     * @param lastSeq last seq of its journal: the history until then.
     * @param lostPossibleFromSeq answered records from here on may be lost, or others in their place.
     * @param count how often the cluster has accepted loss, this time included.
     */
    public record Report(String node, Id128 lid, long epoch, long lastSeq, long lostPossibleFromSeq, long count) {}

    /**
     * What the operator says.
     *
     * @param formers data folders of other former members, stopped or waiting, to be read only.
     * @param isForced true to want to see nobody else: what the operator says is lost is lost.
     * @param isNewRegister true if the register was lost, or lost its last values, for good: it is made anew, above everything
     *     that these nodes remember of the old one.
     * @param who the operator, for the audit.
     */
    public record Request(List<Path> formers, boolean isForced, boolean isNewRegister, String who) {
        /** Copies the list, checks the name. */
        public Request {
            formers = List.copyOf(formers);
            new OperatorCommand(OperatorKind.ACCEPT_LOSS, who, 0, "");
        }
    }

    /**
     * Accepts the loss.
     *
     * @param context of the node, as it is launched with.
     * @param request what the operator says.
     * @return what was done.
     * @throws PartitaException RECOVERY_REFUSED if it is not needed, another node is to be preferred, or this one has no records;
     *     FOLDER_IN_USE while the node runs; and whatever a start of the node would throw.
     */
    public static Report run(final NodeContext context, final Request request) {
        final NodeContext.Settings settings = context.conclude();
        try (DataFolder folder = DataFolder.open(settings.directory(), settings.clusterId())) {
            return request.isNewRegister()
                    ? runOnNewRegister(settings, folder, request)
                    : runOnRegister(settings, folder, request);
        }
    }

    private static Report runOnRegister(
            final NodeContext.Settings settings, final DataFolder folder, final Request request) {
        try (CompareAndSetRegister register = settings.register().factory().open(settings.clusterId(), folder.path())) {
            final RegisterConfig held = decode(register.read());
            if (held == null) {
                throw refused(
                        "the register is empty",
                        "if the cluster is new, start a node with bootstrap; if the register was lost, look whether the"
                                + " configuration names the right one, then say --new-register");
            }
            final List<AcceptedLoss.Former> others = request.isForced() ? null : formers(held, request);
            final RegisterConfig next = prepare(settings, folder, held, others, request.who());
            write(register, next);
            return report(next);
        }
    }

    /** What the node remembers of the old register is looked away from while it is not certain that a new one is due. */
    private static Report runOnNewRegister(
            final NodeContext.Settings settings, final DataFolder folder, final Request request) {
        final RegisterFactory factory = settings.register().factory();
        final Path memory = folder.path().resolve(MEMORY_FOLDER);
        createFolder(memory);
        factory.forget(memory);
        try (CompareAndSetRegister register = factory.open(settings.clusterId(), memory)) {
            final RegisterConfig found = decode(register.read());
            final RegisterConfig held =
                    found == null ? RegisterConfig.nothing(NodeAssembly.coreConfig(settings)) : found;
            final List<AcceptedLoss.Former> others = formers(held, request);
            final AcceptedLoss.Former chosen = chosen(held, settings, folder.path());
            final List<AcceptedLoss.Former> all = new ArrayList<>(others);
            all.add(chosen);
            final RegisterConfig raised = AcceptedLoss.raised(held, all);
            if (!request.isForced()) {
                AcceptedLoss.checkAll(raised, chosen, others);
            }
            final RegisterConfig next = prepare(settings, folder, raised, null, request.who());
            factory.forget(folder.path());
            // Versions are dense; until the last one is there this node waits for what it remembers, and this is run
            // again.
            for (long ver = held.ver() + 1; ver <= next.ver(); ver++) {
                write(register, next.at(ver, next.epoch()));
            }
            return report(next);
        } finally {
            factory.forget(memory);
            deleteFolder(memory);
        }
    }

    private static Report report(final RegisterConfig next) {
        return new Report(
                next.active(),
                next.inSync().get(0).lid(),
                next.epoch(),
                next.startSeq() - 1,
                next.unclean().lostPossibleFromSeq(),
                next.unclean().count());
    }

    private static List<AcceptedLoss.Former> formers(final RegisterConfig held, final Request request) {
        final List<AcceptedLoss.Former> found = new ArrayList<>();
        for (final Path former : request.formers()) {
            found.add(former(held, former));
        }
        return found;
    }

    private static void createFolder(final Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (final IOException e) {
            throw failed(folder, e);
        }
    }

    private static void deleteFolder(final Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (final IOException e) {
            throw failed(folder, e);
        }
    }

    private static PartitaException failed(final Path folder, final IOException e) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                "a folder for the time of this command cannot be made or deleted: folder=" + folder + " (" + e + ")",
                "check the disk and the folder's permissions",
                e);
    }

    /** The new lineage is durable, and marked as orderly closed, before anybody hears of it. */
    private static RegisterConfig prepare(
            final NodeContext.Settings settings,
            final DataFolder folder,
            final RegisterConfig held,
            final @Nullable List<AcceptedLoss.Former> others,
            final String who) {
        if (!Files.isDirectory(folder.journal())) {
            throw nothingThere(folder.path());
        }
        final MetaFile metaFile = new MetaFile(folder.path());
        final NodeBoot boot = boot(settings, folder, metaFile, others == null);
        NodeMeta meta = boot.meta();
        final RegisterConfig next;
        try (Journal journal = boot.journal()) {
            final LocalJournal positions = new JournalPositions(journal, () -> Long.MAX_VALUE);
            if (positions.lastSeq() == 0) {
                throw nothingThere(folder.path());
            }
            if (others != null) {
                AcceptedLoss.check(held, AcceptedLoss.former(held, meta, positions), others);
            }
            meta = AcceptedLoss.withNewLineage(meta, Identity.freshLid());
            next = AcceptedLoss.next(held, meta, positions, Identity.freshLid(), who, nowNs());
        } catch (final PartitaException refused) {
            metaFile.write(boot.meta().withClean(true));
            throw refused;
        }
        metaFile.write(meta.withClean(true));
        return next;
    }

    private static NodeBoot boot(
            final NodeContext.Settings settings,
            final DataFolder folder,
            final MetaFile metaFile,
            final boolean isNewLineage) {
        final LedgerCounters counters = LedgerCounters.create(folder.path(), settings.clusterId(), nowMs());
        final IncidentLog incidents = IncidentLog.create(
                folder.path(), settings.clusterId(), LossAcceptance::nowMs, counters.get(CounterType.INCIDENTS));
        return NodeBoot.boot(new NodeBoot.Parts(
                settings.clusterId(),
                settings.self().id(),
                folder,
                metaFile,
                settings.engine().segmentLength(),
                isNewLineage,
                incidents,
                task -> new Thread(task, "partita-" + settings.self().id() + "-journal"),
                error -> incidents.record(error),
                () -> {}));
    }

    /** Every node of the cluster would follow it and become as empty. */
    private static PartitaException nothingThere(final Path folder) {
        return refused(
                "the node has no records, and the cluster would have none: folder=" + folder,
                "look whether its configuration names the right data.folder; restore a backup into it if there is no other copy");
    }

    private static AcceptedLoss.Former former(final RegisterConfig held, final Path folder) {
        final NodeMeta meta = new MetaFile(folder).read();
        if (meta == null) {
            throw noDataFolder(folder);
        }
        return former(held, folder, meta);
    }

    /** The node itself, which has no meta if its journal was restored from a backup, and remembers no register then. */
    private static AcceptedLoss.Former chosen(
            final RegisterConfig held, final NodeContext.Settings settings, final Path folder) {
        final NodeMeta meta = new MetaFile(folder).read();
        return former(
                held,
                folder,
                meta != null
                        ? meta
                        : Lineage.atBoot(
                                null,
                                settings.clusterId(),
                                settings.self().id(),
                                "",
                                0,
                                false,
                                true,
                                Identity.freshLid()));
    }

    private static PartitaException noDataFolder(final Path folder) {
        return new PartitaException(
                ErrorCode.INVALID_CONFIGURATION,
                "no data folder of a node: folder=" + folder,
                "name the folder that its configuration has as data.folder");
    }

    private static AcceptedLoss.Former former(final RegisterConfig held, final Path folder, final NodeMeta meta) {
        final Path journal = folder.resolve("journal");
        if (!Files.isDirectory(journal)) {
            throw noDataFolder(folder);
        }
        final VerifyReport report = JournalVerifier.verify(journal);
        if (!report.clusterId().equals(held.clusterId())) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "the folder is of cluster=" + report.clusterId() + ", the register of cluster=" + held.clusterId(),
                    "check --former");
        }
        return AcceptedLoss.former(
                held,
                meta,
                at(journal, report.lastSeq()).epoch(),
                report.baseSeq() + 1,
                report.lastSeq(),
                seq -> at(journal, seq).chain());
    }

    /** Where a journal is after a record. */
    private record Place(long epoch, long chain) {}

    /** After a record, or after the last one that was given up. */
    private static Place at(final Path journal, final long seq) {
        try (FolderReader reader = FolderReader.open(journal, Math.max(1, seq))) {
            if (seq == reader.oldestSeq() - 1) {
                return new Place(reader.epochBefore(), reader.chainBefore());
            }
            if (!reader.next(seq, Integer.MAX_VALUE)) {
                throw new PartitaException(
                        ErrorCode.DAMAGED, "the journal lost a record: seq=" + seq, "verify the data folder");
            }
            return new Place(
                    RecordDescriptor.epoch(reader.buffer(), reader.offset()),
                    RecordDescriptor.chain(reader.buffer(), reader.offset()));
        }
    }

    /** R25: without an outcome the same value again: either applies, and the register tells which by its opId. */
    private static void write(final CompareAndSetRegister register, final RegisterConfig next) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            final CasOutcome outcome = register.compareAndSet(next.ver() - 1, RegisterConfigCodec.encode(next));
            if (outcome instanceof CasOutcome.Ok) {
                return;
            }
            if (outcome instanceof CasOutcome.Conflict conflict) {
                final RegisterConfig current = decode(conflict.current());
                if (current != null
                        && current.ver() == next.ver()
                        && current.opId().equals(next.opId())) {
                    return;
                }
                throw refused(
                        "the register has moved meanwhile: ver=" + (current == null ? 0 : current.ver()),
                        "look who is active now; if nobody is, run it again");
            }
        }
        throw new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register did not say whether it took the change: ver=" + next.ver(),
                "repair what holds it, then run it again");
    }

    private static @Nullable RegisterConfig decode(final RegisterValue value) {
        return value.isAbsent() ? null : RegisterConfigCodec.decode(value.bytes());
    }

    private static PartitaException refused(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.RECOVERY_REFUSED, cause, nextStep);
    }

    private static long nowNs() {
        return SystemEpochNanoClock.INSTANCE.nanoTime();
    }

    private static long nowMs() {
        return nowNs() / NS_PER_MS;
    }
}
