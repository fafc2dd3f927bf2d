// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.state.LedgerOperations;
import io.partita.ledger.state.UserCommand;
import io.partita.ledger.state.UserLogic;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A user's logic for tests: each command is {@code i64 verdict} and then any number of steps of six {@code i64}: what, id, debit,
 * credit, amount, flags. It answers with how many events it posted, and remembers how many commands it said yes to.
 */
public final class ScriptLogic implements UserLogic {
    /** A step that adds an account {@code id}. */
    public static final long ACCOUNT = 1;

    /** A step that adds a transfer. */
    public static final long TRANSFER = 2;

    /** A step that posts what was added. */
    public static final long POST = 3;

    /** A step that throws. */
    public static final long THROW = 4;

    /** A step that adds a post or void of the pending {@code debit}. */
    public static final long RESOLUTION = 5;

    /** A step that adds a setCreditLimit of account {@code debit}. */
    public static final long CREDIT_LIMIT = 6;

    /** How often it said yes: its own state. */
    public long done;

    /** What it saw: the balance of the debit account right after each post. */
    public final List<Long> seen = new ArrayList<>();

    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[8]);

    @Override
    public int apply(final UserCommand command, final LedgerOperations ledger) {
        final int verdict = (int) command.buffer().getLong(command.offset(), LITTLE_ENDIAN);
        final int available = ledger.timestampsLeft();
        for (int at = 8; at < command.length(); at += 48) {
            step(command, ledger, command.offset() + at);
        }
        ledger.post();
        reply.putLong(0, available - ledger.timestampsLeft(), LITTLE_ENDIAN);
        command.reply(reply, 0, 8);
        if (verdict >= 0) {
            done++;
        }
        return verdict;
    }

    private void step(final UserCommand command, final LedgerOperations ledger, final int at) {
        final long what = word(command, at, 0);
        final long id = word(command, at, 1);
        final long debit = word(command, at, 2);
        final long credit = word(command, at, 3);
        final long amount = word(command, at, 4);
        final int flags = (int) word(command, at, 5);
        if (what == ACCOUNT) {
            ledger.commands().addAccount(0, id, 1, 1, flags);
        } else if (what == TRANSFER) {
            ledger.commands().addTransfer(0, id, 0, debit, 0, credit, amount, 1, 1, flags);
        } else if (what == RESOLUTION) {
            ledger.commands().addTransfer(0, id, 0, 0, 0, 0, amount, 0, 0, flags);
            ledger.commands().pendingId(0, debit);
        } else if (what == CREDIT_LIMIT) {
            ledger.commands().addCreditLimit(0, id, 0, debit, amount, flags);
        } else if (what == POST) {
            ledger.post();
            final var account = ledger.account(0, debit);
            seen.add(account == null ? -1 : account.debitsPostedLo());
        } else {
            throw new IllegalStateException("as the script says");
        }
    }

    private static long word(final UserCommand command, final int at, final int index) {
        return command.buffer().getLong(at + index * 8, LITTLE_ENDIAN);
    }

    @Override
    public Digest128 digest() {
        return new Digest128(0, done);
    }

    @Override
    public int snapshot(final MutableDirectBuffer out) {
        out.putLong(0, done, LITTLE_ENDIAN);
        return 8;
    }

    @Override
    public void restore(final DirectBuffer in, final int length) {
        if (length != 8) {
            throw new IllegalArgumentException("length=" + length);
        }
        done = in.getLong(0, LITTLE_ENDIAN);
    }

    /**
     * Writes a command.
     *
     * @param verdict what the logic shall say.
     * @param steps six numbers each.
     * @return the command.
     */
    public static UnsafeBuffer command(final int verdict, final long[]... steps) {
        final UnsafeBuffer command = new UnsafeBuffer(new byte[8 + steps.length * 48]);
        command.putLong(0, verdict, LITTLE_ENDIAN);
        for (int i = 0; i < steps.length; i++) {
            for (int j = 0; j < steps[i].length; j++) {
                command.putLong(8 + i * 48 + j * 8, steps[i][j], LITTLE_ENDIAN);
            }
        }
        return command;
    }

    /**
     * A step that adds an account.
     *
     * @param id of it.
     * @return the step.
     */
    public static long[] account(final long id) {
        return new long[] {ACCOUNT, id};
    }

    /**
     * A step that adds a transfer.
     *
     * @param id of it.
     * @param debit account.
     * @param credit account.
     * @param amount of it.
     * @param flags of it.
     * @return the step.
     */
    public static long[] transfer(
            final long id, final long debit, final long credit, final long amount, final int flags) {
        return new long[] {TRANSFER, id, debit, credit, amount, flags};
    }

    /**
     * A step that posts what was added, and then looks at an account.
     *
     * @param account to look at.
     * @return the step.
     */
    public static long[] post(final long account) {
        return new long[] {POST, 0, account};
    }
}
