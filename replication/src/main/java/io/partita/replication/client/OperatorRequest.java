// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * What an operator asks of a running node. Part of the wire format between clients and nodes.
 *
 * @param operation {@link #STATUS}, {@link #SWITCHOVER}, or one that a later release knows.
 * @param arguments its arguments by name.
 */
public record OperatorRequest(String operation, Map<String, String> arguments) {
    /** What the node is, and what it knows of the cluster: {@link OperatorStatus}. Any node answers. */
    public static final String STATUS = "status";
    /** Hands over to a standby (R29): {@link #TO}, or the fittest. The active only. */
    public static final String SWITCHOVER = "switchover";
    /** Argument: id of the node to hand over to. */
    public static final String TO = "to";
    /** Argument: who says they ask; what they are allowed depends on what the link knows of them, not on this. */
    public static final String BY = "by";

    private static final String OPERATION = "operation";

    /** Copies the arguments. */
    public OperatorRequest {
        arguments = new LinkedHashMap<>(arguments);
    }

    /**
     * Asks for the status.
     *
     * @return the request.
     */
    public static OperatorRequest status() {
        return new OperatorRequest(STATUS, Map.of());
    }

    /**
     * Asks for a planned handover.
     *
     * @param to node id; empty for the fittest standby.
     * @param by who asks, for the audit; empty if unknown.
     * @return the request.
     */
    public static OperatorRequest switchover(final String to, final String by) {
        final Map<String, String> arguments = new LinkedHashMap<>();
        if (!to.isEmpty()) {
            arguments.put(TO, to);
        }
        if (!by.isEmpty()) {
            arguments.put(BY, by);
        }
        return new OperatorRequest(SWITCHOVER, arguments);
    }

    /**
     * An argument.
     *
     * @param name of the argument.
     * @return empty if it was not given.
     */
    public String argument(final String name) {
        return arguments.getOrDefault(name, "");
    }

    /**
     * As the body of a request of kind {@link RequestKinds#OPERATOR}.
     *
     * @return the bytes.
     * @throws IllegalArgumentException if it is too long.
     */
    public byte[] encode() {
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put(OPERATION, operation);
        fields.putAll(arguments);
        return OperatorText.encode(fields);
    }

    /**
     * Reads such a body.
     *
     * @param buffer with the body.
     * @param offset of the body.
     * @param length of the body.
     * @return the request.
     * @throws IllegalArgumentException if it is none.
     */
    public static OperatorRequest decode(final DirectBuffer buffer, final int offset, final int length) {
        final Map<String, String> fields = OperatorText.decode(buffer, offset, length);
        final String operation = fields.remove(OPERATION);
        if (operation == null) {
            throw new IllegalArgumentException("no operation");
        }
        return new OperatorRequest(operation, fields);
    }
}
