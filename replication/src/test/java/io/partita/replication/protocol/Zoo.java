// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** Makes cores with one of the known flaws of naive protocols planted, to test the tests (PROTOCOL 1 and D2). */
public final class Zoo {
    /** The flaws. */
    public enum Bug {
        /** None: the protocol as it is. */
        NONE,
        /** Commits under the shrunk set before the outcome of the CAS. */
        COMMIT_BEFORE_CAS,
        /** Does not require a new member until the CAS is known to have succeeded (F4). */
        EXPAND_LAZY,
        /** Takes a timeout and an unchanged read for a failed CAS (F5). */
        AMBIG_FAIL,
        /** A standby accepts older epochs. */
        NO_FENCE,
        /** The promise is not durable and not checked against the journal (F8). */
        VOL_PROMISE,
        /** Cuts to the commit position on reconnect (F10). */
        TRUNC_TO_COMMIT,
        /** A lone active commits from the page cache (F3). */
        SOLO_NO_FSYNC,
        /** Linearizable reads are served locally (F9). */
        READ_LOCAL,
        /** Membership by node id (F1). */
        NODE_ID,
        /** Expands at a stale commit position after a restart (F7). */
        NO_EPOCH_START,
        /** Same lineage after a power loss in page-cache mode (F2); planted in the simulator's start of a node. */
        SAME_LINEAGE_AFTER_REBOOT,
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
            final Effects effects,
            final Bug bug) {
        return new ReplicaCore(config, meta, journal, effects, bug == Bug.NONE ? Rules.ALL : new Broken(bug));
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
            return bug != Bug.NO_EPOCH_START;
        }
    }
}
