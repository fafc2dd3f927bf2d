// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/** Where off-heap tables get their chunks of memory from. One thread, the apply step's. */
public interface ChunkSource extends AutoCloseable {
    /** Bytes of a chunk: large against a page, small enough that zeroing one is no pause. */
    int CHUNK_LENGTH = 1 << 20;

    /**
     * One more chunk.
     *
     * @return address of {@link #CHUNK_LENGTH} zeroed bytes, aligned to a page, which stay there until {@link #close()}.
     * @throws RuntimeException if there is no more memory; nothing is changed.
     */
    long acquire();

    /**
     * Whether its chunks are in files, whose pages the kernel may evict.
     *
     * @return true if units that lie in a file already are better left there than copied.
     */
    default boolean isInFiles() {
        return false;
    }

    /** Frees all chunks at once, not when the collector gets round to it. A second call does nothing. */
    @Override
    void close();
}
