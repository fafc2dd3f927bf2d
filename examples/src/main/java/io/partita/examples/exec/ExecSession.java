// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.json.RowWriter;
import io.partita.examples.text.LineReader;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.wire.ResultDecoder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs JSON lines against an embedded ledger: one object a line in, one a line out. Whatever is wrong with a line is answered
 * in band; state and clock are then unchanged and the next line is read.
 */
public final class ExecSession {
    /** Bytes of a line at most: a full batch with every field spelt out fits many times. */
    public static final int LINE_LENGTH_MAX = 32 * 1024 * 1024;

    private static final Set<String> LATER = Set.of(
            "accountTransfers",
            "accountBalances",
            "accountWithPendings",
            "queryAccounts",
            "queryTransfers",
            "changeEvents");

    private final ExecLedger ledger;

    /**
     * A session.
     *
     * @param ledger to run against; the caller closes it.
     */
    public ExecSession(final ExecLedger ledger) {
        this.ledger = ledger;
    }

    /**
     * Runs all lines.
     *
     * @param in the input lines.
     * @param out one line for each that is not blank.
     * @throws IOException if reading failed.
     */
    public void run(final LineReader in, final PrintStream out) throws IOException {
        while (in.next()) {
            final Map<String, @Nullable Object> answer;
            try {
                final String line = text(in);
                if (line.isBlank()) {
                    continue;
                }
                answer = execute(parsed(line));
            } catch (final ExecException ex) {
                out.println(Json.write(errorOf(ex, in.number())));
                out.flush();
                continue;
            }
            out.println(Json.write(answer));
            out.flush();
        }
    }

    private Map<String, @Nullable Object> execute(final Fields line) throws ExecException {
        final String op = line.text("op");
        return switch (op) {
            case "createAccounts", "createTransfers", "batch" -> commands(op, line);
            case "lookupAccounts" -> lookup(line, BatchKind.LOOKUP_ACCOUNTS, "accounts");
            case "lookupTransfers" -> lookup(line, BatchKind.LOOKUP_TRANSFERS, "transfers");
            case "advance" -> advance(line);
            case "digest" -> digest(line);
            case "invariants" -> invariants(line);
            case "reset" -> reset(line);
            default -> throw LATER.contains(op) ? ExecException.unsupported("op=" + op) : ExecException.unknownOp(op);
        };
    }

    private Map<String, @Nullable Object> commands(final String op, final Fields line) throws ExecException {
        final List<?> events = line.list("events");
        final boolean isBatch = "batch".equals(op);
        final long deadline = isBatch ? line.nanos("deadline") : 0;
        if (isBatch && line.has("options")) {
            checkOptions(line.list("options"));
        }
        line.end();
        if (events.size() > Limits.BATCH_COMMANDS_MAX) {
            throw ExecException.tooMany("events", events.size(), Limits.BATCH_COMMANDS_MAX);
        }
        final Batch batch = ledger.batch(BatchKind.COMMANDS).deadline(deadline).journalIfLate();
        for (int i = 0; i < events.size(); i++) {
            final Fields event = Fields.of(events.get(i), "events", "events[" + i + "]");
            switch (op) {
                case "createAccounts" -> CommandReader.readAccount(event, batch.commands());
                case "createTransfers" -> CommandReader.readTransfer(event, batch.commands());
                default -> CommandReader.readCommand(event, batch.commands());
            }
        }
        ledger.moveClock(1L + events.size());
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        if (events.isEmpty()) {
            // A legal batch with no results: nothing to journal.
            answer.put("seq", RowWriter.number(0, ledger.appliedSeq()));
            answer.put("timestamp", RowWriter.number(0, ledger.now()));
            answer.put("results", List.of());
            return answer;
        }
        run(batch);
        answer.put("seq", RowWriter.number(0, batch.outcome()));
        answer.put("timestamp", RowWriter.number(0, batch.timestamp()));
        answer.put("results", resultsOf(batch));

        return answer;
    }

    private static void checkOptions(final List<?> options) throws ExecException {
        for (final Object option : options) {
            if ("RETURN_BALANCES".equals(option)) {
                throw ExecException.unsupported("option=RETURN_BALANCES");
            }
            throw ExecException.unknownFlag(String.valueOf(option), "options");
        }
    }

    private static List<Object> resultsOf(final Batch batch) {
        final List<Object> results = new ArrayList<>(batch.count());
        final ResultDecoder decoder = batch.commandResults();
        while (decoder.next()) {
            final Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("code", decoder.resultCode().name());
            result.put("timestamp", RowWriter.number(0, decoder.timestamp()));
            results.add(result);
        }

        return results;
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
            return answer;
        }
        run(batch);
        answer.put(name, LookupRows.of(batch));

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

    private void run(final Batch batch) throws ExecException {
        final long outcome = ledger.run(batch);
        if (outcome < 0) {
            throw ExecException.refused(Outcome.name(outcome), ledger.whyRefused(outcome));
        }
    }

    private static String text(final LineReader in) throws ExecException {
        if (in.isTooLong()) {
            throw ExecException.invalidJson("the line is longer than " + LINE_LENGTH_MAX + " bytes");
        }
        try {
            return in.text();
        } catch (final CharacterCodingException ex) {
            throw ExecException.invalidJson("the line is not UTF-8");
        }
    }

    private static Fields parsed(final String line) throws ExecException {
        try {
            return new Fields(Json.parseObject(line), "the line");
        } catch (final JsonException ex) {
            throw ExecException.invalidJson(String.valueOf(ex.getMessage()));
        }
    }

    private static Map<String, @Nullable Object> errorOf(final ExecException ex, final long lineNumber) {
        final Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", ex.code());
        error.put("message", ex.getMessage());
        error.put("line", lineNumber);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("error", error);

        return answer;
    }
}
