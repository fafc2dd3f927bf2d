// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import java.util.ArrayList;
import java.util.List;

/** The table of keys, for the help and for docs/node-configuration.md. */
public final class NodeConfigTable {
    private NodeConfigTable() {}

    /**
     * The page of the documentation.
     *
     * @return Markdown.
     */
    public static String markdown() {
        final StringBuilder page = new StringBuilder();
        page.append("# Configuration of a node\n\n");
        page.append(
                "`partita node --config FILE` reads a `.properties` file (UTF-8). `-D KEY=VALUE` after `node` overrides a key.\n");
        page.append(
                "An unknown key, a missing required key and a value out of range are errors: the node does not start.\n");
        page.append("This page is generated from the table that the loader itself uses; a test keeps them equal.\n\n");
        page.append("| key | unit | default | range | meaning |\n|---|---|---|---|---|\n");
        for (final NodeKey key : NodeKeys.ALL) {
            page.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(key.unit())
                    .append(" | ");
            page.append(key.isRequired() ? "required" : "`" + key.defaultValue() + "`");
            page.append(" | ")
                    .append(key.range())
                    .append(" | ")
                    .append(key.meaning())
                    .append(" |\n");
        }
        page.append("\nExample, the first node of a pair on one machine:\n\n```properties\n");
        page.append(String.join("\n", example())).append("\n```\n");

        return page.toString();
    }

    /**
     * The table as text for a terminal.
     *
     * @return lines.
     */
    public static List<String> text() {
        final List<String> lines = new ArrayList<>();
        for (final NodeKey key : NodeKeys.ALL) {
            lines.add(key.name() + "  [" + key.unit() + "]  "
                    + (key.isRequired() ? "required" : "default " + key.defaultValue()) + "; " + key.range());
            lines.add("    " + key.meaning());
        }
        return lines;
    }

    /**
     * A configuration file that works on one machine.
     *
     * @return its lines.
     */
    public static List<String> example() {
        return List.of(
                "cluster.id=000102030405060708090a0b0c0d0e0f",
                "node.id=a",
                "data.folder=/var/lib/partita/a",
                "members=a,b",
                "member.a.peers=127.0.0.1:7101",
                "member.a.clients=127.0.0.1:7201",
                "member.b.peers=127.0.0.1:7102",
                "member.b.clients=127.0.0.1:7202",
                "register.folder=/var/lib/partita/register",
                "bootstrap=true");
    }
}
