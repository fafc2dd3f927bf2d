// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code partita switchover}. */
@Command(
        name = "switchover",
        description =
                "Has the active hand over to a standby, as planned: no request is refused and nothing is lost. Exit code 0"
                        + " if another node is active now and, with --config, serves.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita switchover --config a.properties --to b"})
final class SwitchoverCommand extends Reporting {
    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Option(
            names = "--to",
            paramLabel = "NODE",
            description = "id of the standby (default: the one that is least behind)")
    private String to = "";

    @Override
    public Integer call() {
        final Output output = output();
        final long startNs = System.nanoTime();
        final OperatorReply reply;
        try (OperatorClient client = cluster.connect()) {
            reply = client.switchover(cluster.nodes(), to, System.getProperty("user.name", ""));
        }
        if (!reply.ok()) {
            throw ToolException.failed(reply.code(), reply.cause(), reply.nextStep());
        }
        final double milliseconds = (System.nanoTime() - startNs) / (double) TimeUnit.MILLISECONDS.toNanos(1);
        final String active = reply.field(OperatorReply.ACTIVE);
        final Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("ok", true);
        result.put("from", reply.field(OperatorReply.FROM));
        result.put("active", active);
        result.put("epoch", Long.parseLong(reply.field(OperatorReply.EPOCH)));
        result.put("milliseconds", Math.round(milliseconds * 10) / 10.0);
        output.line("OK: " + active + " is active in epoch " + reply.field(OperatorReply.EPOCH) + ", "
                + reply.field(OperatorReply.FROM) + " follows it");
        output.result(result);

        return 0;
    }
}
