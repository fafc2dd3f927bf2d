// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

/** What the two nodes of a pair are connected by. */
public enum Link {
    /** Plain TCP over the loopback interface. */
    TCP,
    /** The same with TLS 1.3 and certificates on both sides. */
    TLS,
    /** Mapped memory: the standby reads the active's journal in place. */
    IPC
}
