// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.Intake;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.UserStatus;
import io.partita.ledger.observe.IncidentLog;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.UserResult;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.client.RequestKinds;
import io.partita.replication.transport.ClientRequest;
import io.partita.replication.transport.ClientRequestHandler;
import io.partita.replication.transport.ClientSession;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of client sessions: each request becomes a batch of the session's pool, goes to the engine like a local
 * one, and its outcome goes back. Here, and nowhere else, it is decided who may what. What is structurally no batch is refused here and ends the session: nothing of it reaches the
 * journal.
 *
 * <p>Requests arrive on the transport's thread, outcomes on the engine's; a session's free batches pass between the two in a
 * queue. In steady state nothing is allocated per request.
 */
final class ClientFront implements ClientRequestHandler {
    /**
     * Bytes of answers to reads that a session may have coming, asked for or not yet read by it: a query's can be 2 MB, and a
     * session that leaves far more than this unread is ended by the transport.
     */
    private static final long ANSWER_BYTES_MAX = 16L * 1024 * 1024;

    private final int sessionWindow;
    private final StatusPublisher status;
    private final OperatorRequests operators;
    private final IncidentLog incidents;
    private final Runnable wakeup;
    private final Long2ObjectHashMap<Session> sessions = new Long2ObjectHashMap<>();
    private final Intake intake;
    private final AccessTable access;

    ClientFront(
            final int sessionWindow,
            final StatusPublisher status,
            final OperatorRequests operators,
            final IncidentLog incidents,
            final Runnable wakeup,
            final Intake intake,
            final AccessTable access) {
        this.sessionWindow = sessionWindow;
        this.status = status;
        this.operators = operators;
        this.incidents = incidents;
        this.wakeup = wakeup;
        this.intake = intake;
        this.access = access;
    }

    @Override
    public void onSessionOpened(final ClientSession session) {
        sessions.put(session.id(), new Session(session, sessionWindow, access.grant(session.principal())));
    }

    @Override
    public void onRequest(
            final ClientSession client,
            final ClientRequest request,
            final DirectBuffer body,
            final int offset,
            final int length) {
        final Session session = sessions.get(client.id());
        if (session == null) {
            client.sendRefusal(request.correlationId(), Outcome.CLOSED);
            return;
        }
        final int needed = Permission.neededFor(request.kind());
        if (!session.grant.allows(needed)) {
            deny(session, request.correlationId(), needed);
            return;
        }
        if (request.kind() == RequestKinds.REPORT) {
            report(client, request.correlationId());
            return;
        }
        if (request.kind() == RequestKinds.OPERATOR) {
            operate(session, request.correlationId(), body, offset, length);
            return;
        }
        final BatchKind kind = RequestKinds.kind(request.kind());
        if (kind == null || !isSound(kind, request, length)) {
            endGarbage(client, "kind=" + request.kind() + " count=" + request.count() + " length=" + length);
        } else {
            submit(session, kind, request, body, offset, length);
        }
    }

    private void submit(
            final Session session,
            final BatchKind kind,
            final ClientRequest request,
            final DirectBuffer body,
            final int offset,
            final int length) {
        final Batch batch = session.acquire();
        if (batch == null) {
            session.client.sendRefusal(request.correlationId(), Outcome.BACK_PRESSURED);
            return;
        }
        batch.reset(kind).options(request.options());
        if (!kind.isRead()) {
            batch.deadline(request.deadlineNs());
        } else if ((request.kind() & RequestKinds.STALE) != 0) {
            batch.minSeq(request.deadlineNs());
        }
        try {
            fill(batch, body, offset, length, request.count());
        } catch (final IllegalArgumentException e) {
            session.release(batch);
            endGarbage(session.client, String.valueOf(e.getMessage()));
            return;
        }
        if (hasLongAnswer(batch) && !session.promise(batch.resultsLengthMax())) {
            session.release(batch);
            session.client.sendRefusal(request.correlationId(), Outcome.BACK_PRESSURED);
            return;
        }
        batch.tag(request.correlationId());
        batch.prepare(request.correlationId());
        try {
            final long refusal = intake.submit(batch);
            if (refusal < 0) {
                session.keepPromise(batch);
                session.release(batch);
                session.client.sendRefusal(request.correlationId(), refusal);
            }
        } catch (final PartitaException e) { // a definite no that the client is told as such
            session.release(batch);
            sendNotConfigured(session.client, request.correlationId());
        }
    }

    private static void sendNotConfigured(final ClientSession client, final long correlationId) {
        final UnsafeBuffer result = new UnsafeBuffer(new byte[UserResult.LENGTH]);
        final int length = UserResult.write(result, 0, 0, UserStatus.NOT_CONFIGURED, 0, 0);
        client.sendResult(correlationId, 0, 0, 1, result, 0, length);
    }

    /** Commands are checked while they are put in. */
    private static void fill(
            final Batch batch, final DirectBuffer body, final int offset, final int length, final int count) {
        if (batch.kind() == BatchKind.COMMANDS) {
            batch.putBody(body, offset, length, count);
        } else if (batch.kind().query() != null) {
            final String problem =
                    batch.filter().decode(body, offset).problem(batch.kind().query());
            if (problem != null) { // our own client has said so before it sent it
                throw new IllegalArgumentException("INVALID_FILTER: " + problem);
            }
        } else if (batch.kind() == BatchKind.USER_COMMAND) {
            batch.putUserCommand(body, offset, length, count);
        } else {
            for (int i = 0; i < count; i++) {
                final int id = offset + i * Batch.ID_LENGTH;
                batch.addId(
                        body.getLong(id + Long.BYTES, ByteOrder.LITTLE_ENDIAN),
                        body.getLong(id, ByteOrder.LITTLE_ENDIAN));
            }
        }
    }

    /** What can be said from the header alone. */
    private static boolean isSound(final BatchKind kind, final ClientRequest request, final int length) {
        final int count = request.count();
        if (request.deadlineNs() < 0 || (request.options() & ~BatchOptions.SUPPORTED) != 0) {
            return false;
        }
        return switch (kind) {
            case COMMANDS -> count >= 1 && count <= Limits.BATCH_COMMANDS_MAX;
            case USER_COMMAND ->
                request.options() == BatchOptions.NONE
                        && count >= 1
                        && count <= Limits.BATCH_COMMANDS_MAX
                        && length <= Limits.USER_COMMAND_LENGTH_MAX;
            case LOOKUP_ACCOUNTS, LOOKUP_TRANSFERS ->
                count >= 1 && count <= Limits.LOOKUP_IDS_MAX && length == count * Batch.ID_LENGTH;
            case DIGEST, INVARIANTS -> count == 0 && length == 0;
            case ACCOUNT_TRANSFERS,
                    ACCOUNT_BALANCES,
                    QUERY_ACCOUNTS,
                    QUERY_TRANSFERS,
                    CHANGE_EVENTS,
                    ACCOUNT_WITH_PENDINGS -> count == 0 && length == QueryFilter.LENGTH;
        };
    }

    /** Whether the answer may be much longer than the request, so that it must be promised room. */
    private static boolean hasLongAnswer(final Batch batch) {
        return batch.kind().isRead() || (batch.options() & BatchOptions.RETURN_BALANCES) != 0;
    }

    /** Each client is told each time, the operator once. */
    private void deny(final Session session, final long correlationId, final int needed) {
        if (session.grant.isFirstRefusal(needed)) {
            incidents.record(
                    ErrorCode.ACCESS_DENIED,
                    "a client asked for what its roles do not allow; nothing was sequenced: principal="
                            + session.client.principal() + " needs=" + Permission.names(needed),
                    "give it a role in the roles file, or find out what it wanted");
        }
        session.client.sendRefusal(correlationId, Outcome.DENIED);
    }

    private void endGarbage(final ClientSession client, final String what) {
        incidents.record(new GarbageException(what));
        client.close();
    }

    private void report(final ClientSession client, final long correlationId) {
        status.request(report -> {
            final UnsafeBuffer encoded = new UnsafeBuffer(new byte[NodeReport.LENGTH]);
            report.encode(encoded, 0);
            client.sendResult(correlationId, report.appliedSeq(), 0, 1, encoded, 0, NodeReport.LENGTH);
        });
        wakeup.run();
    }

    private void operate(
            final Session session,
            final long correlationId,
            final DirectBuffer body,
            final int offset,
            final int length) {
        final ClientSession client = session.client;
        final OperatorRequest request;
        try {
            request = OperatorRequest.decode(body, offset, length);
        } catch (final IllegalArgumentException e) {
            endGarbage(client, "operator request: " + e.getMessage());
            return;
        }
        final int needed = Permission.neededFor(request);
        if (!session.grant.allows(needed)) {
            deny(session, correlationId, needed);
            return;
        }
        final String principal = client.principal();
        operators.submit(principal == null ? OperatorRequests.UNAUTHENTICATED : principal, request, reply -> {
            final byte[] encoded = reply.encode();
            client.sendResult(correlationId, 0, 0, 1, new UnsafeBuffer(encoded), 0, encoded.length);
        });
        wakeup.run();
    }

    @Override
    public void onSessionClosed(final ClientSession session) {
        sessions.remove(session.id());
    }

    /** One client: its batches, made when first needed, used again and again. */
    private static final class Session {
        private final ClientSession client;
        private final int window;
        private final AccessTable.Grant grant;
        private final OneToOneConcurrentArrayQueue<Batch> returned;
        private final AtomicLong promisedBytes = new AtomicLong();
        private @Nullable Batch spare;
        private int made;

        Session(final ClientSession client, final int window, final AccessTable.Grant grant) {
            this.client = client;
            this.window = window;
            this.grant = grant;
            returned = new OneToOneConcurrentArrayQueue<>(window);
        }

        /** Transport's thread. */
        @Nullable
        Batch acquire() {
            Batch batch = spare;
            spare = null;
            if (batch == null) {
                batch = returned.poll();
            }
            if (batch == null && made < window) {
                made++;
                batch = new Batch(this::onComplete, Limits.BATCH_COMMANDS_MAX);
            }
            return batch;
        }

        /** Transport's thread: a batch that the engine did not take. */
        void release(final Batch batch) {
            spare = batch;
        }

        /** Transport's thread: whether so long an answer may be asked for now. */
        boolean promise(final int length) {
            final long coming = promisedBytes.get() + client.waitingBytes();
            if (coming > 0 && coming + length > ANSWER_BYTES_MAX) {
                return false;
            }
            promisedBytes.addAndGet(length);
            return true;
        }

        void keepPromise(final Batch batch) {
            if (hasLongAnswer(batch)) {
                promisedBytes.addAndGet(-batch.resultsLengthMax());
            }
        }

        /** Engine's thread. */
        private void onComplete(final Batch batch) {
            if (batch.isOk()) {
                client.sendResult(
                        batch.tag(),
                        batch.outcome(),
                        batch.timestamp(),
                        batch.count(),
                        batch.results(),
                        0,
                        batch.resultsLength());
            } else {
                client.sendRefusal(batch.tag(), batch.outcome());
            }
            keepPromise(batch);
            returned.add(batch);
        }
    }

    /** A client sent what is no batch. Without a stack trace: it says nothing about us. */
    private static final class GarbageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        GarbageException(final String what) {
            super(
                    "a client sent a request that is no batch; its session was ended: " + what
                            + "; next: check which program speaks to the client port",
                    null,
                    false,
                    false);
        }
    }
}
