// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

import io.partita.replication.protocol.codec.AppendDecoder;
import io.partita.replication.protocol.codec.AppendEncoder;
import io.partita.replication.protocol.codec.MessageHeaderDecoder;
import io.partita.replication.protocol.codec.MessageHeaderEncoder;
import io.partita.replication.protocol.codec.OriginDecoder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The header of a run of records on its way to a standby (APPEND of B5), apart from the records, which the transport carries
 * beside it or the peer reads from this node's journal. Mutable and reused; one per direction and thread.
 */
public final class AppendHeader {
    /** Bytes of an encoded header, always. */
    public static final int LENGTH = MessageHeaderEncoder.ENCODED_LENGTH + AppendEncoder.BLOCK_LENGTH;

    final Origin origin = new Origin();
    private final MessageHeaderEncoder headerEncoder = new MessageHeaderEncoder();
    private final MessageHeaderDecoder headerDecoder = new MessageHeaderDecoder();
    private final AppendEncoder encoder = new AppendEncoder();
    private final AppendDecoder decoder = new AppendDecoder();
    private long firstSeq;
    private long lastSeq;
    private long commit;
    private long probeId;

    /** An empty header, to decode into. */
    public AppendHeader() {}

    void set(final long newFirstSeq, final long newCommit, final long newProbeId) {
        firstSeq = newFirstSeq;
        lastSeq = newFirstSeq - 1;
        commit = newCommit;
        probeId = newProbeId;
    }

    /**
     * The run's first seq.
     *
     * @return a seq.
     */
    public long firstSeq() {
        return firstSeq;
    }

    /**
     * The run's last seq.
     *
     * @return {@code firstSeq - 1} if there are no records.
     */
    public long lastSeq() {
        return lastSeq;
    }

    /**
     * Sets the run's last seq, once the driver knows how many records it sends.
     *
     * @param value the last seq, at least {@code firstSeq - 1}.
     */
    public void lastSeq(final long value) {
        lastSeq = value;
    }

    /**
     * The active's commit position.
     *
     * @return a seq.
     */
    public long commit() {
        return commit;
    }

    /**
     * The newest probe of linearizable reads.
     *
     * @return grows.
     */
    public long probeId() {
        return probeId;
    }

    /**
     * The epoch the sender leads.
     *
     * @return the epoch.
     */
    public long epoch() {
        return origin.epoch;
    }

    /**
     * Writes it.
     *
     * @param buffer with room for {@link #LENGTH} bytes.
     * @param offset where to.
     * @return {@link #LENGTH}.
     */
    public int encode(final MutableDirectBuffer buffer, final int offset) {
        encoder.wrapAndApplyHeader(buffer, offset, headerEncoder);
        origin.encode(encoder.origin());
        encoder.firstSeq(firstSeq).lastSeq(lastSeq).commit(commit).probeId(probeId);
        return LENGTH;
    }

    /**
     * Reads it. Nothing of it has been checked against session or cluster; {@link ReplicaCore#onAppend} does.
     *
     * @param buffer with a frame.
     * @param offset of the frame.
     * @param length of the frame.
     * @return false if the frame is no APPEND header.
     */
    public boolean decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length != LENGTH) {
            return false;
        }
        headerDecoder.wrap(buffer, offset);
        if (headerDecoder.templateId() != AppendDecoder.TEMPLATE_ID
                || headerDecoder.schemaId() != AppendDecoder.SCHEMA_ID
                || headerDecoder.blockLength() != AppendDecoder.BLOCK_LENGTH) {
            return false;
        }
        decoder.wrap(
                buffer,
                offset + MessageHeaderDecoder.ENCODED_LENGTH,
                headerDecoder.blockLength(),
                headerDecoder.version());
        final OriginDecoder originDecoder = decoder.origin();
        origin.decode(originDecoder);
        firstSeq = decoder.firstSeq();
        lastSeq = decoder.lastSeq();
        commit = decoder.commit();
        probeId = decoder.probeId();
        return true;
    }

    @Override
    public String toString() {
        return "APPEND " + origin + " firstSeq=" + firstSeq + " lastSeq=" + lastSeq + " commit=" + commit + " probeId="
                + probeId;
    }
}
