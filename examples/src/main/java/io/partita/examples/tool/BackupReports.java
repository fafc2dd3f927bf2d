// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.json.RowWriter;
import io.partita.examples.terminal.Output;
import io.partita.ledger.backup.Backup;
import io.partita.ledger.backup.BaseSnapshot;
import io.partita.ledger.backup.LedgerSummary;
import io.partita.ledger.backup.LedgerTotals;
import io.partita.ledger.backup.LiveDigest;
import io.partita.ledger.backup.Position;
import io.partita.ledger.backup.RecordsFile;
import io.partita.ledger.backup.Rehearsal;
import io.partita.ledger.backup.SnapshotFile;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Backups and rehearsals as JSON objects and as lines of text. */
final class BackupReports {
    private static final double NS_PER_S = 1e9;

    private BackupReports() {}

    static Map<String, @Nullable Object> of(final Backup backup) {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("backup", backup.number());
        fields.put("created", Moments.text(backup.createdNs()));
        fields.put("source", backup.source());
        fields.put("software", backup.software());
        put(fields, backup.end());
        final BaseSnapshot base = backup.base();
        fields.put("beginsWithSnapshot", base == null ? null : base.end().seq());
        fields.put("newRecords", newRecords(backup));
        final List<Object> files = new ArrayList<>();
        for (final SnapshotFile file : base == null ? List.<SnapshotFile>of() : base.files()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("name", file.name());
            one.put("length", file.length());
            one.put("sha256", file.sha256());
            files.add(one);
        }
        for (final RecordsFile file : backup.files()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("name", file.name());
            one.put("first", file.firstSeq());
            one.put("last", file.lastSeq());
            one.put("length", file.length());
            one.put("sha256", file.sha256());
            files.add(one);
        }
        fields.put("newFiles", files);
        final LiveDigest live = backup.live();
        fields.put("nodeSeq", live == null ? null : live.seq());
        fields.put("nodeRunningDigest", live == null ? null : hex(live.runningDigest()));
        fields.put("ledger", of(backup.state()));

        return fields;
    }

    static void put(final Map<String, @Nullable Object> fields, final Position end) {
        fields.put("seq", end.seq());
        fields.put("epoch", end.epoch());
        fields.put("timestamp", RowWriter.number(0, end.timestamp()));
        fields.put("chain", hex(end.chain()));
    }

    private static @Nullable Map<String, @Nullable Object> of(final @Nullable LedgerSummary state) {
        if (state == null) {
            return null;
        }
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("accounts", state.accounts());
        fields.put("transfers", state.transfers());
        fields.put("burntIds", state.burntIds());
        fields.put("logicVersion", state.logicVersion());
        fields.put("runningDigest", hex(state.runningDigest()));
        fields.put("stateDigest", state.stateDigest().toString());
        final List<Object> totals = new ArrayList<>();
        for (final LedgerTotals sums : state.totals()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("ledger", sums.ledger());
            one.put("debitsPosted", number(sums.debitsPosted()));
            one.put("creditsPosted", number(sums.creditsPosted()));
            one.put("debitsPending", number(sums.debitsPending()));
            one.put("creditsPending", number(sums.creditsPending()));
            totals.add(one);
        }
        fields.put("totals", totals);

        return fields;
    }

    /** A sum over many accounts may need more than 128 bits. */
    private static Object number(final BigInteger sum) {
        return sum.bitLength() <= 53 ? sum.longValueExact() : sum.toString();
    }

    static @Nullable Map<String, @Nullable Object> of(final @Nullable Rehearsal rehearsal) {
        if (rehearsal == null) {
            return null;
        }
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("ok", rehearsal.ok());
        fields.put("backup", rehearsal.backup());
        fields.put("ended", Moments.text(rehearsal.endedNs()));
        fields.put("seconds", Math.round(rehearsal.durationNs() / NS_PER_S * 1000) / 1000.0);
        fields.put("problem", rehearsal.problem().isEmpty() ? null : rehearsal.problem());

        return fields;
    }

    /** What a replay gave, if there was one. */
    static void tell(final Output output, final @Nullable LedgerSummary state) {
        if (state != null) {
            output.line("  accounts " + state.accounts() + ", transfers " + state.transfers());
            output.line("  state digest    " + state.stateDigest());
            output.line("  running digest  " + hex(state.runningDigest()));
        }
    }

    static String text(final Rehearsal rehearsal) {
        return String.format(
                Locale.ROOT,
                "%s: backup %d restored and replayed in %.1f s, %s",
                rehearsal.ok() ? "PASSED" : "FAILED",
                rehearsal.backup(),
                rehearsal.durationNs() / NS_PER_S,
                Moments.text(rehearsal.endedNs()));
    }

    static long newRecords(final Backup backup) {
        return backup.files().stream()
                .mapToLong(file -> file.lastSeq() - file.firstSeq() + 1)
                .sum();
    }

    static long newBytes(final Backup backup) {
        final BaseSnapshot base = backup.base();
        final long snapshot = base == null
                ? 0
                : base.files().stream().mapToLong(SnapshotFile::length).sum();
        return snapshot + backup.files().stream().mapToLong(RecordsFile::length).sum();
    }

    /** Says it of a backup that does not have the ledger's beginning. */
    static String beginning(final Backup backup) {
        final BaseSnapshot base = backup.base();
        return base == null
                ? ""
                : "; begins with the snapshot at seq " + base.end().seq();
    }

    private static String hex(final long value) {
        return String.format("%016x", value);
    }
}
