// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadRunTest {
    private static final String BRIEFLY_MS = "200";

    @Test
    void shouldReportWhatOneNodeDoes() throws Exception {
        final LoadCase load = new LoadCase(Mode.ONE_FSYNC, Link.TCP, 16, 100, true, false);

        final Map<String, Double> figures =
                Figures.parse(LoadRun.run(List.of("latency", load.arguments(), BRIEFLY_MS, BRIEFLY_MS, "100,1000")));

        assertTrue(figures.get("perSecond") > 0);
        assertTrue(figures.get("half.p50") > 0);
        assertTrue(figures.get("100.p999") > 0);
        assertTrue(figures.get("1000.max") >= figures.get("1000.p50"));
        assertTrue(figures.get("alone.p50") > 0);
        assertTrue(figures.get("force.p50") > 0);
    }

    @Test
    void shouldPrintARowForEachCase() throws Exception {
        final LoadCase load = new LoadCase(Mode.ENGINE_FILE, Link.TCP, 16, 100, false, false);
        final Figures figures = new Figures();
        figures.add(Figures.parse(LoadRun.run(List.of("throughput", load.arguments(), BRIEFLY_MS, BRIEFLY_MS, ""))));

        final String table = LoadReport.throughput(Map.of(load, figures));

        assertEquals(3, table.lines().count(), table);
        assertTrue(table.contains("| engine, FileChannel | FSYNC | - | 16 | 100 | uniform | 64 |"), table);
        assertTrue(LoadReport.json("cases", Map.of(load, figures)).contains("\"perSecond\":{\"median\":"));
    }
}
