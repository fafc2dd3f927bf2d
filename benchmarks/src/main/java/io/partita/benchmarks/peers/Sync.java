// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

/** What an answer promises, in the words of Partita's modes as far as they have one. */
public enum Sync {
    /** In the page cache of every copy that must have it. */
    MEMORY("MEMORY", "MEMORY"),
    /** On the first one's disk, in the other one's page cache. */
    ACTIVE_FSYNC("ACTIVE_FSYNC", "ACTIVE_FSYNC"),
    /** On the disks of all that must have it. */
    ALL_FSYNC("ALL_FSYNC", "ALL_FSYNC"),
    /** The same, and the other one shows it to readers. */
    APPLIED("ALL_FSYNC, and readable at the standby", "ALL_FSYNC"),
    /** On the first one's disk; the other one gets it later: less than ACTIVE_FSYNC. */
    FIRST_DISK("disk of the first alone", "ACTIVE_FSYNC"),
    /** In the first one's memory, on its way to the disk: less than MEMORY. */
    FIRST_MEMORY("memory of the first alone", "MEMORY"),
    /** One node: on its disk. */
    FSYNC("FSYNC", "FSYNC");

    private final String text;
    private final String durability;

    Sync(final String text, final String durability) {
        this.text = text;
        this.durability = durability;
    }

    String text() {
        return text;
    }

    /** Partita's mode that it stands beside. */
    String durability() {
        return durability;
    }

    /** Whether anything waits for a disk. */
    boolean isForced() {
        return this != MEMORY;
    }
}
