// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Invariant;

/**
 * R27: whether what this node acknowledges or commits must be on its disk first. The mark in the meta says that everything
 * ever acknowledged or committed by this lineage is durable (I11); so it is set after a force, and cleared durably before the
 * first record counts that is not forced.
 *
 * <pre>
 *  OFF -- wanted: force --> FORCING -- all exposed is durable: write mark --> MARKING -- durable --> ON
 *   ^                                                                                               |
 *   +------------------------- durable -- UNMARKING <-- not wanted: clear mark ---------------------+
 * </pre>
 *
 * <p>In every state but OFF only durable records count.
 */
final class DurabilityGate {
    private enum State {
        OFF,
        FORCING,
        MARKING,
        ON,
        UNMARKING
    }

    private final MetaKeeper metaKeeper;
    private final LocalJournal journal;
    private final Effects effects;
    private State state;
    private long markToken;
    private long exposedSeq;
    private long forceAskedSeq;

    DurabilityGate(final MetaKeeper metaKeeper, final LocalJournal journal, final Effects effects) {
        this.metaKeeper = metaKeeper;
        this.journal = journal;
        this.effects = effects;
        // What an earlier life of this lineage exposed is unknown; without the mark it may be the whole journal.
        state = metaKeeper.meta().gate() ? State.ON : State.OFF;
        exposedSeq = journal.lastSeq();
    }

    boolean isOn() {
        return state == State.ON;
    }

    boolean isLimiting() {
        return state != State.OFF;
    }

    /** How far this node's own journal counts. */
    long position() {
        return state == State.OFF ? journal.lastSeq() : Math.min(journal.durableSeq(), journal.lastSeq());
    }

    /** Notes that records up to a seq were acknowledged to, or committed for, somebody. */
    void expose(final long seq) {
        if (seq > exposedSeq) {
            exposedSeq = seq;
        }
    }

    /** Another lineage, or another journal: it has acknowledged nothing, and its meta has no mark. */
    void renewed() {
        state = State.OFF;
        exposedSeq = journal.lastSeq();
        forceAskedSeq = Math.min(forceAskedSeq, exposedSeq);
    }

    void onCut(final long seq) {
        exposedSeq = Math.min(exposedSeq, seq);
        forceAskedSeq = Math.min(forceAskedSeq, seq);
    }

    void update(final boolean wanted, final long commit) {
        State before;
        do {
            before = state;
            step(wanted, commit);
        } while (state != before);
        if (state != State.OFF) {
            forceTail();
        }
    }

    void forceTail() {
        final long lastSeq = journal.lastSeq();
        if (lastSeq > forceAskedSeq && journal.durableSeq() < lastSeq) {
            forceAskedSeq = lastSeq;
            effects.requestForce();
        }
    }

    private void step(final boolean wanted, final long commit) {
        switch (state) {
            case OFF -> {
                if (wanted) {
                    state = State.FORCING;
                }
            }
            case FORCING -> {
                if (!wanted) {
                    state = State.OFF;
                } else if (journal.durableSeq() >= exposedSeq) {
                    markToken = metaKeeper.update(metaKeeper.meta().withGate(true), commit);
                    state = State.MARKING;
                }
            }
            case MARKING -> {
                if (metaKeeper.isDurable(markToken)) {
                    Invariant.check(journal.durableSeq() >= exposedSeq, "what was exposed is durable (I11)");
                    state = State.ON;
                }
            }
            case ON -> {
                if (!wanted) {
                    markToken = metaKeeper.update(metaKeeper.meta().withGate(false), commit);
                    state = State.UNMARKING;
                }
            }
            case UNMARKING -> {
                if (metaKeeper.isDurable(markToken)) {
                    state = State.OFF;
                }
            }
        }
    }
}
