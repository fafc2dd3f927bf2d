// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.benchmarks.load.Paid;
import io.partita.benchmarks.micro.BenchFolder;
import java.util.List;
import org.junit.jupiter.api.Test;

class AeronLoadTest {
    @Test
    void shouldApplyBatchesAndAnswerThem() throws Exception {
        try (BenchFolder drivers = ClusterSetup.makeDriverFolder();
                PeerLoad load = new AeronLoad(drivers.path(), 1, false, true, List.of())) {
            final Paid paid = load.pay(PeerSetting.of(16), false, 200_000_000L);
            final Paid alone = load.pay(PeerSetting.of(1), true, 100_000_000L);

            assertTrue(paid.perSecond() > 0);
            assertTrue(alone.latencies().getTotalCount() > 0);
            load.check();
        }
    }
}
