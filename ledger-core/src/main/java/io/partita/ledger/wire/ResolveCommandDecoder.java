// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.wire;

import io.partita.ledger.codec.ResolveDecoder;
import org.agrona.DirectBuffer;

/** Reads a resolve command in place. */
public final class ResolveCommandDecoder {
    private final ResolveDecoder base = new ResolveDecoder();

    ResolveCommandDecoder() {}

    void wrap(final DirectBuffer buffer, final int offset) {
        base.wrap(buffer, offset, ResolveDecoder.BLOCK_LENGTH, ResolveDecoder.SCHEMA_VERSION);
    }

    /**
     * High half of the id in question.
     *
     * @return the value.
     */
    public long transferIdHi() {
        return base.transferIdHi();
    }

    /**
     * Low half of the id in question.
     *
     * @return the value.
     */
    public long transferIdLo() {
        return base.transferIdLo();
    }

    /**
     * The flags; LINKED is the only one that has a meaning.
     *
     * @return the value.
     */
    public int flags() {
        return base.flags();
    }
}
