// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import java.util.Locale;

/** How many nodes, what an answer promises, and, for the comparison of journals, what a lone engine journals to. */
public enum Mode {
    /** One node; an answer is in the page cache. */
    ONE_MEMORY(Nodes.ONE, "one node", "MEMORY"),
    /** One node; an answer is on its disk. */
    ONE_FSYNC(Nodes.ONE, "one node", "FSYNC"),
    /** Two nodes; an answer is in the page caches of both. */
    PAIR_MEMORY(Nodes.PAIR, "pair", "MEMORY"),
    /** Two nodes; an answer is on the active's disk. */
    PAIR_ACTIVE_FSYNC(Nodes.PAIR, "pair", "ACTIVE_FSYNC"),
    /** Two nodes; an answer is on the disks of both. */
    PAIR_ALL_FSYNC(Nodes.PAIR, "pair", "ALL_FSYNC"),
    /** Two nodes whose client comes over TCP; an answer is in the page caches of both. */
    REMOTE_MEMORY(Nodes.PAIR, "pair, client over TCP", "MEMORY"),
    /** The same; an answer is on the active's disk. */
    REMOTE_ACTIVE_FSYNC(Nodes.PAIR, "pair, client over TCP", "ACTIVE_FSYNC"),
    /** The same; an answer is on the disks of both. */
    REMOTE_ALL_FSYNC(Nodes.PAIR, "pair, client over TCP", "ALL_FSYNC"),
    /** The engine alone on the journal that ships; an answer is on the disk. */
    ENGINE_WRITTEN(Nodes.ENGINE, "engine, written into Chronicle's file", "FSYNC"),
    /** The same with Chronicle's appender, as where forces are rare. */
    ENGINE_STORED(Nodes.ENGINE, "engine, Chronicle's appender", "FSYNC"),
    /** The same on a plain file, with zeros written a little ahead as the others do it. */
    ENGINE_FILE(Nodes.ENGINE, "engine, FileChannel", "FSYNC");

    /** What runs. */
    enum Nodes {
        ONE,
        PAIR,
        ENGINE
    }

    private final Nodes nodes;
    private final String topology;
    private final String durability;

    Mode(final Nodes nodes, final String topology, final String durability) {
        this.nodes = nodes;
        this.topology = topology;
        this.durability = durability;
    }

    Nodes nodes() {
        return nodes;
    }

    /** Whether its client comes over TCP; else it is a thread of the active's process. */
    boolean isRemote() {
        return this == REMOTE_MEMORY || this == REMOTE_ACTIVE_FSYNC || this == REMOTE_ALL_FSYNC;
    }

    /**
     * For people.
     *
     * @return what runs.
     */
    public String topology() {
        return topology;
    }

    /**
     * The constant of the node's own enumeration.
     *
     * @return its name.
     */
    public String durability() {
        return durability;
    }

    /**
     * The option's word.
     *
     * @return such as {@code pair-all-fsync}.
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The constant of an option's word.
     *
     * @param word such as {@code pair-all-fsync}.
     * @return the constant.
     * @throws IllegalArgumentException if there is none.
     */
    public static Mode of(final String word) {
        for (final Mode mode : values()) {
            if (mode.word().equals(word)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("no such mode: " + word);
    }
}
