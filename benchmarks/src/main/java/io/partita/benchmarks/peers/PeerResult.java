// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.Figures;
import java.util.Map;

/**
 * What a row gave.
 *
 * @param row whom.
 * @param searched transfers per second of each setting, in one short run.
 * @param figures of the best of them, in all rounds.
 */
public record PeerResult(PeerRow row, Map<PeerSetting, Double> searched, Figures figures) {
    /**
     * The setting that gave most.
     *
     * @param searched transfers per second of each.
     * @return the best.
     */
    public static PeerSetting best(final Map<PeerSetting, Double> searched) {
        return searched.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
    }

    PeerSetting setting() {
        return best(searched);
    }

    double perSecond() {
        return figures.median("perSecond");
    }
}
