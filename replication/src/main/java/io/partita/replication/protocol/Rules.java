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

    /** R5: a session of an epoch older than promised is refused, by either side; nor does an old register value name the active. */
    boolean olderEpochIsRefused() {
        return true;
    }

    /** R3, R5: the promise and what was seen of the register are durable before the first ACK, and checked against the journal. */
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

    /** R16, R4: an epoch is claimed at most once, so a restarted active does not go on in it (F6). */
    boolean epochIsClaimedOnce() {
        return true;
    }

    /** R22: a member leaves the required set by CAS, not by the active's own decision. */
    boolean shrinkNeedsCas() {
        return true;
    }

    /** R6, R8: a length in a greeting, perhaps a delayed one, is no reason to cut. */
    boolean lengthProvesNothing() {
        return true;
    }

    /** R7: what both journals have is compared by chain value. */
    boolean recordsAreCompared() {
        return true;
    }

    /** R28: a pending or coming member counts when a read asks whether this node is required alone (F9). */
    boolean readCountsPending() {
        return true;
    }

    /** R40: digests at equal positions are compared. */
    boolean digestsAreCompared() {
        return true;
    }

    /** R13: a node that tries to take over acknowledges nothing. */
    boolean frozenIsSilent() {
        return true;
    }
}
