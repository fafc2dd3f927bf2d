// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The comparison, for people and for programs. */
public final class PeersReport {
    private final List<PeerResult> results;
    private final List<String> absent;

    /**
     * Of one run.
     *
     * @param results of each row.
     * @param absent sentences about who was not there.
     */
    public PeersReport(final List<PeerResult> results, final List<String> absent) {
        this.results = results;
        this.absent = absent;
    }

    /**
     * For people.
     *
     * @return Markdown.
     */
    public String markdown() {
        final StringBuilder out = new StringBuilder(
                "| who | copies | an answer promises | processes | batch | batches in flight | transfers/s (spread) |"
                        + " Partita's of the same, times as many | a batch, p50 us | p99 us | one transfer alone, p50 us |"
                        + " p99 us |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n");
        for (final PeerResult each : results) {
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s | %s | %,d | %d | %,.0f (%,.0f-%,.0f) | %s | %,.0f | %,.0f | %,.0f | %,.0f |%n",
                    each.row().peer().text(),
                    each.row().copies(),
                    each.row().sync().text(),
                    each.row().processes(each.setting()),
                    each.setting().batch(),
                    each.row().inFlight(each.setting()),
                    each.perSecond(),
                    each.figures().min("perSecond"),
                    each.figures().max("perSecond"),
                    ratio(each),
                    each.figures().median("batch.p50"),
                    each.figures().median("batch.p99"),
                    each.figures().median("alone.p50"),
                    each.figures().median("alone.p99")));
        }
        absent.forEach(sentence -> out.append('\n').append(sentence).append('\n'));
        aims(out);
        searches(out);
        return out.toString();
    }

    private String ratio(final PeerResult peer) {
        final PeerResult partita = counterpart(peer);
        return partita == null
                ? "-"
                : String.format(Locale.ROOT, "%.2f", partita.figures().ratio("perSecond", peer.figures()));
    }

    private @Nullable PeerResult counterpart(final PeerResult peer) {
        return best(row -> row.equals(peer.row().counterpart()));
    }

    private @Nullable PeerResult best(final Predicate<PeerRow> which) {
        PeerResult best = null;
        for (final PeerResult each : results) {
            if (which.test(each.row()) && (best == null || each.perSecond() > best.perSecond())) {
                best = each;
            }
        }
        return best;
    }

    /** What the project wants to be, beside what was measured. */
    private void aims(final StringBuilder out) {
        aim(out, "MEMORY", 20, row -> row.peer() == Peer.POSTGRESQL && row.copies() == 2);
        aim(out, "MEMORY", 3, row -> row.copies() > 2 && row.peer() != Peer.TIGERBEETLE);
        aim(out, "ACTIVE_FSYNC", 5, row -> row.peer() == Peer.POSTGRESQL && row.copies() == 2);
    }

    private void aim(
            final StringBuilder out, final String durability, final int times, final Predicate<PeerRow> which) {
        final PeerResult peer =
                best(row -> which.test(row) && row.sync().durability().equals(durability));
        if (peer == null) {
            return;
        }
        final PeerResult partita = counterpart(peer);
        if (partita == null) {
            return;
        }
        final double ratio = partita.figures().ratio("perSecond", peer.figures());
        out.append(String.format(
                Locale.ROOT,
                "%nAim: a pair in %s does at least %d times as many as the best of %s x%d that promises as much or less (%s)."
                        + " Measured: %.2f times, %s.%n",
                durability,
                times,
                peer.row().peer().text(),
                peer.row().copies(),
                peer.row().sync().text(),
                ratio,
                ratio >= times ? "reached" : "not reached"));
    }

    private void searches(final StringBuilder out) {
        out.append(
                "\nHow the settings were found, by one short run of each: transfers/s.\n\n"
                        + "| who | copies | an answer promises | batch x connections or batches in flight |\n|---|---|---|---|\n");
        for (final PeerResult each : results) {
            out.append(String.format(
                    Locale.ROOT,
                    "| %s | %d | %s |",
                    each.row().peer().text(),
                    each.row().copies(),
                    each.row().sync().text()));
            String separator = " ";
            for (final Map.Entry<PeerSetting, Double> one : each.searched().entrySet()) {
                final PeerSetting setting = one.getKey();
                out.append(String.format(
                        Locale.ROOT,
                        "%s%,d x %d%s: %,.0f",
                        separator,
                        setting.batch(),
                        each.row().inFlight(setting),
                        setting.isByRow() ? "" : " one at a time",
                        one.getValue()));
                separator = "; ";
            }
            out.append(" |\n");
        }
    }

    /**
     * For programs.
     *
     * @return members of a JSON object.
     */
    public String json() {
        final StringBuilder out = new StringBuilder("\"peers\":[");
        String separator = "\n";
        for (final PeerResult each : results) {
            final PeerResult partita = counterpart(each);
            out.append(separator)
                    .append(String.format(
                            Locale.ROOT,
                            "{\"peer\":\"%s\",\"copies\":%d,\"sync\":\"%s\",\"batch\":%d,\"inFlight\":%d,"
                                    + "\"accounts\":%d,\"processes\":\"%s\",\"partitaTimesAsMany\":%s,\"searched\":{",
                            each.row().peer(),
                            each.row().copies(),
                            each.row().sync(),
                            each.setting().batch(),
                            each.row().inFlight(each.setting()),
                            PeerLoad.ACCOUNTS,
                            each.row().processes(each.setting()),
                            partita == null ? "null" : ratio(each)));
            String comma = "";
            for (final Map.Entry<PeerSetting, Double> one : each.searched().entrySet()) {
                out.append(String.format(
                        Locale.ROOT, "%s\"%s\":%.0f", comma, one.getKey().argument(), one.getValue()));
                comma = ",";
            }
            out.append("},\"figures\":").append(each.figures().json()).append('}');
            separator = ",\n";
        }
        out.append("\n],\"absent\":[");
        String comma = "";
        for (final String sentence : absent) {
            out.append(comma).append('"').append(sentence).append('"');
            comma = ",";
        }
        return out.append(']').toString();
    }
}
