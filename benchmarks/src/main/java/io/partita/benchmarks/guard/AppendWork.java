// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import io.partita.benchmarks.micro.BenchFolder;
import io.partita.benchmarks.micro.RecordRing;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.SyncPolicy;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import java.util.zip.CRC32C;

/** Records of 64 transfers completed and appended one by one, as the engine does when it has one at a time. */
final class AppendWork implements GuardedWork {
    private static final int RECORDS = 16;
    private static final int NO_FORCE_MS = 60_000;

    private final CRC32C checksum = new CRC32C();
    private final RecordRing ring = new RecordRing(RECORDS, 10_000, false);
    private final BenchFolder folder = new BenchFolder();
    private final Journal journal = ChronicleJournal.open(
            JournalConfig.of(folder.path().resolve("journal"), new Id128(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO))
                    .withSyncPolicy(SyncPolicy.periodic(NO_FORCE_MS)));
    private long seq;
    private long chain = journal.lastChain();

    @Override
    public void prepare() {
        for (int i = 0; i < RECORDS; i++) {
            seq++;
            ring.stamp(i, seq, seq * RecordRing.COMMANDS);
        }
    }

    @Override
    public void slice() {
        for (int i = 0; i < RECORDS; i++) {
            final int offset = ring.offset(i);
            chain = RecordDescriptor.seal(checksum, ring.buffer(), offset, chain);
            journal.append(ring.buffer(), offset, ring.recordLength());
        }
    }

    @Override
    public void close() {
        if (journal.lastSeq() != seq || journal.lastChain() != chain) {
            throw new IllegalStateException("lastSeq=" + journal.lastSeq() + ", expected=" + seq);
        }
        journal.close();
        folder.close();
    }
}
