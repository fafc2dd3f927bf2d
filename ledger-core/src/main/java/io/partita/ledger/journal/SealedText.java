// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import org.jspecify.annotations.Nullable;

/**
 * A text whose every line ends with the CRC-32C of what is before it ({@link FolderFiles#seal}), and whose last line says how many
 * lines there are and the CRC-32C of them all:
 *
 * <pre>
 * end lines=N all=C crc=C
 * </pre>
 */
public final class SealedText {
    /** Two lines that are longer are none of ours. */
    private static final int LINES_LENGTH_MAX = 2048;

    private SealedText() {}

    /**
     * What is wrong with the checksums of a text, with the place.
     *
     * @param text with all its lines.
     * @return line, offset and what; empty if nothing is wrong.
     */
    public static String findDamage(final String text) {
        int start = 0;
        int lines = 0;
        boolean ended = false;
        while (start < text.length()) {
            final int end = text.indexOf('\n', start);
            if (ended || end < 0) {
                return "line=" + (lines + 1) + ", offset=" + start + ", text behind the end";
            }
            final String line = text.substring(start, end);
            if (!FolderFiles.isSealed(line)) {
                return "line=" + (lines + 1) + ", " + CrcLocator.describe(line, start);
            }
            if (line.startsWith("end ")) {
                ended = true;
                if (!line.equals(endLine(text.substring(0, start), lines))) {
                    return "line=" + (lines + 1) + ", offset=" + start + ", lines are missing or from elsewhere";
                }
            }
            lines++;
            start = end + 1;
        }
        return ended ? "" : "offset=" + text.length() + ", its end is missing";
    }

    /**
     * The text as it was before one of its bits flipped. Both the line's checksum and that of all lines say so, or there is none.
     *
     * @param text in which {@link #findDamage} finds something.
     * @return the text as it was; null if it was not one bit.
     */
    static @Nullable String withoutFlip(final String text) {
        int start = 0;
        int next = text.indexOf('\n') + 1;
        while (next > 0 && FolderFiles.isSealed(text.substring(start, next - 1))) {
            start = next;
            next = text.indexOf('\n', start) + 1;
        }
        // The bit may have made one line of two, or two of one.
        final int second = next == 0 ? 0 : text.indexOf('\n', next) + 1;
        final int end = second == 0 ? text.length() : second;
        if (end - start > LINES_LENGTH_MAX) {
            return null;
        }
        final StringBuilder changed = new StringBuilder(text);
        for (int bit = 8 * start; bit < 8 * end; bit++) {
            changed.setCharAt(bit / 8, (char) (text.charAt(bit / 8) ^ 1 << bit % 8));
            final int lineEnd = changed.indexOf("\n", start);
            if (lineEnd > 0 && FolderFiles.isSealed(changed.substring(start, lineEnd))) {
                final String before = changed.toString();
                if (findDamage(before).isEmpty()) {
                    return before;
                }
            }
            changed.setCharAt(bit / 8, text.charAt(bit / 8));
        }
        return null;
    }

    /**
     * The last line of a text.
     *
     * @param before all lines before it, with their line ends.
     * @param lines how many they are.
     * @return the line, without line end.
     */
    public static String endLine(final String before, final int lines) {
        return FolderFiles.seal("end lines=" + lines + " all=" + String.format("%08x", FolderFiles.crc(before)));
    }
}
