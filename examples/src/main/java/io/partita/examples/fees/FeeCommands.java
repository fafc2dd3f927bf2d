// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.fees;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The two commands of {@link FeeLogic}, byte by byte: written by clients, read by the logic, on record in the journal.
 *
 * <pre>
 *   0        8         16       24         32         40
 *  +--------+---------+--------+----------+----------+
 *  | 1      | version | rate   |                         set the rate, in hundredths of a percent
 *  +--------+---------+--------+----------+----------+
 *  | 2      | id      | payer  | merchant | amount   |   pay
 *  +--------+---------+--------+----------+----------+
 * </pre>
 *
 * <p>Rates have versions from 1 on without a gap, so that a retry that comes late cannot overwrite a newer one.
 */
final class FeeCommands {
    static final long SET_RATE = 1;
    static final long PAY = 2;
    static final int SET_RATE_LENGTH = 24;
    static final int PAY_LENGTH = 40;
    /** The logic posts two transfers for a payment. */
    static final int TIMESTAMPS = 2;

    private FeeCommands() {}

    static int setRate(final MutableDirectBuffer buffer, final long version, final long basisPoints) {
        buffer.putLong(0, SET_RATE, LITTLE_ENDIAN);
        buffer.putLong(8, version, LITTLE_ENDIAN);
        buffer.putLong(16, basisPoints, LITTLE_ENDIAN);
        return SET_RATE_LENGTH;
    }

    static int pay(
            final MutableDirectBuffer buffer, final long id, final long payer, final long merchant, final long amount) {
        buffer.putLong(0, PAY, LITTLE_ENDIAN);
        buffer.putLong(8, id, LITTLE_ENDIAN);
        buffer.putLong(16, payer, LITTLE_ENDIAN);
        buffer.putLong(24, merchant, LITTLE_ENDIAN);
        buffer.putLong(32, amount, LITTLE_ENDIAN);
        return PAY_LENGTH;
    }

    /** Which command it is; 0 if it is none, whoever sent it. */
    static long kind(final DirectBuffer buffer, final int offset, final int length) {
        final long kind = length < Long.BYTES ? 0 : buffer.getLong(offset, LITTLE_ENDIAN);
        final boolean isWhole =
                (kind == SET_RATE && length == SET_RATE_LENGTH) || (kind == PAY && length == PAY_LENGTH);
        return isWhole ? kind : 0;
    }

    static long version(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 8, LITTLE_ENDIAN);
    }

    static long rate(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 16, LITTLE_ENDIAN);
    }

    static long id(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 8, LITTLE_ENDIAN);
    }

    static long payer(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 16, LITTLE_ENDIAN);
    }

    static long merchant(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 24, LITTLE_ENDIAN);
    }

    static long amount(final DirectBuffer buffer, final int offset) {
        return buffer.getLong(offset + 32, LITTLE_ENDIAN);
    }
}
