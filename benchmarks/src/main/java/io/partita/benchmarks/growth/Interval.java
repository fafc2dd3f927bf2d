// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

/**
 * A stretch of the growth, a million transfers.
 *
 * @param transfers in the ledger at its end.
 * @param commands how many of its commands were applied in records of 64; the times are of those.
 * @param wallNs time of day, of the apply step alone.
 * @param cpuNs processor time of the apply step's thread.
 * @param stateBytes what the state says it takes.
 * @param memory the resident set at the end.
 */
record Interval(long transfers, long commands, long wallNs, long cpuNs, long stateBytes, ProcessMemory memory) {
    double wallNsPerCommand() {
        return (double) wallNs / commands;
    }

    double cpuNsPerCommand() {
        return (double) cpuNs / commands;
    }
}
