// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.agrona.DirectBuffer;

/**
 * Reads a journal folder from outside the process that writes it, while it does so or later. Reads only, takes no lock and
 * never disturbs the writer. Follows appends, rolls and restarts of the writer; checks every record's checksum and chain.
 * One thread.
 *
 * <p>What it returns is stored, not more: it may be uncommitted, and a later cut may take it back. Whoever must not see such
 * records bounds the reading by the commit position. A cut below what was returned is an exception,
 * {@code COMMITTED_CONFLICT}.
 */
public final class FolderReader implements JournalReader {
    private final ManifestTrail trail;
    private final SegmentReader reader;

    private FolderReader(final ManifestTrail trail, final SegmentReader reader) {
        this.trail = trail;
        this.reader = reader;
    }

    /**
     * Opens a reader.
     *
     * @param journalFolder the journal's own folder, {@code <data>/journal}.
     * @param fromSeq the first seq to return, 1 or more; may be one that does not exist yet.
     * @return the reader; the caller closes it.
     * @throws io.partita.ledger.model.PartitaException if there is no journal, or its manifest is damaged.
     */
    public static FolderReader open(final Path journalFolder, final long fromSeq) {
        if (fromSeq < 1) {
            throw new IllegalArgumentException("seqs start at 1: fromSeq=" + fromSeq);
        }
        final ManifestTrail trail = new ManifestTrail(journalFolder);
        return new FolderReader(trail, new SegmentReader(trail, fromSeq));
    }

    /**
     * Whose journal it is.
     *
     * @return the cluster id.
     */
    public Id128 clusterId() {
        return trail.clusterId();
    }

    /**
     * Where the journal begins: what comes before is in a snapshot, if anywhere.
     *
     * @return the first seq that is there, or will be; 1 unless retention gave records up.
     */
    public long oldestSeq() {
        return trail.base().seq() + 1;
    }

    /**
     * The epoch of the record before the oldest one.
     *
     * @return 0 if the journal begins at the beginning.
     */
    public long epochBefore() {
        return trail.base().epoch();
    }

    /**
     * The chain value before the oldest record.
     *
     * @return the genesis chain if the journal begins at the beginning.
     */
    public long chainBefore() {
        return trail.base().chain();
    }

    /**
     * The oldest record's seq by now, of a journal whose owner may give up old records meanwhile.
     *
     * @param folder the journal's.
     * @return 1 or more; of a journal that holds none, the next one's.
     * @throws PartitaException as {@link #open} does.
     */
    public static long oldestSeq(final Path folder) {
        try (FolderReader reader = open(folder, 1)) {
            return reader.oldestSeq();
        }
    }

    /**
     * The chain value after a record of a journal, which ties a snapshot to it.
     *
     * @param journalFolder the journal's own folder, {@code <data>/journal}.
     * @param seq the record, or the last one that was given up.
     * @return empty if the journal does not have it, or has given up a later one.
     * @throws io.partita.ledger.model.PartitaException if there is no journal, or the record is damaged.
     */
    public static OptionalLong chainAt(final Path journalFolder, final long seq) {
        final ManifestTrail trail = new ManifestTrail(journalFolder);
        if (seq <= trail.base().seq()) {
            return seq == trail.base().seq() ? OptionalLong.of(trail.base().chain()) : OptionalLong.empty();
        }
        try (SegmentReader reader = new SegmentReader(trail, seq)) {
            return reader.next(seq, 1)
                    ? OptionalLong.of(RecordDescriptor.chain(reader.buffer(), reader.offset()))
                    : OptionalLong.empty();
        }
    }

    @Override
    public boolean next(final long uptoSeq, final int lengthMax) {
        return reader.next(uptoSeq, lengthMax);
    }

    @Override
    public DirectBuffer buffer() {
        return reader.buffer();
    }

    @Override
    public int offset() {
        return reader.offset();
    }

    @Override
    public int length() {
        return reader.length();
    }

    @Override
    public long firstSeq() {
        return reader.firstSeq();
    }

    @Override
    public long lastSeq() {
        return reader.lastSeq();
    }

    @Override
    public void close() {
        reader.close();
    }
}
