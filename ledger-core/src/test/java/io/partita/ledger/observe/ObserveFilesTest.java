// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObserveFilesTest {
    private static final Id128 CLUSTER = new Id128(7, 8);

    @TempDir
    Path folder;

    @Test
    void shouldReadCountersWhileTheyAreWritten() throws IOException {
        final LedgerCounters counters = LedgerCounters.create(folder, CLUSTER, 1234);
        final CountersFile file = CountersFile.open(folder);
        counters.get(CounterType.APPLIED_SEQ).setRelease(42);
        counters.add("peer lag").setRelease(3);

        assertEquals(42, file.get(CounterType.APPLIED_SEQ));
        assertEquals(CLUSTER, file.clusterId());
        assertEquals(1234, file.startedMs());
        assertEquals(ProcessHandle.current().pid(), file.processId());
        final List<String> lines = new ArrayList<>();
        file.forEach((label, value) -> lines.add(label + "=" + value));
        assertTrue(lines.contains("applied seq=42"), lines.toString());
        assertTrue(lines.contains("peer lag=3"), lines.toString());
        assertEquals(
                PosixFilePermissions.fromString("rw-------"),
                Files.getPosixFilePermissions(folder.resolve(LedgerCounters.FILE_NAME)));
    }

    /** Other releases read these files, too: a backup asks the counters what is committed. */
    @Test
    void shouldWriteTheHeadersAndNumbersAsEver() throws IOException {
        final LedgerCounters counters = LedgerCounters.create(folder, CLUSTER, 1234);
        IncidentLog.create(folder, CLUSTER, () -> 1234, counters.get(CounterType.INCIDENTS));
        assertEquals(
                "5052545f424f5341 01000000 01000000 0800000000000000 0700000000000000",
                header(LedgerCounters.FILE_NAME));
        assertEquals(
                "5052545f424f5341 01000000 02000000 0800000000000000 0700000000000000", header(IncidentLog.FILE_NAME));
        assertEquals(
                "5 6 7 8 24 25 30 31",
                Stream.of(
                                CounterType.DURABLE_SEQ,
                                CounterType.COMMIT_SEQ,
                                CounterType.APPLIED_SEQ,
                                CounterType.RUNNING_DIGEST,
                                CounterType.DUTY_CYCLE_MAX_NS,
                                CounterType.HEARTBEAT_MS,
                                CounterType.DIGEST_SEQ,
                                CounterType.FREE_BYTES)
                        .map(type -> Integer.toString(type.ordinal()))
                        .collect(Collectors.joining(" ")));
    }

    /** Up to the process id, which is another one each time. */
    private String header(final String name) throws IOException {
        final String hex = HexFormat.of().formatHex(Files.readAllBytes(folder.resolve(name)), 0, 32);
        return String.join(
                " ",
                hex.substring(0, 16),
                hex.substring(16, 24),
                hex.substring(24, 32),
                hex.substring(32, 48),
                hex.substring(48));
    }

    @Test
    void shouldReadCountersOfAProcessThatWasKilled() throws IOException {
        final String output = ChildJvm.run(ChildJvm.command(true, HaltMain.class, folder.toString()));
        assertEquals("", output);

        final CountersFile file = CountersFile.open(folder);
        assertEquals(77, file.get(CounterType.COMMIT_SEQ));
        assertFalse(
                ProcessHandle.of(file.processId()).map(ProcessHandle::isAlive).orElse(false));
        final List<String> incidents = new ArrayList<>();
        IncidentLog.read(
                folder.resolve(IncidentLog.FILE_NAME),
                (count, first, last, text) -> incidents.add(count + " " + first + " " + last + " " + text));
        assertEquals(1, incidents.size());
        assertTrue(incidents.get(0).startsWith("2 55 55 "), incidents.get(0));
        assertTrue(incidents.get(0).contains("INTERNAL: cause=1; next: do this"), incidents.get(0));
    }

    @Test
    void shouldKeepTheIncidentsOfTheLastRun() {
        final LedgerCounters counters = LedgerCounters.create(folder, CLUSTER, 1);
        IncidentLog.create(folder, CLUSTER, () -> 1, counters.get(CounterType.INCIDENTS))
                .record(new IllegalStateException("first run"));
        IncidentLog.create(folder, CLUSTER, () -> 2, counters.get(CounterType.INCIDENTS));
        IncidentLog.create(folder, CLUSTER, () -> 3, counters.get(CounterType.INCIDENTS));

        assertEquals(0, IncidentLog.read(folder.resolve(IncidentLog.FILE_NAME), (count, first, last, text) -> {}));
        assertEquals(
                1,
                IncidentLog.read(
                        folder.resolve(IncidentLog.PREVIOUS_FILE_NAME),
                        (count, first, last, text) -> assertTrue(text.contains("first run"))));
        assertEquals(1, counters.get(CounterType.INCIDENTS).get());
    }

    @Test
    void shouldRefuseWhatIsNoFileOfOurs() throws IOException {
        Files.write(folder.resolve(LedgerCounters.FILE_NAME), new byte[4096]);
        final PartitaException error = assertThrows(PartitaException.class, () -> CountersFile.open(folder));
        assertEquals(ErrorCode.UNKNOWN_FORMAT, error.code());
        assertEquals(
                ErrorCode.STORAGE_FAILED,
                assertThrows(PartitaException.class, () -> CountersFile.open(folder.resolve("absent")))
                        .code());
    }

    @Test
    void shouldWorkWithoutAFile() {
        final LedgerCounters counters = LedgerCounters.create(null, CLUSTER, 1);
        final IncidentLog log = IncidentLog.create(null, CLUSTER, () -> 1, counters.get(CounterType.INCIDENTS));
        log.record(ErrorCode.INTERNAL, "a", "b");
        assertEquals(1, counters.get(CounterType.INCIDENTS).get());
    }

    /** Counts, records, and dies without closing anything. */
    static final class HaltMain {
        private HaltMain() {}

        public static void main(final String[] args) {
            final Path folder = Path.of(args[0]);
            final LedgerCounters counters = LedgerCounters.create(folder, CLUSTER, 1);
            counters.get(CounterType.COMMIT_SEQ).setRelease(77);
            final IncidentLog log = IncidentLog.create(folder, CLUSTER, () -> 55, counters.get(CounterType.INCIDENTS));
            for (int i = 0; i < 2; i++) {
                log.record(ErrorCode.INTERNAL, "cause=1", "do this");
            }
            Runtime.getRuntime().halt(0);
        }
    }
}
