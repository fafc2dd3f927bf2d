// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.QueryKind;
import io.partita.ledger.oracle.Entries.Transfer;
import io.partita.ledger.tables.AllTables;
import io.partita.ledger.tables.TableCommand;
import io.partita.ledger.tables.TableLedger;
import io.partita.ledger.tables.TableRunner;
import io.partita.ledger.wire.QueryFilter;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The naive ledger answers every table, too: what both sides got wrong in the same way, no comparison of the two would find. */
class NaiveTablesTest {
    @TestFactory
    Stream<DynamicTest> shouldAnswerAsWritten() {
        return AllTables.byName().entrySet().stream()
                .map(table -> DynamicTest.dynamicTest(table.getKey(), () -> {
                    try (TableRunner runner = new TableRunner(new Naive())) {
                        runner.run(table.getValue());
                    }
                }));
    }

    /** The naive side of a table. */
    private static final class Naive implements TableLedger {
        private final NaiveLedger ledger = new NaiveLedger(new NaiveRules());
        private final NaiveQueries queries = new NaiveQueries();

        @Override
        public List<Result> apply(
                final long stamp, final long deadline, final boolean withBalances, final List<TableCommand> commands) {
            return ledger
                    .apply(stamp, deadline, commands.stream().map(Naive::event).toList())
                    .stream()
                    .map(result -> new Result(
                            result.code(),
                            result.timestamp(),
                            Stream.of(result.first(), result.second())
                                    .filter(touched -> touched != null)
                                    .map(Naive::text)
                                    .collect(Collectors.joining(" | "))))
                    .toList();
        }

        @Override
        public void tick(final long stamp, final int count) {
            ledger.tick(stamp, count);
        }

        @Override
        public int dueCount(final long base) {
            return ledger.dueCount(base);
        }

        @Override
        public byte[] account(final BigInteger id) {
            return NaiveQueries.lookupAccount(ledger, id);
        }

        @Override
        public byte[] transfer(final BigInteger id) {
            return NaiveQueries.lookupTransfer(ledger, id);
        }

        @Override
        public int status(final BigInteger id) {
            final Transfer transfer = ledger.transfers.get(id);
            return transfer == null || transfer.status == null ? 0 : transfer.status.ordinal() + 1;
        }

        @Override
        public List<BigInteger> expired() {
            return ledger.transfers.values().stream()
                    .filter(transfer -> transfer.status == Entries.Status.EXPIRED)
                    .sorted(Comparator.comparingLong(transfer -> transfer.resolvedAt))
                    .map(transfer -> transfer.stored.id)
                    .toList();
        }

        @Override
        public byte[] query(final QueryKind kind, final QueryFilter asked) {
            final Filter filter = new Filter(Filter.Kind.valueOf(kind.name()));
            filter.accountId = Numbers.number(asked.accountIdHi(), asked.accountIdLo());
            filter.userData128 = Numbers.number(asked.userData128Hi(), asked.userData128Lo());
            filter.userData64 = asked.userData64();
            filter.userData32 = asked.userData32();
            filter.ledger = asked.ledger();
            filter.code = asked.code();
            filter.flags = asked.flags();
            filter.timestampMin = asked.timestampMin();
            filter.timestampMax = asked.timestampMax();
            filter.limit = asked.limit();
            return queries.answer(ledger, filter);
        }

        @Override
        public List<String> violations() {
            return List.of();
        }

        @Override
        public String digests() {
            return Long.toHexString(ledger.runningDigest) + " " + NaiveDigests.state(ledger);
        }

        @Override
        public void close() {}

        private static String text(final Entries.Touched touched) {
            final Entries.Balances balances = touched.balances();
            return touched.accountId() + ": " + balances.debitsPending() + " " + balances.debitsPosted() + " "
                    + balances.creditsPending() + " " + balances.creditsPosted();
        }

        private static Event event(final TableCommand command) {
            final Event event = new Event(List.of("", "account", "transfer", "setCreditLimit", "resolve")
                    .indexOf(command.kind()));
            event.id = command.get("id");
            event.debit = command.get("debit");
            event.credit = command.get("credit");
            event.accountId = command.get("account");
            event.amount = command.get("amount");
            event.pendingId = command.get("pendingId");
            event.userData128 = command.get("userData128");
            event.creditLimit = command.get("creditLimit");
            event.debitsPending = command.get("debitsPending");
            event.debitsPosted = command.get("debitsPosted");
            event.creditsPending = command.get("creditsPending");
            event.creditsPosted = command.get("creditsPosted");
            event.userData64 = command.lo("userData64");
            event.timestamp = command.lo("timestamp");
            event.userData32 = command.integer("userData32");
            event.timeout = command.integer("timeout");
            event.ledger = command.integer("ledger");
            event.code = command.integer("code");
            event.flags = command.integer("flags");
            event.reserved = command.integer("reserved");
            return event;
        }
    }
}
