// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

/**
 * A text whose every line ends with the CRC-32C of what is before it ({@link FolderFiles#seal}), and whose last line says how many
 * lines there are and the CRC-32C of them all:
 *
 * <pre>
 * end lines=N all=C crc=C
 * </pre>
 */
public final class SealedText {
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
