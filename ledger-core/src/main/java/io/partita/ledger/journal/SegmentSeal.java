// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.Id128;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code seal} of a segment that does not change any more: the length of each file of its folder and the CRC-32C of
 * each block of 4 KiB, so that damage outside any record is found, too, and located. Its own length and checksum stand in the
 * manifest. Little endian:
 *
 * <pre>
 *   0       8         12       16           24           32        40
 *  +-------+---------+--------+------------+------------+---------+
 *  | magic | version | files  | cluster hi | cluster lo | segment |
 *  +-------+---------+--------+------------+------------+---------+
 *  then per file:
 *  +----------------+-------------+----------------+-----------------------
 *  | file length 8  | name bytes 4| name ...       | crc of block 0, 1, 2 ...
 *  +----------------+-------------+----------------+-----------------------
 * </pre>
 */
final class SegmentSeal {
    /** "PARTSEAL". */
    private static final long MAGIC = 0x4C41455354524150L;

    private static final int VERSION = 1;
    private static final int HEADER_LENGTH = 40;
    private static final int BLOCK_LENGTH = 4096;
    private static final int READ_LENGTH = 256 * BLOCK_LENGTH;
    private static final int SEAL_LENGTH_MAX = 64 * 1024 * 1024;

    private SegmentSeal() {}

    /** Bytes of a file that the seal speaks of. */
    private record SealedFile(long length, int[] crcs) {}

    /**
     * Writes the seal of a closed segment, durably. Its unused tail is given back first: all zeros behind the header word
     * that a reader may still look at.
     *
     * @param endOffset file offset behind the segment's last whole excerpt.
     * @return the seal's bytes.
     */
    static byte[] write(final Path folder, final Id128 clusterId, final long segmentId, final long endOffset)
            throws IOException {
        Files.deleteIfExists(folder.resolve(SegmentDescriptor.SEAL_FILE + ".tmp"));
        trim(folder.resolve(SegmentDescriptor.FRAMES_FILE), endOffset);
        final Map<String, SealedFile> files = new TreeMap<>();
        long length = HEADER_LENGTH;
        for (final Path file : files(folder)) {
            final String name = file.getFileName().toString();
            FolderFiles.ownerOnly(file);
            FolderFiles.forceFile(file);
            final SealedFile sealed = read(file);
            files.put(name, sealed);
            length += 12 + name.length() + 4L * sealed.crcs().length;
        }
        final ByteBuffer seal = ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
        seal.putLong(MAGIC).putInt(VERSION).putInt(files.size());
        seal.putLong(clusterId.hi()).putLong(clusterId.lo()).putLong(segmentId);
        for (final Map.Entry<String, SealedFile> file : files.entrySet()) {
            final byte[] name = file.getKey().getBytes(StandardCharsets.US_ASCII);
            seal.putLong(file.getValue().length()).putInt(name.length).put(name);
            for (final int crc : file.getValue().crcs()) {
                seal.putInt(crc);
            }
        }
        ReplacedFile.write(folder, SegmentDescriptor.SEAL_FILE, seal.flip());
        FolderFiles.forceFolder(folder);
        return seal.array();
    }

    /** Gives back the zeros at the end of a file, in whole blocks. */
    private static void trim(final Path file, final long endOffset) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_LENGTH);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            // The header word at the end offset must stay: readers look at it through mappings.
            long keep = endOffset + 4;
            long from = channel.size();
            search:
            while (from > keep) {
                final long to = from;
                from = Math.max(keep, to - READ_LENGTH);
                readFully(channel, bytes.clear().limit((int) (to - from)), from);
                for (int i = (int) (to - from) - 1; i >= 0; i--) {
                    if (bytes.get(i) != 0) {
                        keep = from + i + 1;
                        break search;
                    }
                }
            }
            final long trimmed = (keep + BLOCK_LENGTH - 1) / BLOCK_LENGTH * BLOCK_LENGTH;
            if (trimmed < channel.size()) {
                channel.truncate(trimmed);
            }
        } finally {
            BufferUtil.free(bytes);
        }
    }

    private static List<Path> files(final Path folder) throws IOException {
        final List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (final Path file : stream) {
                if (!file.getFileName().toString().equals(SegmentDescriptor.SEAL_FILE)) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static SealedFile read(final Path file) throws IOException {
        final CRC32C checksum = new CRC32C();
        final ByteBuffer bytes = ByteBuffer.allocateDirect(READ_LENGTH);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            final long length = channel.size();
            final int[] crcs = new int[Math.toIntExact((length + BLOCK_LENGTH - 1) / BLOCK_LENGTH)];
            int block = 0;
            for (long at = 0; at < length; at += READ_LENGTH) {
                final int count = (int) Math.min(READ_LENGTH, length - at);
                readFully(channel, bytes.clear().limit(count), at);
                for (int from = 0; from < count; from += BLOCK_LENGTH) {
                    checksum.reset();
                    checksum.update(
                            bytes.limit(Math.min(count, from + BLOCK_LENGTH)).position(from));
                    crcs[block++] = (int) checksum.getValue();
                }
            }
            return new SealedFile(length, crcs);
        } finally {
            BufferUtil.free(bytes);
        }
    }

    private static void readFully(final FileChannel channel, final ByteBuffer bytes, final long position)
            throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("the file became shorter while it was read");
            }
        }
    }

    /** Whether a file is the seal that the manifest names. */
    static boolean isOf(final Path file, final SegmentEntry entry) {
        try {
            return named(file, entry) != null;
        } catch (final IOException e) {
            return false;
        }
    }

    /** The seal that the manifest names; null if the file is missing, or another one. */
    private static byte @Nullable [] named(final Path file, final SegmentEntry entry) throws IOException {
        if (!Files.isRegularFile(file)
                || Files.size(file) != entry.sealLength()
                || entry.sealLength() > SEAL_LENGTH_MAX) {
            return null;
        }
        final byte[] bytes = Files.readAllBytes(file);
        return FolderFiles.crc(bytes) == entry.sealCrc() ? bytes : null;
    }

    /**
     * Compares a sealed segment's folder with its seal, and the seal with the manifest.
     *
     * @param folder of the segment.
     * @param name of the folder, for the report.
     * @param damages what is wrong is added here.
     */
    static void check(
            final Path folder,
            final String name,
            final Id128 clusterId,
            final SegmentEntry entry,
            final List<Damage> damages)
            throws IOException {
        final Path file = folder.resolve(SegmentDescriptor.SEAL_FILE);
        final String sealName = name + "/" + SegmentDescriptor.SEAL_FILE;
        if (!Files.isRegularFile(file)) {
            damages.add(new Damage(sealName, entry.id(), -1, 0, "the seal is missing"));
            return;
        }
        final long length = Files.size(file);
        if (length != entry.sealLength() || length > SEAL_LENGTH_MAX) {
            damages.add(new Damage(
                    sealName,
                    entry.id(),
                    Math.min(length, entry.sealLength()),
                    0,
                    "the seal has another length than the manifest says: length=" + length + ", expected="
                            + entry.sealLength()));
            return;
        }
        final byte[] bytes = Files.readAllBytes(file);
        final int crc = FolderFiles.crc(bytes);
        if (crc != entry.sealCrc()) {
            final long bit = CrcLocator.locate(bytes.length, entry.sealCrc(), crc);
            damages.add(new Damage(
                    sealName,
                    entry.id(),
                    bit < 0 ? -1 : bit / 8,
                    0,
                    "the seal is damaged: " + CrcLocator.describe(bit, 0)));
            return;
        }
        final Map<String, SealedFile> expected =
                parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), clusterId, entry);
        for (final Map.Entry<String, SealedFile> sealed : expected.entrySet()) {
            compare(folder.resolve(sealed.getKey()), name + "/" + sealed.getKey(), entry, sealed.getValue(), damages);
        }
        for (final Path found : files(folder)) {
            if (!expected.containsKey(found.getFileName().toString())) {
                damages.add(new Damage(
                        name + "/" + found.getFileName(),
                        entry.id(),
                        -1,
                        0,
                        "the file does not belong to the segment"));
            }
        }
    }

    /**
     * Bits of a segment's excerpts that have flipped since it was sealed, as far as no block has more than one. A block with more seldom
     * looks like it; so what they are part of is to be checked in another way, too.
     *
     * @param folder of the segment.
     * @return their numbers, counted from the start of the file; empty if the seal does not tell.
     */
    static long[] flippedBits(final Path folder, final Id128 clusterId, final SegmentEntry entry) throws IOException {
        final Path frames = folder.resolve(SegmentDescriptor.FRAMES_FILE);
        if (entry.state() != SegmentEntry.State.SEALED || !Files.isRegularFile(frames)) {
            return new long[0];
        }
        final byte[] bytes = named(folder.resolve(SegmentDescriptor.SEAL_FILE), entry);
        if (bytes == null) {
            return new long[0];
        }
        final SealedFile expected = parse(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), clusterId, entry)
                .get(SegmentDescriptor.FRAMES_FILE);
        final SealedFile found = read(frames);
        if (expected == null || found.length() != expected.length()) {
            return new long[0];
        }
        final LongStream.Builder bits = LongStream.builder();
        for (int block = 0; block < found.crcs().length; block++) {
            final long offset = (long) block * BLOCK_LENGTH;
            final int length = (int) Math.min(BLOCK_LENGTH, found.length() - offset);
            final long bit = found.crcs()[block] == expected.crcs()[block]
                    ? -1
                    : CrcLocator.locate(length, expected.crcs()[block], found.crcs()[block]);
            if (bit >= 0) {
                bits.add(offset * Byte.SIZE + bit);
            }
        }
        return bits.build().toArray();
    }

    private static Map<String, SealedFile> parse(final ByteBuffer seal, final Id128 clusterId, final SegmentEntry entry)
            throws IOException {
        final Map<String, SealedFile> files = new TreeMap<>();
        if (seal.getLong() != MAGIC || seal.getInt() != VERSION) {
            throw new IOException("the seal has an unknown format: segment=" + entry.id());
        }
        final int count = seal.getInt();
        if (seal.getLong() != clusterId.hi() || seal.getLong() != clusterId.lo() || seal.getLong() != entry.id()) {
            throw new IOException("the seal is another segment's: segment=" + entry.id());
        }
        for (int i = 0; i < count; i++) {
            final long length = seal.getLong();
            final byte[] name = new byte[seal.getInt()];
            seal.get(name);
            final int[] crcs = new int[Math.toIntExact((length + BLOCK_LENGTH - 1) / BLOCK_LENGTH)];
            for (int block = 0; block < crcs.length; block++) {
                crcs[block] = seal.getInt();
            }
            files.put(new String(name, StandardCharsets.US_ASCII), new SealedFile(length, crcs));
        }
        return files;
    }

    private static void compare(
            final Path file,
            final String name,
            final SegmentEntry entry,
            final SealedFile expected,
            final List<Damage> damages)
            throws IOException {
        if (!Files.isRegularFile(file)) {
            damages.add(new Damage(name, entry.id(), -1, 0, "the file is missing"));
            return;
        }
        final SealedFile found = read(file);
        if (found.length() != expected.length()) {
            damages.add(new Damage(
                    name,
                    entry.id(),
                    Math.min(found.length(), expected.length()),
                    0,
                    "the file has another length than when it was sealed: length=" + found.length() + ", expected="
                            + expected.length()));
        }
        final long common = Math.min(found.length(), expected.length());
        for (int block = 0; (long) block * BLOCK_LENGTH < common; block++) {
            final long offset = (long) block * BLOCK_LENGTH;
            final int length = (int) Math.min(BLOCK_LENGTH, expected.length() - offset);
            if (found.crcs()[block] != expected.crcs()[block] && offset + length <= common) {
                final long bit = CrcLocator.locate(length, expected.crcs()[block], found.crcs()[block]);
                damages.add(new Damage(
                        name,
                        entry.id(),
                        bit < 0 ? offset : offset + bit / 8,
                        0,
                        "a block of 4 KiB is damaged: block=" + block + ", " + CrcLocator.describe(bit, offset)));
            }
        }
    }
}
