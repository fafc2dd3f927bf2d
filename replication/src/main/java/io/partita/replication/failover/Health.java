// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.failover;

import io.partita.replication.protocol.RegisterConfig;
import io.partita.replication.protocol.ReplicaCore;
import io.partita.replication.protocol.Role;
import io.partita.replication.protocol.SubRole;

/** How well a node is, in one word for operators and monitors. The code is exported as a counter. */
public enum Health {
    /** It has not heard from register or active yet. */
    STARTING(0),
    /** It takes and answers commands, with every voter of the cluster in sync. */
    SERVING(1),
    /** It takes and answers commands, but a voter is missing from the in-sync set: one more fault stops the service. */
    DEGRADED(2),
    /** It won an epoch and has not served yet. */
    OPENING(3),
    /** It follows the active, is in sync and may take over. */
    STANDBY(4),
    /** It follows the active, or looks for it, and is not in sync: it must not take over. */
    CATCHING_UP(5),
    /** It tries to take over. */
    FROZEN(6),
    /** It stopped itself for good; the incident log says why and what to do. */
    HALTED(7);

    private final int code;

    Health(final int code) {
        if (code != ordinal()) {
            throw new IllegalArgumentException(name() + " must have code=" + ordinal() + ", has code=" + code);
        }
        this.code = code;
    }

    /**
     * The number in the counters file.
     *
     * @return from 0.
     */
    public int code() {
        return code;
    }

    /**
     * How well a node is now.
     *
     * @param core of the node; its thread.
     * @return one word.
     */
    public static Health of(final ReplicaCore core) {
        return switch (core.role()) {
            case BOOT -> STARTING;
            case HALTED -> HALTED;
            case FROZEN -> FROZEN;
            case ACTIVE -> ofActive(core);
            case PASSIVE -> core.registerConfig() == null ? STARTING : core.inSync() ? STANDBY : CATCHING_UP;
        };
    }

    private static Health ofActive(final ReplicaCore core) {
        if (core.subRole() == SubRole.OPENING) {
            return OPENING;
        }
        final RegisterConfig config = core.registerConfig();
        return config != null && config.inSync().size() < config.nodes().size() ? DEGRADED : SERVING;
    }

    /**
     * Whether clients should send commands to a node.
     *
     * @param core of the node; its thread.
     * @return true on an active.
     */
    public static boolean takesCommands(final ReplicaCore core) {
        return core.role() == Role.ACTIVE;
    }
}
