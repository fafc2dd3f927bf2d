// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.backup.BaseSnapshot;
import io.partita.ledger.backup.RestorePoint;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.SnapshotPolicy;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.OperatorCommand;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.wire.ControlBodies;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** R36 with real folders, journals and a real register. */
@Timeout(120)
class LossAcceptanceTest {
    private static final long SEGMENT_LENGTH = 64 * 1024;

    @TempDir
    Path root;

    private Pair pair;

    @BeforeEach
    void start() {
        pair = new Pair(root, NodeContext.Transport.TCP);
    }

    @AfterEach
    void end() {
        pair.close();
    }

    /** b fell behind, a answered alone, and a's disk is lost. */
    private void loseTheOnlyMember() throws IOException {
        pair.startBoth();
        account(1);
        pair.stop("b");
        account(2);
        pair.kill("a");
        delete(pair.folder("a"));
    }

    @Test
    void shouldGoOnWithWhatIsLeftAndSayWhoGaveUpWhat() throws IOException {
        loseTheOnlyMember();
        final LossAcceptance.Report done = accept("b", List.of(), true, false, "CN=älice");
        assertEquals("b", done.node());
        assertEquals(1, done.count());
        assertTrue(done.lostPossibleFromSeq() <= done.lastSeq() + 1, done.toString());

        pair.start("b");
        assertEquals("b", pair.awaitServing(1));
        account(3);
        pair.start("a");
        assertEquals("b", pair.awaitServing(2));
        account(4);
        pair.stop("a");
        pair.stop("b");
        for (final String node : List.of("a", "b")) {
            final List<OperatorCommand> found = operators(node);
            assertEquals(1, found.size(), node);
            assertEquals("CN=älice", found.get(0).who());
            assertEquals("ACCEPT_LOSS", found.get(0).kindName());
            assertEquals(
                    "count=1 epoch=" + done.epoch() + " lostPossibleFromSeq=" + done.lostPossibleFromSeq(),
                    found.get(0).details());
        }
    }

    /** A wrong folder in the configuration, at three in the morning: whoever would follow it would lose the rest. */
    @Test
    void shouldRefuseToGoOnWithNothing() throws IOException {
        loseTheOnlyMember();
        final Path aside = root.resolve("aside");
        Files.move(pair.folder("b"), aside);
        final PartitaException error =
                assertThrows(PartitaException.class, () -> accept("b", List.of(), true, false, "alice"));
        assertEquals(ErrorCode.RECOVERY_REFUSED, error.code());
        assertTrue(error.problem().contains("no records"), error.problem());
        delete(pair.folder("b"));
        Files.move(aside, pair.folder("b"));
        accept("b", List.of(), true, false, "alice");
        pair.start("b");
        assertEquals("b", pair.awaitServing(1));
    }

    @Test
    void shouldRefuseAsLongAsNobodySaysThatTheOtherIsGone() throws IOException {
        loseTheOnlyMember();
        assertRefused("b", List.of());
        assertEquals(
                ErrorCode.INVALID_CONFIGURATION,
                assertThrows(
                                PartitaException.class,
                                () -> accept("b", List.of(pair.folder("a")), false, false, "alice"))
                        .code());
        pair.start("b");
        Pair.await("b is up", () -> pair.report("b") != null);
        assertNull(pair.serving(), "nothing was given up");
    }

    /** The one that was in sync is there: it is started, not given up; and a running node is left alone. */
    @Test
    void shouldRefuseWhileANodeThatHoldsEverythingCanBeStarted() throws IOException {
        pair.startBoth();
        account(1);
        pair.stop("b");
        account(2);
        assertEquals(
                ErrorCode.FOLDER_IN_USE,
                assertThrows(PartitaException.class, () -> accept("a", List.of(), true, false, "alice"))
                        .code());
        pair.stop("a");
        final NodeMeta before = new MetaFile(pair.folder("b")).read();
        assertRefused("b", List.of(pair.folder("a")));
        assertRefused("a", List.of());
        assertNotNull(before);
        assertEquals(before.lid(), new MetaFile(pair.folder("b")).read().lid());
        pair.start("a");
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
    }

    /** Of two that both lost their lineage the one that holds more goes on; the lineage of before is dead for ever. */
    @Test
    void shouldPreferTheJournalThatHoldsMore() throws IOException {
        pair.startBoth();
        account(1);
        pair.stop("b");
        account(2);
        pair.stop("a");
        final MetaFile metaOfA = new MetaFile(pair.folder("a"));
        final NodeMeta old = metaOfA.read();
        assertNotNull(old);
        metaOfA.write(rebooted(old));
        assertRefused("b", List.of(pair.folder("a")));
        final LossAcceptance.Report done = accept("a", List.of(pair.folder("b")), false, false, "alice");
        assertNotEquals(old.lid(), done.lid());
        assertEquals(done.lid(), metaOfA.read().lid());
        assertTrue(metaOfA.read().clean());
        pair.start("a");
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
        account(3);
    }

    /** The folder that was the register is gone: from the best journal on, above everything that the nodes have seen. */
    @Test
    void shouldMakeALostRegisterAnew() throws IOException {
        pair.startBoth();
        account(1);
        pair.stop("b");
        account(2);
        pair.stop("a");
        delete(pair.register());
        final List<Path> folderOfB = List.of(pair.folder("b"));
        assertTrue(refused(() -> accept("a", folderOfB, false, false, "alice"))
                .nextStep()
                .contains("--new-register"));
        assertTrue(refused(() -> accept("a", List.of(), false, true, "alice"))
                .nextStep()
                .contains("--former"));
        assertTrue(refused(() -> accept("b", List.of(pair.folder("a")), false, true, "alice"))
                .nextStep()
                .contains("recover that node instead"));
        final LossAcceptance.Report done = accept("a", folderOfB, false, true, "alice");
        assertEquals(1, done.count());
        assertEquals(1, done.lostPossibleFromSeq());
        pair.start("a");
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
        account(3);
        pair.stop("a");
        pair.stop("b");
        final PartitaException needless = refused(() -> accept("a", folderOfB, false, true, "alice"));
        assertTrue(needless.getMessage().contains("no older"), needless.getMessage());
    }

    /** All is lost but a journal, as a restored backup is: it goes on, with a register made anew. */
    @Test
    void shouldGoOnWithAJournalAlone() throws IOException {
        pair.startBoth();
        account(1);
        pair.stop("a");
        pair.stop("b");
        delete(pair.register());
        delete(pair.folder("b"));
        for (final String name : List.of(MetaFile.NAME, MetaFile.COPY_NAME)) {
            Files.delete(pair.folder("a").resolve(name));
        }
        accept("a", List.of(), true, true, "alice");
        pair.start("a");
        assertEquals("a", pair.awaitServing(1));
        account(2);
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
    }

    /**
     * All is lost but a backup, which begins with a snapshot since the nodes had given up their journals: the pair is what it was, and
     * each of its nodes may lead it. The other node begins with nothing, and is sent the snapshot, or is restored as well.
     */
    @ParameterizedTest(name = "both are restored: {0}")
    @ValueSource(booleans = {false, true})
    void shouldGoOnAndFailOverFromABackupThatBeginsWithASnapshot(final boolean areBothRestored) throws IOException {
        try (Payments payments = startGivingUp()) {
            final String before = payments.digest("b");
            final BackupRepository backups = loseAllButABackup();
            backups.restore(pair.folder("a"), RestorePoint.end(), seq -> {});
            if (areBothRestored) {
                backups.restore(pair.folder("b"), RestorePoint.end(), seq -> {});
            }
            accept("a", List.of(), true, false, "alice");
            pair.start("a");
            assertEquals("a", pair.awaitServing(1));
            payments.check();
            assertEquals(afterSeq(before), afterSeq(payments.digest("a")));
            pair.start("b");
            assertEquals("a", pair.awaitServing(2));
            assertTrue(oldestSeq("b") > 1);
            payments.pay(20).check();
            payments.checkDigests();

            pair.kill("a");
            assertEquals("b", pair.awaitServing(1));
            payments.pay(20).check();
            pair.start("a");
            assertEquals("b", pair.awaitServing(2));
            payments.pay(20).check();
            payments.checkDigests();
        }
    }

    /** Restored up to the snapshot itself: there is no record, only what the journal would go on from. */
    @Test
    void shouldGoOnFromASnapshotWithoutARecord() throws IOException {
        try (Payments payments = startGivingUp()) {
            final BackupRepository backups = loseAllButABackup();
            final BaseSnapshot base = backups.backups().get(0).base();
            assertNotNull(base);
            backups.restore(pair.folder("a"), RestorePoint.seq(base.end().seq()), seq -> {});
            assertEquals(
                    base.end().seq(),
                    accept("a", List.of(), true, false, "alice").lastSeq());
            pair.start("a");
            assertEquals("a", pair.awaitServing(1));
            pair.start("b");
            assertEquals("a", pair.awaitServing(2));
            account(100);
            payments.checkDigests();
        }
    }

    /** Pays until both nodes hold the same, and b has given up the beginning of its journal. */
    private Payments startGivingUp() {
        pair.with(context -> context.segmentLength(SEGMENT_LENGTH).snapshots(new SnapshotPolicy(20, 2, 0)))
                .startBoth();
        final Payments payments = new Payments(pair, 50).open();
        Pair.await("b gives up records", () -> {
            payments.pay(20);
            return oldestSeq("b") > 1;
        });
        payments.checkDigests();
        return payments;
    }

    private BackupRepository loseAllButABackup() throws IOException {
        final BackupRepository backups = new BackupRepository(root.resolve("backups"));
        assertNotNull(backups.create(pair.folder("b"), true, null, seq -> {}).base());
        pair.close(); // whoever is killed in this process may still write for a moment
        delete(pair.folder("a"));
        delete(pair.folder("b"));
        return backups;
    }

    private long oldestSeq(final String node) {
        try (FolderReader reader = FolderReader.open(pair.folder(node).resolve("journal"), 1)) {
            return reader.oldestSeq();
        }
    }

    /** Without the position, which the records that say what happened move on. */
    private static String afterSeq(final String digest) {
        return digest.substring(digest.indexOf(' '));
    }

    /** An older copy of the register came back, by which b would be complete; and both halted over it. */
    @Test
    void shouldRaiseARegisterThatWentBack() throws IOException {
        pair.startBoth();
        account(1);
        final Path copy = root.resolve("copy");
        copy(pair.register(), copy);
        pair.stop("b");
        account(2);
        pair.stop("a");
        delete(pair.register());
        copy(copy, pair.register());
        final MetaFile metaOfA = new MetaFile(pair.folder("a"));
        final NodeMeta old = metaOfA.read();
        assertNotNull(old);
        metaOfA.write(halted(old));
        final List<Path> folderOfB = List.of(pair.folder("b"));
        final LossAcceptance.Report done = accept("a", folderOfB, false, true, "alice");
        assertTrue(done.lostPossibleFromSeq() <= done.lastSeq(), done.toString());
        pair.start("a");
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
        account(3);
    }

    /** As after a power cut without the gate: what it acknowledged may be gone. */
    private static NodeMeta rebooted(final NodeMeta meta) {
        return with(meta, "another boot", meta.halted());
    }

    private static NodeMeta halted(final NodeMeta meta) {
        return with(meta, meta.bootId(), HaltReason.REGISTER_REGRESSION);
    }

    private static NodeMeta with(final NodeMeta meta, final String bootId, final HaltReason halted) {
        return new NodeMeta(
                meta.clusterId(),
                meta.nodeId(),
                meta.lid(),
                meta.promisedEpoch(),
                meta.seenVer(),
                meta.seenEpoch(),
                false,
                bootId,
                false,
                meta.durableLow(),
                meta.logicVersion(),
                halted);
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (final Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private LossAcceptance.Report accept(
            final String node,
            final List<Path> formers,
            final boolean isForced,
            final boolean isNewRegister,
            final String who) {
        return LossAcceptance.run(
                pair.context(node), new LossAcceptance.Request(formers, isForced, isNewRegister, who));
    }

    private static PartitaException refused(final Executable recovery) {
        final PartitaException refused = assertThrows(PartitaException.class, recovery);
        assertEquals(ErrorCode.RECOVERY_REFUSED, refused.code(), refused.getMessage());
        return refused;
    }

    private void assertRefused(final String node, final List<Path> formers) {
        refused(() -> accept(node, formers, false, false, "alice"));
    }

    private void account(final long id) {
        final List<Long> outcomes = new ArrayList<>();
        final String active = pair.serving();
        assertNotNull(active);
        final LedgerClient client = pair.node(active).client(batch -> outcomes.add(batch.outcome()));
        final Batch batch = client.acquire();
        assertNotNull(batch);
        batch.commands().addAccount(0, id, 826, 1, 0);
        assertTrue(client.submit(batch) > 0);
        Pair.await("an account is answered", () -> {
            client.poll(1);
            return !outcomes.isEmpty();
        });
        assertTrue(outcomes.get(0) > 0, "outcome=" + outcomes.get(0));
        client.close();
    }

    private List<OperatorCommand> operators(final String node) {
        final List<OperatorCommand> found = new ArrayList<>();
        try (JournalReader reader = FolderReader.open(pair.folder(node).resolve("journal"), 1)) {
            while (reader.next(Long.MAX_VALUE, Integer.MAX_VALUE)) {
                final DirectBuffer buffer = reader.buffer();
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                    if (RecordDescriptor.type(buffer, at) == RecordType.OPERATOR.code()) {
                        found.add(ControlBodies.decodeOperator(buffer, at + RecordDescriptor.HEADER_LENGTH));
                    }
                }
            }
        }
        return found;
    }

    private static void delete(final Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
