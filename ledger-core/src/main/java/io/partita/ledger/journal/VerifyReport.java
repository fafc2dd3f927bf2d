// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import java.util.List;

/**
 * What {@link JournalVerifier} found.
 *
 * @param clusterId whose journal it is.
 * @param generation of the manifest: how often it was written.
 * @param segments how many segments there are.
 * @param sealedSegments how many of them are sealed: every bit of their files was compared.
 * @param records whole records that count.
 * @param quarantined records that cuts have taken out.
 * @param baseSeq the last record that was given up by retention: the journal goes on from it; 0 if none was.
 * @param lastSeq the last record that counts before the first damage.
 * @param lastChain chain value at {@code lastSeq}.
 * @param isEndKnown whether the manifest says where each segment ends: the journal was closed in order, and nothing at its end can be
 *     missing unseen.
 * @param tornSegment the open segment that ends with an unfinished append, 0 if none: what a crash leaves, not damage.
 * @param tornOffset file offset behind that segment's last whole record.
 * @param notes leftovers that the next start clears away.
 * @param damages what is wrong, in the order of the journal; empty if nothing.
 */
public record VerifyReport(
        Id128 clusterId,
        long generation,
        int segments,
        int sealedSegments,
        long records,
        long quarantined,
        long baseSeq,
        long lastSeq,
        long lastChain,
        boolean isEndKnown,
        long tornSegment,
        long tornOffset,
        List<String> notes,
        List<Damage> damages) {
    /** Copies the lists. */
    public VerifyReport {
        notes = List.copyOf(notes);
        damages = List.copyOf(damages);
    }

    /**
     * Whether all is well.
     *
     * @return true if nothing is damaged.
     */
    public boolean ok() {
        return damages.isEmpty();
    }
}
