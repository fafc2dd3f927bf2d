// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.journals;

import io.partita.benchmarks.load.Figures;
import java.util.Locale;

/** The figures of records appended and forced one by one. */
public final class JournalsReport {
    private JournalsReport() {}

    /**
     * For people.
     *
     * @param figures of {@link AppendForce}, in all rounds.
     * @return Markdown.
     */
    public static String records(final Figures figures) {
        final StringBuilder out = new StringBuilder("| transfers per force | the disk, p50 / p99 us |");
        for (final JournalKind kind : JournalKind.values()) {
            out.append(' ').append(kind.label()).append(" |");
        }
        out.append("\n|---|---|").append("---|".repeat(JournalKind.values().length));
        for (final int transfers : AppendForce.TRANSFERS) {
            out.append(String.format(Locale.ROOT, "%n| %,d |", transfers))
                    .append(cell(figures, AppendForce.DISK, transfers));
            for (final JournalKind kind : JournalKind.values()) {
                out.append(cell(figures, kind.name(), transfers));
            }
        }
        return out.append('\n').toString();
    }

    private static String cell(final Figures figures, final String kind, final int transfers) {
        final String p50 = AppendForce.name(kind, transfers, "p50");
        return String.format(
                Locale.ROOT,
                " %,.0f (%,.0f-%,.0f) / %,.0f |",
                figures.median(p50),
                figures.min(p50),
                figures.max(p50),
                figures.median(AppendForce.name(kind, transfers, "p99")));
    }
}
