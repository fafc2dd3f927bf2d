// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

/**
 * Settings of a state machine. None of them changes what it computes: two machines with different settings give the same
 * results and digests.
 *
 * @param hashSeed varies the order inside the id indexes, so that nobody who does not know it can choose ids that collide; an
 *     engine takes a random one.
 */
public record StateConfig(long hashSeed) {
    /**
     * Settings for tests and tools.
     *
     * @return a fixed seed.
     */
    public static StateConfig defaults() {
        return new StateConfig(0x5061_7274_6974_6121L);
    }
}
