// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.replication.client.RequestKinds;
import io.partita.replication.transport.ClientReplyHandler;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.NodeStatus;
import io.partita.replication.transport.netty.ClientConnection;
import io.partita.replication.transport.netty.ClientConnector;
import io.partita.replication.transport.netty.TcpConfig;
import java.nio.file.Path;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that follows the framing but not the protocol costs itself its session, and nobody else anything. */
class ClientGarbageTest {
    @TempDir
    Path root;

    @Test
    void shouldNotJournalABatchWithAnOptionThatTheStateMachineDoesNotKnow() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), 8).open();
                ClientConnector connector = new ClientConnector(new TcpConfig(Pair.CLUSTER, "stranger"))) {
            final ClientConnection connection = connector.connect(pair.clients(pair.serving()), () -> {});
            final Session session = new Session();
            Pair.await("a welcome", () -> {
                connection.poll(session, 10);
                return session.isWelcome;
            });
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(1)]);
            final BatchEncoder batch = new BatchEncoder(1).wrap(buffer, 0, 1);
            batch.addAccount(0, 99, 826, 1, 0);
            final int length = batch.finish();

            connection.submit(
                    1,
                    RequestKinds.code(BatchKind.COMMANDS),
                    BatchOptions.SUPPORTED + 1,
                    1,
                    0,
                    buffer,
                    batch.bodyOffset(),
                    length);
            connection.flush();
            Pair.await("the end of the session", () -> {
                connection.poll(session, 10);
                return session.isOver;
            });

            assertEquals(0, session.results);
            payments.pay(50).check();
            payments.checkDigests();
        }
    }

    private static final class Session implements ClientReplyHandler {
        boolean isWelcome;
        boolean isOver;
        int results;

        @Override
        public void onWelcome(final NodeStatus status, final int windowRequests) {
            isWelcome = true;
        }

        @Override
        public void onStatus(final NodeStatus status) {}

        @Override
        public void onResult(
                final long correlationId,
                final long seq,
                final long timestamp,
                final int count,
                final DirectBuffer buffer,
                final int offset,
                final int length) {
            results++;
        }

        @Override
        public void onRefusal(final long correlationId, final long outcome) {}

        @Override
        public void onPong(final long token) {}

        @Override
        public void onDisconnected(final DisconnectReason reason) {
            isOver = true;
        }
    }
}
