// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.partita.ledger.journal.ChronicleJournal;
import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalConfig;
import io.partita.ledger.journal.SyncPolicy;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ResultDecoder;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No garbage per command: a record of 64 allocates exactly nothing. Only tables that grow may, which few records meet. One node
 * from end to end is ledger-core's AllocationTest.
 */
class HotPathAllocationTest {
    private static final int ACCOUNTS = 1000;
    private static final int RECORDS = 256;
    private static final int ROUNDS = 40;
    private static final int GROWING_MAX = RECORDS / 16;

    private volatile Object garbage = this;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingInApply(final CommandKinds kind) {
        final KindRecords records = new KindRecords(RECORDS, kind == CommandKinds.CREATE_ACCOUNT ? 1 << 20 : ACCOUNTS);
        final UnsafeBuffer results =
                new UnsafeBuffer(ByteBuffer.allocateDirect(KindRecords.COMMANDS * Limits.RESULT_LENGTH));
        try (LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
            final IntConsumer apply = record -> ledger.apply(records.buffer(), records.offset(record), results, 0);
            int filled = kind == CommandKinds.CREATE_ACCOUNT ? 0 : records.fillAccounts(kind, RECORDS);
            while (filled > 0) {
                allocatingOf(filled, apply);
                filled = records.fillAccounts(kind, RECORDS);
            }
            int allocating = RECORDS;
            for (int round = 0; round < ROUNDS; round++) { // the last ones are compiled
                if (kind.before() != null) {
                    records.fill(kind.before(), RECORDS);
                    allocatingOf(RECORDS, apply);
                }
                records.fill(kind, RECORDS);
                allocating = allocatingOf(RECORDS, apply);
            }

            if (kind != CommandKinds.EXPIRY) { // which has no results
                final ResultDecoder last = new ResultDecoder().wrap(results, 0, KindRecords.COMMANDS);
                last.next();
                assertEquals(kind.expected(), last.resultCode());
            }
            assertTrue(allocating <= GROWING_MAX, allocating + " of " + RECORDS + " records allocated");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void shouldAllocateNothingInAppend(final int periodMs, @TempDir final Path folder) {
        final RecordRing ring = new RecordRing(RECORDS, ACCOUNTS, false);
        final CRC32C checksum = new CRC32C();
        try (Journal journal =
                ChronicleJournal.open(JournalConfig.of(folder, new Id128(RecordRing.CLUSTER_HI, RecordRing.CLUSTER_LO))
                        .withSyncPolicy(new SyncPolicy(periodMs)))) {
            int allocating = RECORDS;
            for (int round = 0; round < ROUNDS; round++) {
                final long before = journal.lastSeq();
                allocating = allocatingOf(RECORDS, record -> {
                    ring.stamp(record, before + record + 1, (before + record + 1) * RecordRing.COMMANDS);
                    RecordDescriptor.seal(checksum, ring.buffer(), ring.offset(record), journal.lastChain());
                    journal.append(ring.buffer(), ring.offset(record), ring.recordLength());
                });
            }

            assertEquals((long) ROUNDS * RECORDS, journal.lastSeq());
            assertTrue(allocating <= GROWING_MAX, allocating + " of " + RECORDS + " records allocated");
        }
    }

    @Test
    void shouldSeeTheSmallestObject() {
        assertEquals(RECORDS, allocatingOf(RECORDS, record -> garbage = new Object()));
        assertEquals(0, allocatingOf(RECORDS, record -> garbage = this));
    }

    /** How many of the records made this thread allocate anything. */
    private int allocatingOf(final int records, final IntConsumer work) {
        assumeTrue(threads.isThreadAllocatedMemorySupported() && threads.isThreadAllocatedMemoryEnabled());
        int allocating = 0;
        for (int record = 0; record < records; record++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            work.accept(record);
            if (threads.getCurrentThreadAllocatedBytes() != before) {
                allocating++;
            }
        }
        return allocating;
    }
}
