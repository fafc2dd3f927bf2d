// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The files of a snapshot as one run of bytes, which is how it goes to another node: what is drawn here, then the files in this
 * order. Little endian.
 *
 * <pre>
 *   0       4         8       12     16
 *  +-------+---------+-------+------+-----------------------------------------
 *  | magic | version | files | 0    | per file: kind | whole crc | seq | length
 *  +-------+---------+-------+------+-----------------------------------------
 *                                     +0     +4          +8    +16      +24
 * </pre>
 *
 * <p>The STATE file is the first. A file's whole crc stands for every bit of it, so the checksum of these bytes stands for the
 * whole run.
 *
 * @param files in their order.
 */
public record SnapshotContents(List<File> files) {
    private static final int VERSION = 1;
    /** "PSCO". */
    private static final int MAGIC = 0x4F435350;

    private static final int FILES = 8;
    private static final int HEAD_LENGTH = 16;
    private static final int FILE_LENGTH = 24;

    /** Bytes from which on {@link #length(ByteBuffer)} can tell. */
    public static final int LENGTH_KNOWN = HEAD_LENGTH;

    /**
     * A file.
     *
     * @param name in the folder of snapshots.
     * @param kind STATE or HISTORY.
     * @param crc stands for every bit of it.
     * @param seq in its name.
     * @param length its bytes.
     */
    public record File(String name, int kind, int crc, long seq, long length) {
        static File of(final int kind, final int crc, final long seq, final long length) {
            return new File(SnapshotDescriptor.fileName(kind, seq), kind, crc, seq, length);
        }
    }

    /** Copies the list. */
    public SnapshotContents {
        files = List.copyOf(files);
    }

    /** Of a snapshot whose STATE file has that checksum. */
    static SnapshotContents of(final SnapshotInfo info, final int stateCrc) {
        final List<File> files = new ArrayList<>();
        long stateLength = info.length();
        for (final SnapshotInfo.Part part : info.parts()) {
            stateLength -= part.length();
        }
        files.add(File.of(SnapshotDescriptor.STATE, stateCrc, info.seq(), stateLength));
        for (final SnapshotInfo.Part part : info.parts()) {
            files.add(File.of(SnapshotDescriptor.HISTORY, part.crc(), part.seq(), part.length()));
        }
        return new SnapshotContents(files);
    }

    /**
     * Length of the bytes that this stands in.
     *
     * @return less than all.
     */
    public int encodedLength() {
        return HEAD_LENGTH + files.size() * FILE_LENGTH;
    }

    /**
     * Length of the whole run.
     *
     * @return these bytes and all files.
     */
    public long length() {
        long length = encodedLength();
        for (final File file : files) {
            length += file.length();
        }
        return length;
    }

    /**
     * Stands for the whole run.
     *
     * @return a CRC-32C.
     */
    public int crc() {
        final CRC32C crc = new CRC32C();
        crc.update(encode());
        return (int) crc.getValue();
    }

    /**
     * The bytes before those of the files.
     *
     * @return from their beginning to their limit.
     */
    public ByteBuffer encode() {
        final ByteBuffer to = ByteBuffer.allocate(encodedLength()).order(ByteOrder.LITTLE_ENDIAN);
        to.putInt(MAGIC).putInt(VERSION).putInt(files.size()).putInt(0);
        for (final File file : files) {
            to.putInt(file.kind()).putInt(file.crc()).putLong(file.seq()).putLong(file.length());
        }
        return to.flip();
    }

    /**
     * How many bytes there are before those of the files.
     *
     * @param from {@link #LENGTH_KNOWN} bytes or more, from index 0.
     * @return the length.
     * @throws PartitaException DAMAGED if they are something else, UNKNOWN_FORMAT if they are of another release.
     */
    public static int length(final ByteBuffer from) {
        final ByteBuffer bytes = from.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getInt(0) != MAGIC) {
            throw damaged("they do not begin as such");
        }
        if (bytes.getInt(Integer.BYTES) != VERSION) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the contents of a snapshot were written by another release: version=" + bytes.getInt(Integer.BYTES)
                            + ", supported=" + VERSION,
                    "use that release");
        }
        final int files = bytes.getInt(FILES);
        if (files < 2 || files > SnapshotStore.PARTS_MAX + 1) {
            throw damaged("files=" + files);
        }
        return HEAD_LENGTH + files * FILE_LENGTH;
    }

    /**
     * Decodes.
     *
     * @param from {@link #length(ByteBuffer)} bytes, from index 0.
     * @return what they say, in range.
     * @throws PartitaException DAMAGED, UNKNOWN_FORMAT.
     */
    public static SnapshotContents decode(final ByteBuffer from) {
        final int length = length(from);
        final ByteBuffer bytes = from.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        final List<File> files = new ArrayList<>();
        for (int at = HEAD_LENGTH; at < length; at += FILE_LENGTH) {
            final int kind = bytes.getInt(at);
            final long seq = bytes.getLong(at + 8);
            final long fileLength = bytes.getLong(at + 16);
            final boolean isKind = kind == (files.isEmpty() ? SnapshotDescriptor.STATE : SnapshotDescriptor.HISTORY);
            if (!isKind || seq < 1 || fileLength < 1) {
                throw damaged("kind=" + kind + " seq=" + seq + " length=" + fileLength);
            }
            files.add(File.of(kind, bytes.getInt(at + 4), seq, fileLength));
        }
        return new SnapshotContents(files);
    }

    private static PartitaException damaged(final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED, "the contents of a snapshot are wrong: " + what, "have it sent once more");
    }
}
