// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * R35: which version of the state machine's rules the own journal follows, and which ones this release knows. What is in the
 * journal counts, applied or not: a node neither leads nor welcomes a standby beyond a version that one of them lacks.
 */
final class LogicVersions {
    /** Every journal begins with it. */
    static final int FIRST = 1;

    /** A version that a record beyond the applied ones asks for; exactly there, or at the latest there. */
    private record Ahead(long seq, int version, boolean exact) {}

    private final CoreConfig config;
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private int applied = FIRST;

    /** After a restart the meta has the newest version in the journal, but not where. */
    LogicVersions(final CoreConfig config, final NodeMeta meta, final LocalJournal journal) {
        this.config = config;
        if (meta.logicVersion() > FIRST && journal.lastSeq() > 0) {
            ahead.add(new Ahead(journal.lastSeq(), meta.logicVersion(), false));
        }
    }

    /** The version for records after the journal's last. */
    int inForce() {
        final Ahead last = ahead.peekLast();
        return last == null ? applied : Math.max(applied, last.version());
    }

    /** Whether this release knows a version. */
    boolean isKnown(final int version) {
        return version >= config.logicVersionMin() && version <= config.logicVersionMax();
    }

    /** Whether this release knows the version in force. */
    boolean isSupported() {
        return isKnown(inForce());
    }

    /** Whether a record that is not applied yet asks for another version. */
    boolean isAhead() {
        return !ahead.isEmpty();
    }

    void onAppended(final long seq, final int version) {
        ahead.add(new Ahead(seq, version, true));
    }

    /** The journal was cut: what was beyond is gone, or known to be gone once what is left is applied. */
    void onCut(final long seq) {
        Ahead last = ahead.peekLast();
        while (last != null && last.seq() > seq) {
            ahead.removeLast();
            if (!last.exact()) {
                ahead.add(new Ahead(seq, last.version(), false));
                return;
            }
            last = ahead.peekLast();
        }
    }

    /** The version that the state machine follows, as far as it has applied. */
    int applied() {
        return applied;
    }

    /** The state is that of a snapshot; records up to its seq ask for nothing any more. */
    void onSnapshot(final long seq, final int version) {
        onApplied(seq);
        applied = version;
    }

    /** The state machine follows a version, from a snapshot or a record. */
    void onFollowed(final int version) {
        applied = version;
    }

    /** Records are applied. */
    void onApplied(final long seq) {
        Ahead first = ahead.peekFirst();
        while (first != null && first.seq() <= seq) {
            ahead.removeFirst();
            if (first.exact()) {
                applied = Math.max(applied, first.version());
            }
            first = ahead.peekFirst();
        }
    }
}
