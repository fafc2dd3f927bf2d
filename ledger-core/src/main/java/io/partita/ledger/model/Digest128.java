// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.model;

/**
 * A 128-bit digest. Equal digests mean equal states; it guards against damage and divergence, not against an adversary.
 *
 * @param hi the high 64 bits.
 * @param lo the low 64 bits.
 */
public record Digest128(long hi, long lo) {
    /**
     * 32 hexadecimal digits.
     *
     * @return the digits, high half first.
     */
    @Override
    public String toString() {
        return String.format("%016x%016x", hi, lo);
    }
}
