// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.replication.client.NodeReport;
import io.partita.replication.protocol.CoreConfig;
import io.partita.replication.protocol.NodeMeta;
import io.partita.replication.transport.NodeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pair does when a node stops, diverges, or comes back as another. Manual nodes: the test says who works when. */
class FaultsTest {
    private static final int PER_BATCH = 4;
    private static final long MINUTE_NS = 60_000_000_000L;

    @TempDir
    Path root;

    private Pair manualPair() {
        return new Pair(root, NodeContext.Transport.TCP).manual();
    }

    /** Nobody is ejected or replaced for being slow. */
    private static void patient(final CoreConfig config) {
        config.shrinkNs(MINUTE_NS)
                .reconnectGraceNs(MINUTE_NS)
                .suspectNs(2 * MINUTE_NS)
                .reclaimNs(2 * MINUTE_NS);
    }

    private static void cycle(final Pair pair, final int cycles) {
        for (int i = 0; i < cycles; i++) {
            pair.work();
        }
    }

    @Test
    void shouldAnswerNothingUntilTheStandbyHoldsIt() {
        try (Pair pair = manualPair()
                        .with(context -> context.timers(FaultsTest::patient))
                        .startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final NodeReport before = pair.report("a");
            pair.pause("b");
            payments.send(3);
            pair.awaitWorking("the active has them", () -> {
                payments.client().poll(64);
                return pair.report("a").lastSeq() >= before.lastSeq() + 3;
            });
            cycle(pair, 1_000);
            payments.client().poll(64);
            assertEquals(before.commitSeq(), pair.report("a").commitSeq());
            assertEquals(0, payments.answered());

            pair.resume("b");
            payments.check();
            payments.checkDigests();
        }
    }

    @Test
    void shouldCutWhatOnlyTheDeadActiveHeld() {
        final long firstCut;
        try (Pair pair = manualPair().with(context -> context.timers(FaultsTest::patient))) {
            pair.start("a");
            pair.with(context -> {}).start("b");
            pair.awaitServing(2);
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                payments.pay(10);
                final NodeReport before = pair.report("a");
                firstCut = before.lastSeq() + 1;
                pair.kill("b");
                payments.send(5);
                pair.awaitWorking("the active alone has them", () -> {
                    payments.client().poll(64);
                    return pair.report("a").lastSeq() >= before.lastSeq() + 5;
                });
                assertEquals(before.commitSeq(), pair.report("a").commitSeq(), "not committed");
                pair.kill("a");
                pair.start("b");
                pair.awaitWorking("b serves", () -> "b".equals(pair.serving()));
                payments.settle().pay(20);
                pair.start("a");
                pair.awaitServing(2);
                payments.check();
                payments.checkDigests();
                assertEquals(pair.report("b").lastSeq(), pair.report("a").lastSeq());
                assertEquals(pair.report("b").runningDigest(), pair.report("a").runningDigest());
            }
        }
        assertEquals(2, epochAt("a", firstCut), "the tail of epoch 1 was cut and replaced");
    }

    @Test
    void shouldFenceAnActiveThatWasPausedAndReplaced() {
        final List<String> roles = new ArrayList<>();
        try (Pair pair = manualPair()
                        .with(context -> context.roleListener(listener(roles)))
                        .startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            payments.pay(10);
            pair.pause("a");
            payments.send(3);
            pair.awaitWorking("b serves", () -> {
                payments.client().poll(64);
                return "b".equals(pair.serving());
            });
            payments.settle();
            final long answeredByB = pair.report("b").commitSeq();
            pair.resume("a");
            pair.awaitWorking("a follows", () -> {
                final NodeStatus status = payments.client().status("a");
                payments.client().poll(64);
                return status != null && !status.active() && pair.report("b").inSync() == 2;
            });
            assertEquals("b", pair.serving());
            assertTrue(pair.report("a").commitSeq() >= answeredByB);
            payments.pay(10).check();
            payments.checkDigests();
            assertEquals(List.of("active 1", "active 2", "passive 1"), roles);
        }
    }

    private static RoleListener listener(final List<String> roles) {
        return new RoleListener() {
            @Override
            public void onActive(final long epoch, final long fromSeq) {
                roles.add("active " + epoch);
            }

            @Override
            public void onPassive(final long epoch) {
                roles.add("passive " + epoch);
                throw new IllegalStateException("the listener's own fault");
            }
        };
    }

    @Test
    void shouldAnswerOnlyWhatIsOnDiskWhileAlone() {
        try (Pair pair = manualPair()) {
            pair.start("a");
            pair.awaitServing(1);
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                for (int i = 0; i < 50; i++) {
                    payments.pay(1);
                    final NodeReport report = pair.report("a");
                    assertTrue(report.durableSeq() >= report.commitSeq(), report::toString);
                }
                payments.check();
            }
        }
    }

    @Test
    void shouldGoOnAloneWhenTheStandbyDiesAndTakeItBack() {
        try (Pair pair = manualPair().startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            payments.pay(10);
            pair.kill("b");
            payments.pay(10);
            final NodeReport alone = pair.report("a");
            assertEquals(1, alone.inSync());
            assertTrue(alone.durableSeq() >= alone.commitSeq(), alone::toString);
            pair.start("b");
            pair.awaitServing(2);
            payments.pay(10).check();
            payments.checkDigests();
        }
    }

    @Test
    void shouldGoOnWhereItWasWhenBothWereStopped() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth()) {
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                payments.pay(50);
                pair.stop("b");
                pair.stop("a");
                pair.start("b");
                pair.start("a");
                pair.awaitServing(2);
                payments.pay(50).check();
                payments.checkDigests();
            }
        }
    }

    @Test
    void shouldGoOnWhereItWasWhenBothWereKilled() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth()) {
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                payments.pay(50);
                pair.kill("a");
                pair.kill("b");
                pair.start("a");
                pair.start("b");
                pair.awaitServing(2);
                payments.pay(50).check();
                payments.checkDigests();
            }
        }
    }

    @Test
    void shouldTakeBackAWipedNodeAsAnotherLineage() throws IOException {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth()) {
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                payments.pay(50);
                final NodeMeta before = new MetaFile(pair.folder("b")).read();
                pair.kill("b");
                wipe(pair.folder("b"));
                pair.start("b");
                payments.pumpUntil("b is back", () -> pair.report("a").inSync() == 2);
                payments.check();
                payments.checkDigests();
                final NodeMeta after = new MetaFile(pair.folder("b")).read();
                assertNotNull(before);
                assertNotNull(after);
                assertNotEquals(before.lid(), after.lid());
            }
        }
    }

    @Test
    void shouldNotLeadWithAWipedFolderWhenTheOtherIsGone() throws IOException {
        try (Pair pair = manualPair().startBoth()) {
            try (Payments payments = new Payments(pair, PER_BATCH).open()) {
                payments.pay(20);
            }
            pair.kill("b");
            pair.kill("a");
            wipe(pair.folder("b"));
            pair.start("b");
            final long startNs = System.nanoTime();
            pair.awaitWorking("time enough to take over", () -> System.nanoTime() - startNs > 4_000_000_000L);
            assertNull(pair.serving());
            pair.start("a");
            pair.awaitServing(2);
            assertEquals("a", pair.serving());
        }
    }

    @Test
    void shouldChangeNothingWhenPaymentsAreRepeated() {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair.clientContext(batch -> {}), PER_BATCH).open()) {
            payments.pay(20).repeat(1, 40);
            assertEquals(40, payments.existed());
            pair.kill(pair.serving());
            payments.repeat(1, 80);
            assertEquals(120, payments.existed());
            payments.check();
        }
    }

    private long epochAt(final String node, final long seq) {
        try (JournalReader reader = FolderReader.open(root.resolve(node).resolve("journal"), seq)) {
            assertTrue(reader.next(seq, 1));
            return RecordDescriptor.epoch(reader.buffer(), reader.offset());
        }
    }

    private static void wipe(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
