// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a damaged journal whole again, at rest: each damaged segment is written anew, of its own records as far as they are whole, and
 * of those that other copies of the journal have for the rest (R39). A record that continues the chain on both sides is the record
 * that was here, whoever kept it; nothing else is taken. A single flipped bit of a sealed segment or of the manifest needs no other copy:
 * two checksums tell which it is. What cannot be made whole altogether is not touched.
 *
 * <p>The new segments are made beside the journal, forced and checked, before the first damaged one is replaced ({@code
 * SegmentExchange}). A crash at any moment leaves each segment as it was, or whole; running it again does the rest, and finds what came
 * from elsewhere in the folders beside the journal.
 */
public final class JournalMender {
    private final Path folder;
    private final SegmentExchange exchange;
    private final List<Path> elsewhere = new ArrayList<>();
    private final Manifest manifest;
    private final boolean isManifestDamaged;
    private final List<Damage> damages = new ArrayList<>();

    private JournalMender(final Path folder, final List<Path> sources) throws IOException {
        this.folder = folder;
        exchange = new SegmentExchange(folder);
        elsewhere.add(exchange.mending());
        elsewhere.add(exchange.evidence());
        elsewhere.addAll(sources);
        final String found = manifestText(folder);
        final String whole = withoutFlip(found);
        manifest = Manifest.of(folder, whole);
        isManifestDamaged = !whole.equals(found);
        if (isManifestDamaged) {
            damages.addAll(JournalVerifier.verify(folder).damages());
        }
        damages.addAll(JournalVerifier.verify(folder, manifest).damages());
    }

    private static String manifestText(final Path folder) {
        final String found = Manifest.text(folder);
        if (found == null) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the manifest is missing: folder=" + folder,
                    "restore the journal folder from the other node or a backup; nothing was changed");
        }
        return found;
    }

    /** What a manifest was before one of its bits flipped, if that is what is wrong with it. */
    private static String withoutFlip(final String found) {
        final String whole = SealedText.findDamage(found).isEmpty() ? null : SealedText.withoutFlip(found);
        return whole == null ? found : whole;
    }

    /**
     * Whose journal it is, also of one whose manifest is damaged and can be mended.
     *
     * @param journalFolder the journal's own folder.
     * @return the cluster id.
     * @throws PartitaException DAMAGED if the manifest does not tell.
     */
    public static Id128 clusterId(final Path journalFolder) {
        return Manifest.of(journalFolder, withoutFlip(manifestText(journalFolder)))
                .clusterId();
    }

    /**
     * Mends a journal.
     *
     * @param journalFolder the journal's own folder; the caller sees to it that no process has it open.
     * @param sources journal folders to take records from: only read, and may be damaged themselves. The first that has a record
     *     gives it.
     * @return what was done; nothing if nothing is damaged.
     * @throws PartitaException MEND_REFUSED if a record is to be had nowhere, or only of another history: nothing was changed then;
     *     DAMAGED if more than a bit of the manifest is, or there is something that does not belong to the journal; STORAGE_FULL;
     *     STORAGE_FAILED.
     */
    public static MendReport mend(final Path journalFolder, final List<Path> sources) {
        final Path folder = journalFolder.toAbsolutePath();
        try {
            final JournalMender mender = new JournalMender(folder, sources);
            mender.check();
            return mender.damages.isEmpty() ? mender.finish(List.of()) : mender.run();
        } catch (final IOException e) {
            throw new PartitaException(
                    DiskFull.isCauseOf(e, folder) ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                    "the journal cannot be mended: folder=" + folder + " (" + e + ")",
                    "check the disk and its free space, then run it again: it goes on where it was",
                    e);
        }
    }

    private void check() {
        for (final Damage damage : damages) {
            final boolean isOfManifest = isManifestDamaged && damage.file().equals(Manifest.FILE);
            if (!isOfManifest && !lists(manifest, damage.segment())) {
                throw new PartitaException(
                        ErrorCode.DAMAGED,
                        "this is no damage of a segment, and cannot be mended: folder=" + folder + ", " + damage,
                        "find out where it comes from; nothing was changed");
            }
        }
    }

    private static boolean lists(final Manifest manifest, final long segment) {
        return manifest.segments().stream().anyMatch(entry -> entry.id() == segment);
    }

    private MendReport run() throws IOException {
        final List<SegmentDraft> drafts = new ArrayList<>();
        final List<MendReport.Mended> mended = new ArrayList<>();
        try {
            plan(drafts);
            final List<SegmentEntry> entries = new ArrayList<>(manifest.segments());
            for (final SegmentDraft draft : drafts) {
                exchange.write(draft);
                SegmentKeeper.replace(entries, draft.written().unsealed());
            }
            if (isManifestDamaged) {
                exchange.keepManifest();
            }
            final Manifest meanwhile = manifest.with(entries);
            meanwhile.write(folder);
            for (final SegmentDraft draft : drafts) {
                mended.add(draft.report(exchange.replace(draft)));
                SegmentKeeper.replace(entries, draft.written());
            }
            meanwhile.with(entries).write(folder);
            ReplacedFile.release(folder, Manifest.FILE);
        } finally {
            drafts.forEach(SegmentDraft::close);
        }
        return finish(mended);
    }

    private MendReport finish(final List<MendReport.Mended> mended) throws IOException {
        final VerifyReport after = JournalVerifier.verify(folder);
        if (!after.ok()) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "the journal was mended, and is damaged: folder=" + folder + ", "
                            + after.damages().get(0),
                    "look after the disk, then run it again; what was there before is in " + exchange.evidence());
        }
        exchange.clear();
        return new MendReport(damages, mended, after);
    }

    /** Looks through all segments, since a verifier that has lost the chain sees less of what comes behind. */
    private void plan(final List<SegmentDraft> drafts) throws IOException {
        final Set<Long> named = new HashSet<>();
        damages.forEach(damage -> named.add(damage.segment()));
        long lastSeq = manifest.base().seq();
        long lastChain = manifest.base().chain();
        for (final SegmentEntry entry : manifest.segments()) {
            final boolean isPrepared = entry.state() == SegmentEntry.State.PREPARED;
            final SegmentDraft draft = new SegmentDraft(
                    folder,
                    manifest.clusterId(),
                    entry,
                    isPrepared ? lastSeq + 1 : entry.firstSeq(),
                    isPrepared ? lastChain : entry.previousChain());
            drafts.add(draft);
            draft.findOwn();
            if (entry.isEnded() || named.contains(entry.id())) {
                complete(draft);
            } else {
                draft.takeAsItIs();
            }
            if (entry.counts() || isPrepared) {
                lastSeq = draft.lastSeq();
                lastChain = draft.lastChain();
            }
            if (!named.contains(entry.id()) && !draft.hasReplaced()) {
                drafts.remove(draft);
                draft.close();
            }
        }
    }

    private void complete(final SegmentDraft draft) throws IOException {
        if (draft.isCompleteByItself()) {
            return;
        }
        final long first = draft.missingFirst();
        final long last = draft.missingLast();
        for (final Path source : elsewhere) {
            for (final Path file : framesFiles(source, first, last)) {
                draft.findElsewhere(file, first, last);
            }
        }
        if (!draft.isComplete()) {
            final boolean isOther = draft.isMissingElsewhere();
            throw new PartitaException(
                    ErrorCode.MEND_REFUSED,
                    (isOther
                                    ? "what the other folders have in place of damaged records is of another history"
                                    : "damaged records are in none of the other folders")
                            + ": firstSeq=" + draft.missingFirst() + ", lastSeq=" + draft.missingLast() + ", segment="
                            + draft.entry().id() + ", folder=" + folder,
                    "name a folder that has them: another node's, an older copy, or a restored backup; nothing was changed");
        }
    }

    /** Files of a journal folder that may hold records of a range; all of them if its manifest does not tell. */
    private static List<Path> framesFiles(final Path source, final long firstSeq, final long lastSeq)
            throws IOException {
        final List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(source)) {
            return files;
        }
        final Manifest known = manifestOf(source);
        try (DirectoryStream<Path> segments = Files.newDirectoryStream(source, "segment-*")) {
            for (final Path segment : segments) {
                final Path file = segment.resolve(SegmentDescriptor.FRAMES_FILE);
                if (Files.isRegularFile(file) && mayHold(known, segment, firstSeq, lastSeq)) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        return files;
    }

    private static @Nullable Manifest manifestOf(final Path source) {
        try {
            return Manifest.read(source);
        } catch (final PartitaException e) {
            return null;
        }
    }

    private static boolean mayHold(
            final @Nullable Manifest known, final Path segment, final long firstSeq, final long lastSeq) {
        if (known == null) {
            return true;
        }
        final long id = SegmentDescriptor.folderId(segment.getFileName().toString());
        for (final SegmentEntry entry : known.segments()) {
            if (entry.id() == id && entry.isEnded()) {
                return entry.firstSeq() <= lastSeq && entry.storedSeq() >= firstSeq;
            }
        }
        return true;
    }
}
