// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.testing.EngineKit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Stale reads that must not be older than some seq, on a node that is not the active. */
class StaleReadTest {
    private final EngineKit kit = new EngineKit(EngineConfig.defaults());
    private final List<String> answers = new ArrayList<>();

    /** Three records in the journal, one of them committed; nobody may read linearizably here. */
    @BeforeEach
    void fill() {
        for (int i = 1; i <= 3; i++) {
            kit.submitAccount(i);
        }
        kit.engine().doWork();
        kit.gate.commitSeq = 1;
        kit.gate.readToken = Outcome.NOT_ACTIVE;
        kit.gate.knownEpoch = 7;
        kit.engine().doWork();
    }

    @AfterEach
    void close() {
        kit.close();
    }

    private void lookUp(final long tag, final long minSeq) {
        kit.submitRead(
                tag, BatchKind.LOOKUP_ACCOUNTS, batch -> batch.minSeq(minSeq).addId(0, 2), this::onAnswer);
    }

    private void onAnswer(final Batch batch) {
        final String what = batch.isOk() ? batch.outcome() + " in " + batch.epoch() : Outcome.name(batch.outcome());
        answers.add(batch.tag() + ": " + what + (batch.isOk() && batch.isFound(0) ? " found" : ""));
    }

    @Test
    void shouldServeAtOnceWhatIsAppliedAlready() {
        lookUp(10, 0);
        lookUp(11, 1);
        kit.engine().doWork();
        assertEquals(List.of("10: 1 in 7", "11: 1 in 7"), answers);
    }

    @Test
    void shouldWaitForTheSeqThatItMustNotBeOlderThan() {
        lookUp(10, 3);
        lookUp(11, 2);
        kit.engine().doWork();
        assertEquals(List.of(), answers);
        kit.gate.commitSeq = 2;
        kit.engine().doWork();
        assertEquals(List.of("11: 2 in 7 found"), answers);
        kit.gate.commitSeq = 3;
        kit.engine().doWork();
        assertEquals(List.of("11: 2 in 7 found", "10: 3 in 7 found"), answers);
    }

    @Test
    void shouldSayBehindWhenTheTimeIsUp() {
        lookUp(10, 2);
        kit.engine().doWork();
        kit.nowNs += Limits.MIN_SEQ_WAIT_NS / 2;
        lookUp(11, 9);
        kit.engine().doWork();
        kit.nowNs += Limits.MIN_SEQ_WAIT_NS / 2 - 1;
        kit.engine().doWork();
        assertEquals(List.of(), answers);
        kit.nowNs += 1;
        kit.engine().doWork();
        assertEquals(List.of("10: BEHIND"), answers);
        kit.gate.commitSeq = 3;
        kit.nowNs += Limits.MIN_SEQ_WAIT_NS;
        kit.engine().doWork();
        assertEquals(List.of("10: BEHIND", "11: BEHIND"), answers);
        lookUp(12, 3);
        kit.engine().doWork();
        assertEquals("12: 3 in 7 found", answers.get(2));
    }

    @Test
    void shouldGoThroughManyThatWaitWithoutHoldingUpACycle() {
        for (int i = 0; i < 100; i++) {
            kit.submitRead(
                    i,
                    BatchKind.LOOKUP_ACCOUNTS,
                    batch -> {
                        batch.minSeq(2);
                        for (int id = 1; id <= 100; id++) {
                            batch.addId(0, id);
                        }
                    },
                    this::onAnswer);
        }
        kit.engine().doWork();
        kit.engine().doWork();
        kit.gate.commitSeq = 2;
        kit.engine().doWork();
        final int first = answers.size();
        assertTrue(first > 0 && first < 100, "a part in each cycle: answers=" + first);
        kit.engine().doWork();
        kit.engine().doWork();
        assertEquals(100, answers.size());
        assertEquals("0: 2 in 7 found", answers.get(0));
    }

    @Test
    void shouldLetAQueryWaitLikeALookUp() {
        kit.submitRead(
                10,
                BatchKind.QUERY_ACCOUNTS,
                batch -> batch.minSeq(3).filter().ledger(1).limit(5),
                batch -> answers.add(batch.rows() + " at " + batch.outcome()));
        kit.engine().doWork();
        assertEquals(List.of(), answers);
        kit.gate.commitSeq = 3;
        kit.engine().doWork();
        kit.engine().doWork();
        assertEquals(List.of("3 at 3"), answers);
    }

    @Test
    void shouldEndWhatWaitsWhenTheEngineIsClosed() {
        lookUp(10, 9);
        kit.gate.commitSeq = 3; // nothing else to wait for
        kit.engine().doWork();
        kit.engine().onClose();
        assertEquals(List.of("10: CLOSED"), answers);
    }

    @Test
    void shouldRefuseAPositionThatIsNone() {
        final Batch batch = new Batch(owned -> {}, 1).reset(BatchKind.LOOKUP_ACCOUNTS);
        assertThrows(IllegalArgumentException.class, () -> batch.minSeq(-1));
        final Batch commands = new Batch(owned -> {}, 1).reset(BatchKind.COMMANDS);
        assertThrows(IllegalStateException.class, () -> commands.minSeq(1), "commands are never stale");
        assertThrows(IllegalStateException.class, commands::allowStale);
        assertTrue(batch.minSeq(4).isStaleAllowed());
        assertEquals(4, batch.minSeq());
        assertEquals(0, batch.reset(BatchKind.DIGEST).minSeq());
    }
}
