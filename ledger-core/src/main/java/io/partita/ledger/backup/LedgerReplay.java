// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateVisitor;
import io.partita.ledger.state.UserLogic;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.TransferView;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Replays the records of backups into a ledger of its own, and compares it on the way with what the node said at each backup. The
 * history is kept in mapped scratch files: this runs beside a node that needs the memory. One thread.
 */
final class LedgerReplay implements AutoCloseable {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;

    private final MappedHistory history;
    private final LedgerStateMachine machine;

    /**
     * A replay that stands at the beginning.
     *
     * @param scratch where a folder may be made.
     * @param logic the user's own, a new one; null if the ledger has none.
     * @param snapshots the folder of the snapshot that the records go on from.
     * @param manifest says which one, if there is any.
     */
    LedgerReplay(
            final Path scratch, final @Nullable UserLogic logic, final Path snapshots, final BackupManifest manifest)
            throws IOException {
        final Path folder = scratch.resolve("state");
        FolderFiles.createFolder(folder);
        // A scratch file that can take no more is no error here: the history then goes on in memory.
        history = MappedHistory.open(folder, LedgerReplay::daemon, error -> {});
        final StateConfig config = new StateConfig(new SecureRandom().nextLong(), history);
        final BaseSnapshot base = manifest.base();
        LedgerStateMachine made = null;
        try {
            made = base == null
                    ? new LedgerStateMachine(config, logic)
                    : new SnapshotStore(snapshots, manifest.clusterId())
                            .load(base.end().seq(), config, logic);
        } finally {
            if (made == null) {
                history.close();
            }
        }
        machine = made;
    }

    private static Thread daemon(final Runnable runnable) {
        final Thread thread = new Thread(runnable, "partita-backup-helper");
        thread.setDaemon(true);
        return thread;
    }

    /** The record that comes next. */
    long nextSeq() {
        return machine.appliedSeq() + 1;
    }

    /**
     * Replays all that the backups have.
     *
     * @param reader positioned at the beginning.
     * @param backups whose digests are compared; the last one's end is that of the replay.
     * @param progress is told the seq now and then.
     * @return what differs, a sentence; empty if nothing does.
     */
    String run(final JournalReader reader, final List<Backup> backups, final LongConsumer progress) {
        String differs = "";
        for (final Backup backup : backups) {
            final LiveDigest live = backup.live();
            if (live != null && live.seq() >= machine.appliedSeq()) {
                replay(reader, live.seq(), progress);
                if (differs.isEmpty() && machine.runningDigest() != live.runningDigest()) {
                    differs = "the node's running digest was another one than the replay's: backup=" + backup.number()
                            + ", seq=" + live.seq() + ", node=" + hex(live.runningDigest()) + ", replay="
                            + hex(machine.runningDigest());
                }
            }
        }
        replay(reader, backups.get(backups.size() - 1).end().seq(), progress);
        return differs;
    }

    private void replay(final JournalReader reader, final long uptoSeq, final LongConsumer progress) {
        while (machine.appliedSeq() < uptoSeq) {
            if (!reader.next(uptoSeq, RUN_LENGTH_MAX)) {
                throw new PartitaException(
                        ErrorCode.DAMAGED,
                        "the records end early: seq=" + machine.appliedSeq() + ", expected=" + uptoSeq,
                        "run partita backup verify");
            }
            final DirectBuffer buffer = reader.buffer();
            final int end = reader.offset() + reader.length();
            for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                checkLogic(buffer, at);
                machine.apply(buffer, at);
            }
            progress.accept(machine.appliedSeq());
        }
    }

    private void checkLogic(final DirectBuffer buffer, final int offset) {
        if (RecordDescriptor.type(buffer, offset) == RecordType.USER.code() && !machine.hasUserLogic()) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the ledger has commands of the user's own logic: seq=" + RecordDescriptor.seq(buffer, offset),
                    "name the logic that it was written with");
        }
    }

    /** The ledger that came out. */
    LedgerSummary summary() {
        return new LedgerSummary(
                machine.runningDigest(),
                machine.stateDigest(),
                machine.accountCount(),
                machine.transferCount(),
                machine.burntIdCount(),
                machine.logicVersion(),
                totals());
    }

    /** What does not hold of the ledger that came out; empty if all does. */
    List<String> violations() {
        return machine.checkInvariants().violations();
    }

    private List<LedgerTotals> totals() {
        final TreeMap<Long, BigInteger[]> sums = new TreeMap<>();
        machine.visit(new StateVisitor() {
            @Override
            public void onAccount(final AccountView account) {
                final BigInteger[] sum = sums.computeIfAbsent(account.ledger() & 0xFFFF_FFFFL, ledger ->
                        new BigInteger[] {BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO});
                add(sum, 0, account.debitsPostedHi(), account.debitsPostedLo());
                add(sum, 1, account.creditsPostedHi(), account.creditsPostedLo());
                add(sum, 2, account.debitsPendingHi(), account.debitsPendingLo());
                add(sum, 3, account.creditsPendingHi(), account.creditsPendingLo());
            }

            @Override
            public void onTransfer(final TransferView transfer) {}

            @Override
            public void onBurntId(final long idHi, final long idLo) {}

            @Override
            public void onPending(final long idHi, final long idLo, final int status, final long resolvedAt) {}

            @Override
            public void onInstruction(final InstructionView instruction) {}
        });
        final List<LedgerTotals> totals = new ArrayList<>();
        sums.forEach((ledger, sum) -> totals.add(new LedgerTotals(ledger, sum[0], sum[1], sum[2], sum[3])));
        return totals;
    }

    private static void add(final BigInteger[] sums, final int index, final long hi, final long lo) {
        if ((hi | lo) != 0) {
            sums[index] = sums[index].add(Id128.toBigInteger(hi, lo));
        }
    }

    private static String hex(final long digest) {
        return String.format("%016x", digest);
    }

    @Override
    public void close() {
        machine.close();
        history.close();
    }
}
