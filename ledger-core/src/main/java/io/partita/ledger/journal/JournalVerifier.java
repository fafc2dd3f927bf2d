// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks a journal folder bit by bit: the manifest, every record and the chain over them, and for sealed segments every file
 * against its seal. Reads only. A live folder can be checked, too: what is not sealed is checked by its records alone.
 */
public final class JournalVerifier {
    private static final int LIVE_ATTEMPTS = 10;

    private final Path folder;
    private final List<Damage> damages = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long lastSeq;
    private long lastEpoch;
    private long lastChain;
    private long lastTimestamp;
    private long baseSeq;
    private long records;
    private long quarantined;
    private int sealedSegments;
    private boolean chainBroken;
    private boolean sameBoot;
    private boolean endKnown;
    private long tornSegment;
    private long tornOffset;

    private JournalVerifier(final Path folder) {
        this.folder = folder;
    }

    /**
     * Checks a folder.
     *
     * @param journalFolder the journal's own folder.
     * @return what was found; damage is in the report, not an exception.
     * @throws PartitaException STORAGE_FAILED if there is no journal or it cannot be read.
     */
    public static VerifyReport verify(final Path journalFolder) {
        try {
            VerifyReport report = new JournalVerifier(journalFolder).run();
            // A live folder may have gone on under our eyes: what looks like damage then is looked at again.
            for (int i = 0; i < LIVE_ATTEMPTS && !report.ok() && hasMoved(journalFolder, report.generation()); i++) {
                report = new JournalVerifier(journalFolder).run();
            }
            return report;
        } catch (final IOException e) {
            throw unreadable(journalFolder, e);
        }
    }

    /** Checks the segments of a folder at rest, whose manifest is another one than the file there. */
    static VerifyReport verify(final Path journalFolder, final Manifest manifest) {
        try {
            return new JournalVerifier(journalFolder).run(manifest);
        } catch (final IOException e) {
            throw unreadable(journalFolder, e);
        }
    }

    private static PartitaException unreadable(final Path journalFolder, final IOException e) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                "the journal cannot be read: folder=" + journalFolder + " (" + e + ")",
                "check the path and the permissions",
                e);
    }

    private static boolean hasMoved(final Path folder, final long generation) {
        try {
            final Manifest manifest = Manifest.read(folder);
            return manifest != null && manifest.generation() != generation;
        } catch (final PartitaException e) {
            return false;
        }
    }

    private VerifyReport run() throws IOException {
        final Manifest manifest = readManifest();
        return manifest == null ? report(new Id128(0, 0), 0, 0) : run(manifest);
    }

    private VerifyReport run(final Manifest manifest) throws IOException {
        final JournalBase base = manifest.base();
        baseSeq = base.seq();
        lastSeq = base.seq();
        lastChain = base.chain();
        lastEpoch = base.epoch();
        lastTimestamp = base.timestamp();
        sameBoot = manifest.boot().equals(Recovery.bootId());
        endKnown = manifest.segments().stream().allMatch(SegmentEntry::isEnded);
        checkFolder(manifest);
        for (final SegmentEntry entry : manifest.segments()) {
            final int before = damages.size();
            checkRecords(manifest, entry);
            if (entry.state() == SegmentEntry.State.SEALED) {
                sealedSegments++;
                checkSeal(manifest, entry, before);
            }
        }
        return report(
                manifest.clusterId(), manifest.generation(), manifest.segments().size());
    }

    private VerifyReport report(final Id128 clusterId, final long generation, final int segments) {
        return new VerifyReport(
                clusterId,
                generation,
                segments,
                sealedSegments,
                records,
                quarantined,
                baseSeq,
                lastSeq,
                lastChain,
                endKnown,
                tornSegment,
                tornOffset,
                notes,
                damages);
    }

    private @Nullable Manifest readManifest() throws IOException {
        final Path file = folder.resolve(Manifest.FILE);
        if (!Files.exists(file) && Files.isDirectory(folder)) {
            damages.add(new Damage(Manifest.FILE, 0, -1, 0, "the manifest is missing"));
            return null;
        }
        final String wrong = SealedText.findDamage(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!wrong.isEmpty()) {
            damages.add(new Damage(Manifest.FILE, 0, offsetIn(wrong), 0, "the manifest is damaged: " + wrong));
            return null;
        }
        try {
            return Manifest.read(folder);
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            damages.add(new Damage(Manifest.FILE, 0, -1, 0, String.valueOf(e.getMessage())));
            return null;
        }
    }

    private static long offsetIn(final String text) {
        final int field = text.indexOf("offset=");
        int end = field + 7;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return Long.parseLong(text.substring(field + 7, end));
    }

    /** Missing and extra entries of the journal folder itself. */
    private void checkFolder(final Manifest manifest) throws IOException {
        final Set<String> listed = new HashSet<>();
        for (final SegmentEntry entry : manifest.segments()) {
            final String name = SegmentDescriptor.folderName(entry.id());
            listed.add(name);
            if (!Files.isRegularFile(folder.resolve(name).resolve(SegmentDescriptor.FRAMES_FILE))) {
                damages.add(new Damage(
                        name + "/" + SegmentDescriptor.FRAMES_FILE, entry.id(), -1, 0, "the file is missing"));
            }
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (final Path path : stream) {
                final String name = path.getFileName().toString();
                final boolean isManifest = name.equals(Manifest.FILE) || name.equals(Manifest.FILE + ".tmp");
                if (!isManifest && !listed.contains(name)) {
                    checkUnlisted(manifest, path, name);
                }
            }
        }
    }

    /** A segment just being made when the writer died, or something that does not belong here. */
    private void checkUnlisted(final Manifest manifest, final Path path, final String name) {
        final long id = SegmentDescriptor.folderId(name);
        final Path file = path.resolve(SegmentDescriptor.FRAMES_FILE);
        if (id > manifest.lastId() || id > 0 && !Files.exists(file)) {
            notes.add("leftover of an unfinished start or roll: " + name);
            return;
        }
        if (id > 0 && id <= manifest.base().segment()) {
            notes.add("given up, and not deleted yet: " + name);
            return;
        }
        damages.add(new Damage(name, Math.max(id, 0), -1, 0, "the manifest does not list it"));
    }

    private void checkRecords(final Manifest manifest, final SegmentEntry entry) {
        final String name = SegmentDescriptor.folderName(entry.id()) + "/" + SegmentDescriptor.FRAMES_FILE;
        final Path file = folder.resolve(name);
        if (!Files.isRegularFile(file)) {
            chainBroken |= entry.counts();
            return;
        }
        final boolean first = entry.state() == SegmentEntry.State.PREPARED;
        if (!first && entry.counts() && (entry.firstSeq() != lastSeq + 1 || entry.previousChain() != lastChain)) {
            if (!chainBroken) {
                damages.add(new Damage(
                        name, entry.id(), 0, entry.firstSeq(), "the segment does not continue the one before"));
            }
            // Go on with what the manifest says, to find what else there is.
            chainBroken = true;
        }
        long seen = -1;
        while (true) {
            try (ReadWindow window = new ReadWindow(file)) {
                final SegmentScan scan = new SegmentScan(
                        window,
                        manifest.clusterId(),
                        entry.id(),
                        first ? lastSeq + 1 : entry.firstSeq(),
                        first ? lastChain : entry.previousChain(),
                        chainBroken || !entry.counts() ? 0 : lastEpoch,
                        chainBroken || !entry.counts() ? 0 : lastTimestamp);
                final SegmentScan.Stop end = scan.run(entry.isEnded() ? entry.storedSeq() : Long.MAX_VALUE);
                final SegmentScan.Stop stop = entry.isEnded() || sameBoot ? end : scan.afterPowerCut(end);
                // A live segment grows between two reads: nothing is seen where a record comes a moment later, and what
                // follows that is. A hole stays where it is.
                if (entry.isEnded() || !isDamage(scan, stop) || scan.lastSeq() == seen) {
                    judge(entry, name, scan, stop);
                    return;
                }
                seen = scan.lastSeq();
            }
        }
    }

    private void judge(
            final SegmentEntry entry, final String name, final SegmentScan scan, final SegmentScan.Stop stop) {
        final long countedLast = entry.isEnded() ? entry.endSeq() : scan.lastSeq();
        if (entry.isEnded() ? stop != SegmentScan.Stop.REACHED : isDamage(scan, stop)) {
            final String what = scan.damage().isEmpty() ? "records are missing" : scan.damage();
            damages.add(new Damage(name, entry.id(), scan.damageOffset(), scan.lastSeq() + 1, what));
            chainBroken = true;
        } else if (!entry.isEnded() && stop != SegmentScan.Stop.ENDED && stop != SegmentScan.Stop.NOTHING) {
            tornSegment = entry.id();
            tornOffset = scan.endOffset();
        }
        if (entry.state() == SegmentEntry.State.PREPARED && scan.records() == 0) {
            return;
        }
        records += Math.max(0, Math.min(scan.lastSeq(), countedLast) - firstSeq(entry, scan) + 1);
        quarantined += Math.max(0, scan.lastSeq() - countedLast);
        if (entry.counts() || entry.state() == SegmentEntry.State.PREPARED) {
            follow(entry, scan, countedLast);
        }
    }

    private static long firstSeq(final SegmentEntry entry, final SegmentScan scan) {
        return entry.state() == SegmentEntry.State.PREPARED ? scan.lastSeq() - scan.records() + 1 : entry.firstSeq();
    }

    private boolean isDamage(final SegmentScan scan, final SegmentScan.Stop stop) {
        if (stop == SegmentScan.Stop.BAD || stop == SegmentScan.Stop.ENDED) {
            return stop == SegmentScan.Stop.BAD;
        }
        final long durableSeqBehind = scan.durableSeqBehind();
        return durableSeqBehind >= 0 && (sameBoot || durableSeqBehind > scan.lastSeq());
    }

    /** The next segment continues this one: by the scan, or by the manifest where that knows better. */
    private void follow(final SegmentEntry entry, final SegmentScan scan, final long countedLast) {
        if (entry.isEnded()) {
            if (scan.lastSeq() == countedLast && scan.chain() != entry.endChain() && !chainBroken) {
                damages.add(new Damage(
                        Manifest.FILE,
                        entry.id(),
                        -1,
                        countedLast,
                        "the manifest has another chain value than the records"));
                chainBroken = true;
            }
            lastSeq = entry.endSeq();
            lastChain = entry.endChain();
            lastEpoch = entry.endEpoch();
            lastTimestamp = entry.endTimestamp();
        } else {
            lastSeq = scan.lastSeq();
            lastChain = scan.chain();
            lastEpoch = scan.epoch();
            lastTimestamp = scan.timestamp();
        }
    }

    /**
     * Compares with the seal, which knows the place better: what reading stopped at is an effect of the first damage of the
     * file, and reported with it.
     */
    private void checkSeal(final Manifest manifest, final SegmentEntry entry, final int before) throws IOException {
        final String name = SegmentDescriptor.folderName(entry.id());
        if (!Files.isDirectory(folder.resolve(name))) {
            return;
        }
        final List<Damage> found = new ArrayList<>();
        SegmentSeal.check(folder.resolve(name), name, manifest.clusterId(), entry, found);
        int effect = before;
        for (final Damage damage : found) {
            if (!damage.file().endsWith(SegmentDescriptor.FRAMES_FILE) || damage.offset() < 0) {
                damages.add(damage);
                continue;
            }
            final Damage located = locate(manifest, entry, damage);
            if (effect < damages.size() && damages.get(effect).file().equals(located.file())) {
                damages.set(
                        effect,
                        new Damage(
                                located.file(),
                                located.segment(),
                                located.offset(),
                                located.seq(),
                                located.what() + "; reading stops at offset="
                                        + damages.get(effect).offset() + ": "
                                        + damages.get(effect).what()));
                effect = Integer.MAX_VALUE;
            } else {
                damages.add(located);
            }
        }
    }

    /** Finds the record around a damaged byte, as far as the excerpts can be followed. */
    private Damage locate(final Manifest manifest, final SegmentEntry entry, final Damage damage) {
        try (ReadWindow window = new ReadWindow(folder.resolve(damage.file()))) {
            final ExcerptCursor cursor = new ExcerptCursor(window, manifest.clusterId(), entry.id());
            long seq = entry.firstSeq();
            int kind = cursor.advance();
            while (kind == ExcerptCursor.SEGMENT || kind == ExcerptCursor.FRAME) {
                int at = cursor.payload() + SegmentDescriptor.FRAME_HEADER_LENGTH;
                final int end = cursor.payload() + cursor.payloadLength();
                while (kind == ExcerptCursor.FRAME && at < end) {
                    final int length = RecordDescriptor.length(window.buffer(), at);
                    final boolean plausible = length >= RecordDescriptor.HEADER_LENGTH && length <= end - at;
                    final int recordEnd = plausible ? at + length : end;
                    if (damage.offset() >= cursor.positionOf(at) && damage.offset() < cursor.positionOf(recordEnd)) {
                        return new Damage(damage.file(), damage.segment(), damage.offset(), seq, damage.what());
                    }
                    seq++;
                    at = recordEnd;
                }
                if (damage.offset() < cursor.nextPosition()) {
                    return damage;
                }
                kind = cursor.advance();
            }
        }
        return damage;
    }
}
