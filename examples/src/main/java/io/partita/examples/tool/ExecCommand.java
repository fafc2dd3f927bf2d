// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.exec.ExecLedger;
import io.partita.examples.exec.ExecSession;
import io.partita.examples.terminal.ToolException;
import io.partita.examples.text.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code partita exec}. */
@Command(
        name = "exec",
        description = "Runs JSON lines against an embedded ledger: one object a line in, one a line out.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Example:",
            "  echo '{\"op\":\"createAccounts\",\"events\":[{\"id\":1,\"ledger\":826,\"code\":1}]}' \\",
            "    | partita exec --clock manual"
        })
final class ExecCommand implements Callable<Integer> {
    @Option(
            names = "--clock",
            paramLabel = "system|manual",
            defaultValue = "system",
            description = "manual: starts at 0 and moves with the lines and with advance (default: system)")
    @SuppressWarnings("NullAway.Init")
    private Clock clock;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "makes it durable: the ledger lives in this folder and goes on where it was")
    private @Nullable Path data;

    @Parameters(
            paramLabel = "FILE|-",
            arity = "0..1",
            defaultValue = "-",
            description = "the lines (default: standard input)")
    @SuppressWarnings("NullAway.Init")
    private String file;

    /** Which clock stamps. */
    enum Clock {
        system,
        manual
    }

    @Override
    public Integer call() throws IOException {
        try (InputStream in = open();
                LineReader lines = new LineReader(in, ExecSession.LINE_LENGTH_MAX);
                ExecLedger ledger = new ExecLedger(data, clock == Clock.manual);
                PrintStream out = Lines.toStandardOutput()) {
            new ExecSession(ledger).run(lines, out);
            if (out.checkError()) {
                throw ToolException.failed(
                        "OUTPUT_CLOSED", "standard output was closed early", "let the reader read to the end");
            }
        }

        return 0;
    }

    private InputStream open() throws IOException {
        if ("-".equals(file)) {
            return System.in;
        }
        try {
            if (Files.isDirectory(Path.of(file))) {
                throw new IOException("it is a folder");
            }
            return Files.newInputStream(Path.of(file));
        } catch (final NoSuchFileException ex) {
            throw ToolException.usage("FILE_NOT_FOUND", "there is no such file: file=" + file, "check the path");
        } catch (final IOException ex) {
            throw ToolException.usage(
                    "FILE_NOT_READABLE",
                    "cannot read: file=" + file + ", cause=" + ex,
                    "check the file and its rights");
        }
    }
}
