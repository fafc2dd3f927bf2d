// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a failed chain leaves behind, and what a TICK may and may not be. Ids of pending transfers are dense from 1 on. */
class ChainsAndTicksTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int ACCOUNTS = 6;
    private static final int LINKED = TransferFlags.LINKED;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults(), 8, 8);
    private final BatchEncoder batch = new BatchEncoder(100);
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(100)]);
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[64 + body.capacity()]);
    private final UnsafeBuffer results = new UnsafeBuffer(new byte[100 * (16 + 160)]);
    private final Random random = new Random(6);
    private long nextId = 1_000_000;
    private long pendings;

    @BeforeEach
    void fill() {
        start();
        for (int i = 1; i <= ACCOUNTS; i++) {
            batch.addAccount(0, i, 1, 1, i == 1 ? 2 : i == 2 ? 4 : 8);
            batch.creditLimit(0, i == 1 ? 1_000_000 : 0);
        }
        assertEquals(ResultCode.CREATED, apply().get(0));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void shouldLeaveNothingOfAFailedChainBehind() {
        int undone = 0;
        for (int round = 0; round < 400; round++) {
            List<String> before = rows();
            long nextExpiry = ledger.nextExpiry();
            long open = ledger.openPendingCount();
            long pendingsBefore = pendings;
            boolean fails = round % 3 != 0;
            start();
            int count = 1 + random.nextInt(20);
            for (int i = 0; i < count; i++) {
                addSomething(fails || count < 4 ? LINKED : 0);
            }
            batch.addTransfer(0, fails ? 0 : nextId++, 0, 3, 0, 4, 1, 1, 1, 0);
            List<ResultCode> codes = apply();
            if (codes.contains(ResultCode.LINKED_EVENT_FAILED)) {
                undone++;
                pendings = pendingsBefore;
                assertEquals(before, rows());
                assertEquals(nextExpiry, ledger.nextExpiry());
                assertEquals(open, ledger.openPendingCount());
                assertEquals(
                        count,
                        codes.stream()
                                .filter(code -> code == ResultCode.LINKED_EVENT_FAILED)
                                .count());
            }
            assertEquals(List.of(), ledger.checkInvariants().violations());
            if (random.nextInt(4) == 0) {
                tick();
            }
        }
        assertTrue(undone > 270 && undone < 400, "undone " + undone);
        assertTrue(ledger.expiryCount() > 20, "expired " + ledger.expiryCount());
        assertTrue(pendings > 100, "pendings " + pendings);
    }

    @Test
    void shouldReleaseOnlyWhatIsDueBeforeTheTick() {
        start();
        for (int i = 1; i <= 3; i++) {
            batch.addTransfer(0, i, 0, 3, 0, 4, 10, 1, 1, TransferFlags.PENDING);
            batch.timeout(1);
        }
        apply();
        long base = ledger.nextExpiry() + 1;
        assertEquals(2, ledger.dueCount(base));
        assertEquals(0, ledger.dueCount(base - 2));
        long digest = ledger.runningDigest();

        tick(base + 8, 8);

        assertEquals(1, ledger.openPendingCount());
        assertEquals(2, ledger.expiryCount());
        assertEquals(base + 8, ledger.lastTimestamp());
        assertTrue(digest != ledger.runningDigest());
        assertEquals(List.of(), ledger.checkInvariants().violations());
        List<String> rows = rows();
        assertTrue(rows.contains("pending 1 4 " + (base + 1)), rows.toString());
        assertTrue(rows.contains("pending 2 4 " + (base + 2)), rows.toString());
        assertTrue(rows.contains("pending 3 1 0"), rows.toString());
    }

    @Test
    void shouldHaltOnATickThatCannotBe() {
        for (long[] tick : new long[][] {{100, 0, 0}, {100_000, 8191, 0}, {100, -1, 0}, {6, 1, 0}, {100, 1, 8}}) {
            try (LedgerStateMachine fresh = new LedgerStateMachine(StateConfig.defaults())) {
                start();
                for (int i = 1; i <= ACCOUNTS; i++) {
                    batch.addAccount(0, i, 1, 1, 0);
                }
                encode(1, ACCOUNTS);
                fresh.apply(record, 0);
                RecordDescriptor.writeHeader(record, 0, 2, 1, tick[0], RecordType.TICK, (int) tick[1], (int) tick[2]);
                assertThrows(IllegalStateException.class, () -> fresh.apply(record, 0));
            }
        }
    }

    @Test
    void shouldAllocateNothingWhateverTheCommands() {
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = 0;
        try (LedgerStateMachine other = new LedgerStateMachine(StateConfig.defaults())) {
            long stamp = 100;
            start();
            for (int i = 1; i <= ACCOUNTS; i++) {
                batch.addAccount(0, i, 1, 1, i == 1 ? 2 : 8);
            }
            encode(1, stamp);
            other.apply(record, 0);
            for (int round = 0; round < 300; round++) {
                start();
                for (int i = 0; i < 5; i++) {
                    addSomething(i < 3 ? LINKED : 0);
                }
                batch.addResolve(0, nextId - random.nextInt(20), 0);
                stamp += SECOND;
                encode(other.appliedSeq() + 1, stamp);
                RecordDescriptor.batchOptions(record, 0, round % 2, 0);
                long before = threads.getCurrentThreadAllocatedBytes();
                other.apply(record, 0, results, 0);
                final int due = other.dueCount(stamp);
                if (due > 0) {
                    stamp += due;
                    RecordDescriptor.writeHeader(record, 0, other.appliedSeq() + 1, 1, stamp, RecordType.TICK, due, 0);
                    other.apply(record, 0);
                }
                allocated += round < 150 ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertTrue(other.expiryCount() > 20, "expired " + other.expiryCount());
        }
        // The JVM takes some tens of bytes now and then on a busy machine; an object per command would be 14,400.
        assertTrue(allocated < 900, "bytes " + allocated);
    }

    private void addSomething(int flags) {
        int debit = 1 + random.nextInt(ACCOUNTS);
        int credit = 1 + (debit + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
        long amount = random.nextInt(10) == 0 ? Long.MAX_VALUE : random.nextInt(1000);
        switch (random.nextInt(12)) {
            case 0 -> batch.addAccount(0, nextId++, 1 + random.nextInt(3), 1, flags);
            case 1, 2 -> batch.addTransfer(0, nextId++, 0, debit, 0, credit, amount, 1, 1, flags);
            case 3, 4, 5, 6 -> {
                int closing = random.nextInt(8) == 0 ? TransferFlags.CLOSING_CREDIT : 0;
                int pending = flags | TransferFlags.PENDING | closing;
                batch.addTransfer(0, ++pendings, 0, 3, 0, 4 + random.nextInt(3), amount, 1, 1, pending);
                batch.timeout(random.nextInt(4));
                batch.userData64(random.nextInt(3));
            }
            case 7, 8, 9 -> {
                boolean posts = random.nextBoolean();
                int resolution = flags | (posts ? TransferFlags.POST_PENDING : TransferFlags.VOID_PENDING);
                batch.addTransfer(0, nextId++, 0, 0, 0, 0, posts ? -1 : 0, 0, 0, resolution);
                batch.amount(posts ? -1 : 0, posts ? -1 : 0);
                batch.pendingId(0, Math.max(1, pendings - random.nextInt(30)));
            }
            case 10 -> batch.addCreditLimit(0, nextId++, 0, 1, 1_000_000 + random.nextInt(1000), flags);
            default -> {
                batch.addTransfer(
                        0, nextId++, 0, debit, 0, credit, amount, 1, 1, flags | TransferFlags.BALANCING_DEBIT);
                batch.amount(random.nextInt(3), amount);
            }
        }
    }

    private void tick() {
        long base = ledger.lastTimestamp() + SECOND;
        int due = ledger.dueCount(base);
        if (due > 0) {
            tick(base + due, due);
        }
    }

    private void tick(long stamp, int count) {
        RecordDescriptor.writeHeader(record, 0, ledger.appliedSeq() + 1, 1, stamp, RecordType.TICK, count, 0);
        ledger.apply(record, 0);
    }

    private void start() {
        batch.wrap(body, 0, 100);
    }

    private List<ResultCode> apply() {
        encode(ledger.appliedSeq() + 1, ledger.lastTimestamp() + batch.count());
        ledger.apply(record, 0, results, 0);
        ResultDecoder decoder = new ResultDecoder().wrap(results, 0, batch.count());
        List<ResultCode> codes = new ArrayList<>();
        while (decoder.next()) {
            codes.add(decoder.resultCode());
        }
        return codes;
    }

    private void encode(long seq, long stamp) {
        int length = batch.finish();
        record.putBytes(RecordDescriptor.HEADER_LENGTH, body, batch.bodyOffset(), length);
        RecordDescriptor.writeHeader(record, 0, seq, 1, stamp, RecordType.COMMANDS, batch.count(), length);
    }

    /** All rows but those of burnt ids: the command that breaks a chain may burn its own. */
    private List<String> rows() {
        List<String> rows = new ArrayList<>();
        ledger.visit(new StateVisitor() {
            @Override
            public void onAccount(AccountView a) {
                rows.add("account " + a.idLo() + " " + a.debitsPendingLo() + " " + a.debitsPostedHi() + ":"
                        + a.debitsPostedLo() + " " + a.creditsPendingLo() + " " + a.creditsPostedHi() + ":"
                        + a.creditsPostedLo() + " " + a.creditLimitLo() + " " + a.flags());
            }

            @Override
            public void onTransfer(TransferView t) {
                rows.add("transfer " + t.idLo() + " " + t.timestamp());
            }

            @Override
            public void onBurntId(long idHi, long idLo) {}

            @Override
            public void onPending(long idHi, long idLo, int status, long resolvedAt) {
                rows.add("pending " + idLo + " " + status + " " + resolvedAt);
            }

            @Override
            public void onInstruction(InstructionView instruction) {
                rows.add("limit " + instruction.idLo() + " " + instruction.creditLimitLo());
            }
        });
        return rows;
    }
}
