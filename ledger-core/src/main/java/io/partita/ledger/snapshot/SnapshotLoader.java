// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.snapshot.SnapshotDescriptor.Section;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateFacts;
import io.partita.ledger.state.StateImage;
import io.partita.ledger.state.StateTable;
import io.partita.ledger.state.UserLogic;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of a snapshot and gives nothing of it out before all of it is verified: every checksum, that the files belong
 * together, and that the state has the digest that it had. {@link SnapshotWriter} is its mirror image.
 */
final class SnapshotLoader {
    /** Facts before the counts of the tables. */
    private static final int FIXED_FACTS = 9;

    private final Path folder;
    private final Id128 clusterId;
    private final long seq;
    private final Runnable pause;

    /** Reads nothing yet; pauses now and then when it does. */
    SnapshotLoader(final Path folder, final Id128 clusterId, final long seq, final Runnable pause) {
        this.pause = pause;
        this.folder = folder;
        this.clusterId = clusterId;
        this.seq = seq;
    }

    /** What the snapshot says it is of; only what is returned is verified. */
    SnapshotInfo info() {
        try (SnapshotFileReader file = open(SnapshotDescriptor.STATE, seq)) {
            return readInfo(file);
        }
    }

    /** Stands for every bit of the STATE file, by what its end says. */
    int stateCrc() {
        try (SnapshotFileReader file = open(SnapshotDescriptor.STATE, seq)) {
            return file.wholeCrcAtEnd();
        }
    }

    /** Verifies every bit of all files. */
    SnapshotInfo verify() {
        try (SnapshotFileReader file = open(SnapshotDescriptor.STATE, seq)) {
            final SnapshotInfo info = readInfo(file);
            skipToEnd(file);
            verifyParts(info.parts());
            return info;
        }
    }

    /** Verifies every bit of history files. */
    void verifyParts(final List<SnapshotInfo.Part> parts) {
        for (final SnapshotInfo.Part part : parts) {
            try (SnapshotFileReader file = open(SnapshotDescriptor.HISTORY, part.seq())) {
                skipToEnd(file);
                checkPart(file, part);
            }
        }
    }

    /**
     * Loads the state machine. The STATE file comes first, so that what is read of the history can be made use of while it is at
     * hand.
     *
     * @param helpers makes a thread that reads and verifies the history ahead; null to do all by the caller's.
     */
    LedgerStateMachine load(
            final StateConfig config, final @Nullable UserLogic logic, final @Nullable ThreadFactory helpers) {
        final LedgerStateMachine machine = new LedgerStateMachine(config, logic);
        boolean isLoaded = false;
        try (SnapshotFileReader file = open(SnapshotDescriptor.STATE, seq)) {
            final SnapshotInfo info = readInfo(file);
            final StateImage image = machine.image();
            image.pause(pause);
            for (final StateTable table : image.tables()) {
                if (!table.isAppendOnly()) {
                    fill(file, table, table.count());
                }
            }
            final Section user = file.section(SnapshotDescriptor.USER, 1);
            final UnsafeBuffer userState = bytes(file, user);
            file.end();
            image.check(info.facts(), userState.capacity());
            new HistoryLoader(this, image).load(info.parts(), helpers);
            checkCounts(file, info, image);
            image.resume(info.facts(), userState, userState.capacity());
            checkDigest(info, image.digest());
            isLoaded = true;
            return machine;
        } finally {
            if (!isLoaded) {
                machine.close();
            }
        }
    }

    SnapshotFileReader open(final int kind, final long fileSeq) {
        return new SnapshotFileReader(
                folder.resolve(SnapshotDescriptor.fileName(kind, fileSeq)), clusterId, kind, fileSeq, pause);
    }

    private static void skipToEnd(final SnapshotFileReader file) {
        while (!file.isAtEnd()) {
            file.section();
            file.skip();
        }
        file.end();
    }

    /** Whether a file that was read to its end is the one that the STATE file names. */
    static void checkPart(final SnapshotFileReader file, final SnapshotInfo.Part part) {
        checkNamed(file, part, file.wholeCrc());
    }

    static void checkNamed(final SnapshotFileReader file, final SnapshotInfo.Part part, final int wholeCrc) {
        if (file.header().fromSeq() != part.fromSeq() || file.fileLength() != part.length() || wholeCrc != part.crc()) {
            throw file.damaged(0, "it is not the file that the snapshot was written with");
        }
    }

    /** Copies a section's units behind those of the table, all of them verified. */
    static void fill(final SnapshotFileReader file, final StateTable table, final long count) {
        long left = adjoining(file, table, count).units();
        final UnsafeBuffer view = new UnsafeBuffer(0, 0);
        while (left > 0) {
            left -= table.grow(left, view);
            file.take(view, 0, view.capacity());
        }
    }

    /** Begins the section of a table that has so many units. */
    static Section adjoining(final SnapshotFileReader file, final StateTable table, final long count) {
        final Section section = file.section(table.id(), table.unitLength());
        if (section.first() != count) {
            throw file.damaged(
                    0,
                    "a section does not adjoin the one before: table=" + table.name() + ", first=" + section.first());
        }
        return section;
    }

    private static void checkCounts(final SnapshotFileReader file, final SnapshotInfo info, final StateImage image) {
        for (final StateTable table : image.tables()) {
            if (table.count() != info.counts().get(table.id() - 1)) {
                throw file.damaged(0, "a table has another number of units than the facts say: table=" + table.name());
            }
        }
    }

    private void checkDigest(final SnapshotInfo info, final Digest128 digest) {
        if (!digest.equals(info.stateDigest())) {
            throw new PartitaException(
                    ErrorCode.DIGEST_MISMATCH,
                    "a snapshot does not give the state that it was taken of: folder=" + folder + ", seq=" + seq
                            + ", digest=" + digest + ", expected=" + info.stateDigest(),
                    "if there is logic of your own, see that restore takes up all that its digest shows; else check the"
                            + " memory of this machine, and verify the folder");
        }
    }

    private SnapshotInfo readInfo(final SnapshotFileReader file) {
        final Section facts = file.section(SnapshotDescriptor.FACTS, SnapshotDescriptor.FACT_LENGTH);
        final UnsafeBuffer words = bytes(file, facts);
        final List<Long> counts = new ArrayList<>();
        for (int i = FIXED_FACTS; i < facts.units(); i++) {
            counts.add(word(words, i));
        }
        final Section list = file.section(SnapshotDescriptor.PARTS, SnapshotDescriptor.PART_LENGTH);
        final List<SnapshotInfo.Part> parts = readParts(bytes(file, list), (int) list.units());
        long length = file.fileLength();
        for (final SnapshotInfo.Part part : parts) {
            length += part.length();
        }
        return new SnapshotInfo(
                seq,
                word(words, 0),
                word(words, 1),
                new StateFacts(seq, word(words, 2), (int) word(words, 3), word(words, 4), word(words, 7), (int)
                        word(words, 8)),
                new Digest128(word(words, 5), word(words, 6)),
                counts,
                parts,
                length);
    }

    private static List<SnapshotInfo.Part> readParts(final UnsafeBuffer bytes, final int count) {
        final List<SnapshotInfo.Part> parts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int at = i * SnapshotDescriptor.PART_LENGTH;
            parts.add(new SnapshotInfo.Part(
                    bytes.getLong(at, ByteOrder.LITTLE_ENDIAN),
                    bytes.getLong(at + 8, ByteOrder.LITTLE_ENDIAN),
                    bytes.getLong(at + 16, ByteOrder.LITTLE_ENDIAN),
                    bytes.getInt(at + 24, ByteOrder.LITTLE_ENDIAN)));
        }
        return parts;
    }

    private static UnsafeBuffer bytes(final SnapshotFileReader file, final Section section) {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[Math.toIntExact(section.length())]);
        file.take(bytes, 0, bytes.capacity());
        return bytes;
    }

    private static long word(final UnsafeBuffer words, final int index) {
        return words.getLong(index * SnapshotDescriptor.FACT_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }
}
