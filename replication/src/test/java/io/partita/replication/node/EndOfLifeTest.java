// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node says and writes down when it ends, and what the next one makes of it (R2, R26). */
class EndOfLifeTest {
    @TempDir
    Path root;

    private final List<String> roles = new CopyOnWriteArrayList<>();
    private Pair pair;

    @BeforeEach
    void start() {
        pair = new Pair(root, NodeContext.Transport.TCP)
                .with(context -> context.roleListener(new RoleListener() {
                    @Override
                    public void onActive(final long epoch, final long fromSeq) {
                        roles.add("active " + epoch);
                    }

                    @Override
                    public void onPassive(final long epoch) {
                        roles.add("passive " + epoch);
                    }
                }));
        pair.start("a");
        pair.awaitServing(1);
    }

    private NodeMeta meta() {
        final NodeMeta meta = new MetaFile(pair.folder("a")).read();
        assertNotNull(meta);
        return meta;
    }

    private void loseTheJournal() throws IOException {
        try (Stream<Path> files = Files.walk(pair.folder("a").resolve("journal"))) {
            for (final Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldMarkACleanStopAndSayThatItServesNoMore() {
        pair.stop("a");

        assertTrue(meta().clean());
        assertEquals(List.of("active 1", "passive 1"), roles);
    }

    @Test
    void shouldNotMarkAStopAsCleanWhoseJournalCouldNotBeClosed() throws IOException {
        loseTheJournal();

        pair.stop("a");

        assertFalse(meta().clean());
    }

    @Test
    void shouldStayCleanWhenTheNextStartFails() throws IOException {
        pair.stop("a");

        try (ServerSocket taken =
                new ServerSocket(pair.peers("a").getPort(), 1, pair.peers("a").getAddress())) {
            assertTrue(taken.isBound());
            assertThrows(PartitaException.class, () -> ReplicatedLedger.launch(pair.context("a")));
        }

        assertTrue(meta().clean(), "it acknowledged nothing: a reboot may follow without loss");
    }

    @Test
    void shouldBecomeAnotherLineageWhenOnlyTheJournalIsGone() throws IOException {
        pair.kill("a");
        final NodeMeta before = meta();
        new MetaFile(pair.folder("a"))
                .write(new NodeMeta(
                        before.clusterId(),
                        before.nodeId(),
                        before.lid(),
                        before.promisedEpoch(),
                        before.seenVer(),
                        before.seenEpoch(),
                        before.gate(),
                        before.bootId(),
                        before.clean(),
                        0,
                        before.logicVersion(),
                        before.halted()));
        loseTheJournal();

        pair.start("a");

        assertNotEquals(before.lid(), meta().lid());
        pair.close();
    }

    @Test
    void shouldSayThatItServesNoMoreWhenItHalts() throws IOException {
        Files.write(pair.register().resolve("cfg.2"), new byte[] {1, 2, 3});
        Pair.await("a is halted", () -> pair.node("a").closedReason() != null);
        Pair.await("the listener is told", () -> roles.contains("passive 1"));

        pair.close();

        assertEquals(List.of("active 1", "passive 1"), roles);
    }
}
