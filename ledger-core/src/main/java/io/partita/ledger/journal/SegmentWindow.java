// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import org.agrona.concurrent.UnsafeBuffer;

/** A part of a segment's file in memory, moved along as a reader goes on. Not thread-safe. */
interface SegmentWindow extends AutoCloseable {
    /**
     * Brings bytes of the file into the window. May move it: indices taken before are void then.
     *
     * @param position in the file, a multiple of 4.
     * @param length bytes, at most an excerpt and its header word.
     * @return false if the file is not that long.
     */
    boolean ensure(long position, int length);

    /** The bytes of the window. The same object for the window's life. */
    UnsafeBuffer buffer();

    /** Index in {@link #buffer()} of a position that {@link #ensure} brought in. */
    int index(long position);

    /** The file's length now. */
    long fileLength();

    @Override
    void close();
}
