// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.replication.failover.TakeOver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One fault as it happened, and how the pair came back from it. Times count from the fault. Guarded by its {@link Pair}. */
final class FaultRecord {
    static final String FIRST_ANSWER = "firstAnswerMs";

    private static final double NS_PER_MS = 1e6;
    private static final int ANSWERS_KEPT_MAX = 1 << 20;

    final FaultPlan.Fault plan;
    final int number;
    final String victim;
    final int victimLife;
    final boolean wasActive;
    final Phase phase;
    final long atPayment;
    final long atNs;
    private long answeredSeq;
    long unansweredAtFault;
    boolean isCounted;
    long clockAlarms;
    private final Map<String, Long> steps = new LinkedHashMap<>();
    private long healedNs;
    private long stallNs;
    private long suspectNs;
    private long promotedNs;
    private long promotedFromSeq;
    private long firstAnswerNs;
    private long rejoinedNs;
    private final List<long[]> answers = new ArrayList<>();

    FaultRecord(
            final FaultPlan.Fault plan,
            final NodeProcess victim,
            final boolean wasActive,
            final Phase phase,
            final long atPayment,
            final long atNs,
            final long answeredSeq) {
        this.plan = plan;
        number = plan.number();
        this.victim = victim.id();
        this.victimLife = victim.life();
        this.wasActive = wasActive;
        this.phase = phase;
        this.atPayment = atPayment;
        this.atNs = atNs;
        this.answeredSeq = answeredSeq;
    }

    void onFrozen(final String node, final long nowNs) {
        if (isOpen() && suspectNs == 0 && promotedNs == 0 && !node.equals(victim)) {
            suspectNs = nowNs;
        }
    }

    void onActive(final String node, final int life, final long fromSeq, final long nowNs) {
        final boolean isOldLife = node.equals(victim) && life <= victimLife && isOfNewLife();
        if (!isOpen() || promotedNs != 0 || isOldLife) {
            return;
        }
        promotedNs = nowNs;
        promotedFromSeq = fromSeq;
        for (final long[] answer : answers) {
            onAnswer(answer[0], answer[1]);
        }
        answers.clear();
    }

    /** The node that took over says when it took which step. */
    void onTookOver(final String node, final long arrivedNs, final Map<String, @Nullable Object> line) {
        if (!isOpen() || node.equals(victim) || promotedNs == 0 || !steps.isEmpty()) {
            return;
        }
        for (final TakeOver.Step step : TakeOver.Step.values()) {
            // Where the clock is not one of all processes, this is the test that it fails.
            if (line.get(step.label()) instanceof Number at && at.longValue() > atNs && at.longValue() <= arrivedNs) {
                steps.put(step.label().replace("Ns", "Ms"), at.longValue());
            }
        }
    }

    /** The victim runs again, or is reached again. */
    void onHealed(final long nowNs, final long answeredSeqNow) {
        healedNs = nowNs;
        answeredSeq = answeredSeqNow;
    }

    /**
     * An answer came in: the first of the new epoch ends the outage.
     *
     * @param sentNs when it was asked for.
     */
    void onAnswer(final long seq, final long nowNs, final long sentNs) {
        if (rejoinedNs == 0) {
            stallNs = Math.max(stallNs, nowNs - Math.max(sentNs, atNs));
        }
        onAnswer(seq, nowNs);
    }

    private void onAnswer(final long seq, final long nowNs) {
        if (!wasActive || firstAnswerNs != 0 || (rejoinedNs != 0 && promotedNs == 0)) {
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
        final boolean isBack = isOfNewLife() ? life > victimLife : healedNs != 0;
        if (rejoinedNs == 0 && node.equals(victim) && isBack && appliedSeq >= answeredSeq) {
            rejoinedNs = nowNs;
        }
    }

    /** Whether the victim comes back as another process. */
    private boolean isOfNewLife() {
        return switch (plan.kind()) {
            case PAUSE, PARTITION, SWITCHOVER, CLOCK -> false;
            case KILL, CRASH, WIPE, RESTORE, CLONE -> true;
        };
    }

    /** Whether somebody may still take over because of this fault: a later take-over is another fault's. */
    private boolean isOpen() {
        return wasActive && rejoinedNs == 0;
    }

    boolean hasRejoined() {
        return rejoinedNs != 0;
    }

    /** How long it took to the first answer of the new epoch, in nanoseconds; 0 if there was none. */
    long outageNs() {
        return firstAnswerNs == 0 ? 0 : firstAnswerNs - atNs;
    }

    /** The longest that a payment had to wait from the fault on, until the victim was back. */
    long stallNs() {
        return stallNs;
    }

    /** When the steps of the take-over were taken, in nanoseconds from the fault, in order. */
    Map<String, Long> stepsNs() {
        final Map<String, Long> since = new LinkedHashMap<>();
        steps.forEach((name, at) -> since.put(name, at - atNs));
        if (firstAnswerNs != 0) {
            since.put(FIRST_ANSWER, firstAnswerNs - atNs);
        }
        return since;
    }

    Map<String, @Nullable Object> toReport() {
        final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("fault", plan.kind().label());
        if (plan.kind() == FaultKind.PARTITION) {
            fields.put("cut", plan.cut().label());
        }
        if (plan.kind() == FaultKind.CLOCK) {
            fields.put("clockErrorMs", Math.round(plan.clockErrorNs() / NS_PER_MS));
            fields.put("clockAlarms", clockAlarms);
        }
        if (plan.kind().lasts()) {
            fields.put("outageMs", Math.round(plan.outageNs() / NS_PER_MS));
        }
        fields.put("victim", victim);
        fields.put("wasActive", wasActive);
        fields.put("phase", phase.label());
        fields.put("atPayment", atPayment);
        fields.put("unansweredAtFault", unansweredAtFault);
        fields.put("suspectMs", millis(suspectNs));
        fields.put("promotedMs", millis(promotedNs));
        fields.put(FIRST_ANSWER, millis(firstAnswerNs));
        fields.put("stallMs", Math.round(stallNs / NS_PER_MS * 10) / 10.0);
        fields.put("rejoinedMs", millis(rejoinedNs));
        if (!steps.isEmpty()) {
            final Map<String, @Nullable Object> exact = new LinkedHashMap<>();
            steps.forEach((name, at) -> exact.put(name, millis(at)));
            fields.put("takeOver", exact);
        }

        return fields;
    }

    private @Nullable Object millis(final long ns) {
        return ns == 0 ? null : Math.round((ns - atNs) / NS_PER_MS * 10) / 10.0;
    }
}
