// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.state.UserLogic;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Gives the user's own logic once: snapshots need a second object, and there is none. Any thread. */
public final class SingleLogic implements Supplier<UserLogic> {
    private final UserLogic logic;
    private final AtomicBoolean isTaken = new AtomicBoolean();

    /**
     * Of one object.
     *
     * @param logic to give.
     */
    public SingleLogic(final UserLogic logic) {
        this.logic = logic;
    }

    /**
     * Gives it.
     *
     * @return the object.
     * @throws PartitaException SNAPSHOT_REFUSED if it was given before.
     */
    @Override
    public UserLogic get() {
        if (isTaken.getAndSet(true)) {
            throw new PartitaException(
                    ErrorCode.SNAPSHOT_REFUSED,
                    "another object of the user's own logic is needed, and there is one only: class="
                            + logic.getClass().getName(),
                    "give userLogic(...) of the context a supplier of new ones instead of one object");
        }
        return logic;
    }
}
