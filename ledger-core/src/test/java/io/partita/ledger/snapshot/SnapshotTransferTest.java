// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.Digest128;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.CommandGenerator;
import io.partita.ledger.testing.LedgerDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A snapshot that goes from one folder to another in pieces, and takes the place of those that are there. */
class SnapshotTransferTest {
    private static final Id128 CLUSTER = new Id128(5, 6);
    private static final long CHAIN = 1200;
    private static final String NAME = "the newest";

    @TempDir
    Path temp;

    private final SplittableRandom random = new SplittableRandom(7);
    private final UnsafeBuffer piece = new UnsafeBuffer(new byte[3000]);
    private SnapshotStore from;
    private SnapshotStore to;
    private SnapshotInfo info;
    private SnapshotContents contents;
    private Digest128 digest;

    /** Three on top of each other; and some of another history at the other side, with files of the same names. */
    @BeforeEach
    void makeSnapshots() {
        from = write("from", 1, 120);
        to = write("to", 2, 80);
        info = from.info(120);
        contents = from.contents(info);
        digest = info.stateDigest();
        assertEquals(2, info.parts().size());
        assertEquals(3, contents.files().size());
    }

    private SnapshotStore write(final String name, final long seed, final int records) {
        final SnapshotStore store = new SnapshotStore(temp.resolve(name), CLUSTER);
        final CommandGenerator generator = new CommandGenerator(seed, 12);
        try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
            final LedgerDriver driver = new LedgerDriver(machine);
            for (int record = 1; record <= records; record++) {
                driver.apply(machine.lastTimestamp() + 1000, 0, generator.batch(30));
                if (record % 40 == 0) {
                    final List<SnapshotInfo> older =
                            store.seqs().stream().map(store::info).toList();
                    store.write(machine, 1, record * 10L, store.base(older, damage -> {
                        throw damage;
                    }));
                    store.prune(SnapshotStore.KEEP_MIN);
                }
            }
        }
        return store;
    }

    private SnapshotInbox inbox() {
        return new SnapshotInbox(to, CLUSTER);
    }

    private Path incoming() {
        return to.folder().resolve("incoming");
    }

    /** Sends pieces until there are none, or so many bytes are there. */
    private long send(final SnapshotInbox inbox, final long position, final long until) {
        long at = position;
        try (SnapshotSource source = new SnapshotSource(from.folder(), contents)) {
            while (at < Math.min(until, contents.length())) {
                final int length =
                        source.read(at, piece, 0, (int) Math.min(until - at, 1 + random.nextInt(piece.capacity())));
                assertTrue(length > 0);
                inbox.write(piece, 0, length);
                at += length;
            }
        }
        return at;
    }

    private void assertIsWhole(final SnapshotStore store) {
        try (LedgerStateMachine machine = store.load(120, StateConfig.defaults(), null)) {
            assertEquals(digest, machine.stateDigest());
        }
    }

    /** Another release sends them, and may have left them in {@code incoming}. */
    @Test
    void shouldWriteAndReadTheContentsAsEver() {
        final SnapshotContents two = new SnapshotContents(List.of(
                SnapshotContents.File.of(SnapshotDescriptor.STATE, 0x01020304, 120, 4096),
                SnapshotContents.File.of(SnapshotDescriptor.HISTORY, 0x05060708, 80, 512)));
        final String expected = "5053434f010000000200000000000000"
                + "010000000403020178000000000000000010000000000000"
                + "020000000807060550000000000000000002000000000000";
        assertEquals(expected, HexFormat.of().formatHex(two.encode().array()));
        assertEquals(two, SnapshotContents.decode(ByteBuffer.wrap(HexFormat.of().parseHex(expected))));
    }

    @Test
    void shouldArriveAsItWas() {
        final SnapshotInbox inbox = inbox();
        assertEquals(0, inbox.begin(NAME));
        send(inbox, 0, Long.MAX_VALUE);
        assertIsWhole(inbox.received(contents.length(), contents.crc()));
        assertEquals(List.of(80L, 40L), to.seqs());
        inbox.adopt();
        assertEquals(List.of(120L), to.seqs());
        assertIsWhole(to);
        assertFalse(Files.exists(incoming()));
        assertEquals(contents, to.contents(to.info(120)));
    }

    @Test
    void shouldGoOnWhereAProcessStopped() throws IOException {
        long position = 0;
        int times = 0;
        while (position < contents.length()) {
            final SnapshotInbox inbox = inbox(); // as if the one before had been killed
            final long there = inbox.begin(NAME);
            assertTrue(there == position || there == 0 && position < contents.encodedLength(), there + " " + position);
            position = send(inbox, there, there + 1 + random.nextInt((int) contents.length() / 20));
            times++;
        }
        assertTrue(times > 10);
        final SnapshotInbox inbox = inbox();
        assertEquals(contents.length(), inbox.begin(NAME));
        assertIsWhole(inbox.received(contents.length(), contents.crc()));
    }

    @Test
    void shouldDropWhatItReceivedOfAnotherOne() {
        final SnapshotInbox inbox = inbox();
        inbox.begin(NAME);
        send(inbox, 0, contents.length() / 2);
        assertEquals(0, inbox.begin("another"));
        send(inbox, 0, Long.MAX_VALUE);
        assertIsWhole(inbox.received(contents.length(), contents.crc()));
        inbox.clear();
        assertEquals(0, inbox().begin("another"));
    }

    @Test
    void shouldDropWhatNobodyNeeds() {
        final SnapshotInbox inbox = inbox();
        inbox.dropUpTo(Long.MAX_VALUE);
        inbox.begin(NAME);
        send(inbox, 0, contents.length() / 2);
        inbox.dropUpTo(119);
        assertTrue(Files.exists(incoming()));
        inbox.dropUpTo(120);
        assertFalse(Files.exists(incoming()));
    }

    @Test
    void shouldNotTakeAnotherOneForIt() {
        final SnapshotInbox inbox = inbox();
        inbox.begin(NAME);
        send(inbox, 0, contents.length() - 1);
        assertDamaged(() -> inbox.received(contents.length(), contents.crc()));
        send(inbox, inbox.begin(NAME), Long.MAX_VALUE);
        assertDamaged(() -> inbox.received(contents.length() + 1, contents.crc()));
        assertDamaged(() -> inbox.received(contents.length(), contents.crc() + 1));
        assertIsWhole(inbox.received(contents.length(), contents.crc()));
        inbox.begin(NAME);
        assertDamaged(() -> inbox.write(piece, 0, 1));
        inbox.begin("garbage");
        piece.setMemory(0, 100, (byte) 0x55);
        assertDamaged(() -> inbox.write(piece, 0, 100));
        assertEquals(List.of(80L, 40L), to.seqs());
        to.verify(80);
        to.verify(40);
    }

    private static void assertDamaged(final org.junit.jupiter.api.function.Executable what) {
        assertEquals(
                ErrorCode.DAMAGED, assertThrows(PartitaException.class, what).code());
    }

    @Test
    void shouldFindOneFlippedBit() throws IOException {
        for (int i = 0; i < 50; i++) {
            final SnapshotInbox inbox = inbox();
            inbox.begin("flipped " + i);
            send(inbox, 0, Long.MAX_VALUE);
            final Path file =
                    incoming().resolve(contents.files().get(random.nextInt(3)).name());
            final byte[] bytes = Files.readAllBytes(file);
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            final SnapshotStore received = inbox.received(contents.length(), contents.crc());
            assertThrows(
                    PartitaException.class,
                    () -> received.load(120, StateConfig.defaults(), null).close());
        }
    }

    /** Whatever of it was done when the process was killed, doing it again comes to the same end. */
    @Test
    void shouldComeToItsEndAfterACrash() throws IOException {
        for (int moved = 0; moved <= contents.files().size(); moved++) {
            final SnapshotInbox inbox = inbox();
            inbox.begin(NAME + moved);
            send(inbox, 0, Long.MAX_VALUE);
            inbox.received(contents.length(), contents.crc());
            for (int i = 0; i < moved; i++) {
                final String name =
                        contents.files().get(contents.files().size() - 1 - i).name();
                Files.deleteIfExists(to.folder().resolve(name));
                Files.move(incoming().resolve(name), to.folder().resolve(name));
            }
            final SnapshotInbox next = inbox();
            assertFalse(next.holds(0, CHAIN));
            assertFalse(next.holds(80, CHAIN));
            assertFalse(next.holds(120, CHAIN + 1));
            assertTrue(next.holds(120, CHAIN));
            next.adopt();
            assertFalse(next.holds(120, CHAIN));
            assertEquals(List.of(120L), to.seqs());
            assertIsWhole(to);
        }
    }

    @Test
    void shouldNotHoldWhatIsNotWhole() {
        final SnapshotInbox inbox = inbox();
        assertFalse(inbox.holds(120, CHAIN));
        inbox.begin(NAME);
        assertFalse(inbox.holds(120, CHAIN));
        send(inbox, 0, contents.length() - 1);
        assertFalse(inbox.holds(120, CHAIN));
    }

    @Test
    void shouldSayThatAFileIsGone() throws IOException {
        try (SnapshotSource source = new SnapshotSource(from.folder(), contents)) {
            assertEquals(1, source.read(contents.length() - 1, piece, 0, 10));
        }
        Files.delete(from.folder().resolve(contents.files().get(2).name()));
        try (SnapshotSource source = new SnapshotSource(from.folder(), contents)) {
            assertEquals(-1, source.read(contents.length() - 1, piece, 0, 10));
        }
    }

    @Test
    void shouldKeepWhatIsBeingRead() {
        from.used(Set.of(80L));
        try (LedgerStateMachine machine = from.load(120, StateConfig.defaults(), null)) {
            new LedgerDriver(machine).apply(machine.lastTimestamp() + 1000, 0, new CommandGenerator(9, 12).batch(3));
            from.write(machine, 1, 1, null);
        }
        from.prune(SnapshotStore.KEEP_MIN);
        assertEquals(List.of(121L, 120L, 80L), from.seqs());
        from.verify(80);
        from.used(Set.of());
        from.prune(SnapshotStore.KEEP_MIN);
        assertEquals(List.of(121L, 120L), from.seqs());
    }

    @Test
    void shouldDecodeWhatItEncodes() {
        final ByteBuffer bytes = contents.encode();
        assertEquals(contents.encodedLength(), SnapshotContents.length(bytes));
        assertEquals(contents, SnapshotContents.decode(bytes));
        assertEquals(contents.crc(), SnapshotContents.decode(bytes).crc());
    }
}
