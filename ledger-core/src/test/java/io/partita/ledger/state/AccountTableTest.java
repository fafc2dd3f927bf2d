// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.testing.Command;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What few accounts have: high halves, a changed credit limit, marks, and the links that single-phase transfers leave alone. */
class AccountTableTest {
    private final IdHash idHash = new IdHash(StateConfig.defaults().hashSeed());
    private final AccountTable accounts = new AccountTable(idHash, 16, 16);
    private final AccountView view = new AccountView();
    private long timestamp;

    @AfterEach
    void close() {
        accounts.close();
    }

    @Test
    void shouldKeepTheCreditLimitAsCreated() {
        int row = add("account id=1 flags=2 creditLimit=2^64+7");
        assertLimits(row, 1, 7, 1, 7);
        assertEquals(AccountTable.LIMITED, accounts.flags(row) & AccountTable.LIMITED);

        accounts.creditLimit(row, 0, 5);
        assertLimits(row, 0, 5, 1, 7);
        accounts.creditLimit(row, 0, 0);
        assertLimits(row, 0, 0, 1, 7);
        assertEquals(0, accounts.flags(row) & AccountTable.LIMITED);
        accounts.creditLimit(row, 3, 0);
        assertLimits(row, 3, 0, 1, 7);
        assertEquals(AccountTable.LIMITED, accounts.flags(row) & AccountTable.LIMITED);
    }

    @Test
    void shouldKeepACreditLimitOfZeroAsCreated() {
        int row = add("account id=1 flags=2");
        accounts.creditLimit(row, 0, 9);
        assertLimits(row, 0, 9, 0, 0);
    }

    @Test
    void shouldKeepHighHalvesBesideTheFirstLimit() {
        int row = add("account id=1 flags=2 creditLimit=4");
        int other = add("account id=2 flags=2 creditLimit=6");
        assertThrows(
                IllegalStateException.class, () -> accounts.balance(row, AccountTable.DEBITS_PENDING, 1, 0), "no room");
        accounts.reserveWide(row);
        accounts.balance(row, AccountTable.DEBITS_PENDING, 11, 1);
        accounts.balance(row, AccountTable.DEBITS_POSTED, 12, 2);
        accounts.creditLimit(row, 0, 1);
        accounts.creditLimit(other, 8, 8);
        accounts.reserveWide(other);
        accounts.balance(row, AccountTable.CREDITS_PENDING, 13, 3);
        accounts.balance(row, AccountTable.CREDITS_POSTED, 14, 4);
        accounts.reserveWide(row);
        accounts.balance(other, AccountTable.CREDITS_POSTED, 99, 99);

        accounts.encode(row, new AccountRowEncoder().wrap(buffer(), 0));
        assertEquals(11, view.debitsPendingHi());
        assertEquals(1, view.debitsPendingLo());
        assertEquals(12, view.debitsPostedHi());
        assertEquals(2, view.debitsPostedLo());
        assertEquals(13, view.creditsPendingHi());
        assertEquals(3, view.creditsPendingLo());
        assertEquals(14, view.creditsPostedHi());
        assertEquals(4, view.creditsPostedLo());
        assertLimits(row, 0, 1, 0, 4);
        assertLimits(other, 8, 8, 0, 6);
        assertEquals(99, accounts.balanceHi(other, AccountTable.CREDITS_POSTED));
        assertEquals(0, accounts.balanceHi(other, AccountTable.DEBITS_PENDING));
    }

    @Test
    void shouldShowNoInternalFlagAndTheClosedMarkAsOfNow() {
        int row = add("account id=1 flags=2");
        accounts.reserveWide(row);
        accounts.creditLimit(row, 0, 5);
        accounts.closed(row, true);
        accounts.encode(row, new AccountRowEncoder().wrap(buffer(), 0));
        assertEquals(2 | AccountFlags.CLOSED, view.flags());
        assertEquals(2, view.flagsCreated());

        accounts.closed(row, false);
        accounts.encode(row, new AccountRowEncoder().wrap(buffer(), 0));
        assertEquals(2, view.flags());
        assertLimits(row, 0, 5, 0, 0);
    }

    @Test
    void shouldGiveSideRowsOfRemovedAccountsToOthersClean() {
        int first = add("account id=1");
        for (int round = 0; round < 3; round++) {
            int second = add("account id=2 flags=2 creditLimit=3");
            int third = add("account id=3 flags=2");
            accounts.creditLimit(second, 7, 7);
            accounts.reserveWide(third);
            accounts.balance(third, AccountTable.DEBITS_POSTED, 5, 5);
            accounts.creditLimit(third, 6, 6);
            accounts.removeLast();
            accounts.removeLast();
        }
        long memory = accounts.memoryLength();
        accounts.reserveWide(first);
        int second = add("account id=4 flags=2 creditLimit=1");
        accounts.reserveWide(second);
        int third = add("account id=5 flags=2");
        accounts.reserveWide(third);
        for (int row = first; row <= third; row++) {
            for (int balance = AccountTable.DEBITS_PENDING; balance <= AccountTable.CREDITS_POSTED; balance += 8) {
                assertEquals(0, accounts.balanceHi(row, balance));
                accounts.balance(row, balance, 100L * row + balance, row);
            }
        }
        for (int row = first; row <= third; row++) {
            for (int balance = AccountTable.DEBITS_PENDING; balance <= AccountTable.CREDITS_POSTED; balance += 8) {
                assertEquals(100L * row + balance, accounts.balanceHi(row, balance));
            }
        }
        assertLimits(second, 0, 1, 0, 1);
        assertEquals(memory, accounts.memoryLength());
    }

    @Test
    void shouldKeepLinksApart() {
        int first = add("account id=1");
        int second = add("account id=2");
        accounts.firstPending(first, -7);
        accounts.openPendings(first, 3);
        accounts.lastCheckpoint(first, 9);
        assertEquals(-7, accounts.firstPending(first));
        assertEquals(3, accounts.openPendings(first));
        assertEquals(9, accounts.lastCheckpoint(first));
        assertEquals(0, accounts.firstPending(second));
        assertEquals(0, accounts.openPendings(second));
        assertEquals(0, accounts.lastCheckpoint(second));
        assertEquals(first, accounts.before(second, ChainHeads.LEDGER));
        assertEquals(first, accounts.before(second, ChainHeads.CODE));
        assertEquals(Chain.NONE, accounts.before(second, ChainHeads.USER_DATA_128));
    }

    @Test
    void shouldNotTakeBackAnAccountThatHasTransfers() {
        int row = add("account id=1");
        assertEquals(0, accounts.appendTransfer(row, 41));
        assertEquals(42L | 1L << 32, accounts.appendTransfer(row, 0xFFFF_FFFEL - 1));
        assertEquals(0xFFFF_FFFEL - 1, accounts.lastTransfer(row));
        assertEquals(2, accounts.transferCount(row));
        assertThrows(IllegalStateException.class, accounts::removeLast);
        accounts.removeTransfer(row, 42);
        accounts.removeTransfer(row, 0);
        assertEquals(-1, accounts.lastTransfer(row));
        accounts.removeLast();
        assertEquals(0, accounts.count());
        assertEquals(0, accounts.lastTimestamp());
    }

    private int add(String line) {
        Command command = Command.parse(line);
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        BatchEncoder encoder = new BatchEncoder(1).wrap(buffer, 0, 1);
        command.encode(encoder);
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(buffer, encoder.bodyOffset(), length, 1);
        batch.next();
        accounts.add(idHash.hash(0, command.id.longValue()), batch.account(), ++timestamp);
        return (int) accounts.count() - 1;
    }

    private UnsafeBuffer buffer() {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[AccountView.LENGTH]);
        view.wrap(buffer, 0);
        return buffer;
    }

    private void assertLimits(int row, long hi, long lo, long createdHi, long createdLo) {
        accounts.encode(row, new AccountRowEncoder().wrap(buffer(), 0));
        assertEquals(hi, view.creditLimitHi());
        assertEquals(lo, view.creditLimitLo());
        assertEquals(createdHi, view.creditLimitCreatedHi());
        assertEquals(createdLo, view.creditLimitCreatedLo());
        assertEquals(hi, accounts.creditLimitHi(row));
        assertEquals(createdLo, accounts.creditLimitCreatedLo(row));
    }
}
