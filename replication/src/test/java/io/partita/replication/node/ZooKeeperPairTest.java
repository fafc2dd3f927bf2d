// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.zookeeper.ZooKeeperConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pair whose register is on a real ensemble of three. */
@Timeout(180)
class ZooKeeperPairTest {
    private static final int PER_BATCH = 8;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static TestingCluster ensemble;

    @TempDir
    Path root;

    private final String path = "/pair/register-" + COUNT.incrementAndGet();

    @BeforeAll
    static void startEnsemble() throws Exception {
        ensemble = new TestingCluster(3);
        ensemble.start();
    }

    @AfterAll
    static void stopEnsemble() throws IOException {
        ensemble.close();
    }

    @Test
    void shouldFailOverWithAServerOfTheEnsembleGone() throws Exception {
        try (Pair pair = pair(ensemble.getConnectString()).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pumpUntil("some answers", () -> payments.answered() > 200);
            final InstanceSpec server = ensemble.getInstances().iterator().next();
            ensemble.killServer(server);
            final String victim = pair.serving();
            pair.kill(victim);
            final int before = payments.answered();
            payments.pumpUntil("answers by the other node", () -> payments.answered() > before + 200);
            assertEquals(pair.other(victim), pair.awaitServing(1));
            ensemble.restartServer(server);
            pair.start(victim);
            payments.pumpUntil(
                    "the victim is back in sync",
                    () -> pair.report(pair.serving()).inSync() == 2);
            payments.check();
            payments.checkDigests();
        }
    }

    @Test
    void shouldHaltForGoodWhenTheRegisterWasMadeAgain() throws Exception {
        try (Pair pair = pair(ensemble.getConnectString()).startBoth();
                CuratorFramework operator =
                        CuratorFrameworkFactory.newClient(ensemble.getConnectString(), new RetryOneTime(100))) {
            operator.start();
            final byte[] copy = operator.getData().forPath(path);
            operator.delete().forPath(path);
            operator.create().forPath(path, copy);
            for (final String node : new String[] {"a", "b"}) {
                Pair.await("halted: " + node, () -> pair.node(node).closedReason() != null);
                assertTrue(pair.node(node).closedReason().contains("REGISTER_REGRESSION"));
            }
            pair.stop("a");
            final PartitaException error = assertThrows(PartitaException.class, () -> pair.start("a"));
            assertEquals(ErrorCode.REGISTER_REGRESSION, error.code());

            pair.stop("b");
            operator.delete().forPath(path); // of no use: it says another version than its znode has
            LossAcceptance.run(
                    pair.context("a"), new LossAcceptance.Request(List.of(pair.folder("b")), false, true, "alice"));
            pair.start("a");
            assertEquals("a", pair.awaitServing(1));
            pair.with(context -> zooKeeper(context, ensemble.getConnectString()).newLineage(true))
                    .start("b");
            assertEquals("a", pair.awaitServing(2));
        }
    }

    @Test
    void shouldWaitForAnEnsembleThatIsNotThereYet() throws Exception {
        final int port = Pair.freeAddresses(1).get(0).getPort();
        try (Pair pair = pair("127.0.0.1:" + port)) {
            pair.start("a");
            Pair.await("a waits, and answers who asks", () -> pair.report("a") != null);
            assertNull(pair.serving());
            try (TestingCluster late = new TestingCluster(new InstanceSpec(null, port, -1, -1, true, -1))) {
                late.start();
                pair.start("b");
                pair.awaitServing(2);
            }
            // The ensemble has gone again: the pair goes on.
            try (Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
                payments.pumpUntil("some answers", () -> payments.answered() > 100);
                payments.check();
            }
        }
    }

    private Pair pair(final String connect) {
        return new Pair(root, NodeContext.Transport.TCP).with(context -> zooKeeper(context, connect));
    }

    private NodeContext zooKeeper(final NodeContext context, final String connect) {
        return context.register(new ZooKeeperConfig(connect).path(path));
    }
}
