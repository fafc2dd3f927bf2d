// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an event says of both accounts is what they were when it was added. */
class ExpiryEventsTest {
    private static final int ACCOUNTS = 3;
    private static final int[] BALANCES = {
        AccountTable.DEBITS_PENDING,
        AccountTable.DEBITS_POSTED,
        AccountTable.CREDITS_PENDING,
        AccountTable.CREDITS_POSTED
    };

    private final AccountTable accounts =
            new AccountTable(new IdHash(StateConfig.defaults().hashSeed()), 16, 16);
    private final ExpiryEvents events = new ExpiryEvents(accounts);

    @BeforeEach
    void addAccounts() {
        UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(ACCOUNTS)]);
        BatchEncoder encoder = new BatchEncoder(ACCOUNTS).wrap(body, 0, ACCOUNTS);
        for (int id = 1; id <= ACCOUNTS; id++) {
            encoder.addAccount(0, id, 1, 1, 0);
        }
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(body, encoder.bodyOffset(), length, ACCOUNTS);
        for (int id = 1; id <= ACCOUNTS; id++) {
            batch.next();
            accounts.add(id * 0x9E37_79B9_7F4A_7C15L, batch.account(), id);
        }
    }

    @AfterEach
    void close() {
        events.close();
        accounts.close();
    }

    @Test
    void shouldKeepLowHalves() {
        setBalances(0, 10, 0);
        setBalances(1, 20, 0);
        add(100, 0xFFFF_FFF0L, 0, 1);
        setBalances(0, 90, 0);
        setBalances(1, 95, 0);

        assertEquals(1, events.count());
        assertEquals(100, events.timestamp(0));
        assertEquals(0xFFFF_FFF0L, events.transferRow(0));
        assertBalances(0, 10, 20, 0, 0);
        assertFalse(events.debitClosedAfter(0));
        assertFalse(events.creditClosedAfter(0));
    }

    @Test
    void shouldKeepHighHalvesOfEitherAccount() {
        setBalances(0, 10, 0);
        setBalances(1, 20, 0);
        setBalances(2, 30, 500);
        add(1, 7, 0, 2);
        add(2, 8, 2, 1);
        add(3, 9, 0, 1);
        setBalances(2, 30, 600);
        add(4, 10, 2, 0);

        assertBalances(0, 10, 30, 0, 500);
        assertBalances(1, 30, 20, 500, 0);
        assertBalances(2, 10, 20, 0, 0);
        assertBalances(3, 30, 10, 600, 0);
    }

    /** An account whose high halves are 0 again still has the mark; it needs no row beside the event. */
    @Test
    void shouldSayZeroWhenHighHalvesWentAway() {
        setBalances(2, 30, 500);
        setBalances(2, 30, 0);
        add(1, 7, 2, 0);
        setBalances(2, 30, 700);
        add(2, 8, 2, 0);

        assertBalances(0, 30, 0, 0, 0);
        assertBalances(1, 30, 0, 700, 0);
    }

    @Test
    void shouldKeepWhoWasClosed() {
        accounts.closed(0, true);
        add(1, 7, 0, 1);
        add(2, 7, 1, 0);
        accounts.closed(1, true);
        add(3, 7, 0, 1);
        accounts.closed(0, false);
        accounts.closed(1, false);

        assertTrue(events.debitClosedAfter(0));
        assertFalse(events.creditClosedAfter(0));
        assertFalse(events.debitClosedAfter(1));
        assertTrue(events.creditClosedAfter(1));
        assertTrue(events.debitClosedAfter(2));
        assertTrue(events.creditClosedAfter(2));
    }

    @Test
    void shouldFindTheFirstEventAtOrAfterATimestamp() {
        assertEquals(0, events.rowAtOrAfter(5));
        for (long timestamp = 10; timestamp < 20_000; timestamp += 10) { // more than a chunk has
            add(timestamp, timestamp, 0, 1);
        }
        for (long timestamp = 1; timestamp < 19_990; timestamp++) {
            long event = events.rowAtOrAfter(timestamp);
            assertEquals((timestamp - 1) / 10, event);
            assertEquals((event + 1) * 10, events.timestamp(event));
        }
        assertEquals(events.count(), events.rowAtOrAfter(19_991));
    }

    @Test
    void shouldCountItsMemoryAndFreeIt() {
        assertEquals(0, events.memoryLength());
        add(1, 7, 0, 1);
        assertEquals(2 * ChunkSource.CHUNK_LENGTH, events.memoryLength(), "rows, and room for high halves");

        events.close();

        assertEquals(0, events.memoryLength());
        assertThrows(IndexOutOfBoundsException.class, () -> events.timestamp(0));
    }

    private void add(long timestamp, long transferRow, int debitRow, int creditRow) {
        events.reserve();
        events.add(timestamp, transferRow, debitRow, creditRow);
    }

    /** Four different balances; a high half of 0 needs no side row. */
    private void setBalances(int row, long lo, long hi) {
        if (hi != 0) {
            accounts.reserveWide(row);
        }
        for (int i = 0; i < BALANCES.length; i++) {
            accounts.balance(row, BALANCES[i], hi == 0 ? 0 : hi + i, lo + i);
        }
    }

    private void assertBalances(long event, long debitLo, long creditLo, long debitHi, long creditHi) {
        for (int i = 0; i < BALANCES.length; i++) {
            assertEquals(after(debitLo, i), events.balanceAfterLo(event, ExpiryEvents.DEBIT_BALANCES, BALANCES[i]));
            assertEquals(after(creditLo, i), events.balanceAfterLo(event, ExpiryEvents.CREDIT_BALANCES, BALANCES[i]));
            assertEquals(after(debitHi, i), events.balanceAfterHi(event, ExpiryEvents.DEBIT_BALANCES, BALANCES[i]));
            assertEquals(after(creditHi, i), events.balanceAfterHi(event, ExpiryEvents.CREDIT_BALANCES, BALANCES[i]));
        }
    }

    private static long after(long first, int index) {
        return first == 0 ? 0 : first + index;
    }
}
