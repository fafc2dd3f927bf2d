// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.UserLogic;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Replays a journal folder into a state machine of its own: the loop that every node recovers with. From its beginning; or, where
 * retention has given that up, from a snapshot beside it.
 */
public final class FolderReplay implements AutoCloseable {
    private static final int RUN_LENGTH_MAX = 1024 * 1024;
    /** Room for the results of any batch, with balances. */
    private static final int RESULTS_LENGTH_MAX =
            Limits.BATCH_COMMANDS_MAX * (Limits.RESULT_LENGTH + Limits.RESULT_BALANCES_LENGTH);

    private final LedgerStateMachine machine;
    private final long fromSeq;
    private final Path journalFolder;
    private final @Nullable ResultSink sink;
    private final UnsafeBuffer results = new UnsafeBuffer(new byte[RESULTS_LENGTH_MAX]);
    private final BatchDecoder commands = new BatchDecoder();
    private final ResultDecoder answers = new ResultDecoder();
    private long commandCount;
    private long lastEpoch;
    private JournalReader reader;

    /**
     * A replay that stands at the beginning.
     *
     * @param journalFolder as {@link DataFolders#journalOf} finds it.
     * @param sink sees every command with its result; null for none.
     * @throws ToolException if the journal's start is not there any more.
     */
    public FolderReplay(final Path journalFolder, final @Nullable ResultSink sink) {
        this(journalFolder, sink, null);
    }

    /**
     * A replay of a journal with commands of the user's own logic.
     *
     * @param journalFolder as {@link DataFolders#journalOf} finds it.
     * @param sink sees every command with its result; null for none.
     * @param logic a new one, as the journal was written with; null if it was written without.
     * @throws ToolException if the journal's start is not there any more.
     */
    public FolderReplay(final Path journalFolder, final @Nullable ResultSink sink, final @Nullable UserLogic logic) {
        this.journalFolder = journalFolder;
        this.sink = sink;
        final FolderReader fromTheStart = FolderReader.open(journalFolder, 1);
        if (fromTheStart.oldestSeq() > 1) {
            fromTheStart.close();
            throw ToolException.failed(
                    "JOURNAL_START_MISSING",
                    "a replay begins at seq=1, and this journal at seq=" + fromTheStart.oldestSeq() + ": folder="
                            + journalFolder,
                    "give the folder of a node that has kept its whole journal, or a backup with its beginning");
        }
        reader = fromTheStart;
        fromSeq = 0;
        machine = new LedgerStateMachine(new StateConfig(new SecureRandom().nextLong()), logic);
    }

    private FolderReplay(final Path journalFolder, final LedgerStateMachine machine, final long epoch) {
        this.journalFolder = journalFolder;
        this.machine = machine;
        sink = null;
        fromSeq = machine.appliedSeq();
        lastEpoch = epoch;
        reader = FolderReader.open(journalFolder, fromSeq + 1);
    }

    /**
     * A replay to a position: from the beginning of the journal, or, where that was given up, from the newest snapshot before the
     * position.
     *
     * @param journalFolder as {@link DataFolders#journalOf} finds it.
     * @param logic a new one, as the journal was written with; null if it was written without.
     * @param toSeq no snapshot after this record is used.
     * @param toTime no snapshot of a later time is used.
     * @param unusable told of each snapshot that is passed over, and why.
     * @return a replay that stands at its beginning.
     * @throws ToolException if the journal's start is not there any more, and no snapshot before the position either.
     * @throws PartitaException DAMAGED if those that are there cannot be used.
     */
    public static FolderReplay reaching(
            final Path journalFolder,
            final @Nullable UserLogic logic,
            final long toSeq,
            final long toTime,
            final Consumer<PartitaException> unusable) {
        final FolderSnapshots snapshots = FolderSnapshots.of(journalFolder, unusable);
        if (snapshots.journalFirstSeq() == 1) {
            return new FolderReplay(journalFolder, null, logic);
        }
        long newest = 0;
        for (final SnapshotInfo info : snapshots.restart().fitting(toSeq)) {
            if (newest == 0 && info.facts().lastTimestamp() <= toTime) {
                newest = info.seq();
            }
        }
        if (newest == 0) {
            throw ToolException.failed(
                    "JOURNAL_START_MISSING",
                    "neither the journal nor a snapshot reaches so far back: journal from seq="
                            + snapshots.journalFirstSeq() + ", snapshots="
                            + snapshots.store().seqs() + ", folder=" + journalFolder,
                    "give a later position, or a backup with the journal's beginning");
        }
        final LedgerStateMachine loaded =
                snapshots.restart().load(newest, new StateConfig(new SecureRandom().nextLong()), () -> logic);
        final long epoch = snapshots.store().info(loaded.appliedSeq()).epoch();
        return new FolderReplay(journalFolder, loaded, epoch);
    }

    /**
     * The snapshot that the replay began at.
     *
     * @return its seq; 0 if it began at the beginning of the journal.
     */
    public long fromSeq() {
        return fromSeq;
    }

    /**
     * Goes on to a position or to the end of what is there.
     *
     * @param toSeq the last seq to apply.
     * @param toTime the last timestamp to apply; a record that is stamped later ends the replay.
     * @param progress is told the seq now and then.
     * @return true if the position was reached or the time passed; false at the end of what is there.
     * @throws io.partita.ledger.model.PartitaException DAMAGED, if a record is damaged.
     * @throws ToolException if a record is of the user's own logic, and there is none here.
     */
    public boolean run(final long toSeq, final long toTime, final LongConsumer progress) {
        while (machine.appliedSeq() < toSeq) {
            if (!reader.next(toSeq, RUN_LENGTH_MAX)) {
                return false;
            }
            final DirectBuffer buffer = reader.buffer();
            final int end = reader.offset() + reader.length();
            for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                if (RecordDescriptor.timestamp(buffer, at) > toTime) {
                    return true;
                }
                apply(buffer, at);
            }
            progress.accept(machine.appliedSeq());
        }
        return true;
    }

    /**
     * Looks at the folder anew from where the replay stands. Needed on a live folder after its node was restarted: the node may
     * then have cut its journal beyond what was committed, and a reader that was open before may still see what was cut.
     */
    public void reopen() {
        reader.close();
        reader = FolderReader.open(journalFolder, machine.appliedSeq() + 1);
    }

    /**
     * The state so far.
     *
     * @return the machine; this replay's.
     */
    public LedgerStateMachine machine() {
        return machine;
    }

    /**
     * Commands applied so far.
     *
     * @return the count.
     */
    public long commandCount() {
        return commandCount;
    }

    /**
     * The last applied record's epoch.
     *
     * @return 0 at the beginning.
     */
    public long lastEpoch() {
        return lastEpoch;
    }

    @Override
    public void close() {
        reader.close();
        machine.close();
    }

    private void apply(final DirectBuffer buffer, final int offset) {
        if (RecordDescriptor.type(buffer, offset) == RecordType.USER.code() && !machine.hasUserLogic()) {
            throw ToolException.usage(
                    "LOGIC_MISSING",
                    "the journal has commands of the user's own logic: seq=" + RecordDescriptor.seq(buffer, offset),
                    "name the logic that it was written with: --logic CLASS");
        }
        machine.apply(buffer, offset, results, 0);
        lastEpoch = RecordDescriptor.epoch(buffer, offset);
        if (RecordDescriptor.type(buffer, offset) == RecordType.COMMANDS.code()) {
            final int count = RecordDescriptor.count(buffer, offset);
            commandCount += count;
            if (sink != null) {
                tell(sink, buffer, offset, count);
            }
        }
    }

    private void tell(final ResultSink to, final DirectBuffer buffer, final int offset, final int count) {
        final long seq = RecordDescriptor.seq(buffer, offset);
        commands.wrapRecord(buffer, offset);
        answers.wrap(results, 0, count);
        while (commands.next() && answers.next()) {
            final int kind = commands.kind();
            final long idHi;
            final long idLo;
            switch (kind) {
                case CommandKind.CREATE_ACCOUNT -> {
                    idHi = commands.account().idHi();
                    idLo = commands.account().idLo();
                }
                case CommandKind.CREATE_TRANSFER -> {
                    idHi = commands.transfer().idHi();
                    idLo = commands.transfer().idLo();
                }
                case CommandKind.SET_CREDIT_LIMIT -> {
                    idHi = commands.creditLimit().idHi();
                    idLo = commands.creditLimit().idLo();
                }
                default -> {
                    idHi = commands.resolve().transferIdHi();
                    idLo = commands.resolve().transferIdLo();
                }
            }
            to.onResult(seq, kind, idHi, idLo, answers.code(), answers.timestamp());
        }
    }

    /**
     * Whether a result says that the command took effect now.
     *
     * @param code a {@code ResultCode}'s number.
     * @return true for CREATED.
     */
    public static boolean tookEffect(final int code) {
        return code == ResultCode.CREATED.code();
    }
}
