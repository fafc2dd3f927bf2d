// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Makes a state machine whose history is mapped, or not. */
final class StateFactory implements AutoCloseable {
    StateFactory(final @Nullable Path folder) {
        if (folder != null) {
            throw new IllegalArgumentException("the history of this version cannot be mapped");
        }
    }

    LedgerStateMachine create() {
        return new LedgerStateMachine(StateConfig.defaults());
    }

    /** Bytes of files. */
    long mappedBytes() {
        return 0;
    }

    @Override
    public void close() {}
}
