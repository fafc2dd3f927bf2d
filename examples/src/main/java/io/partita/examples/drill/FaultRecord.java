// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One fault as it happened, and how the pair came back from it. Times count from the fault. Guarded by its {@link Pair}. */
final class FaultRecord {
    private static final double NS_PER_MS = 1e6;
    private static final int ANSWERS_KEPT_MAX = 1 << 20;

    final int number;
    final String victim;
    final int victimLife;
    final boolean wasActive;
    final Phase phase;
    final long atPayment;
    final long atNs;
    final long answeredSeq;
    long unansweredAtFault;
    boolean isCounted;
    private long suspectNs;
    private long promotedNs;
    private long promotedFromSeq;
    private long firstAnswerNs;
    private long rejoinedNs;
    private final List<long[]> answers = new ArrayList<>();

    FaultRecord(
            final int number,
            final NodeProcess victim,
            final boolean wasActive,
            final Phase phase,
            final long atPayment,
            final long atNs,
            final long answeredSeq) {
        this.number = number;
        this.victim = victim.id();
        this.victimLife = victim.life();
        this.wasActive = wasActive;
        this.phase = phase;
        this.atPayment = atPayment;
        this.atNs = atNs;
        this.answeredSeq = answeredSeq;
    }

    void onFrozen(final String node, final long nowNs) {
        if (wasActive && suspectNs == 0 && promotedNs == 0 && !node.equals(victim)) {
            suspectNs = nowNs;
        }
    }

    void onActive(final String node, final int life, final long fromSeq, final long nowNs) {
        final boolean isOldLife = node.equals(victim) && life <= victimLife;
        if (!wasActive || promotedNs != 0 || isOldLife) {
            return;
        }
        promotedNs = nowNs;
        promotedFromSeq = fromSeq;
        for (final long[] answer : answers) {
            onAnswer(answer[0], answer[1]);
        }
        answers.clear();
    }

    /** An answer came in: the first of the new epoch ends the outage. */
    void onAnswer(final long seq, final long nowNs) {
        if (!wasActive || firstAnswerNs != 0) {
            return;
        }
        if (promotedNs == 0) {
            if (answers.size() < ANSWERS_KEPT_MAX) {
                answers.add(new long[] {seq, nowNs});
            }
        } else if (seq >= promotedFromSeq) {
            firstAnswerNs = nowNs;
        }
    }

    /** The victim's new process is in sync and has applied all that had been answered before the fault. */
    void onInSync(final String node, final int life, final long appliedSeq, final long nowNs) {
        if (rejoinedNs == 0 && node.equals(victim) && life > victimLife && appliedSeq >= answeredSeq) {
            rejoinedNs = nowNs;
        }
    }

    boolean hasRejoined() {
        return rejoinedNs != 0;
    }

    /** How long the service was out, in nanoseconds; 0 if it was not. */
    long outageNs() {
        return firstAnswerNs == 0 ? 0 : firstAnswerNs - atNs;
    }

    Map<String, @Nullable Object> toReport() {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("fault", "kill");
        fields.put("victim", victim);
        fields.put("wasActive", wasActive);
        fields.put("phase", phase.label());
        fields.put("atPayment", atPayment);
        fields.put("unansweredAtFault", unansweredAtFault);
        fields.put("suspectMs", millis(suspectNs));
        fields.put("promotedMs", millis(promotedNs));
        fields.put("firstAnswerMs", millis(firstAnswerNs));
        fields.put("rejoinedMs", millis(rejoinedNs));

        return fields;
    }

    private @Nullable Object millis(final long ns) {
        return ns == 0 ? null : Math.round((ns - atNs) / NS_PER_MS * 10) / 10.0;
    }
}
