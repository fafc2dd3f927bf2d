// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.model.UserStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whether docs/ names the codes that there are: all of them, and no other. */
class DocumentationTest {
    private static final Path ROOT = root();
    private static final Pattern CODE_AT_ROW_START = Pattern.compile("(?m)^\\| `([^`]+)`");
    private static final Pattern NUMBERED = Pattern.compile("(\\d+ `[^`]+`)");
    private static final Pattern UPPER_CASE = Pattern.compile("`([A-Z][A-Z0-9_]*[A-Z0-9])`");

    @Test
    void shouldExplainEveryErrorCodeOnceAndNoOther() {
        final List<String> explained = matches(CODE_AT_ROW_START, read("docs/errors.md"));

        assertEquals(Arrays.stream(ErrorCode.values()).map(Enum::name).toList(), explained);
    }

    @Test
    void shouldNotNameCodesThatDoNotExist() {
        final Set<String> known = new TreeSet<>();
        Arrays.stream(ResultCode.values()).map(Enum::name).forEach(known::add);
        for (long outcome = Outcome.BACK_PRESSURED; outcome >= Outcome.DENIED; outcome--) {
            known.add(Outcome.name(outcome));
        }
        final String checks = section(read("docs/ledger.md"), "## The checks, in order")
                + section(read("docs/ledger.md"), "## Outcomes that are not result codes");

        final Set<String> unknown = new TreeSet<>(matches(UPPER_CASE, checks));
        unknown.removeAll(known);
        unknown.remove("DEBITS_MUST_NOT_EXCEED_CREDITS"); // a flag
        assertEquals(Set.of(), unknown);
    }

    @Test
    void shouldPlaceEveryResultCodeInTheOrderOfChecks() {
        final List<String> placed = matches(UPPER_CASE, section(read("docs/ledger.md"), "## The checks, in order"));

        for (final ResultCode code : ResultCode.values()) {
            assertTrue(placed.contains(code.name()), code.name());
        }
    }

    @Test
    void shouldExplainEveryOutcome() {
        final List<String> explained =
                matches(CODE_AT_ROW_START, section(read("docs/ledger.md"), "## Outcomes that are not result codes"));

        for (long outcome = Outcome.BACK_PRESSURED; outcome >= Outcome.DENIED; outcome--) {
            assertTrue(explained.contains(Outcome.name(outcome)), Outcome.name(outcome));
        }
    }

    /** Else the digests could not be recomputed from the page that specifies them. */
    @Test
    void shouldGiveTheNumberOfEachNameThatTheDigestsHash() throws IllegalAccessException {
        final String numbers = section(read("docs/ledger-digests.md"), "## Numbers");

        assertEquals(
                Arrays.stream(ResultCode.values())
                        .map(code -> numbered(code.code(), code.name()))
                        .toList(),
                matches(NUMBERED, paragraph(numbers, "Result codes")));
        assertEquals(bits(AccountFlags.class), matches(NUMBERED, paragraph(numbers, "Bits of an account's flags")));
        assertEquals(bits(TransferFlags.class), matches(NUMBERED, paragraph(numbers, "Bits of a transfer's flags")));
        assertEquals(
                Arrays.stream(UserStatus.values())
                        .filter(status -> status != UserStatus.NOT_CONFIGURED) // never journaled
                        .map(status -> numbered(status.code(), status.name()))
                        .toList(),
                matches(NUMBERED, paragraph(numbers, "Status of a command of the user's own logic")));
    }

    private static List<String> bits(final Class<?> flags) throws IllegalAccessException {
        final List<String> bits = new ArrayList<>();
        for (final Field flag : flags.getFields()) {
            if (!"ALL".equals(flag.getName())) {
                bits.add(numbered(Integer.numberOfTrailingZeros(flag.getInt(null)), flag.getName()));
            }
        }
        bits.sort(Comparator.naturalOrder());
        return bits;
    }

    private static String numbered(final int number, final String name) {
        return number + " `" + name + "`";
    }

    /** From a heading in bold to the next blank line. */
    private static String paragraph(final String text, final String heading) {
        final int start = text.indexOf("\n**" + heading);
        assertTrue(start >= 0, heading);
        final int end = text.indexOf("\n\n", start);
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }

    private static List<String> matches(final Pattern pattern, final String text) {
        return pattern.matcher(text).results().map(each -> each.group(1)).toList();
    }

    /** From a heading to the next one of its level. */
    private static String section(final String text, final String heading) {
        final int start = text.indexOf("\n" + heading);
        assertTrue(start >= 0, heading);
        final int end = text.indexOf("\n## ", start + heading.length());
        return end < 0 ? text.substring(start) : text.substring(start, end);
    }

    private static String read(final String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (final IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    private static Path root() {
        Path path = Path.of("").toAbsolutePath();
        while (path != null && !Files.isDirectory(path.resolve(".mvn"))) {
            path = path.getParent();
        }
        return path == null ? Path.of("") : path;
    }
}
