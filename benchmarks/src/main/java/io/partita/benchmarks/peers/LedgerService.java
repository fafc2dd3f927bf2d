// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.AccountView;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Partita's state machine in Aeron Cluster: a message of its log is a batch as Partita's clients encode it, and is answered by the results
 * as Partita's clients get them.
 *
 * <pre>
 *   message  0: ticket, i64    8: commands, i32, 0 to ask for totals   16: body of a COMMANDS record
 *   answer   0: ticket, i64    8: results of 16 bytes each; or transfers, debits, credits and running digest, i64 each
 * </pre>
 */
final class LedgerService implements ClusteredService {
    static final int COUNT_OFFSET = 8;
    static final int BODY_OFFSET = 16;
    static final int RESULTS_OFFSET = 8;
    static final int TOTALS_LENGTH = RESULTS_OFFSET + 4 * Long.BYTES;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final UnsafeBuffer record =
            new UnsafeBuffer(ByteBuffer.allocateDirect(RecordDescriptor.recordLength(Limits.BATCH_BODY_LENGTH_MAX)));
    private final UnsafeBuffer answer = new UnsafeBuffer(
            ByteBuffer.allocateDirect(RESULTS_OFFSET + Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH));
    private final AccountView account = new AccountView();
    private @Nullable Cluster cluster;
    private long timestamp;
    private volatile String totals = "";

    @Override
    public void onStart(final Cluster startedCluster, final @Nullable Image snapshotImage) {
        cluster = startedCluster;
        if (snapshotImage != null) {
            throw new IllegalStateException("there are no snapshots");
        }
    }

    @Override
    public void onSessionMessage(
            final @Nullable ClientSession session,
            final long clusterMillis,
            final DirectBuffer message,
            final int offset,
            final int length,
            final Header header) {
        answer.putLong(0, message.getLong(offset));
        final int count = message.getInt(offset + COUNT_OFFSET);
        final int answerLength;
        if (count == 0) {
            answerLength = answerTotals();
        } else {
            final int bodyLength = length - BODY_OFFSET;
            record.putBytes(RecordDescriptor.HEADER_LENGTH, message, offset + BODY_OFFSET, bodyLength);
            timestamp = Math.max(timestamp + count, clusterMillis * NANOS_PER_MILLI);
            RecordDescriptor.writeHeader(
                    record, 0, ledger.appliedSeq() + 1, 1, timestamp, RecordType.COMMANDS, count, bodyLength);
            answerLength = RESULTS_OFFSET + ledger.apply(record, 0, answer, RESULTS_OFFSET);
        }
        if (session != null) {
            // On a follower this returns at once and sends nothing.
            while (session.offer(answer, 0, answerLength) < 0 && !session.isClosing()) {
                Objects.requireNonNull(cluster).idleStrategy().idle();
            }
        }
    }

    private int answerTotals() {
        final UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        long debits = 0;
        long credits = 0;
        for (long id = 1; ledger.lookupAccount(0, id, row, 0); id++) {
            account.wrap(row, 0);
            debits += account.debitsPostedLo();
            credits += account.creditsPostedLo();
        }
        answer.putLong(RESULTS_OFFSET, ledger.transferCount());
        answer.putLong(RESULTS_OFFSET + Long.BYTES, debits);
        answer.putLong(RESULTS_OFFSET + 2 * Long.BYTES, credits);
        answer.putLong(RESULTS_OFFSET + 3 * Long.BYTES, ledger.runningDigest());
        totals = totals(answer, RESULTS_OFFSET);
        return TOTALS_LENGTH;
    }

    /** As text, to be compared. */
    static String totals(final DirectBuffer buffer, final int offset) {
        return "transfers=" + buffer.getLong(offset)
                + " debits=" + buffer.getLong(offset + Long.BYTES)
                + " credits=" + buffer.getLong(offset + 2 * Long.BYTES)
                + " digest=" + buffer.getLong(offset + 3 * Long.BYTES);
    }

    /** What this node had when totals were last asked for; from any thread. */
    String totals() {
        return totals;
    }

    @Override
    public void onSessionOpen(final ClientSession session, final long clusterMillis) {}

    @Override
    public void onSessionClose(final ClientSession session, final long clusterMillis, final CloseReason closeReason) {}

    @Override
    public void onTimerEvent(final long correlationId, final long clusterMillis) {}

    @Override
    public void onTakeSnapshot(final ExclusivePublication snapshotPublication) {
        throw new IllegalStateException("nobody asks for snapshots");
    }

    @Override
    public void onRoleChange(final Cluster.Role newRole) {}

    @Override
    public void onTerminate(final Cluster endedCluster) {}

    /** After the container, whose thread applies. */
    void free() {
        ledger.close();
    }
}
