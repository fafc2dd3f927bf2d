// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.Link;
import io.partita.benchmarks.load.LoadCase;
import io.partita.benchmarks.load.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A row of the table.
 *
 * @param peer who is paid.
 * @param copies of the ledger.
 * @param sync what an answer promises.
 */
public record PeerRow(Peer peer, int copies, Sync sync) {
    private static final List<Integer> BATCHES = List.of(64, 1024, 8190);

    /** What a message of TigerBeetle can hold in any of its releases. */
    private static final List<Integer> BATCHES_OF_TIGERBEETLE = List.of(64, 1024, 8189);

    static PeerRow parse(final String argument) {
        final List<String> words = List.of(argument.split(",", -1));
        return new PeerRow(Peer.valueOf(words.get(0)), Integer.parseInt(words.get(1)), Sync.valueOf(words.get(2)));
    }

    /** For a child JVM. */
    String argument() {
        return peer + "," + copies + "," + sync;
    }

    /** Among which the best is searched for. */
    List<PeerSetting> settings() {
        return switch (peer) {
            case POSTGRESQL -> settingsOfPostgres();
            case TIGERBEETLE ->
                BATCHES_OF_TIGERBEETLE.stream().map(PeerSetting::of).toList();
            default -> BATCHES.stream().map(PeerSetting::of).toList();
        };
    }

    private static List<PeerSetting> settingsOfPostgres() {
        final List<PeerSetting> settings = new ArrayList<>();
        settings.add(new PeerSetting(1, 8, true));
        for (final int batch : BATCHES) {
            settings.add(new PeerSetting(batch, 1, false));
            settings.add(new PeerSetting(batch, 2, false));
            settings.add(new PeerSetting(batch, 4, true));
            settings.add(new PeerSetting(batch, 8, true));
        }
        return settings;
    }

    /** The same for the commands that measure Partita alone. */
    LoadCase load(final int batch) {
        final String pair = peer == Peer.PARTITA_REMOTE ? "remote-" : "pair-";
        final Mode mode = Mode.of((copies == 1 ? "one-" : pair) + word(sync.durability()));
        return new LoadCase(
                mode, peer == Peer.PARTITA_IPC ? Link.IPC : Link.TCP, batch, PeerLoad.ACCOUNTS, false, false);
    }

    private static String word(final String durability) {
        return durability.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The row of Partita that it stands beside: as many copies, or two beside more; as much promised, or more; a client that comes over
     * the network beside one that does.
     */
    PeerRow counterpart() {
        if (copies == 1) {
            return new PeerRow(Peer.PARTITA, 1, sync == Sync.MEMORY ? Sync.MEMORY : Sync.FSYNC);
        }
        final Peer partita = peer.isPartita() || peer == Peer.AERON_CLUSTER_TUNED ? Peer.PARTITA : Peer.PARTITA_REMOTE;
        return new PeerRow(partita, 2, Sync.valueOf(sync.durability()));
    }

    /** What runs, on the processors that all share. */
    String processes(final PeerSetting setting) {
        return switch (peer) {
            case PARTITA, PARTITA_REMOTE, PARTITA_IPC -> copies == 1 ? "1, with the client" : "2, one with the client";
            case AERON_CLUSTER, AERON_CLUSTER_TUNED ->
                copies == 1 ? "1, with the client" : copies + ", one with the client";
            case POSTGRESQL ->
                "servers: " + copies + ", of a dozen processes or more; the client's connections: " + setting.clients();
            case TIGERBEETLE -> copies + ", and the client";
        };
    }

    /** Batches that the clients have in flight together. */
    int inFlight(final PeerSetting setting) {
        return peer == Peer.POSTGRESQL || peer == Peer.TIGERBEETLE ? setting.clients() : setting.window();
    }

    @Override
    public String toString() {
        return peer.text() + " x" + copies + " " + sync;
    }
}
