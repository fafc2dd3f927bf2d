// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.StateMemory;

/** Memory that says it is in files, so that units are lent to it; counts the chunks that were taken all the same. */
public final class LentMemory implements StateMemory {
    /** Chunks that were taken. */
    public int acquired;

    @Override
    public ChunkSource history(final String name) {
        final ChunkSource source = StateMemory.ANONYMOUS.history(name);
        return new ChunkSource() {
            @Override
            public long acquire() {
                acquired++;
                return source.acquire();
            }

            @Override
            public boolean isInFiles() {
                return true;
            }

            @Override
            public void close() {
                source.close();
            }
        };
    }
}
