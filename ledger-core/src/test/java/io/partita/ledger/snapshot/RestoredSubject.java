// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.Id128;
import io.partita.ledger.oracle.SwitchingSubject;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateSubject;
import io.partita.ledger.testing.LentMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * A ledger that now and then ends, and goes on from a snapshot, which is written on top of older ones. Beside it one goes on without
 * ever stopping: the bytes of both are compared at each snapshot.
 */
final class RestoredSubject extends SwitchingSubject<StateSubject> {
    static final Id128 CLUSTER = new Id128(7, 11);

    private final SplittableRandom random;
    private final SnapshotStore store;
    private final Path scratch;
    private final int oneIn;
    private final StateSubject unstopped;
    int restores;
    int increments;

    RestoredSubject(final long seed, final Path folder, final int oneIn) {
        super(new StateSubject(seed));
        random = new SplittableRandom(seed);
        store = new SnapshotStore(folder.resolve("snapshots-" + seed), CLUSTER);
        scratch = folder.resolve("compared");
        this.oneIn = oneIn;
        unstopped = new StateSubject(~seed);
    }

    @Override
    public int apply(final DirectBuffer record, final MutableDirectBuffer results) {
        final int length = current().apply(record, results);
        unstopped.ledger().apply(record, 0);
        if (!isQueried() && random.nextInt(oneIn) == 0) {
            restore();
        }
        return length;
    }

    private void restore() {
        final LedgerStateMachine before = current().ledger();
        final long seq = before.appliedSeq();
        final List<SnapshotInfo> older = new ArrayList<>();
        for (final long each : store.seqs()) {
            older.add(store.verify(each));
        }
        final SnapshotInfo base = store.base(older, damage -> {
            throw damage;
        });
        increments += base == null ? 0 : 1;
        final SnapshotInfo written = store.write(before, 1, seq * 3, base);
        store.prune(SnapshotStore.KEEP_MIN);
        assertEquals(written, store.verify(seq));
        assertEquals(before.stateDigest(), written.stateDigest());
        final StateConfig config = new StateConfig(random.nextLong());
        final LedgerStateMachine after = random.nextBoolean()
                ? store.load(seq, config, null)
                : store.load(seq, config.withMemory(new LentMemory()), null, random.nextBoolean() ? Thread::new : null);
        assertEquals(before.image().facts(), after.image().facts());
        if (random.nextInt(3) == 0) {
            assertArrayEquals(bytes(unstopped.ledger(), seq), bytes(after, seq), "the bytes of both states");
        }
        current().close();
        switchTo(new StateSubject(after));
        restores++;
    }

    /** All bytes of a snapshot of its own. */
    private byte[] bytes(final LedgerStateMachine machine, final long seq) {
        final SnapshotStore other = new SnapshotStore(scratch, CLUSTER);
        other.write(machine, 1, seq * 3, null);
        try {
            final Path state = scratch.resolve(SnapshotDescriptor.fileName(SnapshotDescriptor.STATE, seq));
            final Path history = scratch.resolve(SnapshotDescriptor.fileName(SnapshotDescriptor.HISTORY, seq));
            final byte[] first = Files.readAllBytes(state);
            final byte[] second = Files.readAllBytes(history);
            Files.delete(state);
            Files.delete(history);
            final byte[] all = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, all, first.length, second.length);
            return all;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        current().close();
        unstopped.close();
    }
}
