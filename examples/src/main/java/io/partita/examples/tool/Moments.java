// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.ToolException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times and durations, as users write and read them. */
final class Moments {
    private static final long NS_PER_S = 1_000_000_000L;
    private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,8})([smhd])");
    private static final Map<String, ChronoUnit> UNITS =
            Map.of("s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS, "d", ChronoUnit.DAYS);

    private Moments() {}

    /** Nanoseconds since 1970 of an option's value. */
    static long parse(final String option, final String text) {
        try {
            if (text.matches("[0-9]{1,19}")) {
                return Long.parseLong(text);
            }
            final Instant instant = Instant.parse(text);
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), NS_PER_S), instant.getNano());
        } catch (final DateTimeException | ArithmeticException | NumberFormatException ex) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "unreadable time: " + option + "=" + text,
                    "give nanoseconds since 1970, or a time such as 2026-01-31T12:00:00Z");
        }
    }

    /** A span of time of an option's value. */
    static Duration duration(final String option, final String text) {
        final Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "unreadable span of time: " + option + "=" + text,
                    "give a number and s, m, h or d, such as 15m, 1h or 1d");
        }
        return Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
    }

    /** A time for people, to the second. */
    static String text(final long epochNs) {
        return Instant.ofEpochSecond(epochNs / NS_PER_S).toString();
    }

    /** How long ago it was. */
    static Duration age(final long epochNs) {
        return Duration.between(Instant.ofEpochSecond(epochNs / NS_PER_S, epochNs % NS_PER_S), Instant.now());
    }
}
