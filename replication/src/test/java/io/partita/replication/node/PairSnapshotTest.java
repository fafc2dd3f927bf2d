// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.model.ErrorCode;
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

/** Snapshots of the nodes of a pair: taken beside them, and what a node starts from. */
class PairSnapshotTest {
    private static final int EVERY = 40;
    private static final int PER_BATCH = 8;

    @TempDir
    Path root;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    private Pair pair(final long keepRecords) {
        return new Pair(root, NodeContext.Transport.TCP)
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

            // Nobody tells it what is committed: what it has applied is what its snapshot holds.
            pair.start(standby);
            assertEquals(newest(pair, standby), pair.report(standby).appliedSeq());

            damage(stateFile(store(pair, active), newest(pair, active)));
            assertEquals(List.of(), errors);
            pair.start(active);
            assertEquals(1, errors.size(), errors::toString);
            assertEquals(ErrorCode.DAMAGED, ((PartitaException) errors.get(0)).code());
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
            pair.kill(standby);
            for (final long seq : store(pair, standby).seqs()) {
                damage(stateFile(store(pair, standby), seq));
            }
            pair.start(standby);
            assertEquals(2, errors.size(), errors::toString);
            pair.awaitServing(2);
            payUntilTaken(pair, payments, standby); // in the place of those that are of no use
            payments.check();
            payments.checkDigests();
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
