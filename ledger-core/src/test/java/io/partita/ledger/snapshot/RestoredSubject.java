// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.Id128;
import io.partita.ledger.oracle.Subject;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateSubject;
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
final class RestoredSubject implements Subject {
    static final Id128 CLUSTER = new Id128(7, 11);

    private final SplittableRandom random;
    private final SnapshotStore store;
    private final Path scratch;
    private final int oneIn;
    private final StateSubject unstopped;
    private StateSubject current;
    private int openQueries;
    int restores;
    int increments;

    RestoredSubject(final long seed, final Path folder, final int oneIn) {
        random = new SplittableRandom(seed);
        store = new SnapshotStore(folder.resolve("snapshots-" + seed), CLUSTER);
        scratch = folder.resolve("compared");
        this.oneIn = oneIn;
        current = new StateSubject(seed);
        unstopped = new StateSubject(~seed);
    }

    @Override
    public int apply(final DirectBuffer record, final MutableDirectBuffer results) {
        final int length = current.apply(record, results);
        unstopped.ledger().apply(record, 0);
        if (openQueries == 0 && random.nextInt(oneIn) == 0) {
            restore();
        }
        return length;
    }

    private void restore() {
        final LedgerStateMachine before = current.ledger();
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
        current.close();
        current = new StateSubject(after);
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
    public Query query(final int kind, final DirectBuffer filter) {
        final Query query = current.query(kind, filter);
        if (query == null) {
            return null;
        }
        openQueries++;
        return new Query() {
            private boolean isDone;

            @Override
            public byte[] step(final int visitsMax) {
                final byte[] answer = query.step(visitsMax);
                if (answer != null && !isDone) {
                    isDone = true;
                    openQueries--;
                }
                return answer;
            }

            @Override
            public long seq() {
                return query.seq();
            }
        };
    }

    @Override
    public byte[] account(final long idHi, final long idLo) {
        return current.account(idHi, idLo);
    }

    @Override
    public byte[] transfer(final long idHi, final long idLo) {
        return current.transfer(idHi, idLo);
    }

    @Override
    public List<byte[]> rows() {
        return current.rows();
    }

    @Override
    public long runningDigest() {
        return current.runningDigest();
    }

    @Override
    public String stateDigest() {
        return current.stateDigest();
    }

    @Override
    public List<String> violations() {
        return current.violations();
    }

    @Override
    public long nextExpiry() {
        return current.nextExpiry();
    }

    @Override
    public int dueCount(final long base) {
        return current.dueCount(base);
    }

    @Override
    public long lastTimestamp() {
        return current.lastTimestamp();
    }

    @Override
    public long[] counts() {
        return current.counts();
    }

    @Override
    public void close() {
        current.close();
        unstopped.close();
    }
}
