// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

/**
 * A linearizable, durable compare-and-set cell (PROTOCOL B1). Versions grow by exactly 1 per change and are never reused.
 * Nothing is decided by a read alone: every decision is a compare-and-set. No session, lock or ephemeral entry is part of it, so
 * a paused process can block nobody.
 *
 * <p>Methods block; any thread may call them.
 */
public interface CompareAndSetRegister extends AutoCloseable {
    /** Bytes of a value, at most. */
    int VALUE_LENGTH_MAX = 64 * 1024;

    /**
     * Reads. The answer may be stale where the register is remote.
     *
     * @return what is there; {@link RegisterValue#ABSENT} if it was never written.
     * @throws io.partita.ledger.model.PartitaException REGISTER_FAILED if it cannot be read now; DAMAGED, WRONG_CLUSTER,
     *     UNKNOWN_FORMAT or REGISTER_REGRESSION if it must not be used any more.
     */
    RegisterValue read();

    /**
     * Writes a value if the version is the expected one.
     *
     * @param expectedVersion the version to replace; 0 creates the register.
     * @param value the new bytes, at most {@link #VALUE_LENGTH_MAX}.
     * @return the outcome; every failure that leaves it open whether the value was or will be written is Unknown.
     * @throws io.partita.ledger.model.PartitaException DAMAGED, WRONG_CLUSTER, UNKNOWN_FORMAT or REGISTER_REGRESSION if the
     *     register must not be used any more; nothing was written.
     */
    CasOutcome compareAndSet(long expectedVersion, byte[] value);

    /**
     * Has somebody told when the value may have changed: a hint that a read is worth while, and nothing more. It may come late,
     * twice, for nothing, or never. Default: never.
     *
     * @param hint called on any thread; must not block.
     */
    default void watch(final Runnable hint) {}

    /** Lets go of it. A second call does nothing. */
    @Override
    void close();
}
