// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.AsyncLedger;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.transport.ClientRequest;
import io.partita.replication.transport.ClientSession;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A real ledger behind two nodes that refuse, lose, repeat and delay at random, and change who is active all the time: an
 * application that does as the documents say is never told two things of one id, and what it is told is so in the end.
 */
class OutcomesPropertyTest {
    private static final int IDS = 200;
    private static final int BOOK = 1;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    private final Ledger ledger = Ledger.launch(new LedgerContext().ephemeral());
    private final AsyncLedger async = ledger.async();
    private final List<Request> late = new ArrayList<>();
    private final Map<Fate, Integer> fates = new EnumMap<>(Fate.class);
    private final Map<Long, Boolean> definite = new HashMap<>();
    private final List<Long> unknown = new ArrayList<>();
    private final List<String> contradictions = new ArrayList<>();
    private SplittableRandom random = new SplittableRandom(0);
    private long epoch = 1;
    private int expired;
    private int neverSequenced;

    /** What may happen to a request. */
    private enum Fate {
        ANSWERED,
        REFUSED,
        APPLIED_AND_LOST,
        APPLIED_AND_UNKNOWN,
        APPLIED_TWICE,
        LOST,
        UNKNOWN,
        DELAYED_AND_LOST,
        DELAYED_AND_UNKNOWN
    }

    /** A request as it can be applied at any time. */
    private record Request(long correlationId, int count, long deadlineNs, byte[] body) {}

    private synchronized int draw(final int bound) {
        return random.nextInt(bound);
    }

    /** Applies a request as a node would that is the active; one that is too late is refused by one, journaled by another. */
    private AsyncLedger.Answer apply(final Request request) {
        final boolean isLateJournaled = draw(2) == 0;
        return async.submit(batch -> {
                    batch.putBody(new UnsafeBuffer(request.body()), 0, request.body().length, request.count());
                    batch.deadline(request.deadlineNs());
                    if (isLateJournaled) {
                        batch.journalIfLate();
                    }
                })
                .join();
    }

    /** A node in front of the ledger. */
    private final class Flaky implements FakeNode.Behaviour {
        @Override
        public void on(final ClientSession session, final ClientRequest request) {
            throw new AssertionError("with the body, please");
        }

        @Override
        public void on(
                final ClientSession session,
                final ClientRequest request,
                final DirectBuffer body,
                final int offset,
                final int length) {
            final byte[] bytes = new byte[length];
            body.getBytes(offset, bytes);
            final Request copy = new Request(request.correlationId(), request.count(), request.deadlineNs(), bytes);
            final Fate fate = Fate.values()[draw(Fate.values().length)];
            synchronized (fates) {
                fates.merge(fate, 1, Integer::sum);
            }
            on(session, copy, fate);
        }

        private void on(final ClientSession session, final Request request, final Fate fate) {
            switch (fate) {
                case ANSWERED -> answer(session, request, apply(request));
                case REFUSED -> session.sendRefusal(request.correlationId(), Outcome.BACK_PRESSURED - draw(4));
                case APPLIED_AND_LOST -> {
                    apply(request);
                    session.close();
                }
                case APPLIED_AND_UNKNOWN -> {
                    apply(request);
                    session.sendRefusal(request.correlationId(), Outcome.UNKNOWN);
                }
                case APPLIED_TWICE -> {
                    final AsyncLedger.Answer first = apply(request);
                    apply(request);
                    answer(session, request, first);
                }
                case LOST -> session.close();
                case UNKNOWN -> session.sendRefusal(request.correlationId(), Outcome.UNKNOWN);
                default -> {
                    synchronized (late) {
                        late.add(request);
                    }
                    if (fate == Fate.DELAYED_AND_LOST) {
                        session.close();
                    } else {
                        session.sendRefusal(request.correlationId(), Outcome.UNKNOWN);
                    }
                }
            }
        }

        private void answer(final ClientSession session, final Request request, final AsyncLedger.Answer answer) {
            if (answer.isOk()) {
                final UnsafeBuffer raw = new UnsafeBuffer(answer.raw());
                session.sendResult(
                        request.correlationId(),
                        answer.outcome(),
                        answer.timestamp(),
                        request.count(),
                        raw,
                        0,
                        raw.capacity());
            } else {
                session.sendRefusal(request.correlationId(), answer.outcome());
            }
        }
    }

    private final FakeNode a = new FakeNode("a", 8, new Flaky());
    private final FakeNode b = new FakeNode("b", 8, new Flaky());
    private final RemoteLedgerClient client = RemoteLedgerClient.connect(new RemoteClientContext()
            .clusterId(FakeNode.CLUSTER)
            .node("a", a.address())
            .node("b", b.address())
            .batches(8)
            .retryTimeout(Duration.ofMillis(150))
            .listener(this::onBatch));

    @AfterEach
    void close() {
        client.close();
        a.close();
        b.close();
        ledger.close();
    }

    private void onBatch(final Batch batch) {
        final long id = Math.abs(batch.tag());
        final boolean isFirst = batch.tag() > 0;
        if (batch.isOk()) {
            final ResultDecoder results = batch.commandResults();
            assertTrue(results.next());
            final ResultCode code = results.resultCode();
            expired += code == ResultCode.EXPIRED ? 1 : 0;
            note(id, code == ResultCode.CREATED || code == ResultCode.EXISTS, code.toString());
        } else if (batch.outcome() == Outcome.UNKNOWN || !isFirst) {
            unknown.add(id);
        } else {
            neverSequenced++;
            note(id, false, Outcome.name(batch.outcome()));
        }
    }

    private void note(final long id, final boolean isYes, final String why) {
        final Boolean before = definite.putIfAbsent(id, isYes);
        if (before != null && before != isYes) {
            contradictions.add("id=" + id + " was " + before + ", now " + why);
        }
    }

    private Batch awaitBatch() {
        Batch batch = client.acquire();
        while (batch == null) {
            turn();
            batch = client.acquire();
        }
        return batch;
    }

    /** Time goes by: late requests arrive, the active changes. */
    private void turn() {
        client.pollAwait(8, 1_000_000L);
        if (draw(4) == 0) {
            applyLate(draw(8));
        }
        if (draw(8) == 0) {
            epoch++;
            (draw(2) == 0 ? a : b).status(true, epoch);
        }
    }

    private void applyLate(final int count) {
        for (int i = 0; i < count; i++) {
            final Request request;
            synchronized (late) {
                if (late.isEmpty()) {
                    return;
                }
                request = late.remove(draw(late.size()));
            }
            apply(request);
        }
    }

    private static long nowNs() {
        final java.time.Instant now = java.time.Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    private void addTransfer(final Batch batch, final long id) {
        final boolean isLimited = id % 3 == 0;
        batch.commands().addTransfer(0, id, 0, isLimited ? 1 : 2, 0, 3, 40, BOOK, 1, 0);
    }

    /** What the documents tell one to do about UNKNOWN: the same ids, without the deadline, or resolve. */
    private void askAgain(final long id) {
        final Batch batch = awaitBatch();
        batch.tag(-id);
        if (draw(2) == 0) {
            batch.commands().addResolve(0, id, 0);
        } else {
            addTransfer(batch, id);
        }
        client.submit(batch);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldNeverBeToldTwoThingsOfOneId(final long seed) {
        random = new SplittableRandom(seed);
        async.submit(batch -> {
                    batch.commands().addAccount(0, 1, BOOK, 1, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
                    batch.commands().addAccount(0, 2, BOOK, 1, 0);
                    batch.commands().addAccount(0, 3, BOOK, 1, 0);
                    batch.commands().addTransfer(0, 1_000_000, 0, 2, 0, 1, 1_000, BOOK, 1, 0); // enough for 25
                })
                .join();
        a.status(true, epoch);
        for (long id = 1; id <= IDS; id++) {
            final Batch batch = awaitBatch();
            batch.tag(id);
            addTransfer(batch, id);
            if (id % 2 == 0) {
                batch.deadline(nowNs() + draw(5_000_000));
            }
            client.submit(batch);
        }
        final long startNs = System.nanoTime();
        while (definite.size() < IDS) {
            turn();
            if (!unknown.isEmpty()) {
                askAgain(unknown.remove(0));
            }
            assertTrue(System.nanoTime() - startNs < PATIENCE_NS, "definite=" + definite.size() + " " + fates);
        }
        while (client.inFlight() > 0) {
            turn();
        }
        applyLate(Integer.MAX_VALUE);
        assertEquals(List.of(), contradictions);
        final Map<Long, Boolean> inLedger = inLedger();
        final List<String> wrong = new ArrayList<>();
        definite.forEach((id, isYes) -> {
            if (isYes != inLedger.get(id)) {
                wrong.add("id=" + id + " told=" + isYes + " inLedger=" + inLedger.get(id));
            }
        });
        assertEquals(List.of(), wrong);
        assertEquals(Fate.values().length, fates.size(), "all of it happened: " + fates);
        assertTrue(expired > 0 && neverSequenced > 0, "expired=" + expired + " never=" + neverSequenced);
    }

    private Map<Long, Boolean> inLedger() {
        final Map<Long, Boolean> found = new HashMap<>();
        final AsyncLedger.Answer answer = async.submit(BatchKind.LOOKUP_TRANSFERS, batch -> {
                    for (long id = 1; id <= IDS; id++) {
                        batch.addId(0, id);
                    }
                })
                .join();
        final UnsafeBuffer rows = new UnsafeBuffer(answer.raw());
        for (int i = 0; i < IDS; i++) {
            found.put(i + 1L, rows.getLong(i * Batch.TRANSFER_SLOT_LENGTH, ByteOrder.LITTLE_ENDIAN) == 1);
        }
        return found;
    }
}
