// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ResultCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The order that the tables go by is the order that users read. */
class CheckOrderTest {
    private static final Pattern QUOTED = Pattern.compile("`([A-Z0-9_]+)`");
    private static final Set<String> CODES =
            Arrays.stream(ResultCode.values()).map(Enum::name).collect(Collectors.toSet());

    @Test
    void shouldBeTheOrderOfTheDocument() throws IOException {
        final Map<CheckOrder, String> headings = new EnumMap<>(CheckOrder.class);
        headings.put(CheckOrder.HEAD, "Every command, first:");
        headings.put(CheckOrder.CREATE_ACCOUNT, "createAccount");
        headings.put(CheckOrder.TRANSFER, "createTransfer, of any kind");
        headings.put(CheckOrder.SINGLE_AND_PENDING, "then, single-phase and pending");
        headings.put(CheckOrder.POST_AND_VOID, "or, post and void");
        headings.put(CheckOrder.SET_CREDIT_LIMIT, "setCreditLimit");
        headings.put(CheckOrder.RESOLVE, "resolve");
        final String document = Files.readString(document(), StandardCharsets.UTF_8);

        headings.forEach((order, heading) -> {
            final List<ResultCode> documented = codes(document, heading);
            final List<ResultCode> checks = order.checks();
            // A list has the seam, or the part of the head that its command can fail, before its own checks.
            assertEquals(documented, checks.subList(checks.size() - documented.size(), checks.size()), heading);
            assertTrue(checks.size() - documented.size() <= 4, heading);
        });
    }

    private static List<ResultCode> codes(final String document, final String heading) {
        final int start = document.indexOf("\n**" + heading + "**\n");
        assertTrue(start >= 0, heading);
        final int next = document.indexOf("\n**", start + heading.length());
        final int end = Math.min(next < 0 ? document.length() : next, document.indexOf("\n## ", start));
        final List<ResultCode> codes = new ArrayList<>();
        for (final String paragraph : document.substring(start + 1, end).split("\n\n")) {
            final Matcher matcher = QUOTED.matcher(paragraph);
            while (paragraph.matches("(?s)\\d+\\. .*") && matcher.find()) {
                if (CODES.contains(matcher.group(1))) {
                    codes.add(ResultCode.valueOf(matcher.group(1)));
                }
            }
        }
        return codes;
    }

    private static Path document() {
        Path path = Path.of("").toAbsolutePath();
        while (path != null && !Files.isDirectory(path.resolve(".mvn"))) {
            path = path.getParent();
        }
        return Path.of(path == null ? "" : path.toString(), "docs", "ledger.md");
    }
}
