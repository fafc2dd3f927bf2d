// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.JournalVerifier;
import io.partita.replication.client.OperatorReply;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The journal of a node that runs is damaged: it replaces the records in place, and is in sync again (R39). */
@Tag("once")
class RepairedPairTest {
    private static final int PER_BATCH = 4;
    /** More than what there is when the damage is done. */
    private static final int SNAPSHOT_RECORDS = 3_400;

    private static final int PAGE = 4096;
    private static final long SEGMENT_LENGTH = 64 * 1024;
    /** So slow that a scrub is still under way when the damage is done. */
    private static final long SCRUB_BYTES_PER_SECOND = 100_000;

    @TempDir
    Path root;

    private Pair pair(final NodeContext.Transport transport) {
        return new Pair(root, transport)
                .with(context -> context.segmentLength(SEGMENT_LENGTH).scrubBytesPerSecond(SCRUB_BYTES_PER_SECOND));
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldRepairAStandbyThatServesAsOneAgain(final NodeContext.Transport transport) throws IOException {
        try (Pair pair = pair(transport).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(pair, payments);
            restart(pair, "b", 2);
            final List<Path> damaged = damage(pair, "b");
            awaitRepaired(pair, payments, "b", damaged);
            assertEquals("a", pair.serving());
            check(pair, payments);
        }
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldRepairAnActiveAfterItHasHandedOver(final NodeContext.Transport transport) throws IOException {
        try (Pair pair = pair(transport).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(pair, payments);
            restart(pair, "b", 2);
            switchOver(pair, "b", 2);
            final List<Path> damaged = damage(pair, "b");
            awaitRepaired(pair, payments, "b", damaged);
            assertEquals("a", pair.serving(), "it left the lead to the one that was whole");
            check(pair, payments);
        }
    }

    /** Damage that is there when a node starts is met by its replay, before it can be a member. */
    @Test
    void shouldRepairWhatTheReplayMeets() throws IOException {
        try (Pair pair = pair(NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(pair, payments);
            pair.stop("b");
            final List<Path> damaged = damage(pair, "b");
            payments.pay(20);
            pair.start("b");
            awaitRepaired(pair, payments, "b", damaged);
            check(pair, payments);
        }
    }

    /** What the active cannot send to a third node it fetches itself, once another one leads. */
    @Test
    void shouldRepairWhatIsMetWhenItIsSent() throws IOException {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP, List.of("a", "b", "c"))
                        .with(context -> context.segmentLength(SEGMENT_LENGTH).scrubBytesPerSecond(0))
                        .startAll();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(payments);
            restart(pair, "a", 3); // Else it takes what it has written itself for granted, and c says what is wrong.
            switchOver(pair, "a", 3);
            final List<Path> segments = sealed(pair, "a");
            pair.stop("c");
            Files.move(pair.folder("c"), root.resolve("c.gone"));
            payments.pay(10);
            flip(segments.get(1), 80_000, 24);
            pair.start("c");
            awaitRepaired(pair, payments, "a", List.of(segments.get(1)));
            pair.awaitServing(3);
            payments.check();
            payments.checkDigests("a", "b", "c");
        }
        assertWhole("a", "b", "c");
    }

    /** A standby that takes a snapshot reads what it had taken for granted, long before a scrub does. */
    @Test
    void shouldRepairWhatIsMetWhenASnapshotIsTaken() throws IOException {
        final SnapshotPolicy policy = new SnapshotPolicy(SNAPSHOT_RECORDS, 2, SnapshotPolicy.WHOLE_JOURNAL);
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP)
                        .with(context -> context.segmentLength(SEGMENT_LENGTH)
                                .scrubBytesPerSecond(0)
                                .snapshots(policy))
                        .startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(pair, payments);
            final Path segment = sealed(pair, "b").get(3);
            flip(segment, 80_000, 24);
            while (payments.submitted() < (SNAPSHOT_RECORDS + 50) * PER_BATCH) {
                payments.pay(50);
            }
            awaitRepaired(pair, payments, "b", List.of(segment));
            check(pair, payments);
        }
    }

    /** One bit is put back by the node itself: it stays the member that it is. */
    @Test
    void shouldStayInSyncWhileItPutsABitBack() throws IOException {
        try (Pair pair = pair(NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            fill(pair, payments);
            restart(pair, "b", 2);
            final Object lineage = lid(pair, "b");
            final Path segment = sealed(pair, "b").get(3);
            flip(segment, 80_000, 8);
            awaitRepaired(pair, payments, "b", List.of(segment));
            assertEquals(lineage, lid(pair, "b"));
            check(pair, payments);
        }
    }

    /** A whole member gives up its lineage for what it lacks. */
    private static Object lid(final Pair pair, final String node) {
        final var meta = new MetaFile(pair.folder(node)).read();
        assertNotNull(meta);
        return meta.lid();
    }

    private static void fill(final Pair pair, final Payments payments) {
        fill(payments);
        pair.awaitServing(2);
    }

    private static void fill(final Payments payments) {
        while (payments.submitted() < 12_000) {
            payments.pay(50);
        }
    }

    /** Its scrub begins anew. */
    private static void restart(final Pair pair, final String node, final int members) {
        pair.stop(node);
        pair.start(node);
        pair.awaitServing(members);
    }

    private static void switchOver(final Pair pair, final String to, final int members) {
        final OperatorReply reply = pair.node(pair.serving()).switchover(to, Pair.PATIENCE);
        assertNotNull(reply);
        assertTrue(reply.ok(), reply.toString());
        assertEquals(to, pair.awaitServing(members));
    }

    /** In the second half of what is sealed, where neither a scrub nor anybody else reads in this moment. */
    private static List<Path> damage(final Pair pair, final String node) throws IOException {
        final List<Path> sealed = sealed(pair, node);
        assertTrue(sealed.size() >= 7, "segments=" + sealed.size());
        final List<Path> damaged = sealed.subList(sealed.size() - 4, sealed.size() - 1); // the last one may be short
        flip(damaged.get(0), 80_000, 24);
        try (FileChannel channel = FileChannel.open(frames(damaged.get(1)), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(2 * PAGE), 20 * PAGE);
        }
        try (FileChannel channel = FileChannel.open(frames(damaged.get(2)), StandardOpenOption.WRITE)) {
            channel.truncate(90_000);
        }
        return damaged;
    }

    private static void flip(final Path segment, final long offset, final int bits) throws IOException {
        try (FileChannel channel =
                FileChannel.open(frames(segment), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ bits)).rewind();
            channel.write(one, offset);
        }
    }

    private static Path frames(final Path segment) {
        return segment.resolve("19700101F.cq4");
    }

    private static List<Path> sealed(final Pair pair, final String node) throws IOException {
        try (Stream<Path> segments = Files.list(pair.folder(node).resolve("journal"))) {
            return segments.filter(segment -> Files.exists(segment.resolve("seal")))
                    .sorted()
                    .toList();
        }
    }

    private static void awaitRepaired(
            final Pair pair, final Payments payments, final String node, final List<Path> damaged) {
        Pair.await("all is repaired: " + damaged, () -> {
            payments.pay(1);
            return damaged.stream()
                    .allMatch(segment -> Files.exists(
                            pair.folder(node).resolve("journal.damaged").resolve(segment.getFileName())));
        });
        Pair.await("node=" + node + " is in sync again", () -> {
            payments.pay(1);
            return pair.serving() != null && payments.inSync() >= 2;
        });
    }

    private void check(final Pair pair, final Payments payments) {
        payments.pay(20);
        payments.check();
        payments.checkDigests();
        pair.stop("b");
        pair.stop("a");
        assertWhole("a", "b");
    }

    private void assertWhole(final String... nodes) {
        for (final String node : nodes) {
            assertEquals(
                    "[]",
                    JournalVerifier.verify(root.resolve(node).resolve("journal"))
                            .damages()
                            .toString());
        }
    }
}
