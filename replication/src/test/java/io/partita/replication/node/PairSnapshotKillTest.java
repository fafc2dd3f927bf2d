// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.testing.HistoryLoad;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Processes that take snapshots all the time and give up their journals behind them are killed while they take one, send one, or put
 * one in the place of what they had: nothing that was answered is lost, each starts again, and both end with the same state. {@code
 * -Dpartita.snapshot.kills=N} asks for more, {@code -Dpartita.snapshot.seed=S} for other moments.
 */
@Timeout(7200)
@Tag("once")
class PairSnapshotKillTest {
    private static final int KILLS = Integer.getInteger("partita.snapshot.kills", 4);
    private static final long SEED = Long.getLong("partita.snapshot.seed", 1);
    private static final int PER_BATCH = 16;
    private static final int TAKING_MAX_US = 20_000;
    private static final int RECEIVING_MAX_US = 300_000;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path root;

    /** Who is killed, and in the midst of what. */
    private enum Kill {
        STANDBY_TAKING,
        STANDBY_RECEIVING,
        ACTIVE_TAKING,
        ACTIVE_SENDING
    }

    private final Random random = new Random(SEED);
    private final List<InetSocketAddress> addresses = Pair.freeAddresses(4);
    private final Map<String, NodeProcess> nodes = new HashMap<>();
    private int inTheMidst;

    private void start(final String node, final NodeContext.Transport transport) {
        nodes.put(
                node,
                NodeProcess.start(
                        root,
                        node,
                        transport,
                        addresses.stream().map(InetSocketAddress::getPort).toList(),
                        List.of(),
                        List.of(
                                "-Dpartita.test.segmentLength=65536",
                                "-Dpartita.test.snapshotEvery=50",
                                "-Dpartita.test.keepRecords=0")));
    }

    @AfterEach
    void end() {
        nodes.values().forEach(NodeProcess::kill);
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldLoseNothingAndAlwaysStartAgain(final NodeContext.Transport transport) throws IOException {
        start("a", transport);
        start("b", transport);
        final RemoteClientContext context = NodeProcess.clientOf(addresses);
        try (Payments payments =
                new Payments(context, PER_BATCH).patience(HistoryLoad.PATIENCE).open()) {
            for (int kill = 0; kill < KILLS; kill++) {
                payUntil(payments, "both in sync", () -> payments.inSync() == 2);
                final String active = payments.client().active();
                payUntil(payments, "the beginning is given up", () -> oldest(active) > 1);
                killOne(Kill.values()[kill % Kill.values().length], active, payments, transport);
            }
            payUntil(payments, "both in sync", () -> payments.inSync() == 2);
            payments.check();
            payments.checkDigests();
            assertEquals(List.of(), payments.surprises());
            nodes.values().forEach(NodeProcess::close);
            assertTrue(oldest("a") > 1 && oldest("b") > 1, "both gave up the beginning");
        }
        System.out.println("pair snapshot kills: transport=" + transport + " kills=" + KILLS + " in the midst of it="
                + inTheMidst + " seed=" + SEED);
    }

    private void killOne(
            final Kill kill, final String active, final Payments payments, final NodeContext.Transport transport)
            throws IOException {
        final String standby = active.equals("a") ? "b" : "a";
        final String victim = kill == Kill.ACTIVE_TAKING || kill == Kill.ACTIVE_SENDING ? active : standby;
        if (kill == Kill.STANDBY_RECEIVING || kill == Kill.ACTIVE_SENDING) {
            nodes.get(standby).kill();
            FolderFiles.deleteTree(root.resolve(standby));
            start(standby, transport);
            payUntil(payments, "a snapshot is sent", () -> isReceiving(standby));
        } else {
            if (kill == Kill.ACTIVE_TAKING) {
                nodes.get(standby).kill(); // else it leaves them to it
            }
            payUntil(payments, "a snapshot is taken", () -> isTaking(victim));
        }
        final boolean isReceiving = kill == Kill.STANDBY_RECEIVING || kill == Kill.ACTIVE_SENDING;
        LockSupport.parkNanos(
                TimeUnit.MICROSECONDS.toNanos(random.nextInt(isReceiving ? RECEIVING_MAX_US : TAKING_MAX_US)));
        final boolean isStill = isReceiving ? isReceiving(standby) : isTaking(victim);
        nodes.get(victim).kill();
        inTheMidst += isStill ? 1 : 0;
        start(victim, transport);
        if (kill == Kill.ACTIVE_TAKING) {
            start(standby, transport);
        }
    }

    /** Pays a little all the time: not so much that whoever comes back cannot keep up. */
    private void payUntil(final Payments payments, final String what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + HistoryLoad.PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            payments.pay(2);
            assertTrue(System.nanoTime() - deadlineNs < 0, () -> "in vain: " + what + nodesSay());
        }
    }

    /** The folder may be gone when somebody looks. */
    private String nodesSay() {
        final StringBuilder text = new StringBuilder();
        for (final String node : List.of("a", "b")) {
            text.append("\nnode=")
                    .append(node)
                    .append(" isAlive=")
                    .append(nodes.get(node).isAlive());
            try {
                final List<String> lines = Files.readAllLines(root.resolve(node + ".log"));
                lines.subList(Math.max(0, lines.size() - 12), lines.size())
                        .forEach(line -> text.append("\n  ").append(line));
            } catch (final IOException e) {
                text.append(" log: ").append(e);
            }
        }
        return text.toString();
    }

    private boolean isTaking(final String node) {
        final String[] names = root.resolve(node).resolve("snapshots").toFile().list();
        return names != null && List.of(names).stream().anyMatch(name -> name.endsWith(".tmp"));
    }

    private boolean isReceiving(final String node) {
        return Files.exists(root.resolve(node).resolve("snapshots").resolve("incoming"));
    }

    /** 0 while it cannot be told. */
    private long oldest(final String node) {
        try (FolderReader reader = FolderReader.open(root.resolve(node).resolve("journal"), 1)) {
            return reader.oldestSeq();
        } catch (final PartitaException e) {
            return 0;
        }
    }
}
