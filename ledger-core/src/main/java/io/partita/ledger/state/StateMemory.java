// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * Where a state machine's history lives. Accounts, indexes and all that is changed at random are in anonymous memory always;
 * the history, which is appended and seldom read, may be in mapped files whose pages the kernel can evict.
 */
@FunctionalInterface
public interface StateMemory {
    /** Everything in anonymous memory. It is not counted against {@code -XX:MaxDirectMemorySize}. */
    StateMemory ANONYMOUS = name -> new AnonymousChunks();

    /**
     * Memory for one table of the history.
     *
     * @param name of the table: lower case letters, the same in each run.
     * @return its source of chunks, which the table closes.
     */
    ChunkSource history(String name);
}
