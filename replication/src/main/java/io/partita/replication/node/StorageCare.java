// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.replication.protocol.ReplicaCore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a node does for its storage beside using it: it looks at the free space once a second (R38), and reads what is committed
 * again and again, a small piece at a time, to find damage before the record is needed (R39). The journal's owner does the
 * reading, since it is the journal's reader that must not run beside a cut; a piece is short enough not to be felt. Engine's thread.
 */
final class StorageCare implements AutoCloseable {
    private static final long LOOK_NS = 1_000_000_000L;
    private static final long ROUND_NS = 60_000_000_000L;
    private static final long NS_PER_S = 1_000_000_000L;
    private static final int PIECE_LENGTH = 16 * 1024;

    private final Journal journal;
    private final Path folder;
    private final long scrubBytesPerSecond;
    private final BlockingWorker worker;
    private final CRC32C checksum = new CRC32C();
    private long freeBytes = Long.MAX_VALUE;
    private boolean isLooking;
    private long nextLookNs;
    private long nextScrubNs;
    private boolean isStarted;
    private @Nullable JournalReader reader;
    private long chain;

    /**
     * Nothing is done before the first {@link #poll}.
     *
     * @param journal to read.
     * @param folder whose file system is looked at.
     * @param scrubBytesPerSecond how much is read again per second; 0 for nothing.
     * @param worker looks at the file system.
     */
    StorageCare(final Journal journal, final Path folder, final long scrubBytesPerSecond, final BlockingWorker worker) {
        this.journal = journal;
        this.folder = folder;
        this.scrubBytesPerSecond = scrubBytesPerSecond;
        this.worker = worker;
    }

    /** Free bytes as of the last look; {@code Long.MAX_VALUE} before it. */
    long freeBytes() {
        return freeBytes;
    }

    /** Does what is due, and tells the core of damage. */
    void poll(final long nowNs, final ReplicaCore core) {
        if (!isStarted) {
            isStarted = true;
            nextLookNs = nowNs;
            nextScrubNs = nowNs;
        }
        if (!isLooking && nowNs - nextLookNs >= 0) {
            look(nowNs);
        }
        if (isScrubDue(nowNs)) {
            final long damagedSeq = scrub(nowNs, core.commitSeq());
            if (damagedSeq > 0) {
                core.onDamage(damagedSeq, damagedSeq);
            }
        }
    }

    boolean isScrubDue(final long nowNs) {
        return scrubBytesPerSecond > 0 && nowNs - nextScrubNs >= 0;
    }

    /** Asks for the free space; the answer comes through the worker. */
    void look(final long nowNs) {
        isLooking = true;
        nextLookNs = nowNs + LOOK_NS;
        worker.submit(() -> {
            final long usable = usableBytes();
            return () -> {
                freeBytes = usable;
                isLooking = false;
            };
        });
    }

    /** What cannot be asked is not known: a store that fails shows when it is written. */
    private long usableBytes() {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (final IOException e) {
            return Long.MAX_VALUE;
        }
    }

    /**
     * Reads the next piece: checksum, seq and chain of each record.
     *
     * @return the seq of a damaged record; 0 if there is none in it.
     */
    long scrub(final long nowNs, final long commitSeq) {
        JournalReader current = reader;
        if (current == null) {
            current = journal.reader(1);
            reader = current;
            chain = journal.chainAt(0);
        }
        try {
            if (!current.next(commitSeq, PIECE_LENGTH)) {
                close(); // Once through: from the beginning again.
                nextScrubNs = nowNs + ROUND_NS;
                return 0;
            }
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            return current.lastSeq() + 1;
        }
        nextScrubNs = nowNs + current.length() * NS_PER_S / scrubBytesPerSecond;
        return firstDamaged(current);
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

    /** Lets go of the reader, before the journal is closed. */
    @Override
    public void close() {
        final JournalReader current = reader;
        reader = null;
        if (current != null) {
            current.close();
        }
    }
}
