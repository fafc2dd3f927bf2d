// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments of this journal, for readers on the owner's thread. */
final class OwnTrail implements SegmentTrail {
    private final JournalConfig config;
    private final Journal journal;
    private final List<Leg> legs = new ArrayList<>();
    private long version;

    OwnTrail(final JournalConfig config, final Journal journal, final List<SegmentEntry> entries) {
        this.config = config;
        this.journal = journal;
        for (final SegmentEntry entry : entries) {
            if (entry.isEnded() && entry.counts()) {
                legs.add(Leg.of(entry));
            }
        }
    }

    void grow(final long id, final long firstSeq, final long previousChain) {
        legs.add(new Leg(id, firstSeq, previousChain, GROWING, !config.verifyOwnReads(), null));
    }

    void end(final long endSeq) {
        final Leg grown = legs.remove(legs.size() - 1);
        if (endSeq >= grown.firstSeq()) {
            legs.add(new Leg(grown.id(), grown.firstSeq(), grown.previousChain(), endSeq, grown.trusted(), null));
        }
    }

    /**
     * Takes nothing for granted of segments that are being repaired: neither that this process made their records, nor which seal
     * they have, since that changes meanwhile.
     */
    void distrust(final long first, final long last) {
        legs.replaceAll(leg -> leg.firstSeq() <= last && leg.endSeq() >= first && leg.endSeq() != GROWING
                ? new Leg(leg.id(), leg.firstSeq(), leg.previousChain(), leg.endSeq(), false, null)
                : leg);
        version++;
    }

    /** Where a record is that a reader cannot come to. */
    @Nullable
    JournalPlace find(final long seq) {
        for (int i = 0; i < legs.size(); i++) {
            final Leg leg = legs.get(i);
            final Leg next = i + 1 < legs.size() ? legs.get(i + 1) : null;
            final long endSeq = next == null ? journal.lastSeq() : next.firstSeq() - 1;
            if (seq >= leg.firstSeq() && seq <= endSeq) {
                return JournalPlace.find(
                        SegmentDescriptor.framesFile(config.folder(), leg.id()),
                        leg,
                        seq,
                        endSeq,
                        next == null ? journal.lastChain() : next.previousChain());
            }
        }
        return null;
    }

    /** Drops ended legs up to a seq; returns the last of them, or null. */
    @Nullable
    Leg discard(final long seq) {
        Leg last = null;
        while (legs.size() > 1 && legs.get(0).endSeq() <= seq) {
            last = legs.remove(0);
        }
        return last;
    }

    /** What was repaired is read again. */
    void onRepaired() {
        version++;
    }

    /** The chain value before the oldest record. */
    long firstChain() {
        return legs.get(0).previousChain();
    }

    void clear() {
        legs.clear();
        version++;
    }

    void cut(final long seq) {
        while (!legs.isEmpty() && legs.get(legs.size() - 1).firstSeq() > seq) {
            legs.remove(legs.size() - 1);
        }
        if (!legs.isEmpty()) {
            end(seq);
        }
        version++;
    }

    @Override
    public @Nullable Leg legOf(final long seq) {
        for (int i = legs.size() - 1; i >= 0; i--) {
            if (legs.get(i).firstSeq() <= seq) {
                return legs.get(i);
            }
        }
        return null;
    }

    @Override
    public @Nullable Leg successor(final long endedId, final long nextId, final long seq, final long chain) {
        return legOf(seq);
    }

    @Override
    public long visibleSeq() {
        return journal.lastSeq();
    }

    @Override
    public long visibleChain() {
        return journal.lastChain();
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public boolean refresh() {
        return false;
    }

    @Override
    public boolean reread() {
        return false;
    }

    @Override
    public Path folder() {
        return config.folder();
    }

    @Override
    public Id128 clusterId() {
        return config.clusterId();
    }
}
