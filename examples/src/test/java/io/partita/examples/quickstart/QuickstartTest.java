// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartTest {
    private static final int SCREEN_LINES = 60;

    @Test
    void shouldChangeNothingTheSecondTime(@TempDir final Path folder) {
        final String first = run(folder);
        final String second = run(folder);

        assertEquals(3, first.split("CREATED", -1).length - 1, first);
        assertEquals(3, second.split("EXISTS", -1).length - 1, second);
    }

    @Test
    void shouldFitOneScreen() throws IOException {
        final Path source = Path.of("src/main/java/io/partita/examples/quickstart/Quickstart.java");

        assertTrue(Files.readAllLines(source).size() <= SCREEN_LINES);
    }

    private static String run(final Path folder) {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        final PrintStream stdout = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            Quickstart.main(new String[] {folder.toString()});
        } finally {
            System.setOut(stdout);
        }

        return bytes.toString(StandardCharsets.UTF_8);
    }
}
