// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.text.LineReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs JSON lines against an embedded ledger: one object a line in, one a line out. Whatever is wrong with a line is answered
 * in band; state and clock are then unchanged and the next line is read.
 */
public final class ExecSession {
    /** Bytes of a line at most: a full batch with every field spelt out has half as many. */
    public static final int LINE_LENGTH_MAX = 16 * 1024 * 1024;

    /** Characters of an error's message at most: what it repeats of the input may be long. */
    private static final int MESSAGE_LENGTH_MAX = 400;

    private static final System.Logger LOGGER = System.getLogger(ExecSession.class.getName());

    private final Operations operations;

    /**
     * A session.
     *
     * @param ledger to run against; the caller closes it.
     */
    public ExecSession(final ExecLedger ledger) {
        operations = new Operations(ledger);
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
            final String answer = answer(in);
            if (answer != null) {
                out.println(answer);
                out.flush();
            }
        }
    }

    /** The answer to the line that the reader stands on; null for a blank one. */
    @Nullable
    String answer(final LineReader in) {
        try {
            final String line = text(in);
            return line.isBlank() ? null : Json.write(operations.execute(parsed(line)));
        } catch (final ExecException ex) {
            return Json.write(errorOf(ex.code(), String.valueOf(ex.getMessage()), in.number()));
        } catch (final RuntimeException ex) { // one line that hits a fault of ours must not take the others with it
            LOGGER.log(System.Logger.Level.ERROR, "line " + in.number(), ex);
            return Json.write(errorOf("INTERNAL", "an unexpected error, please report it: " + ex, in.number()));
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

    private static Map<String, @Nullable Object> errorOf(
            final String code, final String message, final long lineNumber) {
        final boolean isLong = message.length() > MESSAGE_LENGTH_MAX;
        final Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", code);
        error.put("message", isLong ? message.substring(0, MESSAGE_LENGTH_MAX) + "..." : message);
        error.put("line", lineNumber);
        final Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("error", error);

        return answer;
    }
}
