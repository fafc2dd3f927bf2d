// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.testing.Command;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Breaks the tables on purpose: rows 0 and 1 are accounts without limits, 2 and 3 with; one transfer of 5 from 0 to 1. */
class InvariantCheckTest {
    private final LedgerTables tables =
            new LedgerTables(StateConfig.defaults(), AccountIndex.SEGMENT_SLOTS, Id128Index.SEGMENT_SLOTS);
    private final AccountTable accounts = tables.accounts;
    private final TransferTable transfers = tables.transfers;

    @BeforeEach
    void fill() {
        BatchDecoder batch = decode(
                "account id=1",
                "account id=2",
                "account id=3 flags=2 creditLimit=10",
                "account id=4 flags=4",
                "transfer id=1 debit=1 credit=2 amount=5");
        for (int i = 0; i < 4; i++) {
            batch.next();
            accounts.add(i, batch.account(), i + 1);
        }
        batch.next();
        transfers.reserve();
        transfers.add(batch.transfer(), 5, 0, 1, 0, 5);
        accounts.balance(0, AccountTable.DEBITS_POSTED, 0, 5);
        accounts.balance(1, AccountTable.CREDITS_POSTED, 0, 5);
    }

    @AfterEach
    void close() {
        tables.close();
    }

    @Test
    void shouldFindNothingInASoundLedger() {
        InvariantReport report = new InvariantCheck(tables).run();
        assertTrue(report.holds(), () -> report.toString());
        assertEquals(4, report.accounts());
        assertEquals(1, report.transfers());
    }

    @Test
    void shouldFindALedgerThatDoesNotBalance() {
        accounts.balance(0, AccountTable.DEBITS_POSTED, 0, 6);
        assertViolations("debits equal credits", "posted balances are the sums");
    }

    @Test
    void shouldFindPendingBalancesThatDoNotBalance() {
        accounts.reserveWide(0);
        accounts.balance(0, AccountTable.DEBITS_PENDING, 1, 0);
        assertViolations("debits equal credits", "pending balances are the sums");
    }

    @Test
    void shouldFindBrokenLimits() {
        accounts.balance(2, AccountTable.DEBITS_PENDING, 0, 11);
        accounts.balance(3, AccountTable.CREDITS_PENDING, 0, 11);
        assertViolations(
                "debits do not exceed credits and limit",
                "pending balances are the sums",
                "credits do not exceed debits",
                "pending balances are the sums");
    }

    @Test
    void shouldFindATransferThatIsMissingInAHistory() {
        accounts.removeTransfer(1, 0);
        assertViolations("posted balances are the sums", "every transfer is in two histories");
    }

    @Test
    void shouldFindAForeignTransferInAHistory() {
        accounts.appendTransfer(2, 0);
        assertViolations("a history has the account's own transfers");
    }

    private void assertViolations(String... beginnings) {
        List<String> violations = new InvariantCheck(tables).run().violations();
        assertEquals(beginnings.length, violations.size(), violations.toString());
        for (int i = 0; i < beginnings.length; i++) {
            assertTrue(violations.get(i).startsWith(beginnings[i]), violations.toString());
        }
    }

    private static BatchDecoder decode(String... commands) {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        BatchEncoder encoder = new BatchEncoder(commands.length).wrap(buffer, 0, commands.length);
        for (String command : commands) {
            Command.parse(command).encode(encoder);
        }
        int length = encoder.finish();
        return new BatchDecoder().wrap(buffer, encoder.bodyOffset(), length, commands.length);
    }
}
