// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.client.Batch;
import io.partita.ledger.client.LedgerClient;
import io.partita.ledger.engine.Durability;
import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.ResultEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    static final Id128 CLUSTER = new Id128(0x676f6c64L, 1);
    private static final List<String> RELEASES = List.of("v1", "v2");

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
        zip(data, "journal/", target.resolve(args[1] + ".zip"));
        Files.write(target.resolve(args[1] + ".txt"), describe(data));
    }

    /** Three launches, an hour apart: everything that there is, with releases while running and right after a start. */
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
        settle(ledger);
        if (launch == 0) {
            final Batch accounts = acquire(ledger, client);
            GoldenWorkload.accounts(accounts.commands());
            submit(client, accounts);
        }
        final GoldenWorkload workload = new GoldenWorkload(launch);
        for (int b = 0; b < 60; b++) {
            if (b % 15 == 14) {
                drain(ledger, client);
                clock.advanceSeconds(2);
                settle(ledger); // nobody sends anything: what is due is released all the same
            }
            final Batch batch = acquire(ledger, client);
            clock.advance();
            if (b % 20 == 7) {
                workload.imports(batch.commands(), clock.wallNs() - 1_000);
            } else if (b == 30) {
                workload.mistakes(batch.commands());
            } else {
                workload.mixed(batch.commands(), 40);
            }
            if (b % 3 == 0) {
                batch.options(BatchOptions.RETURN_BALANCES);
            }
            if (b % 10 == 9) {
                batch.deadline(clock.wallNs() + 1_000_000_000L);
            }
            submit(client, batch);
        }
        final Batch expiring = acquire(ledger, client);
        expiring.deadline(clock.wallNs());
        transfer(expiring, 900_000 + launch, 1, 2, 1);
        expiring.commands().addCreditLimit(0, 910_000 + launch, 0, 31, 5, 0);
        expiring.commands().addResolve(0, 920_000 + launch, 0);
        submit(client, expiring);
        clock.advance(); // it is stamped too late now
        drain(ledger, client);
        settle(ledger);
    }

    /** Until everything appended is applied: a TICK is nobody's to wait for. */
    private static void settle(final Ledger ledger) {
        for (int idle = 0; idle < 3; idle++) {
            if (ledger.doWork() > 0) {
                idle = 0;
            }
        }
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
                .durability(Durability.MEMORY) // no other thread takes part: every run is the same
                .nanoClock(clock::monotonicNs)
                .epochNanoClock(clock::wallNs);
    }

    private static List<String> describe(final Path data) {
        final List<String> lines = new ArrayList<>();
        final TreeMap<String, Integer> codes = new TreeMap<>();
        final UnsafeBuffer results = new UnsafeBuffer(
                new byte[ResultEncoder.length(Limits.BATCH_COMMANDS_MAX, BatchOptions.RETURN_BALANCES)]);
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
                    final int count = length == 0 ? 0 : RecordDescriptor.count(buffer, at);
                    final ResultDecoder decoder = new ResultDecoder().wrap(results, 0, count);
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
            if (stateMachine.expiryCount() > 0) { // the first golden journal is older than these
                lines.add("expired " + stateMachine.expiryCount() + " open " + stateMachine.openPendingCount());
            }
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

    static void zip(final Path data, final String folder, final Path file) throws IOException {
        final List<Path> files;
        try (java.util.stream.Stream<Path> all = Files.walk(data)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
            out.setLevel(9);
            for (final Path path : files) {
                final String name = data.relativize(path).toString();
                if (name.startsWith(folder)) { // counters, incidents and the lock are not the journal
                    final ZipEntry entry = new ZipEntry(name);
                    entry.setTime(0);
                    out.putNextEntry(entry);
                    Files.copy(path, out);
                    out.closeEntry();
                }
            }
        }
    }

    static void unzip(final String resource, final Path target) throws IOException {
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

        void advanceSeconds(final int seconds) {
            elapsedNs += seconds * 1_000_000_000L;
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
