// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.failover;

import java.util.Arrays;

/**
 * When this node went through the steps of its last take-over, by {@link System#nanoTime()}: on Linux one clock for all processes
 * of a host. 0: the step was not taken. Not thread-safe until {@link #finish} has
 * made it an unchanging one.
 */
public final class TakeOver {
    /** A step of a take-over, in order. */
    public enum Step {
        /** The link to the active ended. A silent active ends none. */
        LINK_LOST("linkLostNs"),
        /** The active's port refused: its process is dead (R12). */
        REFUSED("refusedNs"),
        /** Froze, and asked the register for the next epoch (R13, R14). */
        FROZEN("frozenNs"),
        /** The register has answered. */
        WON("wonNs"),
        /** The promise is durable and EPOCH_START is in the journal (R16, R17). */
        OPENED("openedNs"),
        /** EPOCH_START is committed and applied: answers may go out. */
        SERVING("servingNs");

        private final String label;

        Step(final String label) {
            this.label = label;
        }

        /**
         * The name in what a node prints.
         *
         * @return the name.
         */
        public String label() {
            return label;
        }
    }

    private final long[] atNs = new long[Step.values().length];
    private long epoch;

    /** None yet. */
    public TakeOver() {}

    /**
     * Notes that a step was taken; a later one of the same kind replaces it.
     *
     * @param step which.
     * @param nowNs when.
     */
    public void note(final Step step, final long nowNs) {
        atNs[step.ordinal()] = nowNs;
    }

    /**
     * Forgets a step that led nowhere.
     *
     * @param step which.
     */
    public void forget(final Step step) {
        atNs[step.ordinal()] = 0;
    }

    /**
     * The end of a take-over: what is noted is of it, and the next one starts from nothing.
     *
     * @param newEpoch the epoch that it opened.
     * @return the finished one, not to be changed any more.
     */
    public TakeOver finish(final long newEpoch) {
        final TakeOver finished = new TakeOver();
        System.arraycopy(atNs, 0, finished.atNs, 0, atNs.length);
        finished.epoch = newEpoch;
        reset();

        return finished;
    }

    /** Forgets all steps. */
    public void reset() {
        Arrays.fill(atNs, 0);
    }

    /**
     * When a step was taken.
     *
     * @param step which.
     * @return by {@link System#nanoTime()}; 0 if it was not.
     */
    public long atNs(final Step step) {
        return atNs[step.ordinal()];
    }

    /**
     * The epoch that was opened.
     *
     * @return the epoch; 0 while it is not finished.
     */
    public long epoch() {
        return epoch;
    }
}
