// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.simulation;

import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.RegisterConfigCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The compare-and-set register with all its misbehaviour: delay, lost answers, late application, stale reads, outages. */
final class SimRegister {
    /** How a client of the register hears. */
    interface Client {
        boolean reachesRegister();

        void onRead(@Nullable RegisterConfig config);

        void onReadFailed();

        void onCasOk(long ver);

        void onCasConflict(@Nullable RegisterConfig config);

        void onCasUnknown();
    }

    private final Simulator simulator;
    private final SplittableRandom random;
    private final List<RegisterConfig> versions = new ArrayList<>();
    boolean available = true;
    boolean faulty;
    double unknownRate;
    double staleRate;
    long slowNs = 1_000_000;

    SimRegister(final Simulator simulator, final SplittableRandom random) {
        this.simulator = simulator;
        this.random = random;
    }

    @Nullable
    RegisterConfig current() {
        return versions.isEmpty() ? null : versions.get(versions.size() - 1);
    }

    private long delay() {
        return 200_000 + random.nextLong(slowNs * 2);
    }

    void read(final Client client) {
        simulator.scheduler.after(delay(), () -> {
            if (!available || !client.reachesRegister()) {
                simulator.scheduler.after(delay() + 200_000_000, client::onReadFailed);
                return;
            }
            final boolean stale = faulty && versions.size() > 1 && random.nextDouble() < staleRate;
            final RegisterConfig value = stale ? versions.get(versions.size() - 2) : current();
            simulator.scheduler.after(delay(), () -> client.onRead(value));
        });
    }

    void cas(final Client client, final RegisterConfig proposed) {
        // Through the codec, as in real life.
        final RegisterConfig config = RegisterConfigCodec.decode(RegisterConfigCodec.encode(proposed));
        final boolean trouble = faulty && random.nextDouble() < unknownRate;
        final int fate = trouble ? random.nextInt(3) : 3;
        simulator.scheduler.after(delay(), () -> {
            if (!available || !client.reachesRegister() || fate == 0) {
                unknown(client);
                if (fate == 1) {
                    late(config);
                }
                return;
            }
            if (fate == 1) {
                unknown(client);
                late(config);
                return;
            }
            final boolean applied = apply(config);
            if (fate == 2) {
                unknown(client);
                return;
            }
            final RegisterConfig now = current();
            simulator.scheduler.after(delay(), () -> {
                if (applied) {
                    client.onCasOk(config.ver());
                } else {
                    client.onCasConflict(now);
                }
            });
        });
    }

    private void unknown(final Client client) {
        simulator.scheduler.after(10_000_000 + random.nextLong(900_000_000), client::onCasUnknown);
    }

    private void late(final RegisterConfig config) {
        simulator.scheduler.after(random.nextLong(4_000_000_000L), () -> apply(config));
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
