// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.json;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Digest128;
import java.nio.ByteOrder;

/** The state digest in an answered read of kind {@code DIGEST}. */
public final class StateDigests {
    private StateDigests() {}

    /**
     * Its hexadecimal digits.
     *
     * @param batch an answered batch of kind {@code DIGEST}.
     * @return 32 digits.
     */
    public static String of(final Batch batch) {
        final long lo = batch.results().getLong(Batch.STATE_DIGEST_OFFSET, ByteOrder.LITTLE_ENDIAN);
        final long hi = batch.results().getLong(Batch.STATE_DIGEST_OFFSET + Long.BYTES, ByteOrder.LITTLE_ENDIAN);

        return new Digest128(hi, lo).toString();
    }
}
