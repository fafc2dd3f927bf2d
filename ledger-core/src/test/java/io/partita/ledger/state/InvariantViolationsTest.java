// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breaks lists and counts on purpose: many accounts, and two reservations of 5 between the first two. */
class InvariantViolationsTest {
    private static final int ACCOUNTS = 120;
    private static final int VIOLATIONS_MAX = 100;

    private final LedgerTables tables = new LedgerTables(StateConfig.defaults(), 16, 16);
    private final AccountTable accounts = tables.accounts;

    @BeforeEach
    void fill() {
        UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(ACCOUNTS + 2)]);
        BatchEncoder encoder = new BatchEncoder(ACCOUNTS + 2).wrap(body, 0, ACCOUNTS + 2);
        for (int id = 1; id <= ACCOUNTS; id++) {
            encoder.addAccount(0, id, 1, 1, 0);
        }
        encoder.addTransfer(0, 1, 0, 1, 0, 2, 5, 1, 1, TransferFlags.PENDING);
        encoder.addTransfer(0, 2, 0, 1, 0, 2, 5, 1, 1, TransferFlags.PENDING);
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(body, encoder.bodyOffset(), length, encoder.count());
        for (int id = 1; id <= ACCOUNTS; id++) {
            batch.next();
            accounts.add(tables.idHash.hash(0, id), batch.account(), id);
        }
        for (int number = 0; number < 2; number++) {
            batch.next();
            tables.transfers.reserve();
            long row = tables.transfers.add(batch.transfer(), 1_000 + number, 0, 1, 0, 5);
            tables.pendings.reserve();
            tables.transfers.pendingNumber(row, tables.pendings.add(row, 0, 1, 0));
        }
        accounts.balance(0, AccountTable.DEBITS_PENDING, 0, 10);
        accounts.balance(1, AccountTable.CREDITS_PENDING, 0, 10);
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void shouldFindNothingInASoundLedger() {
        InvariantReport report = new InvariantCheck(tables).run();
        assertTrue(report.holds(), report::toString);
        assertEquals(List.of(), report.violations());
    }

    @Test
    void shouldNameTheAccount() {
        accounts.balance(6, AccountTable.CREDITS_PENDING, 0, 1);
        InvariantReport report = new InvariantCheck(tables).run();

        assertFalse(report.holds());
        assertTrue(report.violations().get(0).startsWith("debits equal credits: ledger=1"), report::toString);
        assertTrue(report.violations().get(1).contains("account=" + new Id128(0, 7)), report::toString);
    }

    @Test
    void shouldFindPostedBalancesThatDiffer() {
        accounts.balance(6, AccountTable.DEBITS_POSTED, 0, 1);
        accounts.balance(7, AccountTable.CREDITS_POSTED, 0, 1);

        assertViolations("posted balances are the sums", "posted balances are the sums");
    }

    @Test
    void shouldNameSomeWhenThereAreMany() {
        for (int row = 2; row < ACCOUNTS; row++) {
            accounts.balance(row, AccountTable.DEBITS_POSTED, 0, 1);
            accounts.balance(row, AccountTable.CREDITS_POSTED, 0, 1);
        }
        assertEquals(
                VIOLATIONS_MAX, new InvariantCheck(tables).run().violations().size());
    }

    @Test
    void shouldFindACountThatIsTooLow() {
        accounts.openPendings(0, 1);
        assertViolations(
                "an account knows how many pending transfers are open",
                "pending balances are the sums",
                "every open pending transfer is in two lists");
    }

    @Test
    void shouldFindAnAccountThatForgotItsReservations() {
        accounts.openPendings(0, 0);
        assertViolations("pending balances are the sums", "every open pending transfer is in two lists");
    }

    @Test
    void shouldFindACountThatIsTooHigh() {
        accounts.openPendings(0, 3);
        assertViolations("open pending transfers are listed in order");
    }

    @Test
    void shouldFindAResolvedOneInTheList() {
        tables.pendings.resolve(0, PendingTransfers.VOIDED, 2_000);
        accounts.balance(0, AccountTable.DEBITS_PENDING, 0, 5);
        accounts.balance(1, AccountTable.CREDITS_PENDING, 0, 5);
        assertTrue(new InvariantCheck(tables).run().holds());

        accounts.firstPending(0, 1); // links are numbers + 1
        assertViolations("open pending transfers are listed in order", "every open pending transfer is in two lists");
    }

    private void assertViolations(String... beginnings) {
        List<String> violations = new InvariantCheck(tables).run().violations();
        assertEquals(beginnings.length, violations.size(), violations::toString);
        for (int i = 0; i < beginnings.length; i++) {
            assertTrue(violations.get(i).startsWith(beginnings[i]), violations::toString);
        }
    }
}
