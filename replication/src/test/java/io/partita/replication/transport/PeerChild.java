// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * A node as a process of its own: says its port, then sends frames and runs of its journal to whoever connects, as fast as
 * the link takes them, and answers nothing.
 */
public final class PeerChild {
    private PeerChild() {}

    /**
     * Runs until it is killed.
     *
     * @param arguments transport kind, base folder, node, port.
     */
    public static void main(final String[] arguments) {
        final TransportKind kind = TransportKind.valueOf(arguments[0]);
        final Endpoint self =
                kind.endpoint(Path.of(arguments[1]), new Id128(5, 6), arguments[2], Integer.parseInt(arguments[3]));
        self.heard.sticks = true;
        System.out.println(kind.port(self.transport));
        long sentSeq = 0;
        long session = 0;
        while (true) {
            int work = self.poll();
            if (self.heard.session != session) {
                session = self.heard.session;
                self.framesSent = 0;
                System.out.println("connected");
            }
            if (session != 0 && self.heard.disconnected == null) {
                if (self.journal.lastSeq() < sentSeq + 100 && self.journal.lastSeq() < 20_000) {
                    self.journal.append(10, 100);
                }
                work += self.send(200) == PeerTransport.SENT ? 1 : 0;
                final long sent = self.sendRun(sentSeq + 1);
                if (sent > sentSeq) {
                    sentSeq = sent;
                    work++;
                }
            }
            self.transport.flush();
            if (work == 0) {
                LockSupport.parkNanos(100_000);
            }
        }
    }
}
