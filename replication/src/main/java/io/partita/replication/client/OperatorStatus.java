// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a node is and what it knows of its cluster at a moment, for an operator. Names are those of the protocol; a release that
 * knows more passes over what it does not know.
 *
 * @param node its id.
 * @param health one word for how well it is, as in the counter of that name.
 * @param role BOOT, PASSIVE, FROZEN, ACTIVE or HALTED.
 * @param state of an active: OPENING, SERVING or HANDING_OVER; else NONE.
 * @param epoch the newest epoch it leads or promised to follow.
 * @param active id of the node it takes for the active; empty if unknown.
 * @param registerVersion of the newest value of the register it knows; 0 if it knows none.
 * @param policy AVAILABILITY or CONSISTENCY; empty if it does not know the register.
 * @param minInSync members that CONSISTENCY wants; 0 if it does not know the register.
 * @param durability MEMORY, ACTIVE_FSYNC or ALL_FSYNC; empty if it does not know the register.
 * @param gated whether only what is on its disk counts now.
 * @param lastSeq last seq in its journal.
 * @param commitSeq last seq that it knows as committed.
 * @param appliedSeq last seq in its state.
 * @param durableSeq last seq on its disk.
 * @param runningDigest its running digest at {@code appliedSeq}, in hex.
 * @param handover the last planned handover of this life of the node: NONE, PREPARING, DRAINING, DECIDING, HANDED_OVER, ABORTED.
 * @param handoverText to whom, or why not.
 * @param unclean how often operators went on with possible loss.
 * @param members all nodes of the cluster, as the register lists them.
 */
public record OperatorStatus(
        String node,
        String health,
        String role,
        String state,
        long epoch,
        String active,
        long registerVersion,
        String policy,
        int minInSync,
        String durability,
        boolean gated,
        long lastSeq,
        long commitSeq,
        long appliedSeq,
        long durableSeq,
        String runningDigest,
        String handover,
        String handoverText,
        long unclean,
        List<Member> members) {
    /**
     * A node of the cluster as seen by the one that tells.
     *
     * @param node its id.
     * @param inSync whether the register lists it as in sync.
     * @param link SELF; from an active to others STREAMING, WELCOMED or NONE; from a standby to its active FOLLOWING or NONE;
     *     UNKNOWN between standbys.
     * @param matchedSeq what it acknowledged to the active that tells; -1 if unknown.
     * @param appliedSeq what it applied, as it told that active; -1 if unknown.
     */
    public record Member(String node, boolean inSync, String link, long matchedSeq, long appliedSeq) {}

    /** Copies the list. */
    public OperatorStatus {
        members = List.copyOf(members);
    }

    /**
     * Whether it takes and answers commands.
     *
     * @return true on an active that serves.
     */
    public boolean isServing() {
        return role.equals("ACTIVE") && state.equals("SERVING");
    }

    /**
     * Whether somebody else took over from it before it served.
     *
     * @param handedOverEpoch the epoch that it was handed.
     * @return true if it leads no more, and knows of a newer epoch.
     */
    public boolean isDeposed(final long handedOverEpoch) {
        return epoch > handedOverEpoch && !role.equals("ACTIVE");
    }

    /**
     * As fields of a reply.
     *
     * @return by name.
     */
    public Map<String, String> toFields() {
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put("node", node);
        fields.put("health", health);
        fields.put("role", role);
        fields.put("state", state);
        fields.put("epoch", Long.toString(epoch));
        fields.put("active", active);
        fields.put("registerVersion", Long.toString(registerVersion));
        fields.put("policy", policy);
        fields.put("minInSync", Integer.toString(minInSync));
        fields.put("durability", durability);
        fields.put("gated", Boolean.toString(gated));
        fields.put("lastSeq", Long.toString(lastSeq));
        fields.put("commitSeq", Long.toString(commitSeq));
        fields.put("appliedSeq", Long.toString(appliedSeq));
        fields.put("durableSeq", Long.toString(durableSeq));
        fields.put("runningDigest", runningDigest);
        fields.put("handover", handover);
        fields.put("handoverText", handoverText);
        fields.put("unclean", Long.toString(unclean));
        for (int i = 0; i < members.size(); i++) {
            final Member member = members.get(i);
            fields.put("member." + i + ".node", member.node());
            fields.put("member." + i + ".inSync", Boolean.toString(member.inSync()));
            fields.put("member." + i + ".link", member.link());
            fields.put("member." + i + ".matchedSeq", Long.toString(member.matchedSeq()));
            fields.put("member." + i + ".appliedSeq", Long.toString(member.appliedSeq()));
        }
        return fields;
    }

    /**
     * From the fields of a reply.
     *
     * @param fields by name; what is missing is empty or 0.
     * @return the status.
     * @throws IllegalArgumentException if a number is none.
     */
    public static OperatorStatus of(final Map<String, String> fields) {
        final List<Member> members = new ArrayList<>();
        for (int i = 0; fields.containsKey("member." + i + ".node"); i++) {
            members.add(new Member(
                    text(fields, "member." + i + ".node"),
                    Boolean.parseBoolean(text(fields, "member." + i + ".inSync")),
                    text(fields, "member." + i + ".link"),
                    number(fields, "member." + i + ".matchedSeq"),
                    number(fields, "member." + i + ".appliedSeq")));
        }
        return new OperatorStatus(
                text(fields, "node"),
                text(fields, "health"),
                text(fields, "role"),
                text(fields, "state"),
                number(fields, "epoch"),
                text(fields, "active"),
                number(fields, "registerVersion"),
                text(fields, "policy"),
                (int) number(fields, "minInSync"),
                text(fields, "durability"),
                Boolean.parseBoolean(text(fields, "gated")),
                number(fields, "lastSeq"),
                number(fields, "commitSeq"),
                number(fields, "appliedSeq"),
                number(fields, "durableSeq"),
                text(fields, "runningDigest"),
                text(fields, "handover"),
                text(fields, "handoverText"),
                number(fields, "unclean"),
                members);
    }

    private static String text(final Map<String, String> fields, final String name) {
        return fields.getOrDefault(name, "");
    }

    private static long number(final Map<String, String> fields, final String name) {
        final String text = fields.getOrDefault(name, "");
        return text.isEmpty() ? 0 : Long.parseLong(text);
    }
}
