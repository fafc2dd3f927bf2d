// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * Operator requests and replies as bytes: {@code key=value} lines in UTF-8. A reader takes the keys it knows and passes over the
 * others, so that releases can add some.
 */
final class OperatorText {
    /** Bytes at most. */
    static final int LENGTH_MAX = 64 * 1024;

    private OperatorText() {}

    static byte[] encode(final Map<String, String> fields) {
        final StringBuilder text = new StringBuilder(256);
        for (final Map.Entry<String, String> field : fields.entrySet()) {
            text.append(field.getKey())
                    .append('=')
                    .append(field.getValue().replaceAll("\\p{Cntrl}", " "))
                    .append('\n');
        }
        final byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (bytes.length > LENGTH_MAX) {
            throw new IllegalArgumentException("too long: bytes=" + bytes.length + " max=" + LENGTH_MAX);
        }
        return bytes;
    }

    /** Decodes; a line without {@code =} is no such text. */
    static Map<String, String> decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length > LENGTH_MAX) {
            throw new IllegalArgumentException("too long: bytes=" + length + " max=" + LENGTH_MAX);
        }
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        final Map<String, String> fields = new LinkedHashMap<>();
        for (final String line : new String(bytes, StandardCharsets.UTF_8).split("\n", -1)) {
            final int equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1));
            } else if (!line.isEmpty()) {
                throw new IllegalArgumentException("a line is no key=value");
            }
        }
        return fields;
    }
}
