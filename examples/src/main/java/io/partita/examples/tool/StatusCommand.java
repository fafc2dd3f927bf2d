// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.terminal.Errors;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.Reporting;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorStatus;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code partita status}. */
@Command(
        name = "status",
        description =
                "Asks running nodes what they are and what they know of the cluster. Exit code 0 if every node that was"
                        + " asked answers and is well and, with --config, one serves with all members in sync.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example: partita status --config a.properties --json"})
final class StatusCommand extends Reporting {
    private static final Set<String> WELL = Set.of("SERVING", "STANDBY");

    @Mixin
    private final ClusterOptions cluster = new ClusterOptions();

    @Override
    public Integer call() {
        final Output output = output();
        final Map<String, InetSocketAddress> nodes = cluster.nodes();
        final List<Map<String, @Nullable Object>> reports = new ArrayList<>();
        OperatorStatus active = null;
        boolean isWell = true;
        try (OperatorClient client = cluster.connect()) {
            for (final Map.Entry<String, InetSocketAddress> node : nodes.entrySet()) {
                final String address =
                        node.getValue().getHostString() + ":" + node.getValue().getPort();
                try {
                    final OperatorStatus status = client.status(node.getValue());
                    reports.add(report(status, address));
                    tell(output, status, address);
                    isWell &= WELL.contains(status.health());
                    if (status.isServing() && (active == null || status.epoch() > active.epoch())) {
                        active = status;
                    }
                } catch (final PartitaException e) {
                    isWell = false;
                    reports.add(unreachable(node.getKey(), address, e));
                    output.line(node.getKey() + "  " + address + "  NO ANSWER");
                    output.warn("partita: " + e.code() + ": " + Errors.causeOf(e));
                    output.warn("  next: " + e.nextStep());
                }
            }
        }
        final boolean isOk = isWell && (!cluster.isWhole() || active != null);
        final Map<String, @Nullable Object> result = new LinkedHashMap<>();
        result.put("ok", isOk);
        result.put("active", active == null ? null : active.node());
        result.put("epoch", active == null ? null : active.epoch());
        result.put("nodes", reports);
        output.result(result);
        if (cluster.isWhole() && active == null) {
            output.warn("partita: NO_ACTIVE: no node serves");
            output.warn(
                    "  next: start the nodes that are down; a take-over takes about a second where a node only hangs");
        }

        return isOk ? 0 : ToolException.FAILED;
    }

    private static void tell(final Output output, final OperatorStatus status, final String address) {
        output.line(status.node() + "  " + address + "  " + status.health() + "  epoch=" + status.epoch() + " active="
                + status.active() + " lastSeq=" + status.lastSeq() + " commitSeq=" + status.commitSeq() + " appliedSeq="
                + status.appliedSeq() + " digest=" + status.runningDigest());
        if (status.role().equals("ACTIVE")) {
            for (final OperatorStatus.Member member : status.members()) {
                if (!member.node().equals(status.node())) {
                    output.line("  " + member.node() + ": " + (member.inSync() ? "in sync" : "NOT in sync") + ", link="
                            + member.link() + ", behind=" + Math.max(0, status.lastSeq() - member.matchedSeq()));
                }
            }
            output.line("  policy=" + status.policy() + " minInSync=" + status.minInSync() + " durability="
                    + status.durability() + (status.gated() ? ", each answer is on disk first" : ""));
        }
        if (!status.handover().equals("NONE")) {
            output.line("  last handover by this node: " + status.handover() + " " + status.handoverText());
        }
    }

    private static Map<String, @Nullable Object> report(final OperatorStatus status, final String address) {
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("id", status.node());
        report.put("address", address);
        report.put("reachable", true);
        report.put("health", status.health());
        report.put("role", status.role());
        report.put("state", status.state());
        report.put("epoch", status.epoch());
        report.put("active", status.active());
        report.put("registerVersion", status.registerVersion());
        report.put("policy", status.policy());
        report.put("minInSync", status.minInSync());
        report.put("durability", status.durability());
        report.put("gated", status.gated());
        report.put("lastSeq", status.lastSeq());
        report.put("commitSeq", status.commitSeq());
        report.put("appliedSeq", status.appliedSeq());
        report.put("durableSeq", status.durableSeq());
        report.put("runningDigest", status.runningDigest());
        report.put("handover", status.handover());
        report.put("handoverText", status.handoverText());
        report.put("unclean", status.unclean());
        final List<Map<String, @Nullable Object>> members = new ArrayList<>();
        for (final OperatorStatus.Member member : status.members()) {
            final Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("id", member.node());
            one.put("inSync", member.inSync());
            one.put("link", member.link());
            one.put("matchedSeq", member.matchedSeq() < 0 ? null : member.matchedSeq());
            one.put("appliedSeq", member.appliedSeq() < 0 ? null : member.appliedSeq());
            members.add(one);
        }
        report.put("members", members);

        return report;
    }

    private static Map<String, @Nullable Object> unreachable(
            final String node, final String address, final PartitaException problem) {
        final Map<String, @Nullable Object> error = new LinkedHashMap<>();
        error.put("code", problem.code().name());
        error.put("message", Errors.causeOf(problem));
        error.put("next", problem.nextStep());
        final Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("id", node);
        report.put("address", address);
        report.put("reachable", false);
        report.put("error", error);

        return report;
    }
}
