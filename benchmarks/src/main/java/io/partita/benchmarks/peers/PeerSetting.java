// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.Link;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.Mode;
import java.util.List;

/**
 * How a peer is paid: what is searched for its best.
 *
 * @param batch transfers of a batch.
 * @param clients connections, each with one batch in flight; of a peer whose one client has many in flight, 1.
 * @param isByRow whether concurrent connections lock accounts; else whoever posts locks out the others. Of PostgreSQL only.
 */
public record PeerSetting(int batch, int clients, boolean isByRow) {
    static PeerSetting of(final int batch) {
        return new PeerSetting(batch, 1, true);
    }

    /** For a child JVM. */
    String argument() {
        return batch + "," + clients + "," + isByRow;
    }

    static PeerSetting parse(final String argument) {
        final List<String> words = List.of(argument.split(",", -1));
        return new PeerSetting(
                Integer.parseInt(words.get(0)), Integer.parseInt(words.get(1)), Boolean.parseBoolean(words.get(2)));
    }

    /** Batches in flight of one client that can have many: as many as a client of Partita has. */
    int window() {
        return new LoadCase(Mode.PAIR_MEMORY, Link.TCP, batch, PeerLoad.ACCOUNTS, false, false).window();
    }

    @Override
    public String toString() {
        return argument();
    }
}
