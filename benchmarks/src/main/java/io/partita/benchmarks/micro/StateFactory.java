// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.ledger.engine.MappedHistory;
import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Makes a state machine whose history is mapped, or not, and counts what is mapped. */
public final class StateFactory implements AutoCloseable {
    private final AtomicLong mappedBytes = new AtomicLong();
    private final AtomicReference<Throwable> error = new AtomicReference<>();
    private final @Nullable BenchFolder folder;
    private final @Nullable MappedHistory history;

    /**
     * Opens the files, if there are to be any.
     *
     * @param isMapped whether the history is in mapped files, as a node's.
     */
    public StateFactory(final boolean isMapped) {
        folder = isMapped ? new BenchFolder() : null;
        history = folder == null ? null : MappedHistory.open(folder.path(), StateFactory::daemon, error::set);
    }

    /**
     * Makes a state machine; with a mapped history one, once.
     *
     * @return the state machine.
     */
    public LedgerStateMachine create() {
        final MappedHistory mapped = history;
        final StateConfig config = StateConfig.defaults();
        return new LedgerStateMachine(
                mapped == null ? config : config.withMemory(name -> new Counted(mapped.history(name), mappedBytes)));
    }

    /**
     * Bytes of files.
     *
     * @return how many.
     * @throws IllegalStateException if the history is not in files any more.
     */
    public long mappedBytes() {
        final Throwable cause = error.get();
        if (cause != null) {
            throw new IllegalStateException("the history went on in memory, so this measures something else", cause);
        }
        return mappedBytes.get();
    }

    @Override
    public void close() {
        if (history != null) {
            history.close();
        }
        if (folder != null) {
            folder.close();
        }
    }

    private static Thread daemon(final Runnable work) {
        final Thread thread = new Thread(work);
        thread.setDaemon(true);
        return thread;
    }

    private static final class Counted implements ChunkSource {
        private final ChunkSource source;
        private final AtomicLong bytes;

        Counted(final ChunkSource source, final AtomicLong bytes) {
            this.source = source;
            this.bytes = bytes;
        }

        @Override
        public long acquire() {
            final long chunk = source.acquire();
            bytes.addAndGet(CHUNK_LENGTH);
            return chunk;
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
