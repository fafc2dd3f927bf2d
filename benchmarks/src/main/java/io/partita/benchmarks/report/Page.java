// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** One HTML page of what {@code benchmarks/figures} left in a folder. It loads nothing. */
public final class Page {
    private static final List<String> ORDER = List.of(
            "steps",
            "parts",
            "kinds",
            "digest",
            "growth",
            "growth-small",
            "within",
            "queries",
            "throughput",
            "latency",
            "garbage",
            "journals",
            "tls",
            "failover",
            "start",
            "budget");

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Partita: what was measured</title><style>
            :root{color-scheme:light dark;--ink:#1c1e21;--soft:#6a7078;--line:#dfe2e6;--paper:#fff;
            --c0:#0060c0;--c1:#c04000;--c2:#008050;--c3:#9030b0;--c4:#a07000;--c5:#c02060;--c6:#007890;--c7:#606870}
            @media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--soft:#9aa2aa;--line:#34393f;--paper:#16181b;
            --c0:#60a8ff;--c1:#ff9060;--c2:#50d090;--c3:#d090f0;--c4:#e0b840;--c5:#ff80b0;--c6:#50c8e0;--c7:#a8b0b8}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:64rem;
            margin:2rem auto;padding:0 1rem}
            h2{margin:2.5rem 0 .3rem}p{color:var(--soft);margin:.3rem 0}div{overflow-x:auto}
            table{border-collapse:collapse;font-size:13px;margin:.8rem 0}
            td,th{border-bottom:1px solid var(--line);padding:.2rem .7rem .2rem 0;text-align:left;white-space:nowrap;
            font-variant-numeric:tabular-nums}
            svg{width:100%;min-width:40rem;font-size:12px}svg text{fill:var(--soft)}
            svg path{fill:none;stroke-width:2}svg path.grid{stroke:var(--line);stroke-width:1}
            .dashed{stroke-dasharray:5 4}
            """;

    private final StringBuilder out = new StringBuilder(HEAD);

    private Page() {}

    /**
     * Renders it.
     *
     * @param folder with a JSON file or a Markdown table per section, or both.
     * @return the page; without sections it says so.
     * @throws IOException if the folder cannot be read.
     */
    public static String of(final Path folder) throws IOException {
        final Page page = new Page();
        for (int i = 0; i < Plot.COLOURS; i++) {
            page.out
                    .append("path.c")
                    .append(i)
                    .append("{stroke:var(--c")
                    .append(i)
                    .append(")}circle.c");
            page.out.append(i).append("{fill:var(--c").append(i).append(")}\n");
        }
        page.out.append("</style></head><body><h1>Partita: what was measured</h1>\n");
        final List<String> sections = sections(folder);
        if (sections.isEmpty()) {
            page.out.append("<p>The folder has no figures yet: <code>benchmarks/figures</code>.</p>\n");
        }
        for (final String section : sections) {
            page.section(folder, section);
        }
        return page.out.append("</body></html>\n").toString();
    }

    private static List<String> sections(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            final List<String> found = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json") || name.endsWith(".md"))
                    .map(name -> name.substring(0, name.lastIndexOf('.')))
                    .distinct()
                    .sorted()
                    .toList();
            final List<String> ordered = new ArrayList<>(ORDER);
            ordered.retainAll(found);
            found.stream().filter(name -> !ordered.contains(name)).forEach(ordered::add);
            return ordered;
        }
    }

    private void section(final Path folder, final String name) throws IOException {
        out.append("<h2>").append(Plot.escape(name)).append("</h2>\n");
        final Path json = folder.resolve(name + ".json");
        final Path table = folder.resolve(name + ".md");
        if (Files.exists(json)) {
            final Map<String, Object> figures = Json.object(Files.readString(json));
            if (!Files.exists(table)) {
                out.append("<p>").append(Plot.escape(machine(figures))).append("</p>\n");
            }
            for (final Plot plot : Plots.of(name, figures)) {
                out.append("<div>").append(plot.svg()).append("</div>\n");
            }
        }
        if (Files.exists(table)) {
            markdown(Files.readAllLines(table));
        }
    }

    private static String machine(final Map<String, Object> figures) {
        return Json.string(figures, "processor") + ", " + Json.string(figures, "kernel") + "; "
                + Json.string(figures, "jdk") + "; commit " + Json.string(figures, "commit");
    }

    /** Paragraphs and tables: all that the benchmarks write. */
    private void markdown(final List<String> lines) {
        boolean isTable = false;
        for (final String line : lines) {
            final boolean isRow = line.startsWith("|");
            if (isRow != isTable) {
                out.append(isRow ? "<div><table>\n" : "</table></div>\n");
            }
            if (!isRow && !line.isBlank()) {
                out.append("<p>").append(Plot.escape(line).replace("`", "")).append("</p>\n");
            } else if (isRow && !line.startsWith("|---")) {
                final String cell = isTable ? "td" : "th";
                out.append("<tr>");
                for (final String each :
                        line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
                    out.append("<").append(cell).append(">").append(Plot.escape(each.strip()));
                    out.append("</").append(cell).append(">");
                }
                out.append("</tr>\n");
            }
            isTable = isRow;
        }
        if (isTable) {
            out.append("</table></div>\n");
        }
    }
}
