// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

import io.partita.examples.terminal.ToolException;
import io.partita.ledger.journal.Damage;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.ledger.journal.VerifyReport;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.state.InvariantReport;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.UserLogic;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Checks a data folder: every file against manifest, seals, checksums and chain; then a replay up to the end, or to the first
 * damage; then the ledger's invariants.
 */
public final class FolderVerification {
    private static final List<Object> CHECKED = List.of(
            "meta and meta.copy, where there are any",
            "manifest and file headers",
            "seals of closed segments, every bit",
            "checksum and chain of every record",
            "snapshots, every bit, and the state at each that the replay passes",
            "replay",
            "debits equal credits in every ledger, posted and pending",
            "every limited account is within its limit",
            "the open pendings of every account add up to its pending balances",
            "every transfer is in exactly two account histories");

    private static final Id128 NO_CLUSTER = new Id128(0, 0);
    private static final String SNAPSHOTS = "snapshots";

    private final VerifyReport files;
    private final MetaCheck meta;
    private final List<String> problems = new ArrayList<>();
    private final List<Damage> snapshotDamages = new ArrayList<>();
    private final List<SnapshotInfo> snapshots = new ArrayList<>();
    private @Nullable Map<String, @Nullable Object> position;

    private FolderVerification(final VerifyReport files, final MetaCheck meta) {
        this.files = files;
        this.meta = meta;
    }

    /**
     * Checks a journal folder. Reads only.
     *
     * @param journalFolder as {@link DataFolders#journalOf} finds it.
     * @param logic the user's own, a new one; null if the journal was written without.
     * @param progress is told the seq now and then.
     * @return what was found.
     * @throws PartitaException if the folder cannot be read at all.
     * @throws ToolException if its files are well, and it cannot be replayed without the user's own logic.
     */
    public static FolderVerification run(
            final Path journalFolder, final @Nullable UserLogic logic, final LongConsumer progress) {
        final VerifyReport files = JournalVerifier.verify(journalFolder);
        final MetaCheck meta =
                MetaCheck.run(journalFolder.toAbsolutePath().resolve("..").normalize(), files);
        final FolderVerification verification = new FolderVerification(files, meta);
        if (!files.clusterId().equals(NO_CLUSTER)) {
            verification.checkSnapshots(journalFolder);
        }
        verification.replay(journalFolder, logic, progress);

        return verification;
    }

    /**
     * Whether all is well.
     *
     * @return true if nothing is damaged and all invariants hold.
     */
    public boolean isOk() {
        return damages().isEmpty() && problems.isEmpty();
    }

    /**
     * What is damaged.
     *
     * @return where and what: the node's meta files first, then in the order of the journal.
     */
    public List<Damage> damages() {
        final List<Damage> damages = new ArrayList<>(meta.damages());
        damages.addAll(files.damages());
        damages.addAll(snapshotDamages);

        return damages;
    }

    /**
     * What else does not hold, and what the next start will clear away.
     *
     * @return sentences.
     */
    public List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * The report.
     *
     * @return a JSON object.
     */
    public Map<String, @Nullable Object> toReport() {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", isOk());
        report.put("clusterId", files.clusterId().toString());
        report.put("segments", files.segments());
        report.put("sealedSegments", files.sealedSegments());
        report.put("records", files.records());
        report.put("journalFrom", files.baseSeq() + 1);
        report.put("snapshots", snapshots.stream().map(SnapshotInfo::seq).toList());
        report.put("quarantinedRecords", files.quarantined());
        report.put("tornTail", files.tornSegment() == 0 ? null : tornTail());
        if (position != null) {
            report.putAll(position);
        }
        report.put("checked", CHECKED);
        report.put("damages", damagesForReport());
        report.put("problems", problems);
        final List<String> notes = new ArrayList<>(meta.notes());
        notes.addAll(files.notes());
        report.put("notes", notes);

        return report;
    }

    private void replay(final Path journalFolder, final @Nullable UserLogic logic, final LongConsumer progress) {
        // From the oldest one, so that the newer ones are compared with the replay.
        final long start = files.baseSeq() == 0 || snapshots.isEmpty()
                ? 0
                : snapshots.get(0).seq();
        try (FolderReplay replay = FolderReplay.reaching(journalFolder, logic, start, Long.MAX_VALUE, unusable -> {})) {
            for (final SnapshotInfo snapshot : snapshots) {
                if (snapshot.seq() > replay.fromSeq() && snapshot.seq() <= files.lastSeq()) {
                    replay.run(snapshot.seq(), Long.MAX_VALUE, progress);
                    compare(replay.machine(), snapshot);
                }
            }
            replay.run(files.lastSeq(), Long.MAX_VALUE, progress);
            position = Replays.position(replay);
            if (replay.machine().appliedSeq() < files.lastSeq()) {
                problems.add("the replay ends early: seq=" + replay.machine().appliedSeq() + ", expected="
                        + files.lastSeq());
            }
            final InvariantReport invariants = replay.machine().checkInvariants();
            problems.addAll(invariants.violations());
        } catch (final PartitaException ex) {
            // With damages that is their consequence; without them it is news.
            if (files.ok()) {
                problems.add("the replay stopped: " + ex.getMessage());
            }
        } catch (final ToolException ex) {
            if (damages().isEmpty()) {
                throw ex; // nothing is known to be wrong: the files hold, the rest is not to be said without the logic
            }
            problems.add("the replay stopped: " + ex.getMessage());
        }
    }

    private void compare(final LedgerStateMachine machine, final SnapshotInfo snapshot) {
        final String replayed = machine.stateDigest().toString();
        if (machine.appliedSeq() == snapshot.seq()
                && !replayed.equals(snapshot.stateDigest().toString())) {
            problems.add("a snapshot is not of the state that the replay comes to: seq=" + snapshot.seq() + ", digest="
                    + snapshot.stateDigest() + ", replayed=" + replayed);
        }
    }

    /** Every bit of each snapshot, and whether it is of this journal. The oldest comes first. */
    private void checkSnapshots(final Path journalFolder) {
        final FolderSnapshots beside = FolderSnapshots.of(
                journalFolder, unusable -> snapshotDamages.add(new Damage(SNAPSHOTS, 0, -1, 0, unusable.problem())));
        for (final SnapshotInfo info : beside.restart().fitting(Long.MAX_VALUE)) {
            try {
                snapshots.add(0, beside.store().verify(info.seq()));
            } catch (final PartitaException ex) {
                snapshotDamages.add(new Damage(SNAPSHOTS, 0, -1, info.seq(), ex.problem()));
            }
        }
    }

    private Map<String, @Nullable Object> tornTail() {
        final Map<String, @Nullable Object> tail = new LinkedHashMap<>();
        tail.put("segment", files.tornSegment());
        tail.put("offset", files.tornOffset());

        return tail;
    }

    private List<Object> damagesForReport() {
        final List<Object> list = new ArrayList<>();
        for (final Damage damage : damages()) {
            final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("file", damage.file());
            fields.put("segment", damage.segment());
            fields.put("offset", damage.offset());
            fields.put("seq", damage.seq());
            fields.put("what", damage.what());
            list.add(fields);
        }
        return list;
    }
}
