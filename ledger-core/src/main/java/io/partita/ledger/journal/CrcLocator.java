// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.nio.charset.StandardCharsets;

/**
 * Finds the one flipped bit of a block whose CRC-32C is wrong. A checksum is linear: which bits of it changed depends on the
 * place of the flip alone, and no two places of a block give the same change. More flips than one are told from one with near
 * certainty, not located.
 */
final class CrcLocator {
    private static final int POLYNOMIAL = 0x82F63B78;
    private static final int[] TABLE = table();

    private CrcLocator() {}

    /**
     * The flipped bit.
     *
     * @param length bytes of the block.
     * @param stored the right checksum.
     * @param computed the checksum of the block as it is.
     * @return its number, 8 for each byte from the block's start; -1 if it was not one bit.
     */
    static long locate(final int length, final int stored, final int computed) {
        final int change = stored ^ computed;
        final int[] trace = new int[8];
        for (int bit = 0; bit < 8; bit++) {
            trace[bit] = TABLE[1 << bit];
        }
        for (int at = length - 1; at >= 0; at--) {
            for (int bit = 0; bit < 8; bit++) {
                if (trace[bit] == change) {
                    return 8L * at + bit;
                }
                trace[bit] = (trace[bit] >>> 8) ^ TABLE[trace[bit] & 0xFF];
            }
        }
        return -1;
    }

    /** Words for a bit that {@link #locate} found in a block. */
    static String describe(final long bit, final long blockOffset) {
        return bit < 0
                ? "more than one bit differs"
                : "bit " + (bit & 7) + " of the byte at " + (blockOffset + bit / 8);
    }

    /** The place in a line that ends with its checksum. */
    static String describe(final String line, final long offset) {
        final int field = line.lastIndexOf(" crc=");
        if (field >= 0 && line.length() == field + 13) {
            try {
                final int stored = Integer.parseUnsignedInt(line.substring(field + 5), 16);
                final byte[] bytes = line.substring(0, field).getBytes(StandardCharsets.ISO_8859_1);
                final long bit = locate(bytes.length, stored, FolderFiles.crc(bytes));
                if (bit >= 0) {
                    return "offset=" + (offset + bit / 8) + ", " + describe(bit, offset);
                }
                return "offset=" + (offset + field + 5) + ", the line's checksum is wrong";
            } catch (final NumberFormatException e) {
                return "offset=" + (offset + field + 5) + ", the line's checksum is damaged";
            }
        }
        return "offset=" + offset + ", the line is damaged";
    }

    private static int[] table() {
        final int[] table = new int[256];
        for (int value = 0; value < 256; value++) {
            int crc = value;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
            }
            table[value] = crc;
        }
        return table;
    }
}
