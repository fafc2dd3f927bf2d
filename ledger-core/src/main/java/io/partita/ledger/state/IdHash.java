// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * Spreads 128-bit ids over 64 bits: two rounds of a folded 64 x 64 to 128 bit multiplication, as in wyhash. Seeded, so that
 * nobody who does not know the seed can choose ids that collide. The order it gives is never visible outside the indexes.
 */
final class IdHash {
    private static final long MULTIPLIER_A = 0xA076_1D64_78BD_642FL;
    private static final long MULTIPLIER_B = 0xE703_7ED1_A0B4_28DBL;

    private final long seedLo;
    private final long seedHi;

    IdHash(final long seed) {
        seedLo = StateDigest.mix(seed + MULTIPLIER_A);
        seedHi = StateDigest.mix(seed ^ MULTIPLIER_B);
    }

    long hash(final long idHi, final long idLo) {
        final long a = idLo ^ seedLo;
        final long b = idHi ^ seedHi;
        // Each factor once more beside the product, which is 0 whenever one half of the id meets its seed.
        final long c = (a * b) ^ MULTIPLIER_A ^ b;
        final long d = Math.multiplyHigh(a, b) ^ MULTIPLIER_B ^ a;
        return (c * d) ^ Math.multiplyHigh(c, d);
    }
}
