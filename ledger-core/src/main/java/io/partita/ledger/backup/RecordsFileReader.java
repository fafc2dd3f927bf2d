// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.Damage;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one file of records and trusts none of it: length, header, each record's checksum, seq and chain, and in the end the SHA-256
 * must be what the manifest says. The last run is returned only after that. Throws {@link DamagedFileException}. One thread.
 */
final class RecordsFileReader implements AutoCloseable {
    private static final int BUFFER_LENGTH_MAX = 2 * Limits.FRAME_LENGTH_MAX;

    private final RecordsFile expected;
    private final FileChannel channel;
    private final ByteBuffer bytes;
    private final UnsafeBuffer buffer;
    private final MessageDigest sha256 = RecordsDescriptor.sha256();
    private final CRC32C checksum = new CRC32C();
    /** File offset of the buffer's first byte. */
    private long base;
    /** Where the next record starts in the buffer, and where what was read ends. */
    private int at;

    private int end;
    private int offset;
    private int length;
    private long seq;
    private long chain;

    private RecordsFileReader(final FileChannel channel, final RecordsFile expected) {
        this.expected = expected;
        this.channel = channel;
        seq = expected.firstSeq() - 1;
        chain = expected.previousChain();
        bytes = ByteBuffer.allocateDirect((int) Math.min(BUFFER_LENGTH_MAX, Math.max(expected.length(), 1)))
                .order(ByteOrder.LITTLE_ENDIAN);
        buffer = new UnsafeBuffer(bytes.duplicate());
    }

    /** Opens a file that the manifest lists, and checks its length and header. */
    static RecordsFileReader open(final RepositoryFolder folder, final Id128 clusterId, final RecordsFile expected)
            throws IOException {
        final FileChannel channel;
        try {
            channel = folder.open(expected);
        } catch (final NoSuchFileException e) {
            throw DamagedFileException.missing(expected);
        }
        final RecordsFileReader reader = new RecordsFileReader(channel, expected);
        boolean good = false;
        try {
            reader.start(clusterId);
            good = true;
            return reader;
        } finally {
            if (!good) {
                reader.close();
            }
        }
    }

    private void start(final Id128 clusterId) throws IOException {
        final long found = channel.size();
        if (found != expected.length()) {
            throw damaged(
                    Math.min(found, expected.length()),
                    0,
                    "it has another length than the manifest says: length=" + found + ", expected="
                            + expected.length());
        }
        fill();
        checkHeader(clusterId);
        at = RecordsDescriptor.HEADER_LENGTH;
    }

    private void checkHeader(final Id128 clusterId) {
        if (end < RecordsDescriptor.HEADER_LENGTH) {
            throw damaged(0, 0, "it is too short");
        }
        final ByteBuffer right =
                RecordsDescriptor.header(clusterId.hi(), clusterId.lo(), expected.firstSeq(), expected.previousChain());
        final int wrong = bytes.duplicate()
                .position(0)
                .limit(RecordsDescriptor.HEADER_LENGTH)
                .mismatch(right);
        if (wrong >= 0) {
            throw damaged(wrong, 0, "its header is damaged or another file's");
        }
    }

    /** Moves on to the next run of whole records; false at the file's end, or if the next record is beyond a seq. */
    boolean next(final long uptoSeq, final int lengthMax) throws IOException {
        offset = at;
        while (seq < uptoSeq && base + at < expected.length()) {
            if (recordLength() > end - at) {
                if (at > offset) {
                    break;
                }
                refill();
            }
            final int recordLength = recordLength();
            if (at > offset && recordLength > lengthMax - (at - offset)) {
                break;
            }
            checkRecord(recordLength);
            seq++;
            at += recordLength;
        }
        length = at - offset;
        if (length > 0 && base + at == expected.length()) {
            checkEnd();
        }
        return length > 0;
    }

    /** Brings the next record to the buffer's start, as a whole. */
    private void refill() throws IOException {
        bytes.limit(end).position(at);
        bytes.compact();
        base += at;
        end -= at;
        at = 0;
        offset = 0;
        fill();
        if (recordLength() > end) {
            throw damaged(base, seq + 1, "a record is cut off");
        }
    }

    /** The next record's length, as far as it can be told; more than there is in the buffer if its start is not there. */
    private int recordLength() {
        if (end - at < RecordDescriptor.HEADER_LENGTH) {
            return RecordDescriptor.HEADER_LENGTH;
        }
        final int recordLength = RecordDescriptor.length(buffer, at);
        if (recordLength < RecordDescriptor.HEADER_LENGTH || recordLength > Limits.FRAME_LENGTH_MAX) {
            throw damaged(base + at, seq + 1, "a record's length is out of range: length=" + recordLength);
        }
        return recordLength;
    }

    private void checkRecord(final int recordLength) {
        if (!RecordDescriptor.isIntact(checksum, buffer, at, recordLength)) {
            throw damaged(base + at, seq + 1, "a record's checksum is wrong");
        }
        if (RecordDescriptor.seq(buffer, at) != seq + 1) {
            throw damaged(base + at, seq + 1, "a record has another seq than expected");
        }
        if (!RecordDescriptor.continuesChain(buffer, at, chain)) {
            throw damaged(base + at, seq + 1, "a record does not continue the chain");
        }
        chain = RecordDescriptor.chain(buffer, at);
    }

    private void checkEnd() {
        if (seq != expected.lastSeq() || chain != expected.chain()) {
            throw damaged(-1, seq, "it ends with another record than the manifest says: seq=" + seq);
        }
        final String found = HexFormat.of().formatHex(sha256.digest());
        if (!found.equals(expected.sha256())) {
            throw damaged(-1, 0, "its SHA-256 is not the manifest's: sha256=" + found);
        }
    }

    private void fill() throws IOException {
        while (end < bytes.capacity() && base + end < expected.length()) {
            final int from = end;
            bytes.limit((int) Math.min(bytes.capacity(), expected.length() - base))
                    .position(from);
            final int count = channel.read(bytes, base + from);
            if (count < 0) {
                throw damaged(base + from, 0, "it became shorter while it was read");
            }
            end += count;
            sha256.update(bytes.flip().position(from));
        }
        bytes.clear();
    }

    private DamagedFileException damaged(final long position, final long record, final String what) {
        return new DamagedFileException(new Damage(expected.name(), 0, position, record, what));
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    long lastSeq() {
        return seq;
    }

    @Override
    public void close() throws IOException {
        BufferUtil.free(bytes);
        channel.close();
    }
}
