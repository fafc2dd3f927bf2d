// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Broken lines among good ones: each broken one is answered by an error with a code that users are told of, and neither the
 * state nor the clock nor the position has moved. {@code .ci/campaign exec} runs this for as many lines as it is told.
 */
class ExecFuzzTest {
    private static final int LINES = Integer.getInteger("partita.exec.lines", 20_000);
    private static final long SEED = Long.getLong("partita.exec.seed", 1);
    private static final int RESET_INTERVAL = 512;
    private static final int PROGRESS_INTERVAL = 100_000;
    private static final long MEMORY_GROWTH_MAX = 64L * 1024 * 1024;
    /** The codes in docs/exec.md that a line by itself can bring about. */
    static final Set<String> CODES = Set.of(
            "INVALID_JSON",
            "UNKNOWN_OP",
            "UNKNOWN_FIELD",
            "MISSING_FIELD",
            "UNKNOWN_FLAG",
            "INVALID_VALUE",
            "OUT_OF_RANGE",
            "TOO_MANY",
            "INVALID_FILTER");

    private final Map<String, Integer> seen = new TreeMap<>();

    @Test
    void shouldAnswerBrokenLinesByAnErrorAndChangeNothing() throws Exception {
        try (ExecLedger ledger = new ExecLedger(null, true)) {
            run(ledger, LINES, true);
        }

        assertEquals(CODES, seen.keySet());
    }

    @Test
    void shouldChangeNothingInAFolderEither(@TempDir final Path folder) throws Exception {
        try (ExecLedger ledger = new ExecLedger(folder.resolve("data"), true)) {
            run(ledger, 300, false);
        }
    }

    private void run(final ExecLedger ledger, final int count, final boolean mayReset) throws Exception {
        final SplittableRandom random = new SplittableRandom(SEED);
        final ValidLines valid = new ValidLines(random);
        final BrokenLines broken = new BrokenLines(random, valid);
        final OneLine in = new OneLine();
        final LineReader lines = new LineReader(in, ExecSession.LINE_LENGTH_MAX);
        final ExecSession session = new ExecSession(ledger);
        long memory = Long.MAX_VALUE;
        int done = 0;
        while (done < count) {
            good(session, in, lines, "{\"op\":\"digest\"}");
            if (mayReset) {
                good(session, in, lines, "{\"op\":\"reset\"}");
            }
            for (int i = 0; i < RESET_INTERVAL && done < count; i++) {
                if (random.nextInt(4) == 0) {
                    good(session, in, lines, Json.write(valid.next()));
                }
                bad(ledger, session, in, lines, broken.next());
                done++;
                if (done == count / 10) {
                    memory = memoryInUse();
                }
                if (mayReset && (done % PROGRESS_INTERVAL == 0 || done == count)) {
                    System.out.println("exec: " + done + " broken lines, seed " + SEED + ": " + seen);
                }
            }
        }

        final long growth = memoryInUse() - memory;
        assertTrue(growth < MEMORY_GROWTH_MAX, () -> "memory grew: bytes=" + growth);
    }

    private void good(final ExecSession session, final OneLine in, final LineReader lines, final String line)
            throws IOException {
        in.put(line.getBytes(StandardCharsets.UTF_8));
        assertTrue(lines.next());
        final String answer = String.valueOf(session.answer(lines));

        assertTrue(!answer.startsWith("{\"error\":"), () -> replay(line) + answer);
    }

    private void bad(
            final ExecLedger ledger,
            final ExecSession session,
            final OneLine in,
            final LineReader lines,
            final byte[] line)
            throws Exception {
        final Map<String, @Nullable Object> digest = ledger.digest();
        final long now = ledger.now();
        in.put(line);
        assertTrue(lines.next());
        final String answer = String.valueOf(session.answer(lines));

        final String text = new String(line, StandardCharsets.UTF_8);
        assertEquals(digest, ledger.digest(), () -> replay(text) + answer);
        assertEquals(now, ledger.now(), () -> replay(text) + answer);
        final String code = codeOf(answer, lines.number());
        assertTrue(CODES.contains(code), () -> replay(text) + answer);
        seen.merge(code, 1, Integer::sum);
    }

    /** The code of a well-formed error; the whole answer if it is none. */
    private static String codeOf(final String answer, final long number) throws JsonException {
        final Map<String, @Nullable Object> fields = Json.parseObject(answer);
        if (fields.size() != 1 || !(fields.get("error") instanceof Map<?, ?> error)) {
            return answer;
        }
        final boolean isWhole = error.size() == 3
                && error.get("message") instanceof String message
                && !message.isBlank()
                && message.length() < 500
                && String.valueOf(number).equals(String.valueOf(error.get("line")));
        return isWhole ? String.valueOf(error.get("code")) : answer;
    }

    private static String replay(final String line) {
        return "seed=" + SEED + ", line=" + line.substring(0, Math.min(line.length(), 2000)) + "\n";
    }

    private static long memoryInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Gives the bytes of one line after the other, and no more than asked for. */
    private static final class OneLine extends InputStream {
        private byte[] line = new byte[0];
        private int at;

        void put(final byte[] bytes) {
            line = bytes;
            at = 0;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("read by the chunk");
        }

        @Override
        public int read(final byte[] to, final int offset, final int length) {
            if (at > line.length) {
                return -1;
            }
            if (at == line.length) {
                to[offset] = '\n';
                at++;
                return 1;
            }
            final int count = Math.min(length, line.length - at);
            System.arraycopy(line, at, to, offset, count);
            at += count;
            return count;
        }
    }
}
