// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.benchmarks.load.Figures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeersReportTest {
    private static final PeerSetting SMALL = PeerSetting.of(64);
    private static final PeerSetting LARGE = new PeerSetting(1024, 2, false);

    @Test
    void shouldSetPartitaBesideWhoPromisesAsMuch() {
        final PeersReport report = new PeersReport(
                List.of(
                        result(new PeerRow(Peer.PARTITA, 2, Sync.MEMORY), 3_000_000, SMALL),
                        result(new PeerRow(Peer.PARTITA_REMOTE, 2, Sync.MEMORY), 2_100_000, SMALL),
                        result(new PeerRow(Peer.POSTGRESQL, 2, Sync.MEMORY), 90_000, SMALL),
                        result(new PeerRow(Peer.POSTGRESQL, 2, Sync.FIRST_MEMORY), 100_000, LARGE),
                        result(new PeerRow(Peer.AERON_CLUSTER, 3, Sync.MEMORY), 1_000_000, SMALL)),
                List.of("TigerBeetle is absent."));

        final String text = report.markdown();

        assertTrue(text.contains("| PostgreSQL | 2 | memory of the first alone |"), text);
        assertTrue(text.contains("| 1,024 | 2 | 100,000 (100,000-100,000) | 21.00 |"), text);
        assertTrue(text.contains("Measured: 21.00 times, reached."), text);
        assertTrue(text.contains("Measured: 2.10 times, not reached."), text);
        assertTrue(text.contains("1,024 x 2 one at a time: 100,000"), text);
        assertTrue(text.contains("TigerBeetle is absent."), text);
        assertTrue(report.json().contains("\"partitaTimesAsMany\":21.00"), report.json());
    }

    @Test
    void shouldNameWhoIsAbsent() {
        final PeersOptions options = new PeersOptions("--quick");

        assertEquals(2, options.absent(false).size());
        assertEquals(1, options.absent(true).size());
        assertTrue(options.rows(false).stream().noneMatch(row -> row.peer() == Peer.POSTGRESQL));
        assertThrows(IllegalArgumentException.class, () -> new PeersOptions("--peers", "oracle"));
    }

    @Test
    void shouldReadWhatAnotherBenchmarkPrints() {
        final Map<String, Double> figures = OwnBenchmark.parse("""
                1222 batches in 15.75 s
                transfer batch size = 8190 txs
                load accepted = 634936 tx/s
                batch latency p1   = 3 ms
                batch latency p50  = 10 ms
                batch latency p99  = 42 ms
                batch latency p100 = 127 ms
                """);

        assertEquals(634_936, figures.get("perSecond"));
        assertEquals(10_000, figures.get("batch.p50"));
        assertEquals(42_000, figures.get("batch.p99"));
    }

    @Test
    void shouldReadItsOwnArguments() {
        final PeerRow row = new PeerRow(Peer.AERON_CLUSTER_TUNED, 3, Sync.ALL_FSYNC);

        assertEquals(row, PeerRow.parse(row.argument()));
        assertEquals(LARGE, PeerSetting.parse(LARGE.argument()));
    }

    private static PeerResult result(final PeerRow row, final double perSecond, final PeerSetting setting) {
        final Figures figures = new Figures();
        figures.add(
                Map.of("perSecond", perSecond, "batch.p50", 1.0, "batch.p99", 2.0, "alone.p50", 3.0, "alone.p99", 4.0));
        return new PeerResult(row, Map.of(setting, perSecond), figures);
    }
}
