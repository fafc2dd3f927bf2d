// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ResultDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Journals written by earlier releases replay to the digests of their day, for ever. Each is a folder as it was on disk, zipped
 * (segments are mostly zeros), beside a text with its digests. {@code main} writes a new one; an old one is never touched.
 */
@Timeout(120)
class GoldenJournalTest {
    private static final Id128 CLUSTER = new Id128(0x676f6c64L, 1);
    private static final List<String> RELEASES = List.of("v1");

    @TempDir
    Path folder;

    @Test
    void shouldReplayEveryGoldenJournalToItsDigests() throws IOException {
        for (final String release : RELEASES) {
            final Path data = Files.createDirectory(folder.resolve(release));
            unzip("/golden/" + release + ".zip", data);
            assertEquals(expected(release), describe(data), release);
        }
    }

    @Test
    void shouldContinueAGoldenJournal() throws IOException {
        for (final String release : RELEASES) {
            final Path data = Files.createDirectory(folder.resolve(release));
            unzip("/golden/" + release + ".zip", data);
            final List<String> codes = new ArrayList<>();
            try (Ledger ledger = Ledger.launch(context(data, new FixedClock(100)))) {
                final LedgerClient client = ledger.client(batch -> codes.addAll(codes(batch)));
                final Batch batch = client.acquire();
                assertNotNull(batch);
                transfer(batch, 36, 5, 6, 100); // was there already
                transfer(batch, 1_000_000, 1, 2, 10);
                assertTrue(client.submit(batch) > 0);
                drain(ledger, client);
            }
            assertEquals(List.of("EXISTS", "CREATED"), codes);
        }
    }

    /** The same commands give the same digests today: what changed on purpose gets another golden journal. */
    @Test
    void shouldStillWriteTheNewestGoldenJournal() throws IOException {
        write(folder.resolve("data"));
        assertEquals(expected(RELEASES.get(RELEASES.size() - 1)), describe(folder.resolve("data")));
    }

    /**
     * Writes a golden journal.
     *
     * @param args folder for {@code NAME.zip} and {@code NAME.txt}, and NAME.
     * @throws IOException if it cannot.
     */
    public static void main(final String[] args) throws IOException {
        final Path data = Files.createTempDirectory("golden");
        write(data);
        final Path target = Path.of(args[0]);
        zip(data, target.resolve(args[1] + ".zip"));
        Files.write(target.resolve(args[1] + ".txt"), describe(data));
    }

    /** Three launches: accounts, transfers of all outcomes there are so far, retries, an expired batch, many segments. */
    private static void write(final Path data) {
        for (int launch = 0; launch < 3; launch++) {
            final FixedClock clock = new FixedClock(launch);
            try (Ledger ledger = Ledger.launch(context(data, clock))) {
                final LedgerClient client = ledger.client(batch -> assertTrue(batch.isOk()));
                fill(ledger, client, launch, clock);
            }
        }
    }

    private static void fill(final Ledger ledger, final LedgerClient client, final int launch, final FixedClock clock) {
        if (launch == 0) {
            final Batch accounts = acquire(ledger, client);
            for (int i = 1; i <= 40; i++) {
                final int limited = i % 10 == 0 ? AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS : 0;
                accounts.commands().addAccount(0, i, i <= 35 ? 1 : 2, 7, limited);
                if (limited != 0) {
                    accounts.commands().creditLimit(0, 1_000);
                }
            }
            accounts.commands().addAccount(0, 1, 1, 7, 0);
            accounts.commands().addAccount(0, 1, 1, 8, 0);
            accounts.commands().addAccount(0, 0, 1, 7, 0);
            accounts.commands().addAccount(-1, -1, 1, 7, 0);
            accounts.commands().addAccount(0, 50, 0, 7, 0);
            accounts.commands().addAccount(0, 50, 1, 0, 0);
            submit(client, accounts);
        }
        final SplittableRandom random = new SplittableRandom(launch);
        for (int b = 0; b < 60; b++) {
            final Batch batch = acquire(ledger, client);
            clock.advance();
            final long first = 1 + launch * 10_000L + b * 40L;
            for (int i = 0; i < 30; i++) {
                transfer(batch, first + i, 1 + random.nextInt(42), 1 + random.nextInt(42), random.nextInt(200));
            }
            transfer(batch, first, 1, 2, 3); // exists, or with different fields, or its id is burnt
            transfer(batch, first + 31, 10, 2, 5_000); // beyond the limit
            batch.commands().addTransfer(0, first + 32, 0, 3, 0, 4, 9, 1, 7, 0);
            batch.commands()
                    .amount(1L << 40, first)
                    .userData128(5, first)
                    .userData64(6)
                    .userData32(7);
            batch.commands().addTransfer(0, first + 33, 0, 3, 0, 3, 9, 1, 7, 0);
            batch.commands().addTransfer(0, first + 34, 0, 3, 0, 4, 9, 1, 7, 0x8000);
            batch.commands().addTransfer(9, first, 0, 3, 0, 4, 9, 1, 0, 0);
            transfer(batch, first + 35, 5, 6, 100 + b);
            transfer(batch, first + 35, 5, 6, 100 + b);
            submit(client, batch);
        }
        final Batch expiring = acquire(ledger, client);
        expiring.deadline(clock.wallNs());
        transfer(expiring, 900_000 + launch, 1, 2, 1);
        submit(client, expiring);
        clock.advance(); // it is stamped too late now
        drain(ledger, client);
    }

    private static void transfer(
            final Batch batch, final long id, final long debit, final long credit, final long amount) {
        batch.commands().addTransfer(0, id, 0, debit, 0, credit, amount, 1, 7, 0);
    }

    private static void submit(final LedgerClient client, final Batch batch) {
        assertTrue(client.submit(batch) > 0);
    }

    private static Batch acquire(final Ledger ledger, final LedgerClient client) {
        drain(ledger, client); // one batch at a time: the stamps are the same in every run
        final Batch batch = client.acquire();
        assertNotNull(batch);
        return batch;
    }

    private static void drain(final Ledger ledger, final LedgerClient client) {
        while (client.inFlight() > 0) {
            ledger.doWork();
            client.poll(10);
        }
    }

    private static LedgerContext context(final Path data, final FixedClock clock) {
        return new LedgerContext()
                .directory(data)
                .clusterId(CLUSTER)
                .nodeId("golden")
                .threadingMode(ThreadingMode.INVOKER)
                .segmentLength(64 * 1024)
                .nanoClock(clock::monotonicNs)
                .epochNanoClock(clock::wallNs);
    }

    private static List<String> describe(final Path data) {
        final List<String> lines = new ArrayList<>();
        final TreeMap<String, Integer> codes = new TreeMap<>();
        final UnsafeBuffer results = new UnsafeBuffer(new byte[8190 * 16]);
        final CRC32C allResults = new CRC32C();
        long chain = 0;
        try (LedgerStateMachine stateMachine = new LedgerStateMachine(StateConfig.defaults());
                LedgerStateMachine replayed = new LedgerStateMachine(StateConfig.defaults());
                JournalReader reader = FolderReader.open(data.resolve("journal"), 1);
                JournalReader again = FolderReader.open(data.resolve("journal"), 1)) {
            while (reader.next(Long.MAX_VALUE, Integer.MAX_VALUE)) {
                final DirectBuffer buffer = reader.buffer();
                final int end = reader.offset() + reader.length();
                for (int at = reader.offset(); at < end; at += RecordDescriptor.length(buffer, at)) {
                    final int length = stateMachine.apply(buffer, at, results, 0);
                    allResults.update(results.byteArray(), 0, length);
                    final ResultDecoder decoder = new ResultDecoder().wrap(results, 0, length / 16);
                    while (decoder.next()) {
                        codes.merge(decoder.resultCode().name(), 1, Integer::sum);
                    }
                    chain = RecordDescriptor.chain(buffer, at);
                    if (stateMachine.appliedSeq() % 50 == 0) {
                        lines.add(positions(stateMachine, chain));
                    }
                }
            }
            lines.add(positions(stateMachine, chain));
            lines.add("state " + stateMachine.stateDigest() + " accounts " + stateMachine.accountCount() + " transfers "
                    + stateMachine.transferCount() + " burnt " + stateMachine.burntIdCount());
            lines.add("results " + Long.toHexString(allResults.getValue()) + " " + codes);
            Recovery.replay(again, replayed, Long.MAX_VALUE);
            assertEquals(stateMachine.stateDigest(), replayed.stateDigest());
            assertEquals(stateMachine.runningDigest(), replayed.runningDigest());
            assertEquals(List.of(), stateMachine.checkInvariants().violations());
        }
        return lines;
    }

    private static String positions(final LedgerStateMachine stateMachine, final long chain) {
        return "seq " + stateMachine.appliedSeq() + " running " + Long.toHexString(stateMachine.runningDigest())
                + " chain " + Long.toHexString(chain) + " timestamp " + stateMachine.lastTimestamp();
    }

    private static List<String> codes(final Batch batch) {
        final List<String> codes = new ArrayList<>();
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            codes.add(ResultCode.of(results.code()).name());
        }
        return codes;
    }

    private static List<String> expected(final String release) throws IOException {
        try (InputStream text = GoldenJournalTest.class.getResourceAsStream("/golden/" + release + ".txt")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        }
    }

    private static void zip(final Path data, final Path file) throws IOException {
        final List<Path> files;
        try (java.util.stream.Stream<Path> all = Files.walk(data)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.setLevel(9);
            for (final Path path : files) {
                final String name = data.relativize(path).toString();
                if (name.startsWith("journal/")) { // counters, incidents and the lock are not the journal
                    final ZipEntry entry = new ZipEntry(name);
                    entry.setTime(0);
                    out.putNextEntry(entry);
                    Files.copy(path, out);
                    out.closeEntry();
                }
            }
        }
    }

    private static void unzip(final String resource, final Path target) throws IOException {
        try (ZipInputStream in = new ZipInputStream(GoldenJournalTest.class.getResourceAsStream(resource))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                final Path file = target.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(in, file);
            }
        }
    }

    /** A day of its own; it goes on when told. Launches are an hour apart. */
    private static final class FixedClock {
        private static final long DAY = 1_767_225_600_000_000_000L; // 2026-01-01T00:00:00Z
        private static final long HOUR = 3_600_000_000_000L;
        private long elapsedNs;

        FixedClock(final int launch) {
            elapsedNs = launch * HOUR;
        }

        void advance() {
            elapsedNs += 1_000_001;
        }

        long wallNs() {
            return DAY + elapsedNs;
        }

        long monotonicNs() {
            return elapsedNs;
        }
    }
}
