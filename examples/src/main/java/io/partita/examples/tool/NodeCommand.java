// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.node.NodeConfig;
import io.partita.examples.node.NodeConfigTable;
import io.partita.examples.node.ReferenceNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code partita node}. */
@Command(
        name = "node",
        description = "Runs one long-running node until SIGTERM. Prints one JSON object a line when something happens.",
        mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
    @Option(names = "--config", paramLabel = "FILE", required = true, description = "the node's .properties file")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "overrides a key of the file; may be repeated")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(
            names = "--new-lineage",
            description =
                    "once, after a halt whose cause is cleared: it is nobody's member until it has caught up with a node that"
                            + " serves")
    private boolean isNewLineage;

    @Override
    public Integer call() throws InterruptedException {
        return new ReferenceNode(NodeConfig.read(config, overrides), System.out)
                .newLineage(isNewLineage)
                .run();
    }

    /** Puts the table of keys under the help. */
    static void addTable(final CommandLine command) {
        final List<String> footer = new ArrayList<>();
        footer.add("");
        footer.add("Keys:");
        for (final String line : NodeConfigTable.text()) {
            footer.add("  " + line.replace("%", "%%"));
        }
        footer.add("");
        footer.add("Example: partita node --config a.properties -D durability=all-fsync, with a.properties:");
        for (final String line : NodeConfigTable.example()) {
            footer.add("  " + line);
        }
        command.getCommandSpec().usageMessage().footer(footer.toArray(new String[0]));
    }
}
