// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.observe.CounterType;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.observe.LedgerCounters;
import io.partita.replication.protocol.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the application hears of the roles, and when. */
class NodeEventsTest {
    private final LedgerCounters counters = LedgerCounters.create(null, Pair.CLUSTER, 0);
    private final IncidentLog incidents =
            IncidentLog.create(null, Pair.CLUSTER, () -> 0, counters.get(CounterType.INCIDENTS));
    private final List<String> heard = new ArrayList<>();

    private final NodeEvents events = new NodeEvents("a", incidents, new RoleListener() {
        @Override
        public void onActive(final long epoch, final long fromSeq) {
            heard.add("active " + epoch + " from " + fromSeq);
        }

        @Override
        public void onPassive(final long epoch) {
            heard.add("passive " + epoch);
        }
    });

    @Test
    void shouldTellBothEndsOfATerm() {
        events.onRole(Role.ACTIVE, 3, 17);
        events.onRole(Role.PASSIVE, 3, 40);
        events.onRole(Role.ACTIVE, 5, 60);
        events.onHalt("for a test");
        assertEquals(List.of("active 3 from 17", "passive 3", "active 5 from 60", "passive 5"), heard);
    }

    @Test
    void shouldTellTheEndOnce() {
        events.onRole(Role.ACTIVE, 3, 17);
        events.onRole(Role.PASSIVE, 3, 40);
        events.onHalt("for a test");
        events.onEnd();
        assertEquals(List.of("active 3 from 17", "passive 3"), heard);
    }

    @Test
    void shouldSayNothingOfATermThatNeverServed() {
        events.onRole(Role.PASSIVE, 3, 0);
        events.onEnd();
        assertEquals(List.of(), heard);
    }

    @Test
    void shouldGoOnWhateverTheListenerThrows() {
        final NodeEvents throwing = new NodeEvents("a", incidents, new RoleListener() {
            @Override
            public void onActive(final long epoch, final long fromSeq) {
                heard.add("active");
                throw new AssertionError("the listener's bug");
            }

            @Override
            public void onPassive(final long epoch) {
                heard.add("passive");
                throw new IllegalStateException("another");
            }
        });
        throwing.onRole(Role.ACTIVE, 3, 17);
        throwing.onRole(Role.PASSIVE, 3, 40);
        assertEquals(List.of("active", "passive"), heard);
        assertEquals(2, counters.get(CounterType.INCIDENTS).get());
    }

    @Test
    void shouldNeedNoListener() {
        final NodeEvents alone = new NodeEvents("a", incidents, null);
        alone.onRole(Role.ACTIVE, 3, 17);
        alone.onEnd();
        assertEquals(List.of(), heard);
    }
}
