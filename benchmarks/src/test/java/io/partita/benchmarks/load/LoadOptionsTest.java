// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadOptionsTest {
    private static final LoadCase BASE = new LoadCase(Mode.PAIR_MEMORY, Link.TCP, 64, 10_000, false, false);

    @Test
    void shouldVaryEachDimensionAroundTheBaseCase() {
        final List<LoadCase> cases = LoadOptions.throughput().cases();

        assertEquals(BASE, cases.get(0));
        assertEquals(19, cases.size());
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_ALL_FSYNC, Link.TCP, 64, 10_000, false, true)));
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_MEMORY, Link.IPC, 64, 10_000, false, false)));
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_MEMORY, Link.TCP, 8190, 10_000, false, false)));
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_MEMORY, Link.TCP, 64, 1_000_000, false, false)));
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_MEMORY, Link.TCP, 64, 10_000, true, false)));
    }

    @Test
    void shouldMeasureEachModeOnlyWhenAskedHowSoon() {
        assertEquals(
                List.of("pair-memory", "pair-active-fsync", "pair-all-fsync", "one-memory", "one-fsync"),
                LoadOptions.latency().cases().stream()
                        .map(load -> load.mode().word())
                        .toList());
    }

    @Test
    void shouldLookAtCollectorsInAPairAndInOneNode() {
        final LoadOptions options = LoadOptions.garbage("--megabytes", "50");
        assertEquals(
                List.of("pair-memory", "one-memory"),
                options.cases().stream().map(load -> load.mode().word()).toList());
        assertEquals(List.of(200_000), options.rates());
        assertEquals(10_000, options.plan().measuredMs());
        assertEquals(50, options.megabytes());
    }

    @Test
    void shouldTakeAllCombinationsAndNoLinksOfOneNode() {
        final List<LoadCase> cases = LoadOptions.throughput(
                        "--cross",
                        "--modes",
                        "one-fsync,pair-memory",
                        "--links",
                        "ipc,tls",
                        "--batches",
                        "1,16",
                        "--accounts",
                        "10",
                        "--spreads",
                        "hot",
                        "--windows",
                        "one")
                .cases();

        assertEquals(2 + 4, cases.size());
        assertTrue(cases.contains(new LoadCase(Mode.PAIR_MEMORY, Link.TLS, 16, 10, true, true)));
    }

    @Test
    void shouldTakeTheRestOfTheOptions() {
        final LoadOptions options =
                LoadOptions.latency("--rounds", "7", "--seconds", "0.5", "--rates", "5,6", "--json", "x", "--dir", "y");

        assertEquals(7, options.rounds());
        assertEquals(500, options.plan().measuredMs());
        assertEquals(List.of(5, 6), options.rates());
        assertEquals(Path.of("x"), options.json());
        assertEquals(Path.of("y"), options.plan().folder());
        assertNull(LoadOptions.latency("--quick").json());
        assertEquals(1, LoadOptions.latency("--quick").rounds());
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        for (final String[] args : new String[][] {
            {"--unknown", "1"},
            {"--json"},
            {"--modes", "three-nodes"},
            {"--links", "pigeon"},
            {"--batches", "0"},
            {"--batches", "8191"},
            {"--accounts", "1"},
            {"--spreads", "cold"},
            {"--windows", "two"},
            {"--rounds", "0"},
            {"--seconds", "0"}
        }) {
            assertThrows(
                    IllegalArgumentException.class, () -> LoadOptions.throughput(args), () -> String.join(" ", args));
        }
    }
}
