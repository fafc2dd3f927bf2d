// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import java.util.Locale;

/** Makes cores with one of the known flaws of naive protocols planted, to test the tests (PROTOCOL 1 and D2). */
public final class Zoo {
    /** The flaws. */
    public enum Bug {
        /** None: the protocol as it is. */
        NONE,
        /** Shrinks the required set by itself, without a CAS. */
        SHRINK_NO_CAS,
        /** Commits under the shrunk set before the outcome of the CAS. */
        COMMIT_BEFORE_CAS,
        /** Does not require a new member until the CAS is known to have succeeded (F4). */
        EXPAND_LAZY,
        /** Takes a timeout and an unchanged read for a failed CAS (F5). */
        AMBIG_FAIL,
        /** Membership by node id (F1). */
        NODE_ID,
        /** A restarted active goes on in its epoch (F6). */
        SAME_EPOCH,
        /** Promise and register's version are not durable, nor checked against the journal (F8). */
        VOL_PROMISE,
        /** Cuts to the commit position on reconnect (F10). */
        TRUNC_TO_COMMIT,
        /** Cuts to the length in a greeting, which may be a delayed one (F10). */
        LEN_HANDSHAKE,
        /** Older epochs are accepted by both sides, and older values of the register at a start. */
        NO_FENCE,
        /** Expands at a stale commit position after a restart (F7). */
        NO_LESO,
        /** Same lineage after a power loss in page-cache mode (F2); planted in the simulator's start of a node. */
        PC_NO_REGEN,
        /** A lone active commits from the page cache (F3). */
        SOLO_NO_FSYNC,
        /** Linearizable reads are served locally (F9). */
        READ_LOCAL,
        /** A lone active serves reads locally though a new member is pending (F9). */
        SOLO_READ_PEND,
        /** Takes a claim's success from epoch and name alone (F15). */
        CLAIM_NO_LID,
        /** Takes what both journals have at a seq for the same record. */
        DROP_CHAIN_CHECK,
        /** An id is remembered for a second only; planted in the simulator's engine. */
        DEDUP_BY_TIME,
        /** Digests are not compared. */
        DIGEST_OFF,
        /** Acknowledges what would not survive a kill -9; planted in the simulator's process. */
        ACK_BEFORE_STORED,
        /** Acknowledges while its own take-over is under way: harmless, and must not be flagged. */
        NO_FREEZE,
        /** Applies and answers what is not committed; planted in the simulator's engine. */
        APPLY_BEFORE_COMMIT;

        /**
         * The flaw of a name as PROTOCOL and the command line have it.
         *
         * @param name such as {@code noLeso}.
         * @return the flaw.
         * @throws IllegalArgumentException if there is none.
         */
        public static Bug of(final String name) {
            for (final Bug bug : values()) {
                if (bug.label().equals(name)) {
                    return bug;
                }
            }
            throw new IllegalArgumentException("unknown bug: " + name);
        }

        /**
         * Its name as PROTOCOL and the command line have it.
         *
         * @return such as {@code noLeso}.
         */
        public String label() {
            final StringBuilder label = new StringBuilder();
            for (final String word : name().split("_")) {
                label.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
            }
            return label.substring(0, 1).toLowerCase(Locale.ROOT) + label.substring(1);
        }
    }

    private Zoo() {}

    /**
     * A core with a flaw.
     *
     * @param config see {@link ReplicaCore}.
     * @param meta see {@link ReplicaCore}.
     * @param journal see {@link ReplicaCore}.
     * @param effects see {@link ReplicaCore}.
     * @param bug which flaw.
     * @return the core.
     */
    public static ReplicaCore core(
            final CoreConfig config,
            final NodeMeta meta,
            final LocalJournal journal,
            final Storage storage,
            final Effects effects,
            final Bug bug) {
        return new ReplicaCore(config, meta, journal, storage, effects, bug == Bug.NONE ? Rules.ALL : new Broken(bug));
    }

    private static final class Broken extends Rules {
        private final Bug bug;

        Broken(final Bug bug) {
            this.bug = bug;
        }

        @Override
        boolean removedMemberStaysRequired() {
            return bug != Bug.COMMIT_BEFORE_CAS;
        }

        @Override
        boolean addedMemberIsRequired() {
            return bug != Bug.EXPAND_LAZY;
        }

        @Override
        boolean unknownStaysPending() {
            return bug != Bug.AMBIG_FAIL;
        }

        @Override
        boolean olderEpochIsRefused() {
            return bug != Bug.NO_FENCE;
        }

        @Override
        boolean promiseIsDurable() {
            return bug != Bug.VOL_PROMISE;
        }

        @Override
        boolean cutNeedsConflict() {
            return bug != Bug.TRUNC_TO_COMMIT;
        }

        @Override
        boolean soloNeedsGate() {
            return bug != Bug.SOLO_NO_FSYNC;
        }

        @Override
        boolean readNeedsProbe() {
            return bug != Bug.READ_LOCAL;
        }

        @Override
        boolean memberIsLineage() {
            return bug != Bug.NODE_ID;
        }

        @Override
        boolean expandNeedsEpochStart() {
            return bug != Bug.NO_LESO;
        }

        @Override
        boolean claimNeedsLineage() {
            return bug != Bug.CLAIM_NO_LID;
        }

        @Override
        boolean epochIsClaimedOnce() {
            return bug != Bug.SAME_EPOCH;
        }

        @Override
        boolean shrinkNeedsCas() {
            return bug != Bug.SHRINK_NO_CAS;
        }

        @Override
        boolean lengthProvesNothing() {
            return bug != Bug.LEN_HANDSHAKE;
        }

        @Override
        boolean recordsAreCompared() {
            return bug != Bug.DROP_CHAIN_CHECK;
        }

        @Override
        boolean readCountsPending() {
            return bug != Bug.SOLO_READ_PEND;
        }

        @Override
        boolean digestsAreCompared() {
            return bug != Bug.DIGEST_OFF;
        }

        @Override
        boolean frozenIsSilent() {
            return bug != Bug.NO_FREEZE;
        }
    }
}
