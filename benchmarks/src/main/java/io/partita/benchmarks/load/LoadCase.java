// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import io.partita.ledger.model.Limits;
import java.util.List;
import java.util.Locale;

/**
 * What is run and what is paid.
 *
 * @param mode nodes and durability.
 * @param link between the nodes of a pair; of no meaning to one node.
 * @param batch transfers of a batch.
 * @param accounts of the ledger.
 * @param isHot whether every transfer debits the same account; else both accounts are random.
 * @param isAlone whether a batch waits for the answer to the one before; else the window is full.
 */
public record LoadCase(Mode mode, Link link, int batch, int accounts, boolean isHot, boolean isAlone) {
    /** What a client of a pair may have in flight, and a client of one node by default. */
    private static final int WINDOW_BATCHES = 64;

    private static final int WINDOW_TRANSFERS = 64 * 1024;
    private static final int COMMAND_LENGTH = 1 + 64;

    /** Checks the ranges; one node has no links. */
    public LoadCase {
        if (batch < 1 || batch > Limits.BATCH_COMMANDS_MAX) {
            throw new IllegalArgumentException(
                    "a batch has 1 to " + Limits.BATCH_COMMANDS_MAX + " transfers, not " + batch);
        }
        if (accounts < 2) {
            throw new IllegalArgumentException("a transfer needs 2 accounts, not " + accounts);
        }
        link = mode.nodes() == Mode.Nodes.PAIR ? link : Link.TCP;
    }

    /**
     * Batches in flight.
     *
     * @return 1; or as many as a client may have, fewer if they are large.
     */
    public int window() {
        return isAlone ? 1 : Math.min(WINDOW_BATCHES, WINDOW_TRANSFERS / batch);
    }

    /**
     * Bytes of the records that are in flight, which are what one force at most has to write.
     *
     * @return bytes.
     */
    public int bytesInFlight() {
        return Math.min(Limits.FRAME_LENGTH_MAX, window() * recordLength());
    }

    private int recordLength() {
        return 64 + (batch * COMMAND_LENGTH + 7 & ~7);
    }

    /**
     * The same with single transfers, one after the other.
     *
     * @return a changed copy.
     */
    LoadCase alone() {
        return new LoadCase(mode, link, 1, accounts, isHot, true);
    }

    /**
     * For a child JVM.
     *
     * @return what {@link #parse} takes.
     */
    public String arguments() {
        return String.join(
                ",",
                mode.word(),
                link.name(),
                Integer.toString(batch),
                Integer.toString(accounts),
                Boolean.toString(isHot),
                Boolean.toString(isAlone));
    }

    /**
     * In a child JVM.
     *
     * @param arguments of {@link #arguments}.
     * @return the same case.
     */
    public static LoadCase parse(final String arguments) {
        final List<String> words = List.of(arguments.split(",", -1));
        return new LoadCase(
                Mode.of(words.get(0)),
                Link.valueOf(words.get(1)),
                Integer.parseInt(words.get(2)),
                Integer.parseInt(words.get(3)),
                Boolean.parseBoolean(words.get(4)),
                Boolean.parseBoolean(words.get(5)));
    }

    @Override
    public String toString() {
        return arguments();
    }

    /**
     * The first cells of a table's row.
     *
     * @return Markdown.
     */
    public String cells() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %,d | %,d | %s | %d |",
                mode.topology(),
                mode.durability(),
                mode.nodes() == Mode.Nodes.PAIR ? link : "-",
                batch,
                accounts,
                isHot ? "one hot" : "uniform",
                window());
    }

    /**
     * For programs.
     *
     * @return members of a JSON object.
     */
    public String json() {
        return String.format(
                Locale.ROOT,
                "\"topology\":\"%s\",\"durability\":\"%s\",\"link\":\"%s\",\"batch\":%d,\"accounts\":%d,"
                        + "\"hotAccount\":%b,\"batchesInFlight\":%d,\"bytesInFlight\":%d",
                mode.topology(),
                mode.durability(),
                mode.nodes() == Mode.Nodes.PAIR ? link : "",
                batch,
                accounts,
                isHot,
                window(),
                bytesInFlight());
    }
}
