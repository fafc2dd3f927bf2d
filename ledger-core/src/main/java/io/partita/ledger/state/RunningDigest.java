// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;
import static org.agrona.UnsafeApi.getLong;
import static org.agrona.UnsafeApi.getShort;

/**
 * The running digest of {@code docs/ledger-digests.md}: folds in each result and the balances it touched, in order. An event is
 * a sum of products, which the processor computes side by side; only one short step per event depends on the one before.
 */
final class RunningDigest {
    private static final long FOLD = 0x9E37_79B9_7F4A_7C15L;
    private static final long TIMESTAMP = 0xE220_A839_7B1D_CDAFL;
    private static final long CODE = 0x6E78_9E6A_A1B9_65F5L;
    private static final long DEBIT_DEBITS_PENDING_LO = 0x06C4_5D18_8009_454FL;
    private static final long DEBIT_DEBITS_PENDING_HI = 0xF88B_B8A8_724C_81EDL;
    private static final long DEBIT_DEBITS_POSTED_LO = 0x1B39_896A_51A8_749BL;
    private static final long DEBIT_DEBITS_POSTED_HI = 0x53CB_9F0C_747E_A2EBL;
    private static final long DEBIT_CREDITS_PENDING_LO = 0x2C82_9ABE_1F45_32E1L;
    private static final long DEBIT_CREDITS_PENDING_HI = 0xC584_133A_C916_AB3DL;
    private static final long DEBIT_CREDITS_POSTED_LO = 0x3EE5_7890_41C9_8AC3L;
    private static final long DEBIT_CREDITS_POSTED_HI = 0xF3B8_488C_368C_B0A7L;
    private static final long CREDIT_DEBITS_PENDING_LO = 0x657E_ECDD_3CB1_3D09L;
    private static final long CREDIT_DEBITS_PENDING_HI = 0xC2D3_26E0_055B_DEF7L;
    private static final long CREDIT_DEBITS_POSTED_LO = 0x8621_A03F_E0BB_DB7BL;
    private static final long CREDIT_DEBITS_POSTED_HI = 0x8E1F_7555_983A_A92FL;
    private static final long CREDIT_CREDITS_PENDING_LO = 0xB54E_0F16_00CC_4D19L;
    private static final long CREDIT_CREDITS_PENDING_HI = 0x84BB_3F97_971D_80ABL;
    private static final long CREDIT_CREDITS_POSTED_LO = 0x7D29_825C_7552_1255L;
    private static final long CREDIT_CREDITS_POSTED_HI = 0xC3CF_1710_2B7F_7F87L;

    private final AccountTable accounts;
    private long value;

    RunningDigest(final AccountTable accounts) {
        this.accounts = accounts;
    }

    long value() {
        return value;
    }

    /** Goes back to a value of before, so that the events since then are folded in anew. */
    void restore(final long before) {
        value = before;
    }

    /** Folds in a result that touched no balance. */
    void add(final long timestamp, final int code) {
        fold(timestamp * TIMESTAMP + code * CODE);
    }

    /** Folds in the end of a command of the user's own logic. */
    void addUser(final long timestamp, final int status, final int code) {
        fold(timestamp * TIMESTAMP + (((long) status << Integer.SIZE) | Integer.toUnsignedLong(code)) * CODE);
    }

    /** Folds in a result and the balances of the two accounts right after it. */
    void add(final long timestamp, final int code, final int debitRow, final int creditRow) {
        final long debit = accounts.address(debitRow);
        final long credit = accounts.address(creditRow);
        long event = timestamp * TIMESTAMP
                + code * CODE
                + getLong(debit + DEBITS_PENDING) * DEBIT_DEBITS_PENDING_LO
                + getLong(debit + DEBITS_POSTED) * DEBIT_DEBITS_POSTED_LO
                + getLong(debit + CREDITS_PENDING) * DEBIT_CREDITS_PENDING_LO
                + getLong(debit + CREDITS_POSTED) * DEBIT_CREDITS_POSTED_LO
                + getLong(credit + DEBITS_PENDING) * CREDIT_DEBITS_PENDING_LO
                + getLong(credit + DEBITS_POSTED) * CREDIT_DEBITS_POSTED_LO
                + getLong(credit + CREDITS_PENDING) * CREDIT_CREDITS_PENDING_LO
                + getLong(credit + CREDITS_POSTED) * CREDIT_CREDITS_POSTED_LO;
        final int flags = getShort(debit + AccountTable.FLAGS) | getShort(credit + AccountTable.FLAGS);
        if ((flags & AccountTable.WIDE) != 0) {
            event += highHalves(debitRow, creditRow);
        }
        fold(event);
    }

    private long highHalves(final int debitRow, final int creditRow) {
        return accounts.balanceHi(debitRow, DEBITS_PENDING) * DEBIT_DEBITS_PENDING_HI
                + accounts.balanceHi(debitRow, DEBITS_POSTED) * DEBIT_DEBITS_POSTED_HI
                + accounts.balanceHi(debitRow, CREDITS_PENDING) * DEBIT_CREDITS_PENDING_HI
                + accounts.balanceHi(debitRow, CREDITS_POSTED) * DEBIT_CREDITS_POSTED_HI
                + accounts.balanceHi(creditRow, DEBITS_PENDING) * CREDIT_DEBITS_PENDING_HI
                + accounts.balanceHi(creditRow, DEBITS_POSTED) * CREDIT_DEBITS_POSTED_HI
                + accounts.balanceHi(creditRow, CREDITS_PENDING) * CREDIT_CREDITS_PENDING_HI
                + accounts.balanceHi(creditRow, CREDITS_POSTED) * CREDIT_CREDITS_POSTED_HI;
    }

    private void fold(final long event) {
        final long z = value ^ event;
        value = (z ^ (z >>> 32)) * FOLD;
    }
}
