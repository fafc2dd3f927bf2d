// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.node.NodeConfig;
import io.partita.examples.node.ReferenceNode;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.replication.node.LossAcceptance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code partita recover}. */
@Command(
        name = "recover",
        description = {
            "Lets a stopped node go on though answered transfers may be lost: the others that had them are gone for good.",
            "The next start of the node leads; every other node that comes back follows what its journal says.",
            "Refused while a node that holds everything could be started, or one that can be reached holds more."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita recover --config b.properties --accept-loss --former /data/a"})
final class RecoverCommand extends Reporting {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            required = true,
            description = "the .properties file of the node that is to go on; it must be stopped")
    @SuppressWarnings("NullAway.Init")
    private Path config;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "overrides a key of the file; may be repeated")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--accept-loss", description = "says that you know what this gives up; required")
    private boolean isLossAccepted;

    @Option(
            names = "--former",
            paramLabel = "DIR",
            description = "data folder of another node that was in sync, to be looked at first; may be repeated")
    private List<Path> formers = new ArrayList<>();

    @Option(
            names = "--force",
            description = "looks at no other node: their data are gone for good, whatever the register says")
    private boolean isForced;

    @Option(
            names = "--new-register",
            description =
                    "the register was lost, or an older copy of it came back, and nobody has the newest: makes it anew. No node"
                            + " may run; all nodes are looked at, or --force")
    private boolean isNewRegister;

    @Option(
            names = "--who",
            paramLabel = "NAME",
            description = "who does this, for the record in the journal (default: the user of this process)")
    private @Nullable String who;

    @Override
    public Integer call() {
        if (!isLossAccepted) {
            throw ToolException.usage(
                    "WRONG_USAGE",
                    "this gives up answered transfers that only a lost node had; --accept-loss is missing",
                    "say --accept-loss if that is what you want");
        }
        final Output output = output();
        final String operator = who == null ? System.getProperty("user.name", "unknown") : who;
        final LossAcceptance.Report done;
        try {
            done = LossAcceptance.run(
                    new ReferenceNode(NodeConfig.read(config, overrides), System.out).context(),
                    new LossAcceptance.Request(formers, isForced, isNewRegister, operator));
        } catch (final IllegalArgumentException ex) {
            throw ToolException.usage("WRONG_USAGE", "--who: " + ex.getMessage(), "give a shorter, plain name");
        }
        output.line("node " + done.node() + " goes on at seq " + done.lastSeq() + " in epoch " + done.epoch()
                + "; answered transfers from seq " + done.lostPossibleFromSeq() + " on may be lost");
        output.line("  start it now; then start the others, which follow it");
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("ok", true);
        report.put("node", done.node());
        report.put("lid", done.lid().toString());
        report.put("epoch", done.epoch());
        report.put("lastSeq", done.lastSeq());
        report.put("lostPossibleFromSeq", done.lostPossibleFromSeq());
        report.put("count", done.count());
        report.put("who", operator);
        output.result(report);
        return 0;
    }
}
