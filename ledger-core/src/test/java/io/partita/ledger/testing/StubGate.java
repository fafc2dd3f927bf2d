// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.engine.ReplicationGate;
import java.util.ArrayList;
import java.util.List;

/** A gate whose every answer the test sets. */
public final class StubGate implements ReplicationGate {
    /** What the gate answers. */
    public long epoch = 1;

    /** What the gate answers. */
    public long commitSeq;

    /** What the gate answers. */
    public long knownEpoch = 1;

    /** What the gate answers. */
    public boolean mayAnswer = true;

    /** What the gate answers. */
    public long readToken;

    /** What the gate answers. */
    public long readAllowed = 1;

    /** What the gate answers. */
    public long timestampCeiling = Long.MAX_VALUE;

    /** What the gate does when polled. */
    public Runnable onPoll = () -> {};

    /** What the gate was told. */
    public final List<Long> appended = new ArrayList<>();

    /** What the gate was told. */
    public final List<Long> applied = new ArrayList<>();

    @Override
    public int poll(final long nowNs) {
        onPoll.run();
        return 0;
    }

    @Override
    public long sequencingEpoch() {
        return epoch;
    }

    @Override
    public void onAppended(final long lastSeq) {
        appended.add(lastSeq);
    }

    @Override
    public int flush(final long nowNs) {
        return 0;
    }

    @Override
    public long epoch() {
        return knownEpoch;
    }

    @Override
    public long commitSeq() {
        return commitSeq;
    }

    @Override
    public boolean mayAnswer() {
        return mayAnswer;
    }

    @Override
    public long readAllowed(final long token) {
        return readAllowed;
    }

    @Override
    public long readToken() {
        return readToken;
    }

    @Override
    public long timestampCeiling() {
        return timestampCeiling;
    }

    @Override
    public void onApplied(final long seq, final long runningDigest) {
        applied.add(seq);
    }
}
