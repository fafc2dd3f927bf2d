// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.SealedText;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code manifest} of a repository: which backups there are, what they hold, and what rehearsals gave. Immutable; the
 * package's description has the format.
 *
 * @param clusterId of the ledger.
 * @param generation counts the writings.
 * @param backups the oldest first.
 * @param rehearsals the oldest first; the newest {@link #REHEARSALS_MAX}.
 */
record BackupManifest(Id128 clusterId, long generation, List<Backup> backups, List<Rehearsal> rehearsals) {
    static final int REHEARSALS_MAX = 1000;

    private static final String MAGIC = "partita-backup";
    /** Of a repository that begins with the ledger: written as before there was another one, for releases that know no other. */
    private static final int VERSION = 1;
    /** Of one that begins with a snapshot. */
    private static final int VERSION_WITH_BASE = 2;

    BackupManifest {
        backups = List.copyOf(backups);
        rehearsals = List.copyOf(rehearsals);
    }

    static BackupManifest empty(final Id128 clusterId) {
        return new BackupManifest(clusterId, 0, List.of(), List.of());
    }

    @Nullable
    Backup newest() {
        return backups.isEmpty() ? null : backups.get(backups.size() - 1);
    }

    /** The snapshot that the first record follows; null if that is the ledger's first one. */
    @Nullable
    BaseSnapshot base() {
        return backups.isEmpty() ? null : backups.get(0).base();
    }

    private int version() {
        return base() == null ? VERSION : VERSION_WITH_BASE;
    }

    /** All files of records, the first ones first. */
    List<RecordsFile> files() {
        final List<RecordsFile> files = new ArrayList<>();
        for (final Backup backup : backups) {
            files.addAll(backup.files());
        }
        return files;
    }

    BackupManifest with(final Backup added) {
        final List<Backup> changed = new ArrayList<>(backups);
        changed.add(added);
        return new BackupManifest(clusterId, generation + 1, changed, rehearsals);
    }

    /** With the result of a rehearsal and, if its backup had none yet, the summary that it gave. */
    BackupManifest with(final Rehearsal rehearsal, final @Nullable LedgerSummary state) {
        final List<Rehearsal> changed = new ArrayList<>(rehearsals);
        changed.add(rehearsal);
        final List<Backup> same = new ArrayList<>(backups);
        final int at = (int) rehearsal.backup() - 1;
        if (state != null && same.get(at).state() == null) {
            same.set(at, same.get(at).withState(state));
        }
        return new BackupManifest(
                clusterId,
                generation + 1,
                same,
                changed.subList(Math.max(0, changed.size() - REHEARSALS_MAX), changed.size()));
    }

    byte[] encode() {
        final List<String> lines = new ArrayList<>();
        lines.add(MAGIC + " " + version() + " cluster=" + clusterId + " generation=" + generation);
        for (final Backup backup : backups) {
            encode(lines, backup);
        }
        for (final Rehearsal rehearsal : rehearsals) {
            lines.add("rehearsal backup=" + rehearsal.backup() + " ended=" + rehearsal.endedNs() + " duration="
                    + rehearsal.durationNs() + " ok=" + rehearsal.ok() + " problem=" + text(rehearsal.problem()));
        }
        final StringBuilder all = new StringBuilder();
        lines.forEach(line -> all.append(FolderFiles.seal(line)).append('\n'));
        return (all + SealedText.endLine(all.toString(), lines.size()) + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void encode(final List<String> lines, final Backup backup) {
        final Position end = backup.end();
        final LiveDigest live = backup.live();
        lines.add("backup number=" + backup.number() + " created=" + backup.createdNs() + " source="
                + text(backup.source()) + " software=" + text(backup.software()) + " seq=" + end.seq() + " epoch="
                + end.epoch() + " timestamp=" + end.timestamp() + " chain=" + hex(end.chain()) + " liveSeq="
                + (live == null ? 0 : live.seq()) + " liveDigest=" + hex(live == null ? 0 : live.runningDigest()));
        final BaseSnapshot base = backup.base();
        if (base != null) {
            encode(lines, base);
        }
        for (final RecordsFile file : backup.files()) {
            lines.add("records first=" + file.firstSeq() + " last=" + file.lastSeq() + " previousChain="
                    + hex(file.previousChain()) + " chain=" + hex(file.chain()) + " length=" + file.length()
                    + " sha256=" + file.sha256());
        }
        final LedgerSummary state = backup.state();
        if (state == null) {
            return;
        }
        lines.add("state running=" + hex(state.runningDigest()) + " state=" + state.stateDigest() + " accounts="
                + state.accounts() + " transfers=" + state.transfers() + " burnt=" + state.burntIds() + " logic="
                + state.logicVersion());
        for (final LedgerTotals totals : state.totals()) {
            lines.add("totals ledger=" + totals.ledger() + " debitsPosted=" + totals.debitsPosted() + " creditsPosted="
                    + totals.creditsPosted() + " debitsPending=" + totals.debitsPending() + " creditsPending="
                    + totals.creditsPending());
        }
    }

    private static void encode(final List<String> lines, final BaseSnapshot base) {
        final Position end = base.end();
        lines.add("snapshot seq=" + end.seq() + " epoch=" + end.epoch() + " timestamp=" + end.timestamp() + " chain="
                + hex(end.chain()));
        for (final SnapshotFile file : base.files()) {
            lines.add("snapshotFile name=" + file.fileName() + " length=" + file.length() + " sha256=" + file.sha256());
        }
    }

    /**
     * Decodes a manifest.
     *
     * @param file where the bytes are from, for errors.
     * @throws PartitaException DAMAGED or UNKNOWN_FORMAT.
     */
    static BackupManifest decode(final byte[] bytes, final String file) {
        final String text = new String(bytes, StandardCharsets.ISO_8859_1);
        final String wrong = SealedText.findDamage(text);
        if (!wrong.isEmpty()) {
            throw damaged(file, wrong);
        }
        final boolean isKnown =
                text.startsWith(MAGIC + " " + VERSION + " ") || text.startsWith(MAGIC + " " + VERSION_WITH_BASE + " ");
        if (!isKnown) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the backup's manifest was written by another release, or is none: file=" + file,
                    "use the release that wrote it, or a newer one");
        }
        try {
            final BackupManifest manifest = parse(text.split("\n"));
            manifest.checkContinuity();
            if (!text.startsWith(MAGIC + " " + manifest.version() + " ")) {
                throw new IllegalArgumentException("the version does not go with what is in it");
            }
            return manifest;
        } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(file, "it cannot be understood: " + e.getMessage());
        }
    }

    private static PartitaException damaged(final String file, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "the backup's manifest is damaged: file=" + file + ", " + what,
                "run partita backup verify; if manifest.copy is whole, copy it over manifest; else use another copy of the backup");
    }

    private static BackupManifest parse(final String[] lines) {
        final LineWords head = new LineWords(lines[0], 2);
        final Id128 clusterId = head.id("cluster");
        final long generation = head.number("generation");
        final List<Backup> backups = new ArrayList<>();
        int at = 1;
        while (lines[at].startsWith("backup ")) {
            final int start = at++;
            while (lines[at].startsWith("snapshot ")
                    || lines[at].startsWith("snapshotFile ")
                    || lines[at].startsWith("records ")
                    || lines[at].startsWith("state ")
                    || lines[at].startsWith("totals ")) {
                at++;
            }
            backups.add(backup(lines, start, at));
        }
        final List<Rehearsal> rehearsals = new ArrayList<>();
        while (lines[at].startsWith("rehearsal ")) {
            final LineWords words = new LineWords(lines[at++], 1);
            rehearsals.add(new Rehearsal(
                    words.number("backup"),
                    words.number("ended"),
                    words.number("duration"),
                    words.text("ok").equals("true"),
                    plain(words.text("problem"))));
        }
        if (!lines[at].startsWith("end ") || at != lines.length - 1) {
            throw new IllegalArgumentException("unknown line: " + lines[at]);
        }
        return new BackupManifest(clusterId, generation, backups, rehearsals);
    }

    private static Backup backup(final String[] lines, final int from, final int to) {
        final LineWords words = new LineWords(lines[from], 1);
        final long number = words.number("number");
        final long createdNs = words.number("created");
        final String source = plain(words.text("source"));
        final String software = plain(words.text("software"));
        final Position end = position(words);
        final LiveDigest live = new LiveDigest(words.number("liveSeq"), words.hex("liveDigest"));
        int at = from + 1;
        final BaseSnapshot base = at < to && lines[at].startsWith("snapshot ") ? base(lines, at, to) : null;
        at += base == null ? 0 : 1 + base.files().size();
        final List<RecordsFile> files = new ArrayList<>();
        while (at < to && lines[at].startsWith("records ")) {
            final LineWords file = new LineWords(lines[at++], 1);
            files.add(new RecordsFile(
                    file.number("first"),
                    file.number("last"),
                    file.hex("previousChain"),
                    file.hex("chain"),
                    file.number("length"),
                    file.text("sha256")));
        }
        return new Backup(
                number,
                createdNs,
                source,
                software,
                base,
                end,
                live.seq() == 0 ? null : live,
                files,
                at == to ? null : state(lines, at, to));
    }

    private static Position position(final LineWords words) {
        return new Position(words.number("seq"), words.number("epoch"), words.number("timestamp"), words.hex("chain"));
    }

    private static BaseSnapshot base(final String[] lines, final int from, final int to) {
        final List<SnapshotFile> files = new ArrayList<>();
        for (int at = from + 1; at < to && lines[at].startsWith("snapshotFile "); at++) {
            final LineWords file = new LineWords(lines[at], 1);
            files.add(new SnapshotFile(file.text("name"), file.number("length"), file.text("sha256")));
        }
        return new BaseSnapshot(position(new LineWords(lines[from], 1)), files);
    }

    private static LedgerSummary state(final String[] lines, final int from, final int to) {
        final LineWords words = new LineWords(lines[from], 1);
        if (!lines[from].startsWith("state ")) {
            throw new IllegalArgumentException("expected state: " + lines[from]);
        }
        final List<LedgerTotals> totals = new ArrayList<>();
        for (int at = from + 1; at < to; at++) {
            final LineWords sums = new LineWords(lines[at], 1);
            totals.add(new LedgerTotals(
                    sums.number("ledger"),
                    new BigInteger(sums.text("debitsPosted")),
                    new BigInteger(sums.text("creditsPosted")),
                    new BigInteger(sums.text("debitsPending")),
                    new BigInteger(sums.text("creditsPending"))));
        }
        final long running = words.hex("running");
        final Id128 digest = words.id("state");
        return new LedgerSummary(
                running,
                new Digest128(digest.hi(), digest.lo()),
                words.number("accounts"),
                words.number("transfers"),
                words.number("burnt"),
                (int) words.number("logic"),
                totals);
    }

    /** Whether the files follow each other from the beginning, and the backups from file to file. */
    private void checkContinuity() {
        final BaseSnapshot base = base();
        long seq = base == null ? 0 : base.end().seq();
        long chain = base == null
                ? RecordDescriptor.genesisChain(clusterId.hi(), clusterId.lo())
                : base.end().chain();
        long number = 0;
        for (final Backup backup : backups) {
            if (number > 0 && backup.base() != null) {
                throw new IllegalArgumentException("a snapshot behind the beginning: backup=" + backup.number());
            }
            for (final RecordsFile file : backup.files()) {
                if (file.firstSeq() != seq + 1 || file.lastSeq() < file.firstSeq() || file.previousChain() != chain) {
                    throw new IllegalArgumentException("a file does not continue the one before: " + file.name());
                }
                seq = file.lastSeq();
                chain = file.chain();
            }
            if (backup.number() != ++number
                    || backup.end().seq() != seq
                    || backup.end().chain() != chain) {
                throw new IllegalArgumentException("a backup does not end where its files do: backup=" + number);
            }
        }
        for (final Rehearsal rehearsal : rehearsals) {
            if (rehearsal.backup() < 1 || rehearsal.backup() > number) {
                throw new IllegalArgumentException("a rehearsal of no backup: backup=" + rehearsal.backup());
            }
        }
    }

    private static String hex(final long value) {
        return String.format("%016x", value);
    }

    /** Without blanks and line ends. */
    private static String text(final String plain) {
        return URLEncoder.encode(plain, StandardCharsets.UTF_8);
    }

    private static String plain(final String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
