// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks;

import io.partita.benchmarks.load.Figures;
import io.partita.benchmarks.peers.PeerResult;
import io.partita.benchmarks.peers.PeerRow;
import io.partita.benchmarks.peers.PeerRun;
import io.partita.benchmarks.peers.PeerSetting;
import io.partita.benchmarks.peers.PeersOptions;
import io.partita.benchmarks.peers.PeersReport;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** {@code peers}: Partita beside others who keep a ledger, each in its best setting. */
final class PeersCommand {
    private PeersCommand() {}

    static int run(final String[] args) throws Exception {
        final PeersOptions options;
        try {
            options = new PeersOptions(args);
        } catch (final IllegalArgumentException e) {
            return Main.wrongUsage(String.valueOf(e.getMessage()));
        }
        final Environment environment = Environment.now();
        final String postgres = PeerRun.postgres();
        final List<String> absent = options.absent(!postgres.isEmpty());
        absent.forEach(sentence -> System.err.println("!! " + sentence));
        final Map<PeerRow, Map<PeerSetting, Double>> searched = new LinkedHashMap<>();
        for (final PeerRow row : options.rows(!postgres.isEmpty())) {
            System.err.print("search: " + row + " ");
            searched.put(row, options.search().search(row));
            System.err.println(PeerResult.best(Objects.requireNonNull(searched.get(row))));
        }
        final Map<PeerRow, Figures> figures = Figures.inTurns(
                List.copyOf(searched.keySet()),
                options.rounds(),
                row -> options.run().measure(row, PeerResult.best(Objects.requireNonNull(searched.get(row)))),
                System.err);
        final List<PeerResult> results = new ArrayList<>();
        figures.forEach(
                (row, each) -> results.add(new PeerResult(row, Objects.requireNonNull(searched.get(row)), each)));
        final PeersReport report = new PeersReport(results, absent);
        final String text = environment.text() + ". " + (postgres.isEmpty() ? "" : postgres + ". ") + "Medians of "
                + options.rounds() + " rounds. All processes of a row share the " + environment.processors()
                + " processors and one disk.\n\n" + report.markdown();
        System.out.print(text);
        if (options.markdown() != null) {
            Files.writeString(options.markdown(), text);
        }
        environment.save(options.json(), report.json());
        return 0;
    }
}
