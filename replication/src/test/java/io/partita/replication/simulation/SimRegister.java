// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RegisterConfigCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The compare-and-set register with all its misbehaviour: delay, lost answers, late application, stale reads, outages. */
final class SimRegister {
    /** How a client of the register hears. */
    interface Client {
        String id();

        boolean reachesRegister();

        void onRead(@Nullable RegisterConfig config);

        void onReadFailed();

        void onCasOk(long ver);

        void onCasConflict(@Nullable RegisterConfig config);

        void onCasUnknown();
    }

    private final Simulator simulator;
    private final Map<String, SplittableRandom> streams = new HashMap<>();
    private final List<RegisterConfig> versions = new ArrayList<>();
    private final List<SimNode> rememberedBy = new ArrayList<>();
    private @Nullable SimNode othersShownTo;
    private long outageUntilNs;
    private boolean faulty = true;
    private final double unknownRate;
    private final double staleRate;
    private long slowNs;

    SimRegister(final Simulator simulator) {
        this.simulator = simulator;
        unknownRate = simulator.plan.rate(Parameter.REGISTER_UNKNOWN_PPM);
        staleRate = simulator.plan.rate(Parameter.REGISTER_STALE_PPM);
        slowNs = simulator.plan.get(Parameter.REGISTER_SLOW_US) * 1_000;
    }

    @Nullable
    RegisterConfig current() {
        return versions.isEmpty() ? null : versions.get(versions.size() - 1);
    }

    void outage(final long durationNs) {
        outageUntilNs = Math.max(outageUntilNs, simulator.scheduler.nowNs() + durationNs);
    }

    void heal() {
        faulty = false;
        outageUntilNs = 0;
        slowNs = 2_000_000;
    }

    /** Outside the model: the last write is gone. */
    boolean forgetLast() {
        if (versions.size() < 2) {
            return false;
        }
        final RegisterConfig forgotten = versions.remove(versions.size() - 1);
        for (final SimNode node : simulator.nodes) {
            if (node.disk.meta != null && node.disk.meta.seenVer() >= forgotten.ver()) {
                rememberedBy.add(node);
            }
        }
        return true;
    }

    /**
     * A node starts. It remembers only the number of what it has seen, so that it cannot tell the value that was lost from another
     * one that was written in its place while it was down.
     */
    void onBoot(final SimNode node) {
        if (rememberedBy.contains(node)) {
            simulator.outside(false);
        }
    }

    /** Outside the model: a node's next read is of another cluster's register. */
    void showOthersTo(final SimNode node) {
        othersShownTo = node;
    }

    private RegisterConfig ofOthers(final RegisterConfig config) {
        return new RegisterConfig(
                new Id128(404, 404),
                config.ver() + 1,
                config.opId(),
                config.writerNode(),
                config.writtenAtNs(),
                config.epoch(),
                config.active(),
                config.inSync(),
                config.startSeq(),
                config.startChain(),
                config.floorSeq(),
                config.floorChain(),
                config.policy(),
                config.minInSync(),
                config.durability(),
                config.nodes(),
                config.history(),
                config.unclean());
    }

    private SplittableRandom stream(final Client client) {
        return streams.computeIfAbsent(client.id(), id -> simulator.draws("register." + id));
    }

    private long delay(final SplittableRandom random) {
        return 200_000 + random.nextLong(slowNs * 2);
    }

    private boolean reaches(final Client client) {
        return simulator.scheduler.nowNs() >= outageUntilNs && client.reachesRegister();
    }

    void read(final Client client) {
        final SplittableRandom random = stream(client);
        simulator.scheduler.after(delay(random), () -> {
            if (!reaches(client)) {
                simulator.scheduler.after(delay(random) + 200_000_000, client::onReadFailed);
                return;
            }
            final boolean stale = faulty && versions.size() > 1 && random.nextDouble() < staleRate;
            final RegisterConfig last = stale ? versions.get(versions.size() - 2) : current();
            final SimNode shown = othersShownTo;
            final boolean others = last != null && shown != null && client.id().equals(shown.index + "");
            if (others) {
                othersShownTo = null;
            }
            final RegisterConfig value = others ? ofOthers(last) : last;
            simulator.scheduler.after(delay(random), () -> client.onRead(value));
        });
    }

    private enum Fate {
        NEVER_APPLIES,
        APPLIES_LATE,
        ANSWER_LOST,
        WELL
    }

    void cas(final Client client, final RegisterConfig proposed) {
        // Through the codec, as in real life.
        final RegisterConfig config = RegisterConfigCodec.decode(RegisterConfigCodec.encode(proposed));
        final SplittableRandom random = stream(client);
        final boolean trouble = faulty && random.nextDouble() < unknownRate;
        final Fate fate = Fate.values()[trouble ? random.nextInt(3) : 3];
        simulator.scheduler.after(delay(random), () -> {
            if (!reaches(client) || fate == Fate.NEVER_APPLIES) {
                unknown(client, random);
                if (fate == Fate.APPLIES_LATE) {
                    late(config, random);
                }
                return;
            }
            if (fate == Fate.APPLIES_LATE) {
                unknown(client, random);
                late(config, random);
                return;
            }
            final boolean applied = apply(config);
            if (fate == Fate.ANSWER_LOST) {
                unknown(client, random);
                return;
            }
            final RegisterConfig now = current();
            simulator.scheduler.after(delay(random), () -> {
                if (applied) {
                    client.onCasOk(config.ver());
                } else {
                    client.onCasConflict(now);
                }
            });
        });
    }

    private void unknown(final Client client, final SplittableRandom random) {
        simulator.scheduler.after(10_000_000 + random.nextLong(900_000_000), client::onCasUnknown);
    }

    private void late(final RegisterConfig config, final SplittableRandom random) {
        simulator.scheduler.after(random.nextLong(4_000_000_000L), () -> apply(config));
    }

    /** What an operator writes while no node runs; in the place of what was lost too. */
    void write(final RegisterConfig config) {
        final RegisterConfig written = RegisterConfigCodec.decode(RegisterConfigCodec.encode(config));
        if (written.ver() <= versions.size()) {
            throw new IllegalStateException("no next version: ver=" + config.ver());
        }
        for (long ver = versions.size() + 1L; ver <= written.ver(); ver++) {
            apply(written.at(ver, written.epoch()));
        }
    }

    private boolean apply(final RegisterConfig config) {
        if (config.ver() != versions.size() + 1) {
            return false;
        }
        versions.add(config);
        simulator.checkers.onRegisterApplied(config);
        return true;
    }
}
