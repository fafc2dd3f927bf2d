// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Outcome;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.client.StaleReads;
import io.partita.replication.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pair's standby answers reads that insist on a position, also while there is no active. */
class StaleReadPairTest {
    @TempDir
    Path root;

    private final List<Answer> answers = new ArrayList<>();

    private record Answer(long outcome, long epoch, boolean isFound) {}

    private RemoteLedgerClient connect(final Pair pair) {
        return RemoteLedgerClient.connect(
                pair.clientContext(batch -> answers.add(new Answer(batch.outcome(), batch.epoch(), batch.isFound(0))))
                        .staleReads(StaleReads.STANDBY)
                        .retryTimeout(Duration.ofSeconds(2)));
    }

    private static Batch lookUp(final RemoteLedgerClient client, final long transfer) {
        return client.acquire(BatchKind.LOOKUP_TRANSFERS).allowStale().addId(0, transfer);
    }

    private Answer settle(final RemoteLedgerClient client) {
        answers.clear();
        Await.until("an answer", () -> client.pollAwait(1, 10_000_000L) == 1);
        return answers.get(0);
    }

    @Test
    void shouldSeeWhatWasAnsweredOnWhicheverNode() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), 3).open();
                RemoteLedgerClient client = connect(pair)) {
            final String active = pair.serving();
            final String standby = pair.other(active);
            for (int round = 0; round < 5; round++) {
                payments.pay(1);
                client.seen(payments.client().seenSeq());
                client.submit(lookUp(client, payments.submitted()));
                final Answer answer = settle(client);
                assertTrue(answer.outcome() >= payments.client().seenSeq(), answer.toString());
                assertTrue(answer.isFound() && answer.epoch() == 1, answer.toString());
            }
            client.submitTo(standby, lookUp(client, 1).minSeq(client.seenSeq() + 1_000));
            assertEquals(Outcome.BEHIND, settle(client).outcome());

            pair.kill(active);
            client.submit(lookUp(client, payments.submitted())); // there may be no active yet
            final Answer answer = settle(client);
            assertTrue(answer.outcome() >= payments.client().seenSeq() && answer.isFound(), answer.toString());
            pair.awaitServing(1);
            payments.pay(1);
            client.seen(payments.client().seenSeq());
            client.submit(lookUp(client, payments.submitted()));
            final Answer later = settle(client);
            assertTrue(later.isFound() && later.epoch() > 1, later.toString());
        }
    }
}
