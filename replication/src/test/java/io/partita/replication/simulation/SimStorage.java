// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.replication.protocol.Snapshot;
import io.partita.replication.protocol.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** Snapshots and repair of one process: what is under way dies with it, what is whole is on the {@link SimDisk}. */
final class SimStorage implements Storage {
    private final SimProcess process;
    private final SimDisk disk;
    private byte[] content = {};
    private long contentSeq;
    private final List<UnsafeBuffer> collected = new ArrayList<>();

    SimStorage(final SimProcess process) {
        this.process = process;
        disk = process.node.disk;
    }

    private void hit(final String mark) {
        process.node.simulator.coverage.hit(mark);
    }

    @Override
    public @Nullable Snapshot newest() {
        return disk.newest();
    }

    @Override
    public @Nullable Snapshot previous() {
        return disk.previous();
    }

    private byte[] content(final long seq) {
        if (contentSeq != seq) {
            content = disk.content(seq);
            contentSeq = seq;
        }
        return content;
    }

    private static int crc(final byte[] bytes) {
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    @Override
    public void take(final Snapshot name) {
        if (process.engine().ledger().runningDigest() != name.digest()
                || process.engine().applied() != name.seq()) {
            throw new Violation("SNAPSHOT", process.node.id + " would take " + name + " of another state");
        }
        process.node.simulator.checkers.onSnapshot(process.node, name);
        final long differsAt = process.engine().differsAt();
        process.afterStorage(() -> {
            final Snapshot newest = disk.newest();
            if ((newest == null || newest.seq() < name.seq())
                    && disk.lastSeq() >= name.seq()
                    && disk.historyChain(name.seq()) == name.chain()) {
                disk.stateDiffersAt(differsAt);
                final byte[] bytes = disk.content(name.seq());
                disk.add(new Snapshot(
                        name.seq(),
                        name.epoch(),
                        name.chain(),
                        name.digest(),
                        name.logicVersion(),
                        bytes.length,
                        crc(bytes)));
                hit("R31");
            }
        });
    }

    @Override
    public int read(
            final Snapshot snapshot,
            final long position,
            final MutableDirectBuffer target,
            final int offset,
            final int lengthMax) {
        final byte[] bytes = content(snapshot.seq());
        final int length = (int) Math.min(lengthMax, bytes.length - position);
        target.putBytes(offset, bytes, (int) position, length);
        return length;
    }

    @Override
    public long begin(final Snapshot snapshot) {
        return disk.begin(snapshot);
    }

    @Override
    public void write(final DirectBuffer piece, final int offset, final int length) {
        process.effect();
        disk.write(piece, offset, length);
    }

    @Override
    public void install(final Snapshot snapshot) {
        process.effect();
        process.afterStorage(() -> {
            final byte[] bytes = disk.received();
            if (bytes.length != snapshot.size() || crc(bytes) != snapshot.crc()) {
                disk.dropReceived();
                process.core().onSnapshotRefused("size or checksum");
                return;
            }
            final LedgerStateMachine state = replayed(bytes, process.node.release());
            if (state.appliedSeq() != snapshot.seq() || state.runningDigest() != snapshot.digest()) {
                state.close();
                throw new Violation("SNAPSHOT", process.node.id + " was sent another state as " + snapshot);
            }
            if (SimDisk.differsAt(bytes) != 0) {
                process.node.simulator.outside(false); // It has nothing to compare it with.
            }
            disk.restart(snapshot);
            contentSeq = 0;
            process.engine().load(state, SimDisk.differsAt(bytes));
            process.node.simulator.checkers.onSnapshot(process.node, snapshot);
            process.core().onSnapshotInstalled(snapshot);
            hit("R32");
        });
    }

    /** The state that records make. Throws UNKNOWN_FORMAT if they ask for rules that the release lacks (R35). */
    static LedgerStateMachine replayed(final byte[] bytes, final Release release) {
        final LedgerStateMachine state =
                new LedgerStateMachine(StateConfig.defaults().withLogicVersionMax(release.logicMax));
        final UnsafeBuffer out = new UnsafeBuffer(new byte[SimEngine.RESULTS_LENGTH]);
        final UnsafeBuffer records = new UnsafeBuffer(bytes);
        final long differsAt = SimDisk.differsAt(bytes);
        for (int at = 0; at < bytes.length - Long.BYTES; at += RecordDescriptor.length(records, at)) {
            if (RecordDescriptor.seq(records, at) == differsAt) {
                state.apply(
                        SimEngine.otherwise(new UnsafeBuffer(records, at, RecordDescriptor.length(records, at))),
                        0,
                        out,
                        0);
            } else {
                state.apply(records, at, out, 0);
            }
        }
        return state;
    }

    @Override
    public void discardTo(final long seq) {
        process.effect();
        disk.discardTo(seq);
        hit("R33");
    }

    @Override
    public void collect(final DirectBuffer records, final int offset, final int length) {
        process.effect();
        final UnsafeBuffer run = new UnsafeBuffer(new byte[length]);
        run.putBytes(0, records, offset, length);
        collected.add(run);
    }

    @Override
    public void repair(final long firstSeq, final long lastSeq) {
        process.effect();
        final List<UnsafeBuffer> runs = List.copyOf(collected);
        collected.clear();
        process.afterStorage(() -> {
            runs.forEach(disk::repair);
            final long missing = disk.firstDamaged(firstSeq, lastSeq);
            if (missing > 0) {
                process.core().onDamage(missing, lastSeq);
            } else {
                process.core().onRepaired(firstSeq, lastSeq);
                hit("R39");
            }
        });
    }
}
