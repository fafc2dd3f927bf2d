// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.fees.FeeLogic;
import io.partita.examples.fees.Fees;
import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.terminal.ToolException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with commands of every kind and a TICK: what exec wrote, journal prints, verify checks and replay repeats. */
class EveryKindTest {
    private static final String LINES = """
            {"op":"createAccounts","events":[{"id":1,"ledger":826,"code":1,"flags":["DEBITS_MUST_NOT_EXCEED_CREDITS","HISTORY"],"creditLimit":100},{"id":2,"ledger":826,"code":1}]}
            {"op":"createTransfers","events":[{"id":10,"debitAccountId":1,"creditAccountId":2,"amount":60,"timeout":1,"ledger":826,"code":1,"flags":["PENDING"]},{"id":13,"debitAccountId":1,"creditAccountId":2,"amount":7,"timeout":100,"ledger":826,"code":1,"flags":["PENDING"]}]}
            {"op":"batch","options":["RETURN_BALANCES"],"deadline":1000,"events":[{"setCreditLimit":{"id":20,"accountId":1,"creditLimit":500,"flags":["LINKED"]}},{"createTransfer":{"id":11,"debitAccountId":1,"creditAccountId":2,"amount":400,"ledger":826,"code":1}},{"resolve":{"id":30,"flagsPadding":1}}]}
            {"op":"advance","nanos":2000000000}
            {"op":"createTransfers","events":[{"id":12,"pendingId":10,"amount":"MAX","flags":["POST_PENDING"]}]}
            {"op":"digest"}
            """;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private String data = "";
    private List<String> answers = List.of();

    @BeforeEach
    void runLines() throws IOException {
        data = folder.resolve("data").toString();
        answers = exec(LINES);
    }

    @Test
    void shouldPrintEveryKindOfRecordAndCommand() throws JsonException {
        assertEquals(0, run("journal", data));
        final List<Map<String, @Nullable Object>> records = records();

        assertEquals(
                List.of("EPOCH_START", "COMMANDS", "COMMANDS", "COMMANDS", "TICK", "COMMANDS"),
                records.stream()
                        .map(record -> String.valueOf(record.get("type")))
                        .toList());
        final Map<String, @Nullable Object> batch = records.get(3);
        assertEquals("[RETURN_BALANCES]", String.valueOf(batch.get("options")));
        assertEquals("1000", String.valueOf(batch.get("deadline")));
        final String commands = Json.write(batch.get("commands"));
        assertTrue(
                commands.contains("{\"index\":0,\"setCreditLimit\":"
                        + "{\"id\":20,\"accountId\":1,\"creditLimit\":500,\"flags\":[\"LINKED\"]}}"),
                commands);
        assertTrue(
                commands.contains("{\"index\":2,\"resolve\":{\"id\":30,\"flags\":[],\"flagsPadding\":1}}"), commands);
        final Map<String, @Nullable Object> tick = records.get(4);
        assertEquals("1", String.valueOf(tick.get("count")));
        assertEquals("2000000011", String.valueOf(tick.get("timestamp")));
    }

    @Test
    void shouldFindWhatNamesAnIdOrAnAccount() throws JsonException {
        assertEquals(List.of("createTransfer 10", "createTransfer 12"), found("--id", "10"));
        assertEquals(List.of("setCreditLimit 20"), found("--id", "20"));
        assertEquals(List.of("resolve 30"), found("--id", "30"));
        assertEquals(List.of(), found("--id", "99"));
        assertEquals(
                List.of(
                        "createAccount 1",
                        "createTransfer 10",
                        "createTransfer 13",
                        "setCreditLimit 20",
                        "createTransfer 11"),
                found("--account", "1"));
        assertEquals(List.of("createTransfer 11"), found("--account", "2", "--id", "11"));
    }

    @Test
    void shouldVerifyAndReplayToTheSameDigests() throws JsonException {
        final Map<String, @Nullable Object> digest = Json.parseObject(answers.get(5));

        assertEquals(0, run("verify", data, "--json"));
        final Map<String, @Nullable Object> report = Json.parseObject(text());
        assertEquals(Boolean.TRUE, report.get("ok"));
        assertEquals("[]", String.valueOf(report.get("problems")));
        assertEquals(digest.get("stateDigest"), report.get("stateDigest"));
        assertEquals(0, run("replay", data, "--expect-digest", String.valueOf(digest.get("runningDigest"))));
    }

    @Test
    void shouldReleaseInALaterRunWhatWasLeftOpen() throws IOException {
        final List<String> later = exec("""
                {"op":"accountWithPendings","id":1}
                {"op":"advance","nanos":100000000000}
                {"op":"changeEvents","timestampMin":2000000014,"limit":10}
                {"op":"createTransfers","events":[{"id":40,"debitAccountId":1,"creditAccountId":2,"amount":100,"ledger":826,"code":1}]}
                """);

        assertTrue(later.get(0).contains("\"pendings\":[{\"id\":13,"), later.get(0));
        assertEquals("{\"now\":102000000014}", later.get(1));
        assertTrue(
                later.get(2).startsWith("{\"events\":[{\"type\":\"EXPIRED\",\"timestamp\":102000000015,"),
                later.get(2));
        assertTrue(later.get(3).contains("\"code\":\"CREATED\",\"timestamp\":102000000018"), later.get(3));
    }

    @Test
    void shouldReplayTheUsersOwnLogicAndCallNothingDamagedWithoutIt() throws JsonException {
        final String fees = folder.resolve("fees").toString();
        Fees.main(new String[] {fees});
        final String logic = FeeLogic.class.getName();

        assertEquals(ToolException.USAGE, run("verify", fees, "--json"));
        assertTrue(text().contains("\"code\":\"LOGIC_MISSING\""), text());
        assertEquals(ToolException.USAGE, run("replay", fees, "--json"));
        assertTrue(text().contains("\"code\":\"LOGIC_MISSING\""), text());
        assertEquals(ToolException.USAGE, run("verify", fees, "--json", "--logic", "java.lang.String"));
        assertTrue(text().contains("\"code\":\"LOGIC_NOT_FOUND\""), text());
        assertEquals(0, run("verify", fees, "--json", "--logic", logic));
        final Map<String, @Nullable Object> report = Json.parseObject(text());
        assertEquals(
                0, run("replay", fees, "--logic", logic, "--expect-digest", String.valueOf(report.get("stateDigest"))));
        assertEquals(0, run("journal", fees));
        assertTrue(text().contains("\"type\":\"USER\""), text());
        assertTrue(text().contains("\"body\":\"010000000000000001000000000000009600000000000000\""), text());
    }

    private List<String> found(final String... filter) throws JsonException {
        final String[] args = new String[filter.length + 2];
        args[0] = "journal";
        args[1] = data;
        System.arraycopy(filter, 0, args, 2, filter.length);
        assertEquals(0, run(args));
        final List<String> found = new ArrayList<>();
        for (final Map<String, @Nullable Object> record : records()) {
            for (final Object each : (List<?>) record.get("commands")) {
                for (final Map.Entry<?, ?> field : ((Map<?, ?>) each).entrySet()) {
                    if (field.getValue() instanceof Map<?, ?> command) {
                        found.add(field.getKey() + " " + command.get("id"));
                    }
                }
            }
        }
        return found;
    }

    private List<Map<String, @Nullable Object>> records() throws JsonException {
        final List<Map<String, @Nullable Object>> records = new ArrayList<>();
        for (final String line : text().lines().toList()) {
            records.add(Json.parseObject(line));
        }
        return records;
    }

    private List<String> exec(final String lines) throws IOException {
        final Path file = folder.resolve("lines.jsonl");
        Files.writeString(file, lines);
        assertEquals(0, run("exec", "--clock", "manual", "--data", data, file.toString()));
        final List<String> answered = text().lines().toList();
        assertEquals(lines.lines().count(), answered.size());
        return answered;
    }

    private int run(final String... args) {
        final PrintStream stdout = System.out;
        out.reset();
        try (PrintStream captured = new PrintStream(out, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            return PartitaTool.commandLine().execute(args);
        } finally {
            System.setOut(stdout);
        }
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
