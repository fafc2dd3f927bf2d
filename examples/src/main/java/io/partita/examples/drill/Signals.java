// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Sends signals through one shell that waits for them. To start a process at the moment of a fault would take so long on a busy machine
 * that what was unanswered has been answered before the signal is there. The shell ends with the drill.
 */
final class Signals implements AutoCloseable {
    private final Process shell;
    private final Writer requests;
    private final BufferedReader replies;

    Signals() throws IOException {
        shell = new ProcessBuilder(
                        "sh", "-c", "while read name pid; do kill -$name $pid && echo sent || echo failed; done")
                .redirectErrorStream(true)
                .start();
        requests = shell.outputWriter(StandardCharsets.UTF_8);
        replies = new BufferedReader(new InputStreamReader(shell.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Sends one. When this returns, it is there. */
    synchronized void send(final String name, final long pid) throws IOException {
        requests.write(name + " " + pid + "\n");
        requests.flush();
        final String reply = replies.readLine();
        if (!"sent".equals(reply)) {
            throw new IOException("a signal could not be sent: signal=" + name + ", pid=" + pid + ", " + reply);
        }
    }

    @Override
    public void close() {
        shell.destroyForcibly();
    }
}
