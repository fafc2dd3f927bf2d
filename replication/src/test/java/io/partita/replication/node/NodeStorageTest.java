// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.Recovery;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.DataFolder;
import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.replication.protocol.Snapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node's snapshots without a node: taken, sent, put in the place of what another one has, and what a crash leaves of that. */
class NodeStorageTest {
    private static final int BATCHES = 400;

    @TempDir
    Path temp;

    private final List<Throwable> errors = new CopyOnWriteArrayList<>();

    /** A journal with records; any journal of the cluster will do. */
    @BeforeEach
    void fill() {
        try (Ledger ledger = Ledger.launch(new LedgerContext()
                        .directory(temp.resolve("a"))
                        .clusterId(Pair.CLUSTER)
                        .durability(Durability.MEMORY)
                        .segmentLength(64 * 1024));
                LedgerClient client = ledger.client(batch -> {})) {
            for (int i = 0; i < BATCHES; i++) {
                final Batch batch = client.acquire();
                assertNotNull(batch);
                for (int id = 0; id < 8; id++) {
                    if (i == 0) {
                        batch.commands().addAccount(0, 1 + id, 826, 1, 0);
                    } else {
                        batch.commands().addTransfer(0, i * 8L + id, 0, 1 + id, 0, 1 + (id + 1) % 8, 5, 826, 1, 0);
                    }
                }
                assertTrue(client.submit(batch) >= 0);
                while (client.inFlight() > 0) {
                    client.pollAwait(1, TimeUnit.SECONDS.toNanos(1));
                }
            }
        }
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
    }

    /** One whose state is at a record of its journal. */
    private final class Node implements AutoCloseable, NodeStorage.Owner {
        final DataFolder folder;
        final ChronicleJournal journal;
        final NodeStorage storage;
        LedgerStateMachine machine;
        Snapshot switched;
        String refused;

        Node(final String name) {
            folder = DataFolder.open(temp.resolve(name), Pair.CLUSTER);
            journal = ChronicleJournal.open(
                    JournalConfig.of(folder.journal(), Pair.CLUSTER).withSegmentLength(64 * 1024));
            try {
                storage = NodeStorage.open(new NodeStorage.Parts(
                        Pair.CLUSTER,
                        folder,
                        journal,
                        new SnapshotPolicy(1, 2, 0),
                        () -> null,
                        1,
                        role -> NodeStorageTest::daemon,
                        () -> {},
                        errors::add));
            } catch (final PartitaException e) {
                journal.close();
                folder.close();
                throw e;
            }
            storage.owner(this);
            machine = storage.stateMachine();
        }

        Snapshot nameAt(final long seq) {
            try (JournalReader reader = journal.reader(machine.appliedSeq() + 1)) {
                assertEquals(seq, Recovery.replay(reader, machine, seq));
            }
            return new Snapshot(seq, journal.lastEpoch(), journal.chainAt(seq), machine.runningDigest(), 1, 0, 0);
        }

        Snapshot takeAt(final long seq) {
            storage.take(nameAt(seq));
            await(() -> storage.newest() != null && storage.newest().seq() == seq);
            return storage.newest();
        }

        private void await(final java.util.function.BooleanSupplier condition) {
            Pair.await("the worker is done", () -> {
                storage.poll();
                return condition.getAsBoolean();
            });
        }

        /** Sends what the other one does not have yet. */
        void sendTo(final Node other, final Snapshot snapshot) {
            final UnsafeBuffer piece = new UnsafeBuffer(new byte[3000]);
            long at = other.storage.begin(snapshot);
            while (at < snapshot.size()) {
                final int length = storage.read(snapshot, at, piece, 0, piece.capacity());
                assertTrue(length > 0);
                other.storage.write(piece, 0, length);
                at += length;
            }
        }

        void install(final Snapshot snapshot) {
            storage.install(snapshot);
            await(() -> switched != null || refused != null);
        }

        @Override
        public void onSwitched(final Snapshot snapshot, final LedgerStateMachine next) {
            assertEquals(snapshot.seq(), journal.lastSeq());
            assertEquals(snapshot.seq() + 1, journal.firstSeq());
            switched = snapshot;
            machine = next;
        }

        @Override
        public void onRefused(final String text) {
            refused = text;
        }

        @Override
        public void close() {
            storage.close();
            storage.closeState();
            journal.close();
            folder.close();
        }
    }

    @Test
    void shouldAnnounceWhatItTookAndVerified() {
        final Snapshot newest;
        try (Node node = new Node("a")) {
            assertNull(node.storage.newest());
            final Snapshot first = node.takeAt(100);
            assertNull(node.storage.previous());
            newest = node.takeAt(200);
            assertEquals(first, node.storage.previous());
            assertTrue(newest.size() > first.size() && newest.crc() != 0);
        }
        try (Node node = new Node("a")) {
            assertEquals(200, node.machine.appliedSeq());
            assertEquals(newest, node.storage.newest(), "the name is the files'");
            assertNull(node.storage.previous(), "it was not verified by this process");
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldNotAnnounceAnotherStateThanTheNodeHas() {
        try (Node node = new Node("a")) {
            final Snapshot first = node.takeAt(100);
            final Snapshot name = node.nameAt(200);
            node.storage.take(new Snapshot(200, name.epoch(), name.chain(), name.digest() + 1, 1, 0, 0));
            node.await(() -> !errors.isEmpty());
            assertEquals(ErrorCode.DIGEST_MISMATCH, ((PartitaException) errors.get(0)).code());
            node.await(() -> !Files.exists(node.folder.snapshots().resolve("state-00000000000000000200")));
            assertEquals(first, node.storage.newest());
            assertEquals(300, node.takeAt(300).seq());
        }
    }

    @Test
    void shouldGiveUpRecordsAndStartWithoutThem() {
        final Digest128 digest;
        final long oldest;
        try (Node node = new Node("a")) {
            node.takeAt(250);
            node.storage.take(node.nameAt(350));
            node.storage.poll();
            node.storage.discardTo(250);
            assertEquals(1, node.journal.firstSeq(), "not while it is read");
            node.await(() -> node.storage.previous() != null);
            node.storage.discardTo(250);
            oldest = node.journal.firstSeq();
            assertTrue(oldest > 1 && oldest <= 251);
            node.nameAt(BATCHES);
            digest = node.machine.stateDigest();
        }
        try (Node node = new Node("a")) {
            assertEquals(oldest, node.journal.firstSeq());
            assertEquals(350, node.machine.appliedSeq());
            node.nameAt(BATCHES);
            assertEquals(digest, node.machine.stateDigest());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldNotStartIfWhatWasGivenUpIsInNoSnapshot() throws IOException {
        try (Node node = new Node("a")) {
            node.takeAt(250);
            node.takeAt(350);
            node.storage.discardTo(250);
        }
        FolderFiles.deleteTree(temp.resolve("a").resolve("snapshots"));
        final PartitaException refused = assertThrows(PartitaException.class, () -> new Node("a"));
        assertEquals(ErrorCode.DAMAGED, refused.code());
        assertTrue(refused.getMessage().contains("no snapshot"), refused::getMessage);
    }

    @Test
    void shouldPutASnapshotInThePlaceOfStateAndJournal() {
        try (Node from = new Node("a");
                Node to = new Node("b")) {
            from.takeAt(100);
            final Snapshot snapshot = from.takeAt(300);
            from.sendTo(to, snapshot);
            assertEquals(0, to.journal.lastSeq(), "nothing has changed yet");
            to.install(snapshot);
            assertEquals(snapshot, to.switched);
            assertEquals(snapshot, to.storage.newest());
            assertEquals(from.machine.stateDigest(), to.machine.stateDigest());
        }
        try (Node again = new Node("b")) {
            assertEquals(300, again.machine.appliedSeq());
            assertEquals(300, again.journal.lastSeq());
            assertFalse(Files.exists(again.folder.snapshots().resolve("incoming")));
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldRefuseWhatIsNotWhatItsNameSays() {
        try (Node from = new Node("a");
                Node to = new Node("b")) {
            final Snapshot real = from.takeAt(300);
            final Snapshot name =
                    new Snapshot(real.seq(), real.epoch(), real.chain(), real.digest() + 1, 1, real.size(), real.crc());
            final UnsafeBuffer piece = new UnsafeBuffer(new byte[3000]);
            for (long at = to.storage.begin(name); at < name.size(); ) {
                final int length = from.storage.read(real, at, piece, 0, piece.capacity());
                to.storage.write(piece, 0, length);
                at += length;
            }
            to.install(name);
            assertNotNull(to.refused);
            assertNull(to.switched);
            assertEquals(0, to.journal.lastSeq());
            assertFalse(Files.exists(to.folder.snapshots().resolve("incoming")));
            assertEquals(-1, from.storage.read(name, 0, piece, 0, 100), "it has no such one");

            to.refused = null;
            from.sendTo(to, real);
            to.install(real);
            assertEquals(real, to.switched);
        }
    }

    /** Killed before the switch: the old node, which goes on receiving. After it: the new one. */
    @Test
    void shouldBeTheOldOneOrTheNewOneAfterACrash() {
        final Snapshot snapshot;
        try (Node from = new Node("a")) {
            snapshot = from.takeAt(300);
            try (Node to = new Node("b")) {
                from.sendTo(to, snapshot);
            }
        }
        try (Node old = new Node("b")) {
            assertEquals(0, old.machine.appliedSeq());
            assertEquals(snapshot.size(), old.storage.begin(snapshot));
            old.journal.restart(snapshot.seq(), snapshot.epoch(), snapshot.chain(), 1);
        }
        try (Node next = new Node("b")) {
            assertEquals(300, next.machine.appliedSeq());
            assertEquals(snapshot, next.storage.newest());
            assertFalse(Files.exists(next.folder.snapshots().resolve("incoming")));
        }
        assertEquals(List.of(), errors);
    }
}
