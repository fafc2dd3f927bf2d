// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.Intake;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ControlBodies;
import io.partita.replication.client.RequestKinds;
import io.partita.replication.transport.ClientRequest;
import io.partita.replication.transport.ClientSession;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What only an active does, done before the node starts with nobody at the other end: requests come in and answers go out. A
 * standby has not loaded a single class of it, and would do so between its promotion and its first answer, with all clients
 * waiting. Nothing of it touches journal, state or transport.
 */
final class Rehearsal implements ClientSession, Intake {
    /** More than it takes until the JVM compiles a method for the first time. */
    private static final int ROUNDS = 256;

    private static final int COMMANDS = 2;

    private final ExpandableArrayBuffer body = new ExpandableArrayBuffer();
    private final BatchEncoder encoder = new BatchEncoder(COMMANDS);
    private final ClientRequest request = new ClientRequest();
    private @Nullable Batch submitted;
    private int answers;

    /**
     * Rehearses.
     *
     * @param front where requests arrive, with this as its intake; no other session is open in it.
     */
    void run(final ClientFront front) {
        ControlBodies.encodeEpochStart(body, 0, new ControlBodies.EpochStart("rehearsal", 1, 0, 1));
        front.onSessionOpened(this);
        for (int round = 1; round <= ROUNDS; round++) {
            encoder.wrap(body, 0, COMMANDS);
            encoder.addAccount(0, round, 1, 1, 0);
            encoder.addTransfer(0, round, 0, round, 0, round + 1L, 1, 1, 1, 0);
            final int length = encoder.finish();
            request.set(round, RequestKinds.code(BatchKind.COMMANDS), 0, COMMANDS, 0);
            front.onRequest(this, request, body, encoder.bodyOffset(), length);
            answer(round);
        }
        front.onSessionClosed(this);
        Invariant.check(answers == ROUNDS, "each request of a rehearsal is answered");
    }

    /** As the engine would, had it applied the batch. */
    private void answer(final long seq) {
        final Batch batch = submitted;
        if (batch != null) {
            submitted = null;
            batch.applied(seq, batch.resultsLengthMax());
            batch.complete(seq);
        }
    }

    @Override
    public long submit(final Batch batch) {
        batch.inFlight(true);
        submitted = batch;
        return 0;
    }

    @Override
    public @Nullable String closedReason() {
        return null;
    }

    @Override
    public void onListenerError(final Throwable error) {
        throw new IllegalStateException("a rehearsal has no listener", error);
    }

    @Override
    public long id() {
        return 1;
    }

    @Override
    public @Nullable String principal() {
        return null;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public long waitingBytes() {
        return 0;
    }

    @Override
    public boolean sendResult(
            final long correlationId,
            final long seq,
            final long timestamp,
            final int count,
            final DirectBuffer results,
            final int offset,
            final int length) {
        answers++;
        return true;
    }

    @Override
    public boolean sendRefusal(final long correlationId, final long outcome) {
        throw new IllegalStateException("refused in a rehearsal: outcome=" + Outcome.name(outcome));
    }

    @Override
    public void close() {
        throw new IllegalStateException("a rehearsal's session was ended");
    }
}
