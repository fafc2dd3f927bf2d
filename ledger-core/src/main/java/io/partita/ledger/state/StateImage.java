// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Invariant;
import io.partita.ledger.model.PartitaException;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * All that a state machine has to remember across a restart: its tables, a few facts, and what the user's own logic remembers. The
 * indexes over the tables are not in it: they depend on a seed of each process and are made anew.
 *
 * <p>To load one: {@link #check} the facts, fill the tables of an empty state machine, then {@link #resume}, and compare the {@link
 * #digest}. While the table of transfers is filled, {@link #advance} does a part of that with what was filled. One thread, the state machine's, while nothing
 * is applied.
 */
public final class StateImage {
    private final LedgerStateMachine machine;
    private final LedgerTables state;
    private final RunningDigest digest;
    private final @Nullable UserLogic logic;
    private final List<StateTable> tables = new ArrayList<>();
    private final StateWalk walk;
    private Runnable pause = () -> {};
    private long advanced;

    StateImage(
            final LedgerStateMachine machine,
            final LedgerTables state,
            final RunningDigest digest,
            final @Nullable UserLogic logic) {
        this.machine = machine;
        this.state = state;
        this.digest = digest;
        this.logic = logic;
        walk = new StateWalk(state);
        state.accounts.addTo(tables);
        state.transfers.addTo(tables);
        state.instructions.addTo(tables);
        state.ids.addTo(tables);
        state.pendings.addTo(tables);
        state.expiries.addTo(tables);
        for (int i = 0; i < tables.size(); i++) {
            Invariant.check(tables.get(i).id() == i + 1, "tables are numbered in their order");
        }
    }

    /**
     * The tables.
     *
     * @return in the order of their ids, which are 1 to the number of tables.
     */
    public List<StateTable> tables() {
        return tables;
    }

    /**
     * The facts beside the tables.
     *
     * @return as of the last applied record.
     */
    public StateFacts facts() {
        return new StateFacts(
                machine.appliedSeq(),
                machine.lastTimestamp(),
                machine.logicVersion(),
                machine.runningDigest(),
                state.pendings.openCount(),
                state.accounts.freeSideRow());
    }

    /**
     * Writes what the user's own logic remembers.
     *
     * @param out an expandable buffer, written to from 0 on.
     * @return bytes written; 0 without a logic.
     * @throws PartitaException SNAPSHOT_REFUSED if the logic takes no part in snapshots, INTERNAL if it throws.
     */
    public int userState(final MutableDirectBuffer out) {
        if (logic == null) {
            return 0;
        }
        final int length;
        try {
            length = logic.snapshot(out);
        } catch (final RuntimeException error) {
            throw failed("could not write its state", error);
        }
        if (length < 0) {
            throw new PartitaException(
                    ErrorCode.SNAPSHOT_REFUSED,
                    "the user's own logic takes no part in snapshots: class="
                            + logic.getClass().getName(),
                    "implement snapshot and restore of UserLogic; until then the journal is kept whole");
        }
        return length;
    }

    /**
     * Checks, before anything is filled, whether this state machine can go on from a state.
     *
     * @param facts beside the tables.
     * @param userLength bytes that the user's own logic wrote.
     * @throws PartitaException UNKNOWN_FORMAT if the facts are of later rules, INVALID_CONFIGURATION if there is state of the
     *     user's own logic and no logic.
     */
    public void check(final StateFacts facts, final int userLength) {
        Invariant.check(machine.appliedSeq() == 0, "only a state machine that has applied nothing is filled");
        machine.checkKnows(facts.logicVersion(), facts.appliedSeq());
        if (logic == null && userLength > 0) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the snapshot has state of the user's own logic, and there is none: seq=" + facts.appliedSeq(),
                    "start with the logic that the journal was written with");
        }
    }

    /**
     * Does what can be done with the transfers that were filled since the last call, while they are at hand: enters their ids, and
     * adds them to the digest. May be called at any time when all tables of accounts are filled.
     */
    public void advance() {
        final long count = state.transfers.count();
        while (advanced < count) {
            final long end = Math.min(count, advanced + StateWalk.ROWS_PER_PAUSE);
            state.ids.resumeTransfers(state.idHash, advanced, end);
            walk.hashTransfers(end);
            advanced = end;
            pause.run();
        }
    }

    /**
     * Has whoever goes over all rows pause now and then.
     *
     * @param between run every some hundred microseconds, by the same thread; what it throws ends the going.
     */
    public void pause(final Runnable between) {
        pause = between;
        walk.pause(between);
    }

    /**
     * Has something closed with the state machine, after its tables: what units are lent from.
     *
     * @param lender of units.
     */
    public void closeWithTables(final Runnable lender) {
        state.lenders.add(lender);
    }

    /**
     * Goes on from filled tables: makes the indexes and sets the facts. Records are applied from {@code appliedSeq + 1} on.
     *
     * @param facts beside the tables, which were {@link #check}ed.
     * @param userState what the user's own logic wrote, from 0 on.
     * @param userLength bytes of that.
     * @throws PartitaException INTERNAL if the user's own logic throws.
     */
    public void resume(final StateFacts facts, final DirectBuffer userState, final int userLength) {
        check(facts, userLength);
        advance();
        state.accounts.resume(facts.freeSideRow(), pause);
        state.transfers.resume(pause);
        state.ids.resume(state.idHash, pause);
        state.pendings.resume(facts.openPendings());
        digest.restore(facts.runningDigest());
        if (logic != null) {
            try {
                logic.restore(userState, userLength);
            } catch (final RuntimeException error) {
                throw failed("could not take up its state again", error);
            }
        }
        machine.resume(facts);
    }

    /**
     * Digest of the whole state, as {@link LedgerStateMachine#stateDigest()} gives it; after {@link #resume}, once. Visits all that
     * {@link #advance} has not.
     *
     * @return 128 bits.
     */
    public Digest128 digest() {
        return machine.stateDigest(walk);
    }

    private static PartitaException failed(final String what, final RuntimeException error) {
        return new PartitaException(
                ErrorCode.INTERNAL,
                "the user's own logic " + what + ": error=" + error,
                "correct its snapshot or restore; the journal is not touched",
                error);
    }
}
