// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots of the nodes of a pair: taken beside them, and what a node starts from. */
class PairSnapshotTest {
    private static final int EVERY = 40;
    private static final int PER_BATCH = 8;

    @TempDir
    Path root;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private Pair pair(final long keepRecords) {
        return pair(keepRecords, NodeContext.Transport.TCP);
    }

    private Pair pair(final long keepRecords, final NodeContext.Transport transport) {
        return new Pair(root, transport)
                .with(context -> context.segmentLength(64 * 1024)
                        .snapshots(new SnapshotPolicy(EVERY, 2, keepRecords))
                        .errorHandler(errors::add));
    }

    private SnapshotStore store(final Pair pair, final String node) {
        return new SnapshotStore(pair.folder(node).resolve("snapshots"), Pair.CLUSTER);
    }

    private void payUntilTaken(final Pair pair, final Payments payments, final String node) {
        final long newest = newest(pair, node);
        payments.pumpUntil(
                "two snapshots of " + node, () -> store(pair, node).seqs().size() == 2 && newest(pair, node) > newest);
        payments.settle();
    }

    private long newest(final Pair pair, final String node) {
        final List<Long> seqs = store(pair, node).seqs();
        return seqs.isEmpty() ? 0 : seqs.get(0);
    }

    private static void damage(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer octet = ByteBuffer.allocate(1);
            final long at = channel.size() / 2;
            channel.read(octet, at);
            octet.put(0, (byte) (octet.get(0) ^ 4)).rewind();
            channel.write(octet, at);
        }
    }

    /** Whoever takes the next one meets it again. */
    private void assertDamageWasFound(final int timesMin) {
        assertTrue(errors.size() >= timesMin, errors::toString);
        for (final Throwable error : errors) {
            assertEquals(ErrorCode.DAMAGED, ((PartitaException) error).code());
        }
    }

    private static Path stateFile(final SnapshotStore store, final long seq) {
        return store.folder().resolve(String.format("state-%020d", seq));
    }

    @Test
    void shouldTakeSnapshotsAndStartFromThem() throws IOException {
        try (Pair pair = pair(SnapshotPolicy.WHOLE_JOURNAL).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final String active = pair.awaitServing(2);
            final String standby = pair.other(active);
            payUntilTaken(pair, payments, standby);
            pair.stop(standby);
            payUntilTaken(pair, payments, active); // which is alone now
            pair.stop(active);

            // Nobody leads: it has applied what its snapshot holds, and what the register says is committed.
            pair.start(standby);
            assertTrue(pair.report(standby).appliedSeq() >= newest(pair, standby));

            damage(stateFile(store(pair, active), newest(pair, active)));
            assertEquals(List.of(), errors);
            pair.start(active);
            assertDamageWasFound(1);
            assertEquals(active, pair.awaitServing(2));
            payments.pay(3).check();
            payments.checkDigests();
        }
    }

    @Test
    void shouldStartFromTheJournalIfNoSnapshotIsWhole() throws IOException {
        try (Pair pair = pair(SnapshotPolicy.WHOLE_JOURNAL).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final String standby = pair.other(pair.awaitServing(2));
            payUntilTaken(pair, payments, standby);
            pair.stop(standby);
            for (final long seq : store(pair, standby).seqs()) {
                damage(stateFile(store(pair, standby), seq));
            }
            pair.start(standby);
            assertDamageWasFound(2);
            pair.awaitServing(2);
            payUntilTaken(pair, payments, standby); // in the place of those that are of no use
            payments.check();
            payments.checkDigests();
        }
    }

    private static long oldest(final Pair pair, final String node) {
        try (FolderReader reader = FolderReader.open(pair.folder(node).resolve("journal"), 1)) {
            return reader.oldestSeq();
        }
    }

    private static long last(final Pair pair, final String node) {
        try (FolderReader reader = FolderReader.open(pair.folder(node).resolve("journal"), oldest(pair, node))) {
            while (reader.next(Long.MAX_VALUE, Limits.FRAME_LENGTH_MAX)) {
                // On to the end.
            }
            return reader.lastSeq();
        }
    }

    private static void payUntilGivenUp(final Pair pair, final Payments payments, final String node) {
        final long oldest = oldest(pair, node);
        payments.pumpUntil("the beginning is given up by " + node, () -> oldest(pair, node) > oldest);
        payments.settle();
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldGiveUpItsJournalAndStartWithoutIt(final NodeContext.Transport transport) {
        try (Pair pair = pair(0, transport).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final String active = pair.awaitServing(2);
            final String standby = pair.other(active);
            payUntilGivenUp(pair, payments, standby);
            payUntilGivenUp(pair, payments, active);
            payments.check();
            payments.checkDigests();
            pair.stop(standby);
            pair.start(standby);
            pair.awaitServing(2);
            payments.pay(3);
            pair.stop(active);
            payments.pay(3);
            pair.start(active);
            pair.awaitServing(2);
            payments.pay(3).check();
            payments.checkDigests();
            assertEquals(List.of(), errors);
        }
    }

    @ParameterizedTest
    @EnumSource(NodeContext.Transport.class)
    void shouldFillAWipedNodeFromASnapshotWhichThenLeads(final NodeContext.Transport transport) throws IOException {
        try (Pair pair = pair(0, transport).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final String active = pair.awaitServing(2);
            final String standby = pair.other(active);
            payUntilGivenUp(pair, payments, active);
            pair.stop(standby);
            payUntilGivenUp(pair, payments, active);
            FolderFiles.deleteTree(pair.folder(standby));
            pair.start(standby);
            pair.awaitServing(2);
            assertTrue(oldest(pair, standby) > 1, "its journal begins behind a snapshot");
            payments.pay(50).check();
            payments.checkDigests();
            pair.stop(active);
            payments.pay(3).check();
            pair.start(active);
            pair.awaitServing(2);
            payUntilGivenUp(pair, payments, standby);
            payments.check();
            payments.checkDigests();
            assertEquals(List.of(), errors);
        }
    }

    /** One that was away for long: what it has is older than what the other one kept. */
    @Test
    void shouldReplaceWhatAFarBehindNodeHas() {
        try (Pair pair = pair(0).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            final String active = pair.awaitServing(2);
            final String standby = pair.other(active);
            payUntilTaken(pair, payments, standby);
            pair.stop(standby);
            final long had = last(pair, standby);
            payments.pumpUntil("all that it had is given up", () -> oldest(pair, active) > had + 1);
            payments.settle();
            pair.start(standby);
            pair.awaitServing(2);
            payments.check();
            payments.checkDigests();
            assertTrue(oldest(pair, standby) > had, "the journal that it had is gone");
            payUntilTaken(pair, payments, standby);
            pair.stop(standby);
            pair.start(standby);
            pair.awaitServing(2);
            payments.check();
            payments.checkDigests();
            assertEquals(List.of(), errors);
        }
    }

    @Test
    void shouldRefuseToTakeSnapshotsOfASingleLogicObject() {
        final Pair pair = pair(SnapshotPolicy.WHOLE_JOURNAL);
        final NodeContext context = pair.context("a").userLogic((command, ledger) -> 0);
        final PartitaException refused = assertThrows(
                PartitaException.class, () -> ReplicatedLedger.launch(context).close());
        assertEquals(ErrorCode.INVALID_CONFIGURATION, refused.code());
        assertTrue(refused.getMessage().contains("supplier"), refused::getMessage);
    }
}
