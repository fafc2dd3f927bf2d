// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.outbox;

import io.partita.ledger.model.Id128;
import io.partita.replication.node.NodeContext;
import io.partita.replication.node.ReplicatedLedger;
import io.partita.replication.outbox.OutboxConfig;
import io.partita.replication.outbox.OutboxDispatcher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A node of a pair on this host that notifies payees while it is the active. Start it twice, as a and as b, with the same folder
 * and the same ports; it ends when its standard input does.
 *
 * <pre>{@code
 * java @partita.jvm -cp partita-tool.jar io.partita.examples.outbox.NotifyingNode pair-data a 7101 7102 7201 7202
 * }</pre>
 */
public final class NotifyingNode {
    /** The pair's cluster. */
    static final Id128 CLUSTER = new Id128(0x6578_616D_706CL, 1);
    /** Name of the file of notifications in the folder. */
    static final String NOTIFICATIONS = "notifications";

    private static final long OUTBOX = 0x6F75_7462_6F78L;
    private static final int OUTBOX_BOOK = 999_999;

    private NotifyingNode() {}

    /**
     * Runs a node.
     *
     * @param args the pair's folder, {@code a} or {@code b}, the ports at which a and b listen for their peers, and those at which
     *     they listen for clients.
     * @throws IOException if the file of notifications cannot be opened, or standard input fails.
     */
    public static void main(final String[] args) throws IOException {
        final Path folder = Path.of(args[0]);
        try (NotificationFile sink = new NotificationFile(folder.resolve(NOTIFICATIONS))) {
            final OutboxDispatcher outbox = new OutboxDispatcher(OutboxConfig.of(CLUSTER, OUTBOX, OUTBOX_BOOK), sink);
            final NodeContext context = new NodeContext()
                    .clusterId(CLUSTER)
                    .nodeId(args[1])
                    .directory(folder.resolve(args[1]))
                    .registerFolder(folder.resolve("register"))
                    .member("a", address(args[2]), address(args[4]))
                    .member("b", address(args[3]), address(args[5]))
                    .bootstrap("a".equals(args[1]))
                    .roleListener(outbox); // before the launch: nothing is missed
            try (ReplicatedLedger ledger = ReplicatedLedger.launch(context);
                    outbox) { // closed before the ledger that it asks
                outbox.start(ledger::client);
                System.out.println("started: " + args[1]);
                while (System.in.read() >= 0) {
                    continue;
                }
            }
        }
    }

    private static InetSocketAddress address(final String port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }
}
