// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.CommandGenerator;
import io.partita.ledger.testing.LedgerDriver;
import io.partita.ledger.testing.LentMemory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots that were damaged in any way: each damage is found, none is loaded, and no damage of one file takes both of the two newest
 * snapshots. {@code -Dpartita.snapshot.damages=N} asks for more, {@code -Dpartita.snapshot.seed=S} for another seed.
 */
class SnapshotDamageTest {
    private static final int DAMAGES = Integer.getInteger("partita.snapshot.damages", 200);
    private static final long SEED = Long.getLong("partita.snapshot.seed", 1);
    private static final Id128 CLUSTER = new Id128(3, 4);
    private static final int PAGE = 4096;

    @TempDir
    Path temp;

    private Path folder;
    private SnapshotStore store;
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final TreeMap<Long, Digest128> digests = new TreeMap<>();
    private final List<Path> files = new ArrayList<>();

    /** Five snapshots on top of each other, of which the two newest are kept. */
    @BeforeEach
    void makeSnapshots() throws IOException {
        folder = temp.resolve("snapshots");
        store = new SnapshotStore(folder, CLUSTER);
        final CommandGenerator generator = new CommandGenerator(SEED, 12);
        try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
            final LedgerDriver driver = new LedgerDriver(machine);
            for (int snapshot = 0; snapshot < 5; snapshot++) {
                for (int i = 0; i < 40; i++) {
                    final List<Command> commands = generator.batch(30);
                    driver.apply(machine.lastTimestamp() + 1000, 0, commands);
                }
                final List<SnapshotInfo> older =
                        store.seqs().stream().map(store::info).toList();
                store.write(machine, 1, machine.appliedSeq(), store.base(older, damage -> {
                    throw damage;
                }));
                store.prune(SnapshotStore.KEEP_MIN);
                digests.put(machine.appliedSeq(), machine.stateDigest());
            }
        }
        try (Stream<Path> all = Files.list(folder)) {
            files.addAll(all.filter(file -> !file.endsWith("LOCK")).sorted().toList());
        }
        assertEquals(List.of(200L, 160L), store.seqs());
        assertEquals(3, store.info(200).parts().size());
        assertEquals(2, store.info(160).parts().size());
        assertEquals(7, files.size(), files.toString());
    }

    @Test
    void shouldFindEveryDamageAndServeNone() throws IOException {
        final TreeMap<String, Integer> kinds = new TreeMap<>();
        for (int i = 0; i < DAMAGES; i++) {
            final Path file = files.get(random.nextInt(files.size()));
            final byte[] before = Files.readAllBytes(file);
            final String what = damage(file, before.clone());
            expectFound(what + " of " + file.getFileName() + ", damage " + i + ", seed " + SEED);
            Files.write(file, before);
            kinds.merge(what, 1, Integer::sum);
        }
        for (final long seq : store.seqs()) {
            store.verify(seq);
        }
        assertTrue(DAMAGES < 200 || kinds.size() == 8, kinds.toString());
    }

    private String damage(final Path file, final byte[] bytes) throws IOException {
        switch (random.nextInt(8)) {
            case 0 -> {
                Files.delete(file);
                return "absence";
            }
            case 1 -> {
                Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
                return "truncation";
            }
            case 2 -> {
                Files.write(file, Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(5000)));
                return "prolongation";
            }
            case 3 -> {
                final int at = random.nextInt(Math.max(1, bytes.length / PAGE)) * PAGE;
                final int end = Math.min(bytes.length, at + PAGE);
                final byte[] zeros = bytes.clone();
                Arrays.fill(zeros, at, end, (byte) 0);
                if (Arrays.equals(zeros, bytes)) {
                    zeros[at] ^= 1;
                }
                Files.write(file, zeros);
                return "zeroed page";
            }
            case 4 -> {
                Files.write(file, swapped(bytes));
                return "swapped pages";
            }
            case 5 -> {
                Files.write(file, Files.readAllBytes(another(file)));
                return "another file";
            }
            case 6 -> {
                Files.write(file, ofAnotherCluster(bytes));
                return "another cluster's file";
            }
            default -> {
                final int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bytes);
                return "flipped bit";
            }
        }
    }

    private byte[] swapped(final byte[] bytes) {
        final int pages = bytes.length / PAGE;
        final byte[] swapped = bytes.clone();
        if (pages >= 2) {
            final int one = random.nextInt(pages) * PAGE;
            final int other = random.nextInt(pages) * PAGE;
            System.arraycopy(bytes, one, swapped, other, PAGE);
            System.arraycopy(bytes, other, swapped, one, PAGE);
        }
        if (Arrays.equals(swapped, bytes)) {
            swapped[bytes.length - 1] ^= 1;
        }
        return swapped;
    }

    private Path another(final Path file) {
        Path other = file;
        while (other.equals(file)) {
            other = files.get(random.nextInt(files.size()));
        }
        return other;
    }

    /** Its header is whole, but says another cluster. */
    private static byte[] ofAnotherCluster(final byte[] bytes) {
        final ByteBuffer changed = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        changed.putLong(16, 5);
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, SnapshotDescriptor.HEADER_CRC);
        changed.putInt(SnapshotDescriptor.HEADER_CRC, (int) checksum.getValue());
        return bytes;
    }

    /** Found by verification and by loading alike, in exactly one of the two; the other one gives the state that it was taken of. */
    private void expectFound(final String context) {
        int damaged = 0;
        for (final long seq : new long[] {200, 160}) {
            final ErrorCode verified = codeOf(() -> store.verify(seq));
            final ErrorCode loaded = codeOf(() -> load(seq));
            assertEquals(verified, loaded, context);
            damaged += loaded == null ? 0 : 1;
        }
        assertEquals(1, damaged, context);
    }

    private void load(final long seq) {
        final StateConfig config = new StateConfig(random.nextLong());
        try (LedgerStateMachine machine = switch (random.nextInt(3)) {
            case 0 -> store.load(seq, config, null);
            case 1 -> store.load(seq, config.withMemory(new LentMemory()), null);
            default -> store.load(seq, config.withMemory(new LentMemory()), null, Thread::new);
        }) {
            assertEquals(digests.get(seq), machine.stateDigest());
            assertEquals(seq, machine.appliedSeq());
        }
    }

    private static ErrorCode codeOf(final Runnable read) {
        try {
            read.run();
            return null;
        } catch (final PartitaException e) {
            assertEquals(ErrorCode.DAMAGED, e.code(), e.getMessage());
            assertTrue(e.getMessage().contains("file="), e.getMessage());
            return e.code();
        }
    }

    /** Every bit of heads and ends, which random ones seldom hit. */
    @Test
    void shouldFindEveryFlippedBitOfAHeader() throws IOException {
        for (final Path file : List.of(files.get(0), files.get(files.size() - 1))) {
            final byte[] before = Files.readAllBytes(file);
            for (int at = 0; at < SnapshotDescriptor.HEADER_LENGTH + SnapshotDescriptor.SECTION_LENGTH; at++) {
                flipAndExpect(file, before, at);
            }
            for (int at = before.length - SnapshotDescriptor.END_LENGTH; at < before.length; at++) {
                flipAndExpect(file, before, at);
            }
        }
    }

    private void flipAndExpect(final Path file, final byte[] before, final int at) throws IOException {
        final byte[] flipped = before.clone();
        flipped[at] ^= (byte) (1 << at % 8);
        Files.write(file, flipped);
        final long inOne = Stream.of(200L, 160L)
                .filter(seq -> codeOf(() -> store.verify(seq)) != null)
                .count();
        assertEquals(1, inOne, "bit " + at % 8 + " of byte " + at + " of " + file.getFileName());
        Files.write(file, before);
    }

    @Test
    void shouldRefuseALaterVersion() throws IOException {
        final Path file = files.get(files.size() - 1);
        final ByteBuffer changed = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        changed.putInt(4, SnapshotDescriptor.VERSION + 1);
        final CRC32C checksum = new CRC32C();
        checksum.update(changed.array(), 0, SnapshotDescriptor.HEADER_CRC);
        changed.putInt(SnapshotDescriptor.HEADER_CRC, (int) checksum.getValue());
        Files.write(file, changed.array());
        final PartitaException error = assertThrows(PartitaException.class, () -> store.info(200));
        assertEquals(ErrorCode.UNKNOWN_FORMAT, error.code());
        assertTrue(error.getMessage().contains("version=2, supported=1"), error.getMessage());
    }

    /** A crash leaves temporary files, or a history without its state: the next taking clears them away. */
    @Test
    void shouldClearAwayWhatACrashLeft() throws IOException {
        Files.createFile(folder.resolve("state-00000000000000000777.tmp"));
        Files.createFile(folder.resolve("history-00000000000000000777.tmp"));
        Files.createFile(folder.resolve("history-00000000000000000776"));
        Files.createFile(folder.resolve("notes.txt"));
        store.prune(SnapshotStore.KEEP_MIN);
        try (Stream<Path> left = Files.list(folder)) {
            final List<Path> expected = new ArrayList<>(files);
            expected.add(folder.resolve("notes.txt"));
            expected.sort(null);
            assertEquals(expected, left.sorted().toList());
        }
    }

    @Test
    void shouldNotBeTakenByTwoAtOnce() {
        final SnapshotStore.Hold hold = store.hold();
        final PartitaException error = assertThrows(PartitaException.class, store::hold);
        assertEquals(ErrorCode.SNAPSHOT_REFUSED, error.code());
        hold.close();
        hold.close();
        store.hold().close();
    }
}
