// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/** The newest digests of this node's state by seq, to compare a standby's with (R40). */
final class DigestRing {
    private static final int SIZE = 4096;

    private final long[] seqs = new long[SIZE];
    private final long[] digests = new long[SIZE];

    void put(final long seq, final long digest) {
        final int slot = (int) seq & (SIZE - 1);
        seqs[slot] = seq;
        digests[slot] = digest;
    }

    /** Whether the digest at a seq is known and differs from another one. */
    boolean contradicts(final long seq, final long digest) {
        final int slot = (int) seq & (SIZE - 1);
        return seq > 0 && seqs[slot] == seq && digests[slot] != digest;
    }

    /** Whether the digest at a seq is known and is the given one. */
    boolean confirms(final long seq, final long digest) {
        final int slot = (int) seq & (SIZE - 1);
        return seq > 0 && seqs[slot] == seq && digests[slot] == digest;
    }
}
