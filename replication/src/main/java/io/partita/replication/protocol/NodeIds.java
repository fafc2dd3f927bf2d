// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;

/** Node ids: 1 to 16 characters of {@code [a-z0-9-]}; in frames two longs, the first character most significant. */
public final class NodeIds {
    /** Characters at most. */
    public static final int LENGTH_MAX = 16;

    private NodeIds() {}

    /**
     * Checks an id.
     *
     * @param id a node id.
     * @return the same.
     * @throws PartitaException INVALID_CONFIGURATION if it is none.
     */
    public static String checked(final String id) {
        if (!isValid(id)) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION, "node=" + id, "choose 1 to 16 characters of a-z, 0-9 and -");
        }
        return id;
    }

    /**
     * Whether a text is a node id.
     *
     * @param id the text.
     * @return true if so.
     */
    public static boolean isValid(final String id) {
        if (id.isEmpty() || id.length() > LENGTH_MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            final char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    /**
     * Characters 0 to 7.
     *
     * @param id a node id.
     * @return as one long.
     */
    public static long hi(final String id) {
        return pack(id, 0);
    }

    /**
     * Characters 8 to 15.
     *
     * @param id a node id.
     * @return as one long.
     */
    public static long lo(final String id) {
        return pack(id, 8);
    }

    /**
     * The id that two longs stand for.
     *
     * @param hi characters 0 to 7.
     * @param lo characters 8 to 15.
     * @return the id; empty for 0, 0.
     */
    public static String of(final long hi, final long lo) {
        final StringBuilder text = new StringBuilder(LENGTH_MAX);
        for (int i = 0; i < LENGTH_MAX; i++) {
            final int c = (int) ((i < 8 ? hi : lo) >>> (56 - 8 * (i & 7))) & 0xFF;
            if (c == 0) {
                break;
            }
            text.append((char) c);
        }
        return text.toString();
    }

    private static long pack(final String id, final int from) {
        long packed = 0;
        for (int i = from; i < from + 8; i++) {
            packed = packed << 8 | (i < id.length() ? id.charAt(i) & 0xFF : 0);
        }
        return packed;
    }
}
