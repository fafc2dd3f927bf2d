// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.testing.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PreflightTest {
    @Test
    void shouldFindAllFlagsInThisJvm() {
        assertEquals(List.of(), Preflight.missing());
        Preflight.check();
    }

    @Test
    void shouldNameEveryMissingFlagAndTheFileInOneMessage() throws IOException {
        final String output = ChildJvm.run(ChildJvm.command(false, LaunchMain.class));

        assertTrue(output.contains("JVM_FLAGS_MISSING"), output);
        assertEquals(flagsThatMatter(), listed(output), output);
        assertTrue(output.contains("META-INF/partita.jvm"), output);
        assertTrue(output.contains("next: "), output);
        assertFalse(output.contains("\tat "), "a stack trace: " + output);
        assertTrue(output.contains("exit by message"), output);
    }

    @Test
    void shouldNameOnlyTheMissingOnes() throws IOException {
        final ProcessBuilder builder = ChildJvm.command(false, LaunchMain.class);
        final String given = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED";
        builder.command().add(1, given);

        final List<String> expected = new ArrayList<>(flagsThatMatter());
        assertTrue(expected.remove(given));
        assertEquals(expected, listed(ChildJvm.run(builder)));
    }

    private static List<String> listed(final String output) {
        return output.lines()
                .map(String::trim)
                .filter(line -> line.startsWith("--"))
                .toList();
    }

    private static List<String> flagsThatMatter() throws IOException {
        try (InputStream file = PreflightTest.class.getClassLoader().getResourceAsStream(Preflight.RESOURCE)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.startsWith("--add-opens=") || line.startsWith("--add-exports="))
                    .filter(line -> !line.contains("jdk.unsupported/")) // exported to everybody by its own module
                    .toList();
        }
    }

    /** What a user's program does. */
    static final class LaunchMain {
        private LaunchMain() {}

        public static void main(final String[] args) {
            try (Ledger ledger = Ledger.launch(new LedgerContext().ephemeral())) {
                System.out.println("launched " + ledger);
            } catch (final PartitaException error) {
                System.out.println(error.getMessage());
                System.out.println("exit by message");
            }
        }
    }
}
