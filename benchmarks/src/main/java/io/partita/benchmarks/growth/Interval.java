// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

/**
 * A stretch of the growth, a million transfers.
 *
 * @param transfers in the ledger at its end.
 * @param commands how many of its commands were applied in records of 64; the times are of those.
 * @param wallNs time of day, of the apply step alone.
 * @param cpuNs processor time of the apply step's thread.
 * @param singleP999Ns what 99.9 % of its commands in a record of their own took at most, page faults included.
 * @param stateBytes what the state says it takes.
 * @param memory the resident set at the end.
 */
record Interval(
        long transfers,
        long commands,
        long wallNs,
        long cpuNs,
        long singleP999Ns,
        long stateBytes,
        ProcessMemory memory) {
    double wallNsPerCommand() {
        return (double) wallNs / commands;
    }

    double cpuNsPerCommand() {
        return (double) cpuNs / commands;
    }
}
