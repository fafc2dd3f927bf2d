// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a drill shall do.
 *
 * @param source the payment file, or null for the sample.
 * @param kills counted faults.
 * @param seed of the plan.
 * @param transport {@code tcp} or {@code ipc}.
 * @param tls whether links have TLS, with certificates that are made for the drill.
 * @param durability {@code memory}, {@code active-fsync} or {@code all-fsync}.
 * @param register {@code file} or {@code zookeeper}.
 * @param rate payments a second at most, 0 for no limit.
 * @param phases labels of the phases in which kills hit.
 * @param keep where to leave the data folders; null for nowhere.
 * @param faults kinds, in turn.
 * @param victims who is hit, in turn.
 * @param outageMsMin a crash, a pause, a partition or a wrong clock lasts so long at least.
 * @param outageMsMax and at most; in between every order of magnitude is as likely.
 * @param nodeKeys keys of the nodes' configuration over what the drill sets.
 */
public record DrillSettings(
        @Nullable Path source,
        int kills,
        long seed,
        String transport,
        boolean tls,
        String durability,
        String register,
        long rate,
        Set<String> phases,
        @Nullable Path keep,
        List<FaultKind> faults,
        List<Victim> victims,
        long outageMsMin,
        long outageMsMax,
        Map<String, String> nodeKeys) {
    /** How long crashes, pauses and partitions last if nothing else is said: beyond the default suspicion of 1 s. */
    public static final long OUTAGE_MS_MIN_DEFAULT = 1_300;
    /** And at most. */
    public static final long OUTAGE_MS_MAX_DEFAULT = 4_000;

    /** A drill that kills the active and says nothing else. */
    static DrillSettings kills(
            final @Nullable Path source,
            final int kills,
            final long seed,
            final String transport,
            final String durability,
            final Set<String> phases,
            final @Nullable Path keep) {
        return new DrillSettings(
                source,
                kills,
                seed,
                transport,
                false,
                durability,
                "file",
                0,
                phases,
                keep,
                List.of(FaultKind.KILL),
                List.of(Victim.ACTIVE),
                OUTAGE_MS_MIN_DEFAULT,
                OUTAGE_MS_MAX_DEFAULT,
                Map.of());
    }

    /** The same with or without TLS. */
    DrillSettings withTls(final boolean hasTls) {
        return new DrillSettings(
                source,
                kills,
                seed,
                transport,
                hasTls,
                durability,
                register,
                rate,
                phases,
                keep,
                faults,
                victims,
                outageMsMin,
                outageMsMax,
                nodeKeys);
    }

    /** The same on another register. */
    DrillSettings on(final String kind) {
        return new DrillSettings(
                source,
                kills,
                seed,
                transport,
                tls,
                durability,
                kind,
                rate,
                phases,
                keep,
                faults,
                victims,
                outageMsMin,
                outageMsMax,
                nodeKeys);
    }

    /**
     * The same with more keys of the nodes' configuration.
     *
     * @param keys over those that are there.
     * @return new settings.
     */
    public DrillSettings withNodeKeys(final Map<String, String> keys) {
        final Map<String, String> both = new LinkedHashMap<>(nodeKeys);
        both.putAll(keys);

        return with(faults, victims, outageMsMin, outageMsMax, both);
    }

    /** The same with other faults. */
    DrillSettings with(
            final List<FaultKind> kinds,
            final List<Victim> hit,
            final long msMin,
            final long msMax,
            final Map<String, String> keys) {
        return new DrillSettings(
                source,
                kills,
                seed,
                transport,
                tls,
                durability,
                register,
                rate,
                phases,
                keep,
                kinds,
                hit,
                msMin,
                msMax,
                keys);
    }
}
