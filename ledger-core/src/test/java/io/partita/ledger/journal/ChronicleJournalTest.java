// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.RecordDescriptor;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueue;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChronicleJournalTest {
    @TempDir
    Path temp;

    private final RandomRecords records = new RandomRecords(1);

    private JournalConfig config() {
        return JournalConfig.of(temp.resolve("journal"), CLUSTER)
                .withSegmentLength(JournalConfig.SEGMENT_LENGTH_MIN)
                .withVerifyOwnReads(true);
    }

    private void append(final Journal journal, final int frames) {
        for (int i = 0; i < frames; i++) {
            records.frame(8, 1000);
            records.appendTo(journal);
        }
    }

    @Test
    void shouldGiveBackWhatWasAppendedAcrossRollsAndRestarts() {
        for (int round = 0; round < 4; round++) {
            try (ChronicleJournal journal = ChronicleJournal.open(config())) {
                assertEquals(records.lastSeq(), journal.lastSeq());
                assertEquals(records.chainAt(records.lastSeq()), journal.lastChain());
                assertEquals(round == 0, journal.recovery().fresh());
                assertTrue(journal.recovery().clean());
                try (JournalReader reader = journal.reader(1)) {
                    for (int i = 0; i < 12; i++) {
                        append(journal, 8);
                        records.readOn(reader, Long.MAX_VALUE);
                        assertEquals(journal.lastSeq(), reader.lastSeq());
                    }
                }
                journal.force();
                assertEquals(journal.lastSeq(), journal.durableSeq());
            }
        }
        final VerifyReport report = JournalVerifier.verify(temp.resolve("journal"));
        assertEquals("[]", report.damages().toString());
        assertEquals("[]", report.notes().toString());
        assertEquals(records.lastSeq(), report.records());
        assertEquals(report.segments(), report.sealedSegments());
        assertTrue(report.segments() >= 8, report.toString());
    }

    @Test
    void shouldRefuseRecordsThatDoNotContinueAndStayUsable() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 3);
            final long lastSeq = journal.lastSeq();
            // The same frame again, a torn one, one with another chain.
            assertThrows(IllegalArgumentException.class, () -> journal.append(records.buffer(), 0, records.length()));
            records.frame(1, 100);
            assertThrows(
                    IllegalArgumentException.class, () -> journal.append(records.buffer(), 0, records.length() - 8));
            assertThrows(IllegalArgumentException.class, () -> journal.append(records.buffer(), 0, 0));
            records.buffer().putByte(RecordDescriptor.CHAIN_OFFSET, (byte)
                    ~records.buffer().getByte(8));
            assertThrows(IllegalArgumentException.class, () -> journal.append(records.buffer(), 0, records.length()));
            records.buffer().putByte(RecordDescriptor.CHAIN_OFFSET, (byte)
                    ~records.buffer().getByte(8));
            assertEquals(lastSeq, journal.lastSeq());
            records.appendTo(journal);
        }
    }

    @Test
    void shouldKeepNoMappingAndNoDescriptorOfFullSegments() throws IOException {
        try (ChronicleJournal journal = ChronicleJournal.open(config());
                JournalReader reader = journal.reader(1)) {
            while (segments() < 60) {
                append(journal, 20);
                records.readOn(reader, Long.MAX_VALUE);
            }
            journal.awaitHelper();
            // Open and prepared segment, each with its frames and Chronicle's metadata, and the reader's window.
            assertTrue(mappings() <= 8, "mappings=" + mappings());
            assertTrue(descriptors() <= 10, "descriptors=" + descriptors());
        }
        assertEquals(0, mappings());
        assertEquals(0, descriptors());
    }

    private int segments() throws IOException {
        final Manifest manifest = Manifest.read(temp.resolve("journal"));
        assertNotNull(manifest);
        return manifest.segments().size();
    }

    private long mappings() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(temp.toString()))
                .count();
    }

    private long descriptors() throws IOException {
        long count = 0;
        for (final Path descriptor : JournalFolders.children(Path.of("/proc/self/fd"))) {
            try {
                count += Files.readSymbolicLink(descriptor).startsWith(temp) ? 1 : 0;
            } catch (final IOException closedMeanwhile) {
                // The listing's own descriptor, for one.
                continue;
            }
        }
        return count;
    }

    @Test
    void shouldVerifyALiveFolderWithoutFalseAlarms() throws Exception {
        final AtomicReference<Throwable> wrong = new AtomicReference<>();
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 1);
            final Thread verifier = new Thread(() -> {
                try {
                    for (int i = 0; i < 20; i++) {
                        assertEquals(
                                "[]",
                                JournalVerifier.verify(temp.resolve("journal"))
                                        .damages()
                                        .toString());
                    }
                } catch (final Throwable e) {
                    wrong.set(e);
                }
            });
            verifier.start();
            for (int i = 0; i < 1_000 && verifier.isAlive(); i++) {
                append(journal, 1);
            }
            verifier.join();
        }
        assertEquals(null, wrong.get());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10})
    void shouldBeReadableByAStockTailer(final int periodMs) throws IOException {
        try (ChronicleJournal journal = ChronicleJournal.open(config().withSyncPolicy(new SyncPolicy(periodMs)))) {
            append(journal, 30);
            journal.awaitHelper();
            assertEquals(records.lastSeq(), countWithStockTailer());
        }
        final Map<String, ByteBuffer> before = JournalFolders.content(temp.resolve("journal"));
        assertEquals(records.lastSeq(), countWithStockTailer());
        assertEquals(before, JournalFolders.content(temp.resolve("journal")));
    }

    private long countWithStockTailer() throws IOException {
        long count = 0;
        final Manifest manifest = Manifest.read(temp.resolve("journal"));
        assertNotNull(manifest);
        for (final SegmentEntry entry : manifest.segments()) {
            final File folder = temp.resolve("journal")
                    .resolve(SegmentDescriptor.folderName(entry.id()))
                    .toFile();
            try (SingleChronicleQueue queue = SingleChronicleQueueBuilder.binary(folder)
                            .rollCycle(RollCycles.FAST_DAILY)
                            .readOnly(true)
                            .build();
                    ExcerptTailer tailer = queue.createTailer()) {
                boolean more = true;
                while (more) {
                    try (DocumentContext context = tailer.readingDocument()) {
                        more = context.isPresent();
                        if (more) {
                            final Bytes<?> bytes = context.wire().bytes();
                            final int length = (int) bytes.readRemaining();
                            final UnsafeBuffer frame =
                                    new UnsafeBuffer(bytes.addressForRead(bytes.readPosition()), length);
                            count += frame.getInt(0) == SegmentDescriptor.FRAME_MAGIC
                                    ? SegmentDescriptor.frameRecords(frame, 0)
                                    : 0;
                        }
                    }
                }
            }
        }
        return count;
    }

    @Test
    void shouldForceOnRequestAndShareForces() throws InterruptedException {
        final AtomicInteger forces = new AtomicInteger();
        final CountDownLatch firstStarted = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);
        final AtomicInteger told = new AtomicInteger();
        try (ChronicleJournal journal = ChronicleJournal.open(
                config().withSegmentLength(1 << 20).withDurableListener(told::incrementAndGet), pages -> {
                    forces.incrementAndGet();
                    firstStarted.countDown();
                    await(goOn);
                    pages.force();
                })) {
            append(journal, 1);
            final long first = journal.lastSeq();
            assertEquals(0, journal.durableSeq());
            journal.requestForce();
            await(firstStarted);
            for (int i = 0; i < 20; i++) {
                append(journal, 1);
                journal.requestForce();
            }
            assertEquals(0, journal.durableSeq());
            goOn.countDown();
            awaitDurable(journal, journal.lastSeq());
            assertEquals(2, forces.get(), "the twenty share one");
            assertTrue(journal.durableSeq() > first);
            journal.force();
            journal.requestForce();
            assertEquals(2, forces.get(), "nothing new, no force");
            assertTrue(told.get() >= 1 && told.get() <= 2);
        }
    }

    @Test
    void shouldForcePeriodically() {
        try (ChronicleJournal journal = ChronicleJournal.open(config().withSyncPolicy(SyncPolicy.periodic(1)))) {
            append(journal, 40);
            awaitDurable(journal, journal.lastSeq());
        }
    }

    @Test
    void shouldForceTheOldAndTheNewSegmentAfterARoll() {
        final AtomicInteger forces = new AtomicInteger();
        try (ChronicleJournal journal = ChronicleJournal.open(config(), pages -> {
            forces.incrementAndGet();
            pages.force();
        })) {
            append(journal, 60);
            journal.force();
            assertTrue(forces.get() >= 2, "forces=" + forces.get());
            assertEquals(journal.lastSeq(), journal.durableSeq());
            final int before = forces.get();
            append(journal, 1);
            journal.force();
            assertTrue(forces.get() - before <= 2);
        }
    }

    /** What a force left out only a power cut would show: so each excerpt that is there must be in its range. */
    @Test
    void shouldForceEachExcerpt() {
        final Set<SegmentPages> forced = new LinkedHashSet<>();
        try (ChronicleJournal journal = ChronicleJournal.open(config(), pages -> {
            pages.force();
            forced.add(pages);
        })) {
            for (int round = 1; round <= 30; round++) {
                append(journal, round % 7 + 1);
                if (round % 10 == 0) {
                    final long cut = journal.lastSeq() - 3;
                    journal.cutTo(cut);
                    records.cutTo(cut);
                    append(journal, 1);
                }
                journal.force();
                for (final SegmentPages pages : forced) {
                    assertEquals(
                            endOf(pages.file()),
                            pages.forced(),
                            () -> pages.file().toString());
                }
                forced.clear();
            }
        }
    }

    private static long endOf(final Path frames) {
        final String folder = frames.getParent().getFileName().toString();
        return JournalFolders.endOfExcerpts(frames, Long.parseLong(folder.substring(folder.indexOf('-') + 1)));
    }

    @Test
    void shouldNeverForceAgainAfterAFailedForce() {
        final AtomicInteger forces = new AtomicInteger();
        final AtomicReference<Throwable> error = new AtomicReference<>();
        final ChronicleJournal journal = ChronicleJournal.open(config().withErrorHandler(error::set), pages -> {
            forces.incrementAndGet();
            throw new IOException("no");
        });
        append(journal, 1);
        journal.requestForce();
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (error.get() == null && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertNotNull(error.get());
        records.frame(1, 10);
        for (int i = 0; i < 2; i++) {
            assertEquals(ErrorCode.STORAGE_FAILED, code(() -> journal.append(records.buffer(), 0, records.length())));
            assertEquals(ErrorCode.STORAGE_FAILED, code(journal::force));
            assertEquals(ErrorCode.STORAGE_FAILED, code(journal::requestForce));
            assertEquals(ErrorCode.STORAGE_FAILED, code(journal::durableSeq));
        }
        assertEquals(ErrorCode.STORAGE_FAILED, code(journal::close));
        journal.close();
        assertEquals(1, forces.get());
    }

    private static ErrorCode code(final Runnable action) {
        return assertThrows(PartitaException.class, action::run).code();
    }

    @Test
    void shouldSurviveAnInterruptOfItsOwner() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            for (int i = 0; i < 30; i++) {
                Thread.currentThread().interrupt();
                append(journal, 4);
                journal.force();
                assertTrue(Thread.interrupted(), "the interrupt is the owner's to see");
            }
            try (JournalReader reader = journal.reader(1)) {
                assertEquals(records.lastSeq(), records.readOn(reader, Long.MAX_VALUE));
            }
        }
    }

    /** Whoever follows a node's journal may come to a segment that the node's next life had dropped. */
    @Test
    void shouldReadOnWhereASegmentThatHeldNothingWasDropped() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 3);
        }
        final FolderReader follower;
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            journal.awaitHelper();
            follower = FolderReader.open(temp.resolve("journal"), journal.lastSeq() + 1);
        }
        try (ChronicleJournal journal = ChronicleJournal.open(config());
                follower) {
            final long firstSeq = journal.lastSeq() + 1;
            append(journal, 1);

            assertTrue(follower.next(Long.MAX_VALUE, 1));
            assertEquals(firstSeq, RecordDescriptor.seq(follower.buffer(), follower.offset()));
        }
    }

    @Test
    void shouldTellAReaderThatWasCutBelow() {
        try (ChronicleJournal journal = ChronicleJournal.open(config())) {
            append(journal, 10);
            journal.awaitHelper();
            try (JournalReader reader = journal.reader(1);
                    FolderReader follower = FolderReader.open(temp.resolve("journal"), 1)) {
                records.readOn(reader, Long.MAX_VALUE);
                records.readOn(follower, Long.MAX_VALUE);
                final long cut = journal.lastSeq() - 2;
                journal.cutTo(cut);
                records.cutTo(cut);
                append(journal, 1);
                assertThrows(IllegalStateException.class, () -> reader.next(Long.MAX_VALUE, 1));
                final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                final PartitaException e = assertThrows(PartitaException.class, () -> {
                    while (System.nanoTime() < deadline) {
                        assertFalse(follower.next(Long.MAX_VALUE, 1));
                    }
                });
                assertEquals(ErrorCode.COMMITTED_CONFLICT, e.code());
            }
        }
    }

    private static void awaitDurable(final Journal journal, final long seq) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (journal.durableSeq() < seq && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertEquals(seq, journal.durableSeq());
    }

    private static void await(final CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
