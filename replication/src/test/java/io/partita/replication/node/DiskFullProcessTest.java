// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.HistoryLoad;
import io.partita.replication.testing.Mount;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The disks of a pair of processes fill up to the last page and are freed again, the active's, the standby's and both (R38): no
 * payment is lost or doubled, no process ends, and both are in sync again by themselves.
 */
@Timeout(600)
class DiskFullProcessTest {
    private static final int MIB = 1 << 20;
    private static final int DISK = 128 * MIB;
    private static final int PER_BATCH = 16;
    private static final int PAYMENTS = 2_000;
    private static final Duration CLIENT_RETRY = Duration.ofMinutes(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();
    private final Map<String, Mount> disks = new HashMap<>();
    private final Deque<Mount> mounts = new ArrayDeque<>();

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
        while (!mounts.isEmpty()) {
            mounts.pop().close();
        }
    }

    private void start(final String node, final NodeContext.Transport transport, final List<String> properties) {
        final Mount disk = Mount.tmpfs(root.resolve(node), DISK);
        mounts.push(disk);
        disks.put(node, disk);
        nodes.put(
                node,
                NodeProcess.start(
                        root,
                        node,
                        transport,
                        addresses.stream().map(InetSocketAddress::getPort).toList(),
                        List.of(),
                        properties));
    }

    private RemoteClientContext context() {
        return NodeProcess.clientOf(addresses).retryTimeout(CLIENT_RETRY);
    }

    /** With a low water, and with none but the last byte, so that the disk itself is what says it first. */
    @ParameterizedTest
    @CsvSource({"TCP, MEMORY, 8388608", "IPC, ALL_FSYNC, 1"})
    void shouldLoseAndDoubleNothingWhenDisksAreFull(
            final NodeContext.Transport transport, final String durability, final long spaceLowBytes) {
        Assumptions.assumeTrue(
                transport == NodeContext.Transport.IPC || Boolean.getBoolean("partita.diskfull.all"),
                "the other way in .ci/campaign powerloss");
        final List<String> properties = List.of(
                "-Dpartita.test.spaceLowBytes=" + spaceLowBytes,
                "-Dpartita.test.durability=" + durability,
                "-Dpartita.test.segmentLength=" + MIB);
        start("a", transport, properties);
        start("b", transport, properties);
        try (Payments payments = new Payments(context(), PER_BATCH)
                .patience(HistoryLoad.PATIENCE)
                .open()) {
            awaitInSync(payments);
            payMore(payments);

            final String active = payments.client().active();
            fill(active);
            payMore(payments); // by the other one, or by this one within what is reserved
            fill(active);
            payMore(payments);
            free(active);
            awaitInSync(payments);
            payMore(payments);

            final String standby = other(payments.client().active());
            fill(standby);
            payMore(payments); // alone
            free(standby);
            awaitInSync(payments);
            payMore(payments);

            fill("a");
            fill("b");
            awaitRefusal(payments);
            free("a");
            payMore(payments);
            free("b");
            awaitInSync(payments);
            payMore(payments);

            payments.check();
            payments.checkDigests();
            nodes.forEach((node, process) -> assertTrue(process.isAlive(), node));
            nodes.values().forEach(NodeProcess::close);
        }
    }

    private void fill(final String node) {
        disks.get(node).fill();
    }

    private void free(final String node) {
        disks.get(node).free();
    }

    private static String other(final String node) {
        return node.equals("a") ? "b" : "a";
    }

    private static void payMore(final Payments payments) {
        final int goal = payments.answered() + PAYMENTS;
        payments.pumpUntil("answers", () -> payments.answered() >= goal);
        assertEquals(List.of(), payments.surprises());
    }

    /** Nothing more is answered, however long it is tried: both are full. */
    private static void awaitRefusal(final Payments payments) {
        final int[] before = new int[] {-1};
        final long[] sinceNs = new long[1];
        payments.pumpUntil("a stand-still", () -> {
            if (payments.answered() != before[0]) {
                before[0] = payments.answered();
                sinceNs[0] = System.nanoTime();
            }
            return System.nanoTime() - sinceNs[0] > 3_000_000_000L;
        });
    }

    /** Without more payments: they fill the disks, too. */
    private static void awaitInSync(final Payments payments) {
        payments.settle();
        Await.until(HistoryLoad.PATIENCE, () -> "both in sync", () -> {
            payments.client().poll(1);
            return payments.inSync() == 2;
        });
    }
}
