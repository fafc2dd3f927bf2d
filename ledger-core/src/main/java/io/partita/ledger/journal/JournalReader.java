// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import org.agrona.DirectBuffer;

/**
 * Reads records in order, one run of contiguous whole records at a time, in place. Not thread-safe. Allocates nothing per run
 * in steady state.
 *
 * <pre>{@code
 * while (reader.next(commitSeq, Integer.MAX_VALUE)) {
 *     for (int at = reader.offset(), end = at + reader.length(); at < end; at += RecordDescriptor.length(buffer, at)) {
 *         apply(reader.buffer(), at);
 *     }
 * }
 * }</pre>
 */
public interface JournalReader extends AutoCloseable {
    /**
     * Moves on to the next run: as many whole records as follow in one piece, at least one if one is there.
     *
     * @param uptoSeq the last seq that may be returned.
     * @param lengthMax bytes of the run at most; a single record may exceed it.
     * @return false if no record up to {@code uptoSeq} is there yet.
     * @throws io.partita.ledger.model.PartitaException DAMAGED, with segment, offset and seq, if a record is damaged.
     */
    boolean next(long uptoSeq, int lengthMax);

    /**
     * Where the run is; valid until the next call of {@link #next} or {@link #close}.
     *
     * @return the buffer.
     */
    DirectBuffer buffer();

    /**
     * Offset of the run's first record.
     *
     * @return bytes into {@link #buffer()}.
     */
    int offset();

    /**
     * Length of the run.
     *
     * @return bytes.
     */
    int length();

    /**
     * The run's first seq.
     *
     * @return a seq.
     */
    long firstSeq();

    /**
     * The run's last seq.
     *
     * @return a seq; {@code fromSeq - 1} before the first run.
     */
    long lastSeq();

    /** Lets go of mappings. A second call does nothing. */
    @Override
    void close();
}
