// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is committed again and again, a small piece at a time, to find damage before the record is needed (R39). The
 * journal's owner does the reading, since it is the journal's reader that must not run beside a cut; a piece is short enough not
 * to be felt. Engine's thread.
 */
public final class JournalScrub implements AutoCloseable {
    private static final long ROUND_NS = 60_000_000_000L;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int PIECE_LENGTH = 16 * 1024;

    private final Journal journal;
    private final long bytesPerSecond;
    private final CRC32C checksum = new CRC32C();
    private boolean isStarted;
    private long nextNs;
    private @Nullable JournalReader reader;
    private long chain;
    /** Where it goes on once damage was met; 0 for the beginning. */
    private long resumeSeq;
    /** Bytes that are read without a pause, where somebody else has met damage. */
    private long hurryBytes;

    /**
     * Nothing is read before the first {@link #poll}.
     *
     * @param journal to read.
     * @param bytesPerSecond how much is read per second; 0 for nothing.
     */
    public JournalScrub(final Journal journal, final long bytesPerSecond) {
        this.journal = journal;
        this.bytesPerSecond = bytesPerSecond;
    }

    /**
     * Somebody else has met damage when reading a record: the next polls read from there on, without a pause, as much as a frame may
     * hold; also if nothing is read otherwise.
     *
     * @param seq of the record.
     */
    public void hurryTo(final long seq) {
        close();
        resumeSeq = seq;
        hurryBytes = Limits.FRAME_LENGTH_MAX;
    }

    /**
     * Reads the next piece if it is due: checksum, seq and chain of each record. Where it meets damage, it goes on the next time.
     *
     * @param nowNs monotonic time.
     * @param commitSeq up to where records are read.
     * @return the seq of a damaged record; 0 if none was found.
     */
    public long poll(final long nowNs, final long commitSeq) {
        if (!isDue(nowNs)) {
            return 0;
        }
        isStarted = true;
        final long oldest = journal.firstSeq();
        if (reader != null && reader.lastSeq() + 1 < oldest) {
            close(); // What it stands in was given up since (R33).
        }
        final long damagedSeq = read(nowNs, oldest, commitSeq);
        if (damagedSeq > 0) {
            close();
            resumeSeq = damagedSeq;
            hurryBytes = 0;
        }
        return damagedSeq;
    }

    private long read(final long nowNs, final long oldest, final long commitSeq) {
        JournalReader current = reader;
        final long from = current == null ? Math.max(oldest, resumeSeq) : current.lastSeq() + 1;
        try {
            if (current == null) {
                if (from > journal.lastSeq()) {
                    resumeSeq = 0; // cut since
                    hurryBytes = 0;
                    return 0;
                }
                chain = journal.chainAt(from - 1);
                current = journal.reader(from);
                reader = current;
            }
            if (!current.next(commitSeq, PIECE_LENGTH)) {
                close(); // Once through: from the beginning again.
                resumeSeq = 0;
                hurryBytes = 0;
                nextNs = nowNs + ROUND_NS;
                return 0;
            }
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            return from;
        }
        if (hurryBytes > 0) {
            hurryBytes -= current.length();
        } else {
            nextNs = nowNs + current.length() * NS_PER_S / bytesPerSecond;
        }
        return firstDamaged(current);
    }

    boolean isDue(final long nowNs) {
        return hurryBytes > 0 || bytesPerSecond > 0 && (!isStarted || nowNs - nextNs >= 0);
    }

    private long firstDamaged(final JournalReader run) {
        final int end = run.offset() + run.length();
        long seq = run.firstSeq();
        int at = run.offset();
        while (at < end) {
            if (!RecordDescriptor.isIntact(checksum, run.buffer(), at, end - at)
                    || RecordDescriptor.seq(run.buffer(), at) != seq
                    || !RecordDescriptor.continuesChain(run.buffer(), at, chain)) {
                return seq;
            }
            chain = RecordDescriptor.chain(run.buffer(), at);
            seq++;
            at += RecordDescriptor.length(run.buffer(), at);
        }
        return 0;
    }

    /** Lets go of the reader, before the journal is closed. A second call does nothing. */
    @Override
    public void close() {
        final JournalReader current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }
}
