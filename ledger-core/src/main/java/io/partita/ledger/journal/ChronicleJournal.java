// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The journal on disk. Chronicle Queue gives the file and, where forces are rare, the appender; frames, checksums, barrier, roll, recovery and
 * reading are ours (see the package's description). The owner's thread appends; a syncer thread forces; a helper thread makes
 * segments ahead and seals those that are full.
 *
 * <p>The owner's thread is better never interrupted. An interrupt is put off while a method of this class runs, and does not disturb an
 * append; but one that arrives in the middle of a force or a cut closes a file, which counts as a failure of the storage.
 */
public final class ChronicleJournal implements Journal {
    /** If no segment is ready at the roll, this one goes on to so many times its length before the owner waits. */
    private static final int OVERRUN_FACTOR = 2;

    private final JournalConfig config;
    private final RecoveryReport recovery;
    private final SegmentKeeper keeper;
    private final ForceBarrier barrier;
    private final OwnTrail trail;
    private final EpochRunTable runs;
    private final FrameCheck check = new FrameCheck();
    private SegmentWriter segment;
    private EpochRunTable segmentRuns = new EpochRunTable();
    private long baseSeq;
    private long baseChain;
    private long segmentFirstSeq;
    private long segmentPreviousChain;
    private long lastEpoch;
    private long lastChain;
    private long lastTimestamp;
    private volatile long lastSeq;
    private int roomFor; // found in this segment for the next append, which therefore does not roll; 0 if nobody asked
    private long askedSeq = -1; // the same is asked again and again, and known even if it is damaged since
    private long askedChain;
    private @Nullable SegmentRepair repair;
    private @Nullable PartitaException failure;
    private boolean closed;

    private ChronicleJournal(
            final JournalConfig config,
            final Recovery recovered,
            final SegmentKeeper keeper,
            final SegmentWriter segment,
            final ForceBarrier barrier) {
        this.config = config;
        this.keeper = keeper;
        this.barrier = barrier;
        this.segment = segment;
        recovery = recovered.report();
        runs = recovered.runs();
        lastSeq = recovered.lastSeq();
        lastEpoch = recovered.lastEpoch();
        lastChain = recovered.lastChain();
        lastTimestamp = recovered.lastTimestamp();
        segmentFirstSeq = lastSeq + 1;
        segmentPreviousChain = lastChain;
        baseSeq = keeper.manifest().base().seq();
        baseChain = keeper.manifest().base().chain();
        trail = new OwnTrail(config, this, keeper.manifest().segments());
        trail.grow(segment.id(), segmentFirstSeq, segmentPreviousChain);
    }

    /**
     * Whether a folder holds a journal, be it empty.
     *
     * @param folder of the journal.
     * @return false if {@link #open} would make a new one.
     */
    public static boolean exists(final Path folder) {
        return Files.exists(folder.resolve(Manifest.FILE));
    }

    /**
     * Opens a journal, or makes an empty one, after whatever end it had the last time.
     *
     * @param config what it needs to know.
     * @return the journal; the caller's thread is its owner.
     * @throws PartitaException DAMAGED, WRONG_CLUSTER, UNKNOWN_FORMAT or STORAGE_FAILED; nothing was changed then but for
     *     temporary files.
     */
    public static ChronicleJournal open(final JournalConfig config) {
        return open(config, SegmentPages::force);
    }

    static ChronicleJournal open(final JournalConfig config, final ForceBarrier.Forcer forcer) {
        try {
            final Recovery recovered = new Recovery(config);
            final Manifest manifest = recovered.recover();
            new SegmentExchange(config.folder()).clear();
            // Recovery has forced what it found.
            final ForceBarrier barrier = new ForceBarrier(config, forcer, recovered.lastSeq());
            final SegmentKeeper keeper = new SegmentKeeper(config, manifest, barrier);
            final SegmentWriter first = keeper.start(recovered.lastSeq() + 1, recovered.lastChain());
            barrier.add(first.pages());
            final ChronicleJournal journal = new ChronicleJournal(config, recovered, keeper, first, barrier);
            barrier.start(config.threadFactory().newThread(barrier::runSyncer));
            return journal;
        } catch (final IOException e) {
            if (DiskFull.isCauseOf(e, config.folder())) {
                throw new PartitaException(
                        ErrorCode.STORAGE_FULL,
                        "there is no space to open the journal: folder=" + config.folder() + " (" + e + ")",
                        "make room on the disk, then start the node again; nothing is lost",
                        e);
            }
            throw failed("the journal cannot be opened: folder=" + config.folder(), e);
        }
    }

    private static PartitaException failed(final String what, final Throwable cause) {
        return new PartitaException(
                ErrorCode.STORAGE_FAILED,
                what + " (" + cause + ")",
                "check the disk, its free space and the permissions, then restart the node",
                cause);
    }

    /**
     * What opening found.
     *
     * @return the report.
     */
    public RecoveryReport recovery() {
        return recovery;
    }

    @Override
    public void append(final DirectBuffer records, final int offset, final int length) {
        checkUsable();
        check.start(lastSeq, lastEpoch, lastChain, lastTimestamp);
        check.walk(records, offset, length);
        final boolean interrupted = Thread.interrupted();
        try {
            if (roomFor == 0 && segment.length() >= config.segmentLength()) {
                roll();
            }
            segment.append(records, offset, length, (int) (check.seq() - lastSeq), barrier.durableSeq());
        } catch (final IOException | RuntimeException | Error e) {
            throw halt("an append failed: lastSeq=" + lastSeq, e);
        } finally {
            restoreInterrupt(interrupted);
        }
        roomFor = 0;
        check.addTo(runs, records, offset, length);
        check.addTo(segmentRuns, records, offset, length);
        lastEpoch = check.epoch();
        lastChain = check.chain();
        lastTimestamp = check.timestamp();
        lastSeq = check.seq();
        barrier.stored(lastSeq);
    }

    @Override
    public boolean makeRoom(final int length) {
        // While there is no space for the next segment nothing is appended that could wait: a cut would need it at
        // once.
        if (keeper.isShortOfSpace()) {
            return false;
        }
        final boolean mustRoll = roomFor == 0 && segment.length() >= config.segmentLength();
        if (!mustRoll && segment.hasRoom(length)) {
            roomFor = length;
            return true;
        }
        checkUsable();
        final boolean interrupted = Thread.interrupted();
        try {
            if (mustRoll) {
                roll();
            }
            final boolean isMade = segment.makeRoom(length);
            roomFor = isMade ? length : roomFor;
            return isMade;
        } catch (final IOException | RuntimeException | Error e) {
            throw halt("space cannot be reserved: lastSeq=" + lastSeq, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    /** Goes on to the segment that the helper has made ahead. */
    private void roll() throws IOException {
        SegmentWriter next = keeper.takeIfPrepared();
        if (next == null) {
            if (segment.length() < OVERRUN_FACTOR * config.segmentLength()) {
                return;
            }
            next = keeper.take();
            if (next == null) {
                return;
            }
        }
        rollTo(next);
    }

    private void rollTo(final SegmentWriter next) throws IOException {
        segment.end(next.id(), lastSeq, lastChain);
        final SegmentWriter full = segment;
        final SegmentEntry end = endOfSegment();
        trail.end(lastSeq);
        begin(next);
        keeper.rolled(full, end, next);
    }

    private void begin(final SegmentWriter next) {
        segment = next;
        roomFor = 0;
        segmentRuns = new EpochRunTable();
        segmentFirstSeq = lastSeq + 1;
        segmentPreviousChain = lastChain;
        trail.grow(next.id(), segmentFirstSeq, segmentPreviousChain);
        barrier.add(next.pages());
    }

    private SegmentEntry endOfSegment() {
        return new SegmentEntry(
                segment.id(),
                SegmentEntry.State.CLOSED,
                segmentFirstSeq,
                segmentPreviousChain,
                lastSeq,
                lastChain,
                lastEpoch,
                lastTimestamp,
                lastSeq,
                segment.endOffset(),
                0,
                0,
                segmentRuns.toRuns().runs());
    }

    @Override
    public long firstSeq() {
        return baseSeq + 1;
    }

    @Override
    public void discardTo(final long seq) {
        checkUsable();
        final SegmentTrail.Leg last = trail.discard(seq);
        if (last != null) {
            baseSeq = last.endSeq();
            baseChain = trail.firstChain();
            runs.discard(baseSeq);
            keeper.discard(last.id());
        }
    }

    @Override
    public long lastSeq() {
        return lastSeq;
    }

    @Override
    public long lastEpoch() {
        return lastEpoch;
    }

    @Override
    public long lastChain() {
        return lastChain;
    }

    @Override
    public long lastTimestamp() {
        return lastTimestamp;
    }

    /**
     * {@inheritDoc}
     *
     * @throws PartitaException STORAGE_FAILED if a force has failed: whoever waits for durability waits in vain.
     */
    @Override
    public long durableSeq() {
        return barrier.durableSeq();
    }

    @Override
    public void requestForce() {
        checkUsable();
        barrier.request();
    }

    @Override
    public void force() {
        checkUsable();
        final boolean interrupted = Thread.interrupted();
        try {
            barrier.force();
        } catch (final RuntimeException e) {
            throw halt("a force failed: lastSeq=" + lastSeq, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    @Override
    public void cutTo(final long seq) {
        checkUsable();
        if (seq < baseSeq || seq >= lastSeq) {
            throw new IllegalArgumentException(
                    "cannot cut: seq=" + seq + ", firstSeq=" + firstSeq() + ", lastSeq=" + lastSeq);
        }
        final boolean interrupted = Thread.interrupted();
        try {
            cut(seq);
        } catch (final IOException | RuntimeException | Error e) {
            throw halt("a cut failed: seq=" + seq, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    private void cut(final long seq) throws IOException {
        keeper.awaitIdle();
        final JournalPlace place = placeOf(seq);
        barrier.force();
        final SegmentWriter next = keeper.take();
        if (next == null) {
            throw new IOException("there is no space for another segment");
        }
        keeper.awaitIdle();
        final SegmentWriter full = segment;
        final SegmentEntry stored = lastSeq >= segmentFirstSeq ? endOfSegment() : null;
        final SegmentEntry opened = SegmentEntry.open(next.id(), seq + 1, place.chain());
        keeper.cut(full, stored != null, entries -> {
            if (stored != null) {
                SegmentKeeper.replace(entries, stored);
            }
            entries.replaceAll(entry -> entry.isEnded() && entry.endSeq() > seq
                    ? entry.cut(seq, place.chain(), place.epoch(), place.timestamp())
                    : entry);
            SegmentKeeper.replace(entries, opened);
            return entries;
        });
        lastSeq = seq;
        askedSeq = -1;
        lastEpoch = place.epoch();
        lastChain = place.chain();
        lastTimestamp = place.timestamp();
        runs.cut(seq, lastChain);
        barrier.cut(seq);
        trail.cut(seq);
        begin(next);
    }

    /**
     * Begins anew behind a record that need not be here, since a snapshot holds the state after it (R32): every record is given up, and
     * the next one is the one after it. In one step, durable when this returns: after a crash there is the old journal, whole, or
     * the new one, which is empty. Owner thread; readers of the old one are of no use any more.
     *
     * @param seq of that record.
     * @param epoch of that record.
     * @param chain value at that record.
     * @param timestamp of that record.
     * @throws PartitaException if storage failed; the node must halt.
     */
    public void restart(final long seq, final long epoch, final long chain, final long timestamp) {
        checkUsable();
        final boolean interrupted = Thread.interrupted();
        try {
            keeper.awaitIdle();
            final SegmentWriter next = keeper.take();
            if (next == null) {
                throw new IOException("there is no space for another segment");
            }
            keeper.awaitIdle();
            barrier.cut(barrier.durableSeq()); // what is given up is not forced any more, and so never durable
            keeper.restart(
                    segment,
                    new JournalBase(segment.id(), seq, chain, epoch, timestamp),
                    SegmentEntry.open(next.id(), seq + 1, chain));
            baseSeq = seq;
            baseChain = chain;
            lastSeq = seq;
            askedSeq = -1;
            lastEpoch = epoch;
            lastChain = chain;
            lastTimestamp = timestamp;
            runs.reset(new EpochRuns(List.of()));
            barrier.restart(seq);
            trail.clear();
            begin(next);
        } catch (final IOException | RuntimeException | Error e) {
            throw halt("the journal cannot begin anew: seq=" + seq, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    @Override
    public EpochRuns epochRuns() {
        return runs.toRuns();
    }

    @Override
    public long chainAt(final long seq) {
        if (seq == baseSeq) {
            return baseChain;
        }
        if (seq < baseSeq || seq > lastSeq) {
            throw new IllegalArgumentException(
                    "no such record: seq=" + seq + ", firstSeq=" + firstSeq() + ", lastSeq=" + lastSeq);
        }
        if (seq == lastSeq) {
            return lastChain;
        }
        if (seq != askedSeq) {
            askedChain = placeOf(seq).chain();
            askedSeq = seq;
        }
        return askedChain;
    }

    /** What is known of a record, be it the last one that was given up. */
    private JournalPlace placeOf(final long seq) {
        if (seq == baseSeq) {
            final JournalBase base = keeper.manifest().base();
            return new JournalPlace(base.chain(), base.epoch(), base.timestamp());
        }
        try (JournalReader reader = reader(seq)) {
            Invariant.check(reader.next(seq, 1), "a record up to the last one can be read");
            return new JournalPlace(
                    RecordDescriptor.chain(reader.buffer(), reader.offset()),
                    RecordDescriptor.epoch(reader.buffer(), reader.offset()),
                    RecordDescriptor.timestamp(reader.buffer(), reader.offset()));
        } catch (final PartitaException e) {
            final JournalPlace found = e.code() == ErrorCode.DAMAGED ? trail.find(seq) : null;
            if (found == null) {
                throw e;
            }
            return found;
        }
    }

    /**
     * Has damaged records looked at, and what can be had of them put in their place (R39): of what is whole of the segment itself, then of
     * the files given. Segments are written anew whose records are all there; the others stay as they are. In the background: {@link
     * #pollRepair} tells what came of it. Owner thread; one at a time.
     *
     * @param damagedFirst a record that cannot be read, or the first one of a range.
     * @param damagedLast the last one of the range.
     * @param sources files with whole records, each at a multiple of 8; other bytes in them do no harm.
     * @return false if there is no space for another segment, which is needed if the damage is in the newest one: to be asked again.
     * @throws PartitaException if storage failed; the node must halt.
     */
    public boolean repair(final long damagedFirst, final long damagedLast, final List<Path> sources) {
        checkUsable();
        Invariant.check(repair == null, "one repair at a time");
        final boolean interrupted = Thread.interrupted();
        try {
            if (damagedLast >= segmentFirstSeq && lastSeq >= segmentFirstSeq) {
                final SegmentWriter next = keeper.take();
                if (next == null) {
                    return false;
                }
                rollTo(next);
            }
            trail.distrust(damagedFirst, damagedLast);
            final SegmentRepair started = new SegmentRepair(config.folder(), damagedFirst, damagedLast, sources);
            repair = started;
            keeper.repair(started);
            return true;
        } catch (final IOException | RuntimeException | Error e) {
            throw halt("damaged records cannot be replaced: firstSeq=" + damagedFirst, e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    /**
     * What came of a {@link #repair}. Readers of this journal go on in what was replaced. Owner thread.
     *
     * @return null as long as it goes on, or there is none.
     */
    public @Nullable RepairReport pollRepair() {
        final RepairReport report = repair == null ? null : repair.report();
        if (report != null) {
            repair = null;
            trail.onRepaired();
        }
        return report;
    }

    @Override
    public JournalReader reader(final long fromSeq) {
        if (fromSeq <= baseSeq || fromSeq > lastSeq + 1) {
            throw new IllegalArgumentException(
                    "no such position: fromSeq=" + fromSeq + ", firstSeq=" + firstSeq() + ", lastSeq=" + lastSeq);
        }
        return new SegmentReader(trail, fromSeq);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        final boolean interrupted = Thread.interrupted();
        try {
            if (failure == null) {
                closeInOrder();
            } else {
                abandon();
            }
        } catch (final IOException | RuntimeException | Error e) {
            throw failed(
                    "the journal was not closed in order; the next start recovers it: folder=" + config.folder(), e);
        } finally {
            restoreInterrupt(interrupted);
        }
    }

    private void closeInOrder() throws IOException {
        try {
            barrier.force();
            keeper.check();
            final boolean holdsRecords = lastSeq >= segmentFirstSeq;
            if (holdsRecords) {
                segment.end(0, lastSeq, lastChain);
            }
            keeper.stop(segment, holdsRecords ? endOfSegment() : null);
            ReplacedFile.release(config.folder(), Manifest.FILE);
            barrier.close();
        } catch (final IOException | RuntimeException | Error e) {
            abandon();
            throw e;
        }
    }

    /** Lets go of what can be let go of; the folder stays as it is for the next start. */
    private void abandon() throws IOException {
        try {
            keeper.abandon(segment);
        } finally {
            barrier.close();
        }
    }

    /** For tests: waits until the helper has done what there is to do. */
    void awaitHelper() {
        keeper.awaitIdle();
    }

    private void checkUsable() {
        if (closed) {
            throw new IllegalStateException("the journal is closed");
        }
        if (failure != null) {
            throw failure;
        }
        barrier.check();
    }

    /** Storage that failed once is not trusted again. */
    private PartitaException halt(final String what, final Throwable cause) {
        final PartitaException failed = cause instanceof PartitaException partita ? partita : failed(what, cause);
        failure = failed;
        return failed;
    }

    private static void restoreInterrupt(final boolean interrupted) {
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
