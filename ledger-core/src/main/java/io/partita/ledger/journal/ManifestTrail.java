// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Segments as the manifest of another process lists them. It is read again only when a reader found nothing, not more often
 * than every few milliseconds, and only if the file has changed, or now and then, should its times not tell.
 */
final class ManifestTrail implements SegmentTrail {
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long READ_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Path folder;
    private final File file;
    private Manifest manifest;
    private long lookedNs;
    private long readNs;
    private long modifiedMs;
    private long length;

    ManifestTrail(final Path folder) {
        this.folder = folder;
        file = folder.resolve(Manifest.FILE).toFile();
        lookedNs = System.nanoTime();
        readNs = lookedNs;
        modifiedMs = file.lastModified();
        length = file.length();
        manifest = read();
    }

    private Manifest read() {
        final Manifest found = Manifest.read(folder);
        if (found == null) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "there is no journal: folder=" + folder,
                    "check the path; the journal is in the folder journal of a data folder");
        }
        return found;
    }

    @Override
    public @Nullable Leg legOf(final long seq) {
        final List<SegmentEntry> segments = manifest.segments();
        for (int i = segments.size() - 1; i >= 0; i--) {
            final SegmentEntry entry = segments.get(i);
            if (entry.counts() && entry.firstSeq() <= seq) {
                return entry.isEnded() && seq > entry.endSeq() ? null : Leg.of(entry);
            }
        }
        return null;
    }

    /** What the journal goes on from. */
    JournalBase base() {
        return manifest.base();
    }

    @Override
    public @Nullable Leg successor(final long endedId, final long nextId, final long seq, final long chain) {
        final Leg listed = legOf(seq);
        if (listed != null && listed.id() > endedId) {
            return listed;
        }
        // Rolled to, and not yet listed with its first record; it was there before the one that ended named it.
        return nextId == 0 ? null : new Leg(nextId, seq, chain, GROWING, false, null);
    }

    @Override
    public long visibleSeq() {
        return Long.MAX_VALUE;
    }

    @Override
    public long visibleChain() {
        return 0; // only the files tell where the journal ends
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public boolean refresh() {
        final long now = System.nanoTime();
        if (now - lookedNs < LOOK_INTERVAL_NS) {
            return false;
        }
        lookedNs = now;
        final long modifiedNow = file.lastModified();
        final long lengthNow = file.length();
        if (modifiedNow == modifiedMs && lengthNow == length && now - readNs < READ_INTERVAL_NS) {
            return false;
        }
        return reread();
    }

    @Override
    public boolean reread() {
        lookedNs = System.nanoTime();
        readNs = lookedNs;
        modifiedMs = file.lastModified();
        length = file.length();
        final Manifest found = read();
        final boolean changed = found.generation() != manifest.generation();
        manifest = found;
        return changed;
    }

    @Override
    public Path folder() {
        return folder;
    }

    @Override
    public Id128 clusterId() {
        return manifest.clusterId();
    }
}
