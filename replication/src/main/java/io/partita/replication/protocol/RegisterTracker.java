// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Invariant;
import org.jspecify.annotations.Nullable;

/**
 * The register as this node knows it, and its one pending CAS (R25): in flight or of unknown outcome until the version moves;
 * never inferred from time or from an unchanged read; burnt when it stays unknown.
 */
final class RegisterTracker {
    /** What a pending CAS is for. */
    enum Kind {
        NONE,
        SHRINK,
        EXPAND,
        REPLACE,
        PROMOTE,
        CONFIRM,
        HANDOVER
    }

    /** Older reads in a row before a register counts as gone back: time alone may be a pause or an outage. */
    private static final int BEHIND_READS_MIN = 20;

    private final CoreConfig config;
    private final MetaKeeper metaKeeper;
    private final Effects effects;
    private final Rules rules;
    private @Nullable RegisterConfig current;
    private boolean reading;
    private boolean readAgain;
    private long readStartedNs;
    private long readFinishedNs;
    private long completedReadStartNs;
    private boolean everRead;
    private boolean unreachable;
    private boolean behind;
    private long behindSinceNs;
    private int behindReads;

    private Kind kind = Kind.NONE;
    private @Nullable RegisterConfig proposed;
    private @Nullable RegisterConfig inFlight;
    private long expectedVer;
    private long sentAtNs;
    private boolean unknown;
    private long unknownSinceNs;
    private long opCounter;

    RegisterTracker(final CoreConfig config, final MetaKeeper metaKeeper, final Effects effects, final Rules rules) {
        this.config = config;
        this.metaKeeper = metaKeeper;
        this.effects = effects;
        this.rules = rules;
    }

    @Nullable
    RegisterConfig current() {
        return current;
    }

    long ver() {
        return current == null ? 0 : current.ver();
    }

    Kind pendingKind() {
        return kind;
    }

    boolean isPending() {
        return kind != Kind.NONE;
    }

    /** Whether a new CAS may be sent: none unresolved, and the driver has answered the last one. */
    boolean isFree() {
        return kind == Kind.NONE && inFlight == null;
    }

    /** What the pending CAS would make of the register; null without. */
    @Nullable
    RegisterConfig proposed() {
        return proposed;
    }

    /** Whether this process has written a value. */
    boolean isOwn(final RegisterConfig config) {
        return config.opId().hi() == this.config.incarnation();
    }

    Id128 nextOpId() {
        return new Id128(config.incarnation(), ++opCounter);
    }

    // ---------------------------------------------------------------------------------------------- reads

    void requestRead(final long nowNs) {
        if (reading) {
            readAgain = true;
        } else {
            reading = true;
            readStartedNs = nowNs;
            effects.readRegister();
        }
    }

    /** Requests a read unless one that began at or after a moment has ended or is under way. */
    void requestReadUnlessSince(final long momentNs, final long nowNs) {
        if (!isReadSince(momentNs) && !(reading && readStartedNs - momentNs >= 0)) {
            requestRead(nowNs);
        }
    }

    /** A read has ended; a success counts for {@link #isReadSince}. */
    void onReadDone(final long nowNs, final boolean success) {
        if (!reading) {
            return; // a watch
        }
        reading = false;
        readFinishedNs = nowNs;
        if (!success && !unreachable) {
            effects.alarm(AlarmKind.REGISTER_UNREACHABLE, "ver=" + ver());
        }
        unreachable = !success;
        if (success) {
            everRead = true;
            completedReadStartNs = readStartedNs;
        }
        if (readAgain) {
            readAgain = false;
            requestRead(nowNs);
        }
    }

    /** Whether a read that began at or after a moment has ended well. */
    boolean isReadSince(final long momentNs) {
        return everRead && completedReadStartNs - momentNs >= 0;
    }

    void poll(final long nowNs, final boolean fast) {
        final long period = fast || unknown || behind ? config.registerFastPollNs() : config.registerPollNs();
        if (!reading && nowNs - readFinishedNs >= period) {
            requestRead(nowNs);
        }
    }

    void started(final long nowNs) {
        readFinishedNs = nowNs;
    }

    /**
     * R3: a value older than one seen before. A read may be stale, so the node halts only if many in a row are, for long.
     *
     * @return true if it has lasted too long.
     */
    boolean isBehindTooLong(final long nowNs) {
        if (!behind) {
            behind = true;
            behindSinceNs = nowNs;
            behindReads = 0;
            effects.alarm(
                    AlarmKind.REGISTER_BEHIND, "seenVer=" + metaKeeper.meta().seenVer());
        }
        behindReads++;
        return behindReads >= BEHIND_READS_MIN && nowNs - behindSinceNs >= config.regressionNs();
    }

    /** A read shows what was seen before, or newer. */
    void caughtUp() {
        behind = false;
    }

    /**
     * Takes in a newer value. Any pending CAS is resolved by it: its version has moved.
     *
     * @param newer with a higher version than known.
     */
    void adopt(final RegisterConfig newer) {
        Invariant.check(newer.ver() > ver(), "the register's version grows (I5, I16)");
        current = newer;
        if (kind != Kind.NONE && newer.ver() > expectedVer) {
            clearPending();
        }
    }

    // ---------------------------------------------------------------------------------------------- CAS

    /**
     * Sends a CAS.
     *
     * @param newKind what for.
     * @param next the value, at the version after the known one.
     * @param nowNs now.
     */
    void send(final Kind newKind, final RegisterConfig next, final long nowNs) {
        Invariant.check(isFree(), "one CAS in flight per node (R25)");
        Invariant.check(next.ver() == ver() + 1, "a CAS expects the version known");
        kind = newKind;
        proposed = next;
        expectedVer = next.ver() - 1;
        unknown = false;
        submit(next, nowNs);
    }

    private void submit(final RegisterConfig next, final long nowNs) {
        inFlight = next;
        sentAtNs = nowNs;
        effects.cas(next);
    }

    /** The driver has answered; what was in flight. */
    RegisterConfig onAnswered() {
        final RegisterConfig answered = inFlight;
        if (answered == null) {
            throw new IllegalStateException("broken invariant: the driver answers each CAS once");
        }
        inFlight = null;
        return answered;
    }

    void onUnknown(final long nowNs) {
        if (kind != Kind.NONE && !unknown) {
            unknown = true;
            unknownSinceNs = nowNs;
            effects.alarm(AlarmKind.CAS_UNKNOWN, "kind=" + kind + " expectedVer=" + expectedVer);
        }
    }

    void tick(final long nowNs) {
        if (kind == Kind.NONE) {
            return;
        }
        if (!unknown && nowNs - sentAtNs >= config.casTimeoutNs()) {
            onUnknown(nowNs);
        }
        if (unknown && inFlight == null && nowNs - unknownSinceNs >= config.casResolveNs()) {
            burn(nowNs);
        }
    }

    /** The naive reading of a timeout, for the bug zoo: an unchanged register means that the CAS did not apply. */
    boolean isTakenAsFailed(final RegisterConfig read) {
        if (!rules.unknownStaysPending() && unknown && kind != Kind.NONE && read.ver() == expectedVer) {
            clearPending();
            return true;
        }
        return false;
    }

    /** R25: the unchanged value under a new opId: either this or the unknown one applies, and the version moves. */
    private void burn(final long nowNs) {
        final RegisterConfig base = current;
        final RegisterConfig value = base == null ? proposed : base;
        if (value == null) {
            return;
        }
        unknownSinceNs = nowNs;
        submit(value.again(nextOpId(), expectedVer + 1), nowNs);
    }

    private void clearPending() {
        kind = Kind.NONE;
        proposed = null;
        unknown = false;
    }
}
