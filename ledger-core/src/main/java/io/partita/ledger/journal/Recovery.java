// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds out what a journal folder holds when it is opened, after a clean end or any other (R2, R39). Segments that were open
 * are read record by record; what the manifest says of the others is believed until they are read. Changes nothing but the
 * manifest, and that only when all is well; no record is ever overwritten.
 */
final class Recovery {
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final String NO_BOOT_ID = "unknown";
    private static final String REPAIR =
            "verify the folder; restore it from the other node or a backup. Nothing was changed";

    private final JournalConfig config;
    private final Path folder;
    private final EpochRunTable runs = new EpochRunTable();
    private final List<SegmentEntry> entries = new ArrayList<>();
    private final List<Long> dropped = new ArrayList<>();
    private long lastSeq;
    private long lastEpoch;
    private long lastChain;
    private long lastTimestamp;
    private boolean fresh;
    private boolean clean = true;
    private boolean bootChanged;
    private long tornSegment;
    private long tornOffset;
    private long recordsScanned;

    Recovery(final JournalConfig config) {
        this.config = config;
        this.folder = config.folder();
        goOnFrom(JournalBase.beginning(config.clusterId()));
    }

    private void goOnFrom(final JournalBase base) {
        lastSeq = base.seq();
        lastChain = base.chain();
        lastEpoch = base.epoch();
        lastTimestamp = base.timestamp();
    }

    /** Recovers; the manifest it returns is durable and lists ended segments only. */
    Manifest recover() throws IOException {
        final Manifest after = recoverRecords();
        after.write(folder);
        for (final long id : dropped) {
            final Path segment = folder.resolve(SegmentDescriptor.folderName(id));
            if (Files.exists(segment)) {
                FolderFiles.deleteFolder(segment);
            }
        }
        return after;
    }

    /** Finds out what there is, and changes nothing. */
    Manifest recoverRecords() throws IOException {
        FolderFiles.createFolder(folder);
        final Manifest found = Manifest.read(folder);
        final String boot = bootId();
        fresh = found == null;
        final Manifest before = found == null
                ? new Manifest(config.clusterId(), 0, boot, 0, JournalBase.beginning(config.clusterId()), List.of())
                : found;
        checkCluster(before);
        goOnFrom(before.base());
        bootChanged = boot.equals(NO_BOOT_ID) || !boot.equals(before.boot());
        final Set<Long> unlisted = unlistedSegments(before);
        for (final SegmentEntry entry : before.segments()) {
            visit(entry);
        }
        dropped.addAll(unlisted);
        return new Manifest(before.clusterId(), before.generation() + 1, boot, before.lastId(), before.base(), entries);
    }

    private void checkCluster(final Manifest manifest) {
        if (!manifest.clusterId().equals(config.clusterId())) {
            throw new PartitaException(
                    ErrorCode.WRONG_CLUSTER,
                    "the journal belongs to another cluster: folder=" + folder + ", cluster=" + manifest.clusterId()
                            + ", expected=" + config.clusterId(),
                    "check the data folder and the cluster id of the configuration");
        }
    }

    /**
     * Folders that a crash left between being made and being listed: they cannot hold records; or between being given up and
     * being deleted: their ids tell.
     */
    private Set<Long> unlistedSegments(final Manifest manifest) throws IOException {
        final Set<Long> listed = new HashSet<>();
        for (final SegmentEntry entry : manifest.segments()) {
            listed.add(entry.id());
        }
        final Set<Long> unlisted = new HashSet<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (final Path path : stream) {
                final long id = SegmentDescriptor.folderId(path.getFileName().toString());
                if (id > 0 && !listed.contains(id)) {
                    if (id > manifest.base().segment() && holdsFrames(path, id)) {
                        throw new PartitaException(
                                ErrorCode.DAMAGED,
                                "a segment that the manifest does not list holds records: segment=" + id + ", folder="
                                        + path,
                                REPAIR);
                    }
                    unlisted.add(id);
                }
            }
        }
        return unlisted;
    }

    private boolean holdsFrames(final Path segment, final long id) {
        final Path file = segment.resolve(SegmentDescriptor.FRAMES_FILE);
        if (!Files.exists(file)) {
            return false;
        }
        try (ReadWindow window = new ReadWindow(file)) {
            final SegmentScan scan = scan(window, id);
            return scan.run(Long.MAX_VALUE) == SegmentScan.Stop.BAD && scan.segmentSeen()
                    || scan.records() > 0
                    || scan.durableSeqBehind() >= 0;
        }
    }

    private SegmentScan scan(final ReadWindow window, final long id) {
        return new SegmentScan(window, config.clusterId(), id, lastSeq + 1, lastChain, lastEpoch, lastTimestamp);
    }

    private void visit(final SegmentEntry entry) throws IOException {
        final Path file = SegmentDescriptor.framesFile(folder, entry.id());
        if (!Files.isRegularFile(file)) {
            throw new PartitaException(
                    ErrorCode.DAMAGED, "a segment is missing: segment=" + entry.id() + ", file=" + file, REPAIR);
        }
        if (entry.isEnded()) {
            entries.add(entry);
            if (entry.counts()) {
                checkContinues(entry, file);
                lastSeq = entry.endSeq();
                lastEpoch = entry.endEpoch();
                lastChain = entry.endChain();
                lastTimestamp = entry.endTimestamp();
                for (final EpochRuns.Run run : entry.runs()) {
                    runs.append(run);
                }
            }
            return;
        }
        if (entry.state() == SegmentEntry.State.OPEN) {
            clean = false;
            checkContinues(entry, file);
        }
        scanOpen(entry, file);
    }

    private void checkContinues(final SegmentEntry entry, final Path file) {
        if (entry.firstSeq() != lastSeq + 1 || entry.previousChain() != lastChain) {
            throw damaged(
                    entry.id(),
                    file,
                    0,
                    lastSeq + 1,
                    "the segment does not continue the one before: firstSeq=" + entry.firstSeq());
        }
    }

    private void scanOpen(final SegmentEntry entry, final Path file) throws IOException {
        try (ReadWindow window = new ReadWindow(file)) {
            final long previousChain = lastChain;
            final long firstSeq = lastSeq + 1;
            final SegmentScan scan = scan(window, entry.id());
            final SegmentScan.Stop end = scan.run(Long.MAX_VALUE);
            final SegmentScan.Stop stop = bootChanged && config.tailTrusted() ? scan.afterPowerCut(end) : end;
            final boolean torn = judge(entry, file, scan, stop);
            recordsScanned += scan.records();
            if (scan.records() == 0 && !torn) {
                dropped.add(entry.id());
                return;
            }
            if (tornSegment != 0 && scan.records() > 0 && tornSegment != entry.id()) {
                throw damaged(
                        tornSegment,
                        file,
                        tornOffset,
                        firstSeq,
                        "records are missing before those of the next segment");
            }
            lastSeq = scan.lastSeq();
            lastChain = scan.chain();
            lastEpoch = scan.epoch();
            lastTimestamp = scan.timestamp();
            for (final EpochRuns.Run run : scan.runs().runs()) {
                runs.append(run);
            }
            entries.add(new SegmentEntry(
                    entry.id(),
                    SegmentEntry.State.CLOSED,
                    firstSeq,
                    previousChain,
                    lastSeq,
                    lastChain,
                    lastEpoch,
                    lastTimestamp,
                    lastSeq,
                    scan.endOffset(),
                    0,
                    0,
                    scan.runs().runs()));
        }
        // What was read may be in the page cache only; the manifest must not know more than the disk.
        FolderFiles.forceFile(file);
    }

    /** Whether the scan's end is a torn tail; throws if it is neither that nor a good end. */
    private boolean judge(
            final SegmentEntry entry, final Path file, final SegmentScan scan, final SegmentScan.Stop stop) {
        if (stop == SegmentScan.Stop.ENDED) {
            return false;
        }
        if (stop == SegmentScan.Stop.BAD) {
            throw damaged(entry.id(), file, scan.damageOffset(), scan.lastSeq() + 1, scan.damage());
        }
        final long durableSeqBehind = scan.durableSeqBehind();
        final boolean byPowerCut = bootChanged && config.tailTrusted() && durableSeqBehind <= scan.lastSeq();
        if (durableSeqBehind >= 0 && !byPowerCut) {
            throw damaged(
                    entry.id(),
                    file,
                    scan.damageOffset(),
                    scan.lastSeq() + 1,
                    "records are missing: whole ones follow behind a hole");
        }
        if (stop == SegmentScan.Stop.NOTHING && scan.segmentSeen() && durableSeqBehind < 0) {
            return false;
        }
        if (!config.tailTrusted()) {
            throw damaged(
                    entry.id(),
                    file,
                    scan.damageOffset(),
                    scan.lastSeq() + 1,
                    "the last append is unfinished and what came before it may have been lost with a power cut");
        }
        tornSegment = entry.id();
        tornOffset = scan.endOffset();
        return true;
    }

    private static PartitaException damaged(
            final long segment, final Path file, final long offset, final long seq, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "the journal is damaged: segment=" + segment + ", offset=" + offset + ", seq=" + seq + ", file=" + file
                        + ": " + what,
                REPAIR);
    }

    /** The operating system's id of this boot; {@code unknown} if it has none. */
    static String bootId() {
        try {
            final String id =
                    Files.readString(BOOT_ID, StandardCharsets.US_ASCII).trim();
            return id.isEmpty() || id.contains(" ") ? NO_BOOT_ID : id;
        } catch (final IOException e) {
            return NO_BOOT_ID;
        }
    }

    RecoveryReport report() {
        return new RecoveryReport(
                fresh,
                clean,
                !clean && bootChanged,
                tornSegment != 0,
                tornSegment,
                tornOffset,
                lastSeq,
                recordsScanned);
    }

    EpochRunTable runs() {
        return runs;
    }

    long lastSeq() {
        return lastSeq;
    }

    long lastEpoch() {
        return lastEpoch;
    }

    long lastChain() {
        return lastChain;
    }

    long lastTimestamp() {
        return lastTimestamp;
    }
}
