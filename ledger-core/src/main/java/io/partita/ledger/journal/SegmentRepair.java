// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks how far damage goes in a journal in use, and writes anew the segments whose records are all to be had (R39), as
 * {@link JournalMender} does at rest. Only segments that have ended: of one that is appended to, Chronicle has the file mapped and its
 * own idea of where the end is, so the owner rolls first. The helper's thread; used once.
 */
final class SegmentRepair {
    private final Path folder;
    private final long firstSeq;
    private final long lastSeq;
    private final List<Path> sources;
    private volatile @Nullable RepairReport report;

    /**
     * Of a range of records.
     *
     * @param sources files with records for the place of those that are damaged.
     */
    SegmentRepair(final Path folder, final long firstSeq, final long lastSeq, final List<Path> sources) {
        this.folder = folder;
        this.firstSeq = firstSeq;
        this.lastSeq = lastSeq;
        this.sources = List.copyOf(sources);
    }

    /** What came of it; null as long as it goes on. Any thread. */
    @Nullable
    RepairReport report() {
        return report;
    }

    /** Does it. Begins anew when it is called again, after a full disk. */
    void run(final SegmentKeeper keeper) throws IOException {
        final SegmentExchange exchange = new SegmentExchange(folder);
        exchange.clear();
        final Manifest manifest = keeper.manifest();
        final List<MendReport.Mended> replaced = new ArrayList<>();
        long missingFirst = 0;
        long missingLast = 0;
        for (final SegmentEntry entry : manifest.segments()) {
            if (!entry.isEnded() || !entry.counts()) {
                continue;
            }
            final boolean isOfRange = entry.firstSeq() <= lastSeq && entry.endSeq() >= firstSeq;
            // Whether damage that reaches a segment's end goes on in the next one is better known now than one round
            // later.
            final boolean isBehind = missingLast != 0 && entry.firstSeq() == missingLast + 1;
            if (!isOfRange && !isBehind) {
                continue;
            }
            try (SegmentDraft draft =
                    new SegmentDraft(folder, manifest.clusterId(), entry, entry.firstSeq(), entry.previousChain())) {
                draft.findOwn();
                if (!isComplete(draft)) {
                    missingFirst = missingFirst == 0 ? draft.missingFirst() : missingFirst;
                    missingLast = draft.missingLast();
                } else if (isOfRange) {
                    replaced.add(replace(keeper, exchange, draft));
                }
            }
        }
        exchange.clear();
        report = new RepairReport(missingFirst, missingLast, replaced);
    }

    private boolean isComplete(final SegmentDraft draft) throws IOException {
        if (draft.isCompleteByItself()) {
            return true;
        }
        final long first = draft.missingFirst();
        final long last = draft.missingLast();
        for (final Path source : sources) {
            draft.findElsewhere(source, first, last);
        }
        return draft.isComplete();
    }

    private static MendReport.Mended replace(
            final SegmentKeeper keeper, final SegmentExchange exchange, final SegmentDraft draft) throws IOException {
        exchange.write(draft);
        keeper.list(draft.written().unsealed());
        final String kept = exchange.replace(draft);
        keeper.list(draft.written());
        return draft.report(kept);
    }
}
