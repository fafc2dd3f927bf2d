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
import java.util.List;
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
