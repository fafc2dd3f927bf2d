// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;

/** The node's durable state: what it should be, and how much of that is on disk (B3, I5). */
final class MetaKeeper {
    private final Effects effects;
    private final LocalJournal journal;
    /** For the bug zoo only. */
    boolean forgetPromises;

    private NodeMeta meta;
    private long token;
    private long durableToken;

    MetaKeeper(final NodeMeta meta, final LocalJournal journal, final Effects effects) {
        this.meta = meta;
        this.journal = journal;
        this.effects = effects;
    }

    NodeMeta meta() {
        return meta;
    }

    /**
     * Replaces the meta and has it written.
     *
     * @param next the new one.
     * @param commit what is committed: only that is never cut again, so only that may be noted as durable for good.
     * @return the token that {@link #isDurable} understands.
     */
    long update(final NodeMeta next, final long commit) {
        Invariant.check(next.promisedEpoch() >= meta.promisedEpoch(), "promisedEpoch never decreases (I5)");
        Invariant.check(next.seenVer() >= meta.seenVer(), "seenVer never decreases (I5)");
        Invariant.check(next.seenEpoch() >= meta.seenEpoch(), "seenEpoch never decreases (I5)");
        meta = next.withDurableLow(Math.max(meta.durableLow(), Math.min(journal.durableSeq(), commit)));
        token++;
        effects.persistMeta(forgetPromises ? meta.withPromisedEpoch(0).withSeen(0, 0) : meta, token);
        return token;
    }

    void halted(final HaltReason reason) {
        meta = meta.withHalted(reason);
    }

    void onDurable(final long newToken) {
        Invariant.check(newToken <= token, "only a written meta becomes durable");
        durableToken = Math.max(durableToken, newToken);
    }

    boolean isDurable(final long wanted) {
        return durableToken >= wanted;
    }

    /** Token of the newest meta: everything up to now. */
    long token() {
        return token;
    }
}
