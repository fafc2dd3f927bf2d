// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NackCode;
import io.partita.replication.protocol.RejectCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checker 11: what was reached over the runs of a campaign. The marks are set by observing effects and events from outside, so
 * the core knows nothing of them: a rule counts as reached when what it demands was seen to happen.
 */
final class Coverage {
    private static final int RULES = 41;

    /** Rules that wait for their part of the core: R34, a standby for disasters. */
    static final Set<String> WAITING = Set.of("R34");

    private final Map<String, long[]> hits = new HashMap<>();

    void hit(final String mark) {
        hits.computeIfAbsent(mark, key -> new long[1])[0]++;
    }

    void add(final Coverage other) {
        other.hits.forEach((mark, count) -> hits.computeIfAbsent(mark, key -> new long[1])[0] += count[0]);
    }

    long count(final String mark) {
        final long[] count = hits.get(mark);
        return count == null ? 0 : count[0];
    }

    /** All that a long run has to reach. */
    static List<String> expected() {
        final List<String> marks = new ArrayList<>();
        for (int rule = 1; rule <= RULES; rule++) {
            marks.add("R" + rule);
        }
        for (final RejectCode code : RejectCode.values()) {
            marks.add("REJECT " + code);
        }
        for (final NackCode code : NackCode.values()) {
            marks.add("NACK " + code);
        }
        for (final HaltReason reason : HaltReason.values()) {
            if (reason != HaltReason.NONE) {
                marks.add("HALT " + reason);
            }
        }
        marks.removeAll(WAITING);
        return marks;
    }

    List<String> missing() {
        final List<String> missing = expected();
        missing.removeAll(hits.keySet());
        return missing;
    }

    /** One line per group. */
    String text() {
        final StringBuilder text = new StringBuilder();
        String group = "";
        for (final String mark : expected()) {
            final String first = mark.split(" ", 2)[0];
            final String now = first.startsWith("R") && !first.equals("REJECT") ? "rules" : first;
            if (!now.equals(group)) {
                text.append(group.isEmpty() ? "" : "\n").append(now).append(':');
                group = now;
            }
            text.append(' ')
                    .append(mark.substring(mark.indexOf(' ') + 1))
                    .append('=')
                    .append(count(mark));
        }
        return text + "\nnot reached: " + missing() + "\nwaiting: " + new TreeSet<>(WAITING);
    }
}
