// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long PAYMENTS = 50_200;
    private static final int FAULTS = 14;
    private static final long HOUR_NS = 3_600_000_000_000L;

    private final FaultPlan plan =
            FaultPlan.draw(DrillSettings.kills(null, FAULTS, 7, "tcp", "memory", Set.of(), null), PAYMENTS);
    private final Pacer pacer = new Pacer(plan, PAYMENTS, 0, 0);
    private long sent;

    /** As the payer does: all that is allowed, until no more is, however long it waits. */
    private void payAll() {
        long allowed = pacer.allowed(HOUR_NS, sent);
        for (int i = 1; i < 10_000; i++) {
            sent = Math.max(sent, allowed);
            allowed = pacer.allowed(HOUR_NS + i * 5_000_000L, sent);
        }
    }

    @Test
    void shouldLeavePaymentsForEachAttemptAtEachFault() {
        for (final FaultPlan.Fault fault : plan.faults()) {
            pacer.onBurst(
                    plan.sentMaxBefore(fault.number())); // a pair that takes long to be whole lets it come to that
            payAll();
            assertEquals(plan.sentMaxBefore(fault.number()), sent, "the stream waits for its fault");
            for (int attempt = 0; attempt < 4; attempt++) {
                final long before = sent;
                pacer.onBurst(before + (plan.sentMaxAt(fault.number()) - before) / (4 - attempt));
                payAll();
                assertTrue(sent > before, "an attempt has payments: fault=" + fault.number() + " attempt=" + attempt);
                pacer.onFault(fault.number() - 1, HOUR_NS, sent);
                pacer.onReady(HOUR_NS);
            }
            pacer.onFault(fault.number(), HOUR_NS, sent);
            pacer.onReady(HOUR_NS);
        }
        payAll();
        assertEquals(PAYMENTS, sent);
    }

    @Test
    void shouldPayOnWhenAFaultWasGivenUp() {
        for (int number = 1; number <= FAULTS; number++) {
            payAll();
            pacer.onGivenUp(number);
        }
        payAll();
        assertEquals(PAYMENTS, sent);
    }
}
