// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * The rules that the bug zoo breaks. Production follows all of them; each method is true here. A test's subclass answers false
 * to plant one of the known flaws of naive protocols, to prove that the simulator would find it.
 */
class Rules {
    /** Production: all of them. */
    static final Rules ALL = new Rules();

    /** R18: while a SHRINK is pending, the member to be removed is still required. */
    boolean removedMemberStaysRequired() {
        return true;
    }

    /** R18: from the moment an EXPAND is sent, the new member is required. */
    boolean addedMemberIsRequired() {
        return true;
    }

    /** R25: a CAS without outcome stays pending until the version moves. */
    boolean unknownStaysPending() {
        return true;
    }

    /** R5: a session of an epoch older than promised is refused. */
    boolean olderEpochIsRefused() {
        return true;
    }

    /** R5: the promise is durable before the first ACK, and checked against the journal's last epoch. */
    boolean promiseIsDurable() {
        return true;
    }

    /** R8: the journal is cut on proven conflict only, not to the commit position. */
    boolean cutNeedsConflict() {
        return true;
    }

    /** R27: commits of a lone active need its gate. */
    boolean soloNeedsGate() {
        return true;
    }

    /** R28: a linearizable read needs a probe unless the active is required alone. */
    boolean readNeedsProbe() {
        return true;
    }

    /** R2: a member is a lineage, not a node. */
    boolean memberIsLineage() {
        return true;
    }

    /** R23 (F7): a new member must hold everything before the epoch's start. */
    boolean expandNeedsEpochStart() {
        return true;
    }

    /** R16 (F15): a claim needs the own current lineage listed and start seq and chain to match. */
    boolean claimNeedsLineage() {
        return true;
    }

    /** R13: a node that tries to take over acknowledges nothing. */
    boolean frozenIsSilent() {
        return true;
    }
}
