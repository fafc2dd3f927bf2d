// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.terminal;

import io.partita.examples.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where a command's words go: text for people, or one JSON object for scripts; progress only on a terminal. */
public final class Output {
    private static final long PROGRESS_INTERVAL_NS = 200_000_000L;

    private final boolean json;
    private final @Nullable Path report;
    private final boolean terminal = Boolean.getBoolean("partita.terminal");
    private long progressShownNs;
    private boolean progressOpen;

    Output(final boolean json, final @Nullable Path report) {
        this.json = json;
        this.report = report;
    }

    /**
     * Says something to a person; nothing with {@code --json}.
     *
     * @param line the text.
     */
    public synchronized void line(final String line) {
        endProgress();
        if (!json) {
            System.out.println(line);
        }
    }

    /**
     * Warns on standard error, whatever the format.
     *
     * @param line the text.
     */
    public synchronized void warn(final String line) {
        endProgress();
        System.err.println(line);
    }

    /**
     * Shows how far long work is, on a terminal only, a few times a second at most.
     *
     * @param line the text.
     */
    public synchronized void progress(final String line) {
        if (!terminal) {
            return;
        }
        final long nowNs = System.nanoTime();
        if (progressOpen && nowNs - progressShownNs < PROGRESS_INTERVAL_NS) {
            return;
        }
        progressShownNs = nowNs;
        progressOpen = true;
        System.err.print("\r\u001B[K" + line);
        System.err.flush();
    }

    /**
     * Gives the result: to standard output with {@code --json}, to the file with {@code --report}.
     *
     * @param result a JSON object.
     */
    public synchronized void result(final Map<String, @Nullable Object> result) {
        endProgress();
        final String text = Json.write(result);
        if (json) {
            System.out.println(text);
        }
        if (report != null) {
            try {
                Files.writeString(report, text + "\n");
            } catch (final IOException ex) {
                throw ToolException.failed(
                        "REPORT_NOT_WRITTEN",
                        "cannot write: file=" + report + ", cause=" + ex,
                        "give --report a file in an existing folder that you may write to");
            }
        }
    }

    /**
     * Tells an error: code, cause and next step.
     *
     * @param code a stable code.
     * @param cause what is wrong.
     * @param nextStep what to do about it.
     */
    public synchronized void error(final String code, final String cause, final String nextStep) {
        endProgress();
        System.err.println("partita: " + code + ": " + cause);
        System.err.println("  next: " + nextStep);
        if (json || report != null) {
            final Map<String, @Nullable Object> error = new LinkedHashMap<>();
            error.put("code", code);
            error.put("message", cause);
            error.put("next", nextStep);
            final Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("ok", false);
            result.put("error", error);
            resultOfError(result);
        }
    }

    private void resultOfError(final Map<String, @Nullable Object> result) {
        try {
            result(result);
        } catch (final ToolException ex) {
            System.err.println("partita: " + ex.code() + ": " + ex.getMessage());
        }
    }

    private void endProgress() {
        if (progressOpen) {
            System.err.print("\r\u001B[K");
            System.err.flush();
            progressOpen = false;
        }
    }
}
