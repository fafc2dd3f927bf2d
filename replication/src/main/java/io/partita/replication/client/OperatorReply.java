// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * A node's answer to an operator. Part of the wire format between clients and nodes.
 *
 * @param ok whether it was done.
 * @param code if not: a stable code, an {@code ErrorCode} as a rule, or {@link #NOT_ACTIVE}; else empty.
 * @param cause if not: why; else what was done.
 * @param nextStep if not: what to do about it; else empty.
 * @param fields what there is to tell, by name.
 */
public record OperatorReply(boolean ok, String code, String cause, String nextStep, Map<String, String> fields) {
    /** The node is not the active: field {@link #ACTIVE} says who is, as far as it knows. */
    public static final String NOT_ACTIVE = "NOT_ACTIVE";
    /** Field: id of the active. */
    public static final String ACTIVE = "active";
    /** Field of a switchover: id of the node that was active. */
    public static final String FROM = "from";
    /** Field: the epoch. */
    public static final String EPOCH = "epoch";

    /** Copies the fields. */
    public OperatorReply {
        fields = new LinkedHashMap<>(fields);
    }

    /**
     * It was done.
     *
     * @param text what.
     * @param fields to tell.
     * @return the reply.
     */
    public static OperatorReply done(final String text, final Map<String, String> fields) {
        return new OperatorReply(true, "", text, "", fields);
    }

    /**
     * It was not done.
     *
     * @param code a stable code.
     * @param cause why.
     * @param nextStep what to do about it.
     * @return the reply.
     */
    public static OperatorReply refused(final String code, final String cause, final String nextStep) {
        return new OperatorReply(false, code, cause, nextStep, Map.of());
    }

    /**
     * A field.
     *
     * @param name of the field.
     * @return empty if it is not there.
     */
    public String field(final String name) {
        return fields.getOrDefault(name, "");
    }

    /**
     * As the body of a result.
     *
     * @return the bytes.
     */
    public byte[] encode() {
        final Map<String, String> all = new LinkedHashMap<>();
        all.put("ok", Boolean.toString(ok));
        all.put("code", code);
        all.put("cause", cause);
        all.put("next", nextStep);
        fields.forEach((name, value) -> all.put("field." + name, value));
        return OperatorText.encode(all);
    }

    /**
     * Reads such a body.
     *
     * @param buffer with the body.
     * @param offset of the body.
     * @param length of the body.
     * @return the reply.
     * @throws IllegalArgumentException if it is none.
     */
    public static OperatorReply decode(final DirectBuffer buffer, final int offset, final int length) {
        final Map<String, String> all = OperatorText.decode(buffer, offset, length);
        final Map<String, String> fields = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith("field.")) {
                fields.put(name.substring("field.".length()), value);
            }
        });
        final String ok = all.get("ok");
        if (ok == null) {
            throw new IllegalArgumentException("no reply to an operator");
        }
        return new OperatorReply(
                Boolean.parseBoolean(ok),
                all.getOrDefault("code", ""),
                all.getOrDefault("cause", ""),
                all.getOrDefault("next", ""),
                fields);
    }
}
