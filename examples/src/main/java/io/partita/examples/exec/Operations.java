// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.FlagNames;
import io.partita.examples.json.RowWriter;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each line asks for. Every operation reads all of its line first, then moves the clock, then asks the ledger: a line that
 * is refused has changed nothing.
 */
final class Operations {
    private final ExecLedger ledger;
    private final QueryRows rows = new QueryRows();

    Operations(final ExecLedger ledger) {
        this.ledger = ledger;
    }

    /** The answer to a line; what came due by it is released after it. */
    Map<String, @Nullable Object> execute(final Fields line) throws ExecException {
        final Map<String, @Nullable Object> answer = answer(line.text("op"), line);
        ledger.releaseDue();

        return answer;
    }

    private Map<String, @Nullable Object> answer(final String op, final Fields line) throws ExecException {
        return switch (op) {
            case "createAccounts", "createTransfers", "batch" -> commands(op, line);
            case "lookupAccounts" -> lookup(line, BatchKind.LOOKUP_ACCOUNTS, "accounts");
            case "lookupTransfers" -> lookup(line, BatchKind.LOOKUP_TRANSFERS, "transfers");
            case "accountTransfers" -> query(line, BatchKind.ACCOUNT_TRANSFERS, "transfers");
            case "accountBalances" -> query(line, BatchKind.ACCOUNT_BALANCES, "balances");
            case "queryAccounts" -> query(line, BatchKind.QUERY_ACCOUNTS, "accounts");
            case "queryTransfers" -> query(line, BatchKind.QUERY_TRANSFERS, "transfers");
            case "changeEvents" -> query(line, BatchKind.CHANGE_EVENTS, "events");
            case "accountWithPendings" -> accountWithPendings(line);
            case "advance" -> advance(line);
            case "digest" -> digest(line);
            case "invariants" -> invariants(line);
            case "reset" -> reset(line);
            default -> throw ExecException.unknownOp(op);
        };
    }

    private Map<String, @Nullable Object> commands(final String op, final Fields line) throws ExecException {
        final List<?> events = line.list("events");
        final boolean isBatch = "batch".equals(op);
        final long deadline = isBatch ? line.nanos("deadline") : 0;
        final int options = isBatch ? line.bits("options", FlagNames.OPTION) : 0;
        line.end();
        if (events.size() > Limits.BATCH_COMMANDS_MAX) {
            throw ExecException.tooMany("events", events.size(), Limits.BATCH_COMMANDS_MAX);
        }
        final Batch batch = ledger.batch(BatchKind.COMMANDS);
        for (int i = 0; i < events.size(); i++) {
            final Fields event = Fields.of(events.get(i), "events", "events[" + i + "]");
            switch (op) {
                case "createAccounts" -> CommandReader.readAccount(event, batch.commands());
                case "createTransfers" -> CommandReader.readTransfer(event, batch.commands());
                default -> CommandReader.readCommand(event, batch.commands());
            }
        }
        batch.deadline(deadline).journalIfLate().options(options);
        ledger.moveClock(1L + events.size());
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (events.isEmpty()) {
            // A legal batch with no results: nothing to journal.
            answer.put("seq", RowWriter.number(0, ledger.appliedSeq()));
            answer.put("timestamp", RowWriter.number(0, ledger.now()));
            answer.put("results", List.of());
        } else {
            ledger.run(batch);
            answer.put("seq", RowWriter.number(0, batch.outcome()));
            answer.put("timestamp", RowWriter.number(0, batch.timestamp()));
            answer.put("results", ResultRows.of(batch));
        }

        return answer;
    }

    private Map<String, @Nullable Object> lookup(final Fields line, final BatchKind kind, final String name)
            throws ExecException {
        final List<?> ids = line.list("ids");
        line.end();
        if (ids.size() > Limits.LOOKUP_IDS_MAX) {
            throw ExecException.tooMany("ids", ids.size(), Limits.LOOKUP_IDS_MAX);
        }
        final Batch batch = ledger.batch(kind);
        for (int i = 0; i < ids.size(); i++) {
            final Id128 id = Fields.id(ids.get(i), "ids", "ids[" + i + "]");
            batch.addId(id.hi(), id.lo());
        }
        ledger.moveClock(1);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (ids.isEmpty()) {
            answer.put(name, List.of());
        } else {
            ledger.run(batch);
            answer.put(name, rows.ofLookup(batch));
        }

        return answer;
    }

    private Map<String, @Nullable Object> query(final Fields line, final BatchKind kind, final String name)
            throws ExecException {
        final Batch batch = ledger.batch(kind);
        if (kind == BatchKind.CHANGE_EVENTS) {
            FilterReader.readRange(line, batch);
        } else {
            final Fields filter = line.object("filter");
            line.end();
            if (kind == BatchKind.ACCOUNT_TRANSFERS || kind == BatchKind.ACCOUNT_BALANCES) {
                FilterReader.readAccountFilter(filter, batch);
            } else {
                FilterReader.readLedgerFilter(filter, batch);
            }
        }
        ledger.moveClock(1);
        ledger.run(batch);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put(name, rows.of(batch));

        return answer;
    }

    private Map<String, @Nullable Object> accountWithPendings(final Fields line) throws ExecException {
        final Id128 id = line.u128("id");
        line.end();
        final Batch batch = ledger.batch(BatchKind.ACCOUNT_WITH_PENDINGS);
        batch.filter().accountId(id.hi(), id.lo());
        ledger.moveClock(1);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (Fields.isNoId(id)) {
            answer.put("account", null);
            answer.put("pendings", List.of());
        } else {
            ledger.run(batch);
            answer.put("account", rows.accountOf(batch));
            answer.put("pendings", rows.of(batch));
            if (batch.openPendings() > batch.rows()) {
                answer.put("pendingsTotal", batch.openPendings()); // only so many fit an answer; no silent cut
            }
        }

        return answer;
    }

    private Map<String, @Nullable Object> advance(final Fields line) throws ExecException {
        final long nanos = line.nanos("nanos");
        line.end();
        if (!ledger.isClockManual()) {
            throw ExecException.refused("CLOCK_NOT_MANUAL", "advance needs exec --clock manual");
        }
        ledger.moveClock(nanos);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("now", RowWriter.number(0, ledger.now()));

        return answer;
    }

    private Map<String, @Nullable Object> digest(final Fields line) throws ExecException {
        line.end();
        ledger.moveClock(1);
        return ledger.digest();
    }

    private Map<String, @Nullable Object> invariants(final Fields line) throws ExecException {
        line.end();
        ledger.moveClock(1);
        return ledger.invariants();
    }

    private Map<String, @Nullable Object> reset(final Fields line) throws ExecException {
        line.end();
        if (ledger.isDurable()) {
            throw ExecException.refused(
                    "REFUSED", "reset is not for a ledger with --data: nothing durable is ever deleted");
        }
        ledger.reset();

        return new LinkedHashMap<>();
    }
}
