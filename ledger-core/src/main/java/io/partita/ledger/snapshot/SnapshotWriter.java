// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.Id128;
import io.partita.ledger.snapshot.SnapshotDescriptor.Header;
import io.partita.ledger.snapshot.SnapshotDescriptor.Section;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateFacts;
import io.partita.ledger.state.StateImage;
import io.partita.ledger.state.StateTable;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes the two files of a snapshot: what was appended since the snapshot that it builds on, and all that may have changed. {@link
 * SnapshotLoader} is its mirror image. Writes beside what is there; nothing counts before it is renamed.
 */
final class SnapshotWriter {
    private final Path folder;
    private final Id128 clusterId;
    private final LedgerStateMachine machine;
    private final Runnable pause;
    private final StateImage image;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    /** Writes nothing yet; pauses now and then when it does. */
    SnapshotWriter(final Path folder, final Id128 clusterId, final LedgerStateMachine machine, final Runnable pause) {
        this.folder = folder;
        this.clusterId = clusterId;
        this.machine = machine;
        this.pause = pause;
        image = machine.image();
        image.pause(pause);
    }

    /**
     * Writes and forces both files under temporary names.
     *
     * @param epoch of the last applied record.
     * @param chain value at that record.
     * @param base the snapshot whose history files are used again; null to write all history.
     * @return what was written.
     */
    SnapshotInfo write(final long epoch, final long chain, final @Nullable SnapshotInfo base) throws IOException {
        final ExpandableArrayBuffer user = new ExpandableArrayBuffer();
        final int userLength = image.userState(user); // first: it may refuse
        final Digest128 digest = image.digest();
        final List<SnapshotInfo.Part> parts = new ArrayList<>(base == null ? List.of() : base.parts());
        parts.add(writeHistory(base));
        final List<Long> counts = new ArrayList<>();
        for (final StateTable table : image.tables()) {
            counts.add(table.count());
        }
        final SnapshotInfo info =
                new SnapshotInfo(machine.appliedSeq(), epoch, chain, image.facts(), digest, counts, parts, 0);
        long length = writeState(info, user, userLength);
        for (final SnapshotInfo.Part part : parts) {
            length += part.length();
        }
        return new SnapshotInfo(info.seq(), epoch, chain, info.facts(), digest, info.counts(), info.parts(), length);
    }

    private SnapshotInfo.Part writeHistory(final @Nullable SnapshotInfo base) throws IOException {
        final long seq = machine.appliedSeq();
        final long fromSeq = base == null ? 0 : base.seq();
        try (SnapshotFileWriter file = open(SnapshotDescriptor.HISTORY, seq, fromSeq)) {
            for (final StateTable table : image.tables()) {
                if (table.isAppendOnly()) {
                    put(file, table, base == null ? 0 : base.counts().get(table.id() - 1));
                }
            }
            file.end();
            return new SnapshotInfo.Part(seq, fromSeq, file.length(), file.wholeCrc());
        }
    }

    private long writeState(final SnapshotInfo info, final ExpandableArrayBuffer user, final int userLength)
            throws IOException {
        try (SnapshotFileWriter file = open(SnapshotDescriptor.STATE, info.seq(), 0)) {
            putFacts(file, info);
            putParts(file, info.parts());
            for (final StateTable table : image.tables()) {
                if (!table.isAppendOnly()) {
                    put(file, table, 0);
                }
            }
            file.section(new Section(SnapshotDescriptor.USER, 1, 0, userLength));
            file.put(user, 0, userLength);
            file.end();
            return file.length();
        }
    }

    private SnapshotFileWriter open(final int kind, final long seq, final long fromSeq) throws IOException {
        final Path file = folder.resolve(SnapshotDescriptor.fileName(kind, seq) + SnapshotStore.TEMPORARY);
        return new SnapshotFileWriter(file, new Header(clusterId, kind, seq, fromSeq), pause);
    }

    private void put(final SnapshotFileWriter file, final StateTable table, final long first) throws IOException {
        final long count = table.count();
        file.section(new Section(table.id(), table.unitLength(), first, count - first));
        for (long unit = first; unit < count; ) {
            unit += table.wrap(unit, view);
            file.put(view, 0, view.capacity());
        }
    }

    private static void putFacts(final SnapshotFileWriter file, final SnapshotInfo info) throws IOException {
        final StateFacts facts = info.facts();
        final List<Long> words = new ArrayList<>(List.of(
                info.epoch(),
                info.chain(),
                facts.lastTimestamp(),
                (long) facts.logicVersion(),
                facts.runningDigest(),
                info.stateDigest().hi(),
                info.stateDigest().lo(),
                facts.openPendings(),
                (long) facts.freeSideRow()));
        words.addAll(info.counts());
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[words.size() * SnapshotDescriptor.FACT_LENGTH]);
        for (int i = 0; i < words.size(); i++) {
            bytes.putLong(i * SnapshotDescriptor.FACT_LENGTH, words.get(i), ByteOrder.LITTLE_ENDIAN);
        }
        file.section(new Section(SnapshotDescriptor.FACTS, SnapshotDescriptor.FACT_LENGTH, 0, words.size()));
        file.put(bytes, 0, bytes.capacity());
    }

    private static void putParts(final SnapshotFileWriter file, final List<SnapshotInfo.Part> parts)
            throws IOException {
        final UnsafeBuffer bytes = new UnsafeBuffer(new byte[parts.size() * SnapshotDescriptor.PART_LENGTH]);
        for (int i = 0; i < parts.size(); i++) {
            final int at = i * SnapshotDescriptor.PART_LENGTH;
            bytes.putLong(at, parts.get(i).seq(), ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(at + 8, parts.get(i).fromSeq(), ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(at + 16, parts.get(i).length(), ByteOrder.LITTLE_ENDIAN);
            bytes.putInt(at + 24, parts.get(i).crc(), ByteOrder.LITTLE_ENDIAN);
        }
        file.section(new Section(SnapshotDescriptor.PARTS, SnapshotDescriptor.PART_LENGTH, 0, parts.size()));
        file.put(bytes, 0, bytes.capacity());
    }
}
