// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.outbox;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.ResultDecoder;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far the outbox was sent, kept in the ledger: the position is the timestamp of the last acknowledged event, and is what was
 * paid to an account of the outbox's own. An acknowledgement is a transfer of the difference, whose id is made from the position it
 * starts at. An id takes effect once. So whoever acknowledges from a position that is not the newest changes nothing: of two
 * dispatchers that both believe to be the active's, one moves on and the other is told, and the position never goes back.
 *
 * <p>The dispatcher's thread only.
 */
final class OutboxLedger {
    private static final int CODE = 1;
    private static final long SOURCE = 1;
    private static final long POSITION = 2;
    private static final long WAIT_NS = 50_000_000L;

    private final OutboxConfig config;
    private final LedgerClient client;
    private final BooleanSupplier isGivenUp;
    private final AccountView account = new AccountView();

    OutboxLedger(final OutboxConfig config, final LedgerClient client, final BooleanSupplier isGivenUp) {
        this.config = config;
        this.client = client;
        this.isGivenUp = isGivenUp;
    }

    /** Asks, and waits for the answer; null if there was none, as when this node is not the active any more. */
    private @Nullable Batch ask(final BatchKind kind, final Consumer<Batch> filler) {
        final Batch batch = client.acquire(kind);
        if (batch == null) {
            return null; // an earlier question was given up and is still with the engine
        }
        filler.accept(batch);
        if (client.submit(batch) < 0) {
            client.release(batch);
            return null;
        }
        while (client.inFlight() > 0 && !isGivenUp.getAsBoolean()) {
            client.pollAwait(1, WAIT_NS);
        }
        return client.inFlight() == 0 && batch.isOk() ? batch : null;
    }

    /** Creates the accounts. */
    private boolean open() {
        final Batch batch = ask(BatchKind.COMMANDS, empty -> {
            empty.commands().addAccount(config.outboxId(), SOURCE, config.ledger(), CODE, 0);
            empty.commands().addAccount(config.outboxId(), POSITION, config.ledger(), CODE, 0);
        });
        if (batch == null) {
            return false;
        }
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            require(results.resultCode(), "create its accounts");
        }
        return true;
    }

    /** The position, read linearizably; negative if that was not possible. */
    long position() {
        final Batch batch = ask(BatchKind.LOOKUP_ACCOUNTS, empty -> empty.addId(config.outboxId(), POSITION));
        if (batch == null) {
            return Outcome.NOT_ACTIVE;
        }
        if (!batch.isFound(0)) {
            return open() ? 0 : Outcome.NOT_ACTIVE;
        }
        return account.wrap(batch.results(), batch.rowOffset(0)).creditsPostedLo();
    }

    /** The events after a position, read linearizably; null if that was not possible. */
    @Nullable
    Batch eventsAfter(final long position) {
        return ask(
                BatchKind.CHANGE_EVENTS,
                empty -> empty.filter().timestampMin(position + 1).limit(config.pageRows()));
    }

    /**
     * Moves the position on.
     *
     * @return true if it is at {@code to} now; false if it is elsewhere, or nobody knows.
     */
    boolean acknowledge(final long from, final long to, final long epoch) {
        final long ids = config.outboxId();
        final Batch batch = ask(BatchKind.COMMANDS, empty -> {
            empty.commands().addTransfer(ids, from, ids, SOURCE, ids, POSITION, to - from, config.ledger(), CODE, 0);
            empty.commands().userData64(epoch);
        });
        if (batch == null) {
            return false;
        }
        final ResultDecoder results = batch.commandResults();
        results.next();
        final ResultCode code = results.resultCode();
        if (code == ResultCode.EXISTS_WITH_DIFFERENT_AMOUNT || code == ResultCode.EXISTS_WITH_DIFFERENT_USER_DATA_64) {
            return false; // another one has moved on from here
        }
        require(code, "acknowledge");
        return true;
    }

    private void require(final ResultCode code, final String what) {
        if (code != ResultCode.CREATED && code != ResultCode.EXISTS) {
            throw new IllegalStateException("the outbox cannot " + what + ": code=" + code + " outboxId="
                    + config.outboxId() + " ledger=" + config.ledger()
                    + "; next: find out who else uses its accounts, ids or book");
        }
    }
}
