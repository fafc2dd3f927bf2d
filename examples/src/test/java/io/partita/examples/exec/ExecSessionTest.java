// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.text.LineReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExecSessionTest {
    /** Transcripts: lines with {@code >} go in, the lines after them must come out. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "accounts",
                "balancing",
                "chains",
                "clock",
                "closing",
                "credit-limit",
                "end-of-time",
                "end-of-time-due",
                "errors",
                "expiry",
                "expiry-order",
                "expiry-race",
                "filters",
                "imported",
                "queries",
                "resolve",
                "tool",
                "transfers",
                "two-phase"
            })
    void shouldAnswerAsTheTranscriptSays(final String name) throws IOException {
        try (InputStream resource = ExecSessionTest.class.getResourceAsStream(name + ".txt")) {
            assertNotNull(resource, name);
            check(new String(resource.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void shouldAnswerAsTheDocumentationSays() throws IOException {
        final String document = Files.readString(Path.of("..", "docs", "exec.md"));
        final List<String> transcripts = Pattern.compile("(?s)```exec\n(.*?)```")
                .matcher(document)
                .results()
                .map(found -> found.group(1))
                .toList();

        assertEquals(4, transcripts.size());
        for (final String transcript : transcripts) {
            check(transcript);
        }
    }

    @Test
    void shouldTellEveryCodeInTheDocumentation() throws IOException {
        final String document = Files.readString(Path.of("..", "docs", "exec.md"));

        for (final String code : ExecFuzzTest.CODES) {
            assertTrue(document.contains("| `" + code + "` |"), code);
        }
    }

    /** What goes in is marked; what must come out follows it. Blank lines and comments are for readers. */
    private static void check(final String transcript) throws IOException {
        final List<String> in = new ArrayList<>();
        final List<String> expected = new ArrayList<>();
        for (final String line : transcript.split("\n", -1)) {
            if (line.startsWith("> ")) {
                in.add(line.substring(2));
            } else if (!line.isEmpty() && !line.startsWith("#")) {
                expected.add(line);
            }
        }

        try (ExecLedger ledger = new ExecLedger(null, true)) {
            assertEquals(String.join("\n", expected), String.join("\n", run(ledger, in)));
        }
    }

    @Test
    void shouldGoOnWhereItWasWithAFolder(@TempDir final Path folder) throws IOException {
        final List<String> first;
        try (ExecLedger ledger = new ExecLedger(folder.resolve("data"), true)) {
            first = run(
                    ledger,
                    List.of(
                            "{\"op\":\"createAccounts\",\"events\":[{\"id\":1,\"ledger\":1,\"code\":1},{\"id\":2,\"ledger\":1,\"code\":1}]}",
                            "{\"op\":\"digest\"}"));
        }
        final List<String> second;
        try (ExecLedger ledger = new ExecLedger(folder.resolve("data"), true)) {
            second = run(
                    ledger,
                    List.of(
                            "{\"op\":\"digest\"}",
                            "{\"op\":\"createTransfers\",\"events\":[{\"id\":1,\"debitAccountId\":1,\"creditAccountId\":2,\"amount\":5,\"ledger\":1,\"code\":1}]}",
                            "{\"op\":\"reset\"}"));
        }

        assertTrue(first.get(0).startsWith("{\"seq\":2,\"timestamp\":3,"), first.get(0));
        assertEquals(stateDigest(first.get(1)), stateDigest(second.get(0)));
        assertTrue(
                second.get(1).contains("\"timestamp\":6,\"results\":[{\"code\":\"CREATED\",\"timestamp\":6}]"),
                second.get(1));
        assertTrue(second.get(2).contains("\"code\":\"REFUSED\""), second.get(2));
    }

    @Test
    void shouldSayThatAFolderIsInUse(@TempDir final Path folder) {
        try (ExecLedger ledger = new ExecLedger(folder, true)) {
            assertNotNull(ledger);
            final PartitaException error = assertThrows(PartitaException.class, () -> new ExecLedger(folder, true));

            assertEquals(ErrorCode.FOLDER_IN_USE, error.code());
        }
    }

    @Test
    void shouldRefuseMoreThanABatchHolds() throws IOException {
        final String events = IntStream.rangeClosed(1, 8191)
                .mapToObj(i -> "{\"id\":" + i + ",\"ledger\":1,\"code\":1}")
                .collect(Collectors.joining(","));
        final String ids =
                IntStream.rangeClosed(1, 8191).mapToObj(String::valueOf).collect(Collectors.joining(","));
        try (ExecLedger ledger = new ExecLedger(null, true)) {
            final List<String> out = run(
                    ledger,
                    List.of(
                            "{\"op\":\"createAccounts\",\"events\":[" + events + "]}",
                            "{\"op\":\"lookupAccounts\",\"ids\":[" + ids + "]}",
                            "{\"op\":\"createAccounts\",\"events\":[" + events.substring(0, events.lastIndexOf(",{"))
                                    + "]}"));

            assertTrue(out.get(0).contains("\"code\":\"TOO_MANY\""), out.get(0));
            assertTrue(out.get(1).contains("\"code\":\"TOO_MANY\""), out.get(1));
            assertTrue(
                    out.get(2).startsWith("{\"seq\":2,\"timestamp\":8191,"),
                    out.get(2).substring(0, 60));
        }
    }

    private static String stateDigest(final String line) {
        return line.substring(line.indexOf("stateDigest"));
    }

    private static List<String> run(final ExecLedger ledger, final List<String> lines) throws IOException {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final String text = String.join("\n", lines) + "\n";
        try (LineReader in = new LineReader(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), ExecSession.LINE_LENGTH_MAX);
                PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            new ExecSession(ledger).run(in, out);
        }

        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
