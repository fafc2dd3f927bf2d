// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.EpochRuns;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code manifest}: which segments there are, in order, and which records of them count. Text, so that it can be read
 * in the worst hour; each line ends with the CRC-32C of what is before it, and the last line with that of all lines before.
 * Replaced as a whole, durably.
 *
 * @param clusterId whose journal it is.
 * @param generation counts the writings.
 * @param boot of the operating system when it was written.
 * @param lastId the highest id that a segment ever had.
 * @param base what the journal goes on from.
 * @param segments in the order of their ids.
 */
record Manifest(
        Id128 clusterId, long generation, String boot, long lastId, JournalBase base, List<SegmentEntry> segments) {
    static final String FILE = "manifest";
    static final String MAGIC = "partita-journal";
    /** Of a journal that begins at the beginning: what releases before retention can read. */
    static final int VERSION_WHOLE = 1;
    /** Of a journal whose beginning was given up. */
    static final int VERSION_DISCARDED = 2;

    /** Beyond this it is not a manifest: half a million segments. */
    private static final long FILE_LENGTH_MAX = 128L * 1024 * 1024;

    Manifest {
        segments = List.copyOf(segments);
    }

    /** A successor with other segments. */
    Manifest with(final List<SegmentEntry> changed) {
        final long highest =
                changed.isEmpty() ? 0 : changed.get(changed.size() - 1).id();
        return new Manifest(clusterId, generation + 1, boot, Math.max(lastId, highest), base, changed);
    }

    /** A successor without the segments up to one, whose last record is the last that is given up. */
    Manifest without(final SegmentEntry last) {
        final List<SegmentEntry> kept = new ArrayList<>(segments);
        kept.removeIf(entry -> entry.id() <= last.id());
        return new Manifest(clusterId, generation + 1, boot, lastId, JournalBase.after(last), kept);
    }

    /** A successor with nothing of what there was, and a segment that goes on from elsewhere. */
    Manifest restarted(final JournalBase newBase, final SegmentEntry opened) {
        return new Manifest(clusterId, generation + 1, boot, Math.max(lastId, opened.id()), newBase, List.of(opened));
    }

    /** Reads the manifest; null if there is none. */
    static @Nullable Manifest read(final Path folder) {
        final String text = text(folder);
        return text == null ? null : of(folder, text);
    }

    /** What is in the file, unchecked; null if there is none. */
    static @Nullable String text(final Path folder) {
        final Path file = folder.resolve(FILE);
        try {
            if (Files.size(file) > FILE_LENGTH_MAX) {
                throw damaged(file, "it is too long");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (final NoSuchFileException e) {
            return null;
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the manifest cannot be read: file=" + file + " (" + e + ")",
                    "check the disk and the permissions",
                    e);
        }
    }

    /** The manifest that a text is. */
    static Manifest of(final Path folder, final String text) {
        final Path file = folder.resolve(FILE);
        final String wrong = SealedText.findDamage(text);
        if (!wrong.isEmpty()) {
            throw damaged(file, wrong);
        }
        if (!text.startsWith(MAGIC + " " + VERSION_WHOLE + " ")
                && !text.startsWith(MAGIC + " " + VERSION_DISCARDED + " ")) {
            throw new PartitaException(
                    ErrorCode.UNKNOWN_FORMAT,
                    "the manifest was written by another release: file=" + file,
                    "use that release");
        }
        try {
            return parse(text);
        } catch (final IllegalArgumentException | IndexOutOfBoundsException e) {
            throw damaged(file, "it cannot be understood: " + e.getMessage());
        }
    }

    private static PartitaException damaged(final Path file, final String what) {
        return new PartitaException(
                ErrorCode.DAMAGED,
                "the manifest is damaged: file=" + file + ", " + what,
                "restore the journal folder from the other node or a backup; nothing was changed");
    }

    /** Writes it durably in place of the one before. */
    void write(final Path folder) throws IOException {
        final byte[] bytes = format().getBytes(StandardCharsets.ISO_8859_1);
        ReplacedFile.write(folder, FILE, ByteBuffer.wrap(bytes));
        FolderFiles.forceFolder(folder);
        ReplacedFile.reserve(folder, FILE, bytes.length);
    }

    private String format() {
        final StringBuilder text = new StringBuilder();
        int lines = 1;
        final boolean isWhole = base.seq() == 0;
        line(
                text,
                MAGIC + " " + (isWhole ? VERSION_WHOLE : VERSION_DISCARDED) + " cluster=" + clusterId + " generation="
                        + generation + " boot=" + boot + " lastId=" + lastId + (isWhole ? "" : " " + format(base)));
        for (final SegmentEntry entry : segments) {
            line(text, format(entry));
            lines++;
            for (final EpochRuns.Run run : entry.runs()) {
                line(
                        text,
                        "run segment=" + entry.id() + " epoch=" + run.epoch() + " first=" + run.firstSeq() + " last="
                                + run.lastSeq() + " chain=" + hex(run.chainAtLast()));
                lines++;
            }
        }
        return text + SealedText.endLine(text.toString(), lines) + "\n";
    }

    private static String format(final JournalBase base) {
        return "baseSegment=" + base.segment() + " baseSeq=" + base.seq() + " baseChain=" + hex(base.chain())
                + " baseEpoch=" + base.epoch() + " baseTimestamp=" + base.timestamp();
    }

    private static String format(final SegmentEntry entry) {
        return "segment id=" + entry.id() + " state=" + entry.state() + " first=" + entry.firstSeq() + " previousChain="
                + hex(entry.previousChain()) + " end=" + entry.endSeq() + " chain=" + hex(entry.endChain()) + " epoch="
                + entry.endEpoch() + " timestamp=" + entry.endTimestamp() + " stored=" + entry.storedSeq() + " offset="
                + entry.endOffset() + " sealLength=" + entry.sealLength() + " sealCrc="
                + String.format("%08x", entry.sealCrc());
    }

    private static void line(final StringBuilder text, final String line) {
        text.append(FolderFiles.seal(line)).append('\n');
    }

    private static Manifest parse(final String text) {
        final String[] lines = text.split("\n");
        final String[] head = lines[0].split(" ");
        final String cluster = value(head, 2, "cluster");
        final Id128 clusterId = new Id128(
                Long.parseUnsignedLong(cluster.substring(0, 16), 16),
                Long.parseUnsignedLong(cluster.substring(16), 16));
        final boolean isWhole = head[1].equals(Integer.toString(VERSION_WHOLE));
        final JournalBase base = isWhole
                ? JournalBase.beginning(clusterId)
                : new JournalBase(
                        number(head, 6, "baseSegment"),
                        number(head, 7, "baseSeq"),
                        chain(head, 8, "baseChain"),
                        number(head, 9, "baseEpoch"),
                        number(head, 10, "baseTimestamp"));
        final List<SegmentEntry> segments = new ArrayList<>();
        int at = 1;
        while (lines[at].startsWith("segment ")) {
            final String[] segment = lines[at++].split(" ");
            final List<EpochRuns.Run> runs = new ArrayList<>();
            while (lines[at].startsWith("run segment=" + value(segment, 1, "id") + " ")) {
                final String[] run = lines[at++].split(" ");
                runs.add(new EpochRuns.Run(
                        number(run, 2, "epoch"),
                        number(run, 3, "first"),
                        number(run, 4, "last"),
                        chain(run, 5, "chain")));
            }
            segments.add(entry(segment, runs));
        }
        if (!lines[at].startsWith("end ") || at != lines.length - 1) {
            throw new IllegalArgumentException("unknown line: " + lines[at]);
        }
        return new Manifest(
                clusterId,
                number(head, 3, "generation"),
                value(head, 4, "boot"),
                number(head, 5, "lastId"),
                base,
                segments);
    }

    private static SegmentEntry entry(final String[] fields, final List<EpochRuns.Run> runs) {
        return new SegmentEntry(
                number(fields, 1, "id"),
                SegmentEntry.State.valueOf(value(fields, 2, "state")),
                number(fields, 3, "first"),
                chain(fields, 4, "previousChain"),
                number(fields, 5, "end"),
                chain(fields, 6, "chain"),
                number(fields, 7, "epoch"),
                number(fields, 8, "timestamp"),
                number(fields, 9, "stored"),
                number(fields, 10, "offset"),
                number(fields, 11, "sealLength"),
                Integer.parseUnsignedInt(value(fields, 12, "sealCrc"), 16),
                runs);
    }

    private static String value(final String[] fields, final int index, final String name) {
        if (!fields[index].startsWith(name + "=")) {
            throw new IllegalArgumentException("expected " + name + ": " + fields[index]);
        }
        return fields[index].substring(name.length() + 1);
    }

    private static long number(final String[] fields, final int index, final String name) {
        return Long.parseLong(value(fields, index, name));
    }

    private static long chain(final String[] fields, final int index, final String name) {
        return Long.parseUnsignedLong(value(fields, index, name), 16);
    }

    private static String hex(final long chain) {
        return String.format("%016x", chain);
    }
}
