// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static io.partita.ledger.state.AccountTable.CREDITS_PENDING;
import static io.partita.ledger.state.AccountTable.CREDITS_POSTED;
import static io.partita.ledger.state.AccountTable.DEBITS_PENDING;
import static io.partita.ledger.state.AccountTable.DEBITS_POSTED;

import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.ResultEncoder;

/**
 * Runs the commands of a batch in order: the head of each, its chain, and the rest by its kind. Every command gets its result,
 * and its event in the running digest.
 */
final class BatchExecution {
    private static final int NO_CHAIN = -1;
    /** LINKED is the same bit for every kind of command. */
    private static final int LINKED = TransferFlags.LINKED;

    private final LedgerTables tables;
    private final RunningDigest digest;
    private final GroupResolver group;
    private final AccountCommands accountCommands;
    private final TransferCommands transferCommands;
    private final InstructionCommands instructionCommands;
    private final UndoLog undo;
    private final EventResult event = new EventResult();

    private final BatchDecoder batch;
    private final ResultEncoder results;
    private long stamp;
    private boolean importing;
    private int chainStart = NO_CHAIN;
    private boolean chainFailed;
    private long digestBeforeChain;

    BatchExecution(
            final LedgerTables tables,
            final Posting posting,
            final RunningDigest digest,
            final BatchDecoder batch,
            final ResultEncoder results,
            final UndoLog undo) {
        this.tables = tables;
        this.digest = digest;
        this.batch = batch;
        this.results = results;
        final BalanceRules balances = new BalanceRules(tables.accounts);
        group = new GroupResolver(tables);
        accountCommands = new AccountCommands(tables);
        transferCommands = new TransferCommands(tables, group, balances, posting);
        instructionCommands = new InstructionCommands(tables, balances);
        this.undo = undo;
    }

    /**
     * Runs the batch that the decoder is before the first command of.
     *
     * @param batchStamp its stamp.
     */
    void run(final long batchStamp) {
        stamp = batchStamp;
        long timestamp = batchStamp - batch.count();
        long groupStart = batch.position();
        batch.next();
        importing = HeadRules.isImported(batch);
        batch.position(groupStart);
        int length = group.resolve(batch);
        while (length > 0) {
            final long groupEnd = batch.position();
            batch.position(groupStart);
            for (int i = 0; i < length; i++) {
                batch.next();
                timestamp++;
                final boolean linked = (batch.flags() & LINKED) != 0;
                if (linked || chainStart != NO_CHAIN) {
                    runInChain(i, timestamp, linked);
                } else {
                    runAlone(i, timestamp);
                }
            }
            groupStart = groupEnd;
            length = group.resolve(batch);
        }
    }

    /** The batch came after its deadline: nothing happens, and no late duplicate of its new ids can happen either. */
    void expire(final long batchStamp) {
        long timestamp = batchStamp - batch.count();
        while (batch.next()) {
            timestamp++;
            if (batch.kind() == CommandKind.CREATE_TRANSFER) {
                burnUnseen(batch.transfer().idHi(), batch.transfer().idLo());
            } else if (batch.kind() == CommandKind.SET_CREDIT_LIMIT) {
                burnUnseen(batch.creditLimit().idHi(), batch.creditLimit().idLo());
            }
            event.start(timestamp);
            answer(ResultCode.EXPIRED);
        }
    }

    private void burnUnseen(final long idHi, final long idLo) {
        final long hash = tables.idHash.hash(idHi, idLo);
        if (!Id128.isZero(idHi, idLo) && !Id128.isMax(idHi, idLo) && tables.ids.find(hash, idHi, idLo) == 0) {
            tables.ids.burn(hash, idHi, idLo);
        }
    }

    private ResultCode run(final int index, final long timestamp) {
        event.start(timestamp);
        final ResultCode code = HeadRules.check(batch, importing, stamp);
        if (code != ResultCode.CREATED) {
            return code;
        }
        switch (batch.kind()) {
            case CommandKind.CREATE_TRANSFER:
                return transferCommands.create(batch.transfer(), index, event);
            case CommandKind.CREATE_ACCOUNT:
                return accountCommands.create(batch.account(), group.idHash(index), event);
            case CommandKind.SET_CREDIT_LIMIT:
                return instructionCommands.setCreditLimit(batch.creditLimit(), group.idHash(index), event);
            default:
                return instructionCommands.resolve(batch.resolve(), group.idHash(index), event);
        }
    }

    private void runAlone(final int index, final long timestamp) {
        final ResultCode code = run(index, timestamp);
        if (undo.isKept() && code == ResultCode.CREATED) {
            undo.created(batch.kind());
        }
        answer(code);
    }

    /** Runs a command that is tied to the next one, or to the one before. Only what was created lets a chain go on. */
    private void runInChain(final int index, final long timestamp, final boolean linked) {
        if (chainStart == NO_CHAIN) {
            chainStart = batch.index();
            chainFailed = false;
            digestBeforeChain = digest.value();
            undo.begin();
        }
        final ResultCode code;
        if (linked && batch.index() == batch.count() - 1) {
            event.start(timestamp);
            code = ResultCode.LINKED_EVENT_CHAIN_OPEN;
        } else if (chainFailed) {
            event.start(timestamp);
            code = ResultCode.LINKED_EVENT_FAILED;
        } else {
            code = run(index, timestamp);
        }
        if (code == ResultCode.CREATED) {
            undo.created(batch.kind());
        } else if (!chainFailed) {
            failChain(timestamp);
        }
        answer(code);
        if (!linked || code == ResultCode.LINKED_EVENT_CHAIN_OPEN) {
            chainStart = NO_CHAIN;
        }
    }

    /** Undoes the chain, and answers its commands before this one anew. This one burnt its id already, if it does. */
    private void failChain(final long timestamp) {
        chainFailed = true;
        undo.rollBack();
        digest.restore(digestBeforeChain);
        final int code = ResultCode.LINKED_EVENT_FAILED.code();
        for (int i = chainStart; i < batch.index(); i++) {
            final long memberTimestamp = timestamp - (batch.index() - i);
            results.replace(i, memberTimestamp, code);
            digest.add(memberTimestamp, code);
        }
    }

    private void answer(final ResultCode code) {
        results.add(event.timestamp(), code.code());
        if (event.secondRow() == EventResult.NONE) {
            digest.add(event.timestamp(), code.code());
        } else {
            digest.add(event.timestamp(), code.code(), event.firstRow(), event.secondRow());
        }
        if (results.wantsBalances()) {
            addBalances(event.firstRow(), false);
            addBalances(event.secondRow(), true);
        }
    }

    private void addBalances(final int row, final boolean second) {
        if (row == EventResult.NONE) {
            return;
        }
        final AccountTable accounts = tables.accounts;
        results.touched(second, accounts.idHi(row), accounts.idLo(row))
                .debitsPending(accounts.balanceHi(row, DEBITS_PENDING), accounts.balanceLo(row, DEBITS_PENDING))
                .debitsPosted(accounts.balanceHi(row, DEBITS_POSTED), accounts.balanceLo(row, DEBITS_POSTED))
                .creditsPending(accounts.balanceHi(row, CREDITS_PENDING), accounts.balanceLo(row, CREDITS_PENDING))
                .creditsPosted(accounts.balanceHi(row, CREDITS_POSTED), accounts.balanceLo(row, CREDITS_POSTED));
    }
}
