// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.journal.JournalMender;
import io.partita.ledger.journal.MendReport;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The only node in sync has a damaged record that the other one still has: nothing is given up. */
class MendedNodeTest {
    private static final int PER_BATCH = 4;
    /** In the first records of the first segment, which both nodes have. */
    private static final long DAMAGED_BYTE = 66_800;

    @TempDir
    Path root;

    @Test
    void shouldLeadAgainAfterDamageThatItsReplayMet() throws IOException {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            leaveTheLastAnswersToA(pair, payments);
            final NodeMeta before = meta(pair);
            pair.stop("a");
            damage(pair);
            pair.start("a");
            Pair.await("a halts", () -> meta(pair).halted() == HaltReason.DAMAGED);
            pair.stop("a");
            // As by a supervisor, again and again.
            for (int i = 0; i < 2; i++) {
                final PartitaException refused = assertThrows(PartitaException.class, () -> pair.start("a"));
                assertEquals(ErrorCode.DAMAGED, refused.code());
                assertTrue(refused.problem().contains("which is still there"), refused.problem());
            }
            mendAndGoOn(pair, payments, before);
        }
    }

    @Test
    void shouldLeadAgainAfterAKillAndDamageThatItsRecoveryMet() throws IOException {
        try (Pair pair = new Pair(root, NodeContext.Transport.TCP).startBoth();
                Payments payments = new Payments(pair, PER_BATCH).open()) {
            leaveTheLastAnswersToA(pair, payments);
            final NodeMeta before = meta(pair);
            pair.kill("a");
            damage(pair);
            for (int i = 0; i < 2; i++) {
                final PartitaException refused = assertThrows(PartitaException.class, () -> pair.start("a"));
                assertEquals(ErrorCode.DAMAGED, refused.code());
            }
            mendAndGoOn(pair, payments, before);
        }
    }

    private static void leaveTheLastAnswersToA(final Pair pair, final Payments payments) {
        payments.pay(20);
        pair.stop("b");
        pair.awaitServing(1);
        payments.pay(20);
    }

    private static void mendAndGoOn(final Pair pair, final Payments payments, final NodeMeta before) {
        final MendReport report = JournalMender.mend(
                pair.folder("a").resolve("journal"), List.of(pair.folder("b").resolve("journal")));
        assertEquals(1, report.replacedRecords());
        pair.start("a");
        assertEquals("a", pair.awaitServing(1));
        assertEquals(before.lid(), meta(pair).lid());
        payments.pay(5);
        pair.start("b");
        assertEquals("a", pair.awaitServing(2));
        payments.check();
        payments.checkDigests();
    }

    private static NodeMeta meta(final Pair pair) {
        final NodeMeta meta = new MetaFile(pair.folder("a")).read();
        assertNotNull(meta);
        return meta;
    }

    /** Two bits: the seal cannot tell which. */
    private static void damage(final Pair pair) throws IOException {
        final Path file = pair.folder("a").resolve("journal/segment-0000000001/19700101F.cq4");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, DAMAGED_BYTE);
            one.put(0, (byte) (one.get(0) ^ 24)).rewind();
            channel.write(one, DAMAGED_BYTE);
        }
    }
}
