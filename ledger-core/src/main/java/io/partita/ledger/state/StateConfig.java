// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import java.util.Objects;

/**
 * Settings of a state machine. None of them changes what it computes: two machines with different settings give the same
 * results and digests, or one of them refuses.
 *
 * @param hashSeed varies the order inside the id indexes, so that nobody who does not know it can choose ids that collide;
 *     whoever applies what others wrote takes a random one, anew in each process.
 * @param memory where the history lives.
 * @param logicVersionMax newest version of the rules that a journal may ask for (R35): {@link LedgerStateMachine#LOGIC_VERSION},
 *     unless a test plays a later release.
 */
public record StateConfig(long hashSeed, StateMemory memory, int logicVersionMax) {
    /** Checks that nothing is missing. */
    public StateConfig {
        Objects.requireNonNull(memory, "memory");
        if (logicVersionMax < 1) {
            throw new IllegalArgumentException(
                    "logicVersionMax must be at least 1: logicVersionMax=" + logicVersionMax);
        }
    }

    /**
     * The rules of this release.
     *
     * @param hashSeed varies the order inside the id indexes.
     * @param memory where the history lives.
     */
    public StateConfig(final long hashSeed, final StateMemory memory) {
        this(hashSeed, memory, LedgerStateMachine.LOGIC_VERSION);
    }

    /**
     * Everything in anonymous memory.
     *
     * @param hashSeed varies the order inside the id indexes.
     */
    public StateConfig(final long hashSeed) {
        this(hashSeed, StateMemory.ANONYMOUS);
    }

    /**
     * Settings for tests and benchmarks: a run is like the one before.
     *
     * @return a fixed seed, everything in anonymous memory.
     */
    public static StateConfig defaults() {
        return new StateConfig(0x5061_7274_6974_6121L);
    }

    /**
     * The same settings with the history elsewhere.
     *
     * @param value where the history lives.
     * @return a copy.
     */
    public StateConfig withMemory(final StateMemory value) {
        return new StateConfig(hashSeed, value, logicVersionMax);
    }

    /**
     * The same settings with another range of rules.
     *
     * @param value newest version that a journal may ask for.
     * @return a copy.
     */
    public StateConfig withLogicVersionMax(final int value) {
        return new StateConfig(hashSeed, memory, value);
    }
}
