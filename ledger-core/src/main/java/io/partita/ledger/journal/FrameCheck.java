// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import org.agrona.DirectBuffer;

/**
 * Walks the records of a frame that is about to be appended and tells whether they continue the journal in seq, epoch and
 * chain. Checksums are the business of whoever made or received the records. Reusable; not thread-safe.
 */
final class FrameCheck {
    private long seq;
    private long epoch;
    private long chain;
    private long timestamp;

    /** Starts after the given record. */
    void start(final long lastSeq, final long lastEpoch, final long lastChain, final long lastTimestamp) {
        seq = lastSeq;
        epoch = lastEpoch;
        chain = lastChain;
        timestamp = lastTimestamp;
    }

    /**
     * Walks all records of a frame.
     *
     * @throws IllegalArgumentException if they do not continue; the state of this object is then undefined.
     */
    void walk(final DirectBuffer records, final int offset, final int length) {
        if (length <= 0 || length > Limits.FRAME_LENGTH_MAX || (length & 7) != 0) {
            throw new IllegalArgumentException("bad frame length: length=" + length);
        }
        records.boundsCheck(offset, length);
        final int end = offset + length;
        int at = offset;
        long nextSeq = seq;
        long nextEpoch = epoch;
        long nextChain = chain;
        long nextTimestamp = timestamp;
        while (at < end) {
            final int recordLength =
                    end - at < RecordDescriptor.HEADER_LENGTH ? 0 : RecordDescriptor.length(records, at);
            if (recordLength < RecordDescriptor.HEADER_LENGTH || recordLength > end - at || (recordLength & 7) != 0) {
                throw new IllegalArgumentException(
                        "bad record length: at=" + (at - offset) + ", length=" + recordLength);
            }
            final long recordEpoch = RecordDescriptor.epoch(records, at);
            if (RecordDescriptor.seq(records, at) != ++nextSeq
                    || recordEpoch < Math.max(nextEpoch, 1)
                    || RecordDescriptor.timestamp(records, at) < nextTimestamp
                    || !RecordDescriptor.continuesChain(records, at, nextChain)) {
                throw new IllegalArgumentException("record does not continue the journal: at=" + (at - offset)
                        + ", seq=" + RecordDescriptor.seq(records, at) + ", expectedSeq=" + nextSeq
                        + ", epoch=" + recordEpoch + ", lastEpoch=" + nextEpoch
                        + ", timestamp=" + RecordDescriptor.timestamp(records, at) + ", lastTimestamp=" + nextTimestamp
                        + ", chain=" + Long.toHexString(RecordDescriptor.chain(records, at))
                        + ", lastChain=" + Long.toHexString(nextChain));
            }
            nextEpoch = recordEpoch;
            nextChain = RecordDescriptor.chain(records, at);
            nextTimestamp = RecordDescriptor.timestamp(records, at);
            at += recordLength;
        }
        seq = nextSeq;
        epoch = nextEpoch;
        chain = nextChain;
        timestamp = nextTimestamp;
    }

    /** Adds the frame that was walked last to the runs. */
    void addTo(final EpochRunTable runs, final DirectBuffer records, final int offset, final int length) {
        if (epoch == runs.lastEpoch()) {
            runs.append(epoch, seq, chain);
            return;
        }
        for (int at = offset; at < offset + length; at += RecordDescriptor.length(records, at)) {
            runs.append(
                    RecordDescriptor.epoch(records, at),
                    RecordDescriptor.seq(records, at),
                    RecordDescriptor.chain(records, at));
        }
    }

    long seq() {
        return seq;
    }

    long epoch() {
        return epoch;
    }

    long chain() {
        return chain;
    }

    long timestamp() {
        return timestamp;
    }
}
