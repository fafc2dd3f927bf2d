// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import io.partita.ledger.journal.FolderFiles;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;

/** Writes one file of records. One thread. */
final class RecordsWriter implements AutoCloseable {
    private final FileChannel channel;
    private final MessageDigest sha256 = RecordsDescriptor.sha256();
    private final ByteBuffer staging = ByteBuffer.allocateDirect(Limits.FRAME_LENGTH_MAX);
    private final long firstSeq;
    private final long previousChain;
    private long lastSeq;
    private long chain;
    private long length;

    /** Makes the file, or makes it anew. */
    RecordsWriter(final Path file, final Id128 clusterId, final long firstSeq, final long previousChain)
            throws IOException {
        this.firstSeq = firstSeq;
        this.previousChain = previousChain;
        chain = previousChain;
        channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
        FolderFiles.ownerOnly(file);
        write(RecordsDescriptor.header(clusterId.hi(), clusterId.lo(), firstSeq, previousChain));
    }

    /** Appends whole records that follow. */
    void append(final DirectBuffer buffer, final int offset, final int recordsLength) throws IOException {
        staging.clear();
        buffer.getBytes(offset, staging, recordsLength);
        write(staging.flip());
        for (int at = offset; at < offset + recordsLength; at += RecordDescriptor.length(buffer, at)) {
            lastSeq = RecordDescriptor.seq(buffer, at);
            chain = RecordDescriptor.chain(buffer, at);
        }
    }

    private void write(final ByteBuffer bytes) throws IOException {
        length += bytes.remaining();
        sha256.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    long length() {
        return length;
    }

    long chain() {
        return chain;
    }

    /** Makes the file durable and says what it is. */
    RecordsFile finish() throws IOException {
        channel.force(true);
        return new RecordsFile(
                firstSeq, lastSeq, previousChain, chain, length, HexFormat.of().formatHex(sha256.digest()));
    }

    @Override
    public void close() throws IOException {
        BufferUtil.free(staging);
        channel.close();
    }
}
