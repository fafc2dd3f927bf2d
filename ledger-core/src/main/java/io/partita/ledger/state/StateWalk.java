// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.wire.AccountRowEncoder;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.InstructionRowEncoder;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.TransferRowEncoder;
import io.partita.ledger.wire.TransferView;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Goes over everything that the ledger remembers, row by row, as the world outside sees it. */
final class StateWalk {
    /** So many take less than a millisecond, whatever is done with each. */
    static final int ROWS_PER_PAUSE = 512;
    /** Rows whose accounts, which lie far apart, are loaded ahead. */
    private static final int ROWS_AHEAD = 64;

    private final LedgerTables tables;
    private final UnsafeBuffer scratch = new UnsafeBuffer(new byte[AccountView.LENGTH]);
    private final UnsafeBuffer neighbour = new UnsafeBuffer(new byte[TransferView.LENGTH]);
    private final AccountRowEncoder accountRow = new AccountRowEncoder();
    private final TransferRowEncoder transferRow = new TransferRowEncoder();
    private final InstructionRowEncoder instructionRow = new InstructionRowEncoder();
    private final Hashing hashing = new Hashing();
    private Runnable pause = () -> {};
    private long hashedTransfers;
    private long touched;

    StateWalk(final LedgerTables tables) {
        this.tables = tables;
    }

    /** Run now and then between two rows. */
    void pause(final Runnable between) {
        pause = between;
    }

    /** Pauses, if enough rows were gone over. */
    static void pauseAfter(final long row, final Runnable pause) {
        if ((row & (ROWS_PER_PAUSE - 1)) == ROWS_PER_PAUSE - 1) {
            pause.run();
        }
    }

    /** Adds transfers up to a row to the digest ahead of the rest. */
    void hashTransfers(final long end) {
        final StateDigest digest = hashing.digest;
        while (hashedTransfers < end) {
            final long first = hashedTransfers;
            final long groupEnd = Math.min(end, first + ROWS_AHEAD);
            for (long row = first; row < groupEnd; row++) {
                touched += tables.transfers.touchAccounts(row);
            }
            long row = first;
            for (; row + 1 < groupEnd; row += 2) {
                tables.transfers.encode(row, transferRow.wrap(scratch, 0));
                tables.transfers.encode(row + 1, transferRow.wrap(neighbour, 0));
                digest.addTransfers(scratch, neighbour);
            }
            if (row < groupEnd) {
                tables.transfers.encode(row, transferRow.wrap(scratch, 0));
                digest.addTransfer(scratch, 0);
            }
            hashedTransfers = groupEnd;
            pauseAfter(groupEnd - 1, pause);
        }
    }

    /** What was loaded ahead, so that it counts as used. */
    long touched() {
        return touched;
    }

    /** The digest of everything; once. */
    Digest128 digest(final long lastTimestamp, final int logicVersion, final @Nullable Digest128 userDigest) {
        visitAccounts(hashing);
        hashTransfers(tables.transfers.count());
        visitOthers(hashing);
        if (userDigest != null) {
            hashing.digest.addUserLogic(userDigest);
        }
        return hashing.digest.conclude(
                tables.accounts.count(),
                tables.transfers.count(),
                tables.ids.burntCount(),
                lastTimestamp,
                logicVersion);
    }

    void visit(final StateVisitor visitor) {
        visitAccounts(visitor);
        visitTransfers(visitor);
        visitOthers(visitor);
    }

    private void visitAccounts(final StateVisitor visitor) {
        final AccountView accountView = new AccountView().wrap(scratch, 0);
        for (int row = 0; row < tables.accounts.count(); row++) {
            tables.accounts.encode(row, accountRow.wrap(scratch, 0));
            visitor.onAccount(accountView);
            pauseAfter(row, pause);
        }
    }

    private void visitTransfers(final StateVisitor visitor) {
        final TransferView transferView = new TransferView().wrap(scratch, 0);
        for (long row = 0; row < tables.transfers.count(); row++) {
            tables.transfers.encode(row, transferRow.wrap(scratch, 0));
            visitor.onTransfer(transferView);
            pauseAfter(row, pause);
        }
    }

    private void visitOthers(final StateVisitor visitor) {
        for (long row = 0; row < tables.ids.burntCount(); row++) {
            visitor.onBurntId(tables.ids.burntIdHi(row), tables.ids.burntIdLo(row));
            pauseAfter(row, pause);
        }
        for (long number = 0; number < tables.pendings.count(); number++) {
            final long row = tables.pendings.transferRow(number);
            visitor.onPending(
                    tables.transfers.idHi(row),
                    tables.transfers.idLo(row),
                    tables.pendings.status(number),
                    tables.pendings.resolvedAt(number));
            pauseAfter(number, pause);
        }
        final InstructionView instructionView = new InstructionView().wrap(scratch, 0);
        for (long row = 0; row < tables.instructions.count(); row++) {
            tables.instructions.encode(row, tables.accounts, instructionRow.wrap(scratch, 0));
            visitor.onInstruction(instructionView);
            pauseAfter(row, pause);
        }
    }

    /** Adds what is visited to the digest, from where it was written. */
    private final class Hashing implements StateVisitor {
        private final StateDigest digest = new StateDigest();

        @Override
        public void onAccount(final AccountView account) {
            digest.addAccount(scratch, 0);
        }

        @Override
        public void onTransfer(final TransferView transfer) {
            digest.addTransfer(scratch, 0);
        }

        @Override
        public void onBurntId(final long idHi, final long idLo) {
            digest.addBurntId(idHi, idLo);
        }

        @Override
        public void onPending(final long idHi, final long idLo, final int status, final long resolvedAt) {
            digest.addPending(idHi, idLo, status, resolvedAt);
        }

        @Override
        public void onInstruction(final InstructionView instruction) {
            digest.addInstruction(scratch, 0);
        }
    }
}
