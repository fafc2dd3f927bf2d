// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.engine.WakeableIdle;

/** Something came in for the engine's thread: remembers it, and unparks that thread if it is parked. Any thread. */
final class Wakeup implements Runnable {
    private final WakeableIdle idle;
    private volatile boolean isSignalled;

    Wakeup(final WakeableIdle idle) {
        this.idle = idle;
    }

    @Override
    public void run() {
        isSignalled = true;
        idle.wake();
    }

    /** Engine's thread: before it looks, so that nothing is missed. */
    void clear() {
        isSignalled = false;
    }

    boolean isSignalled() {
        return isSignalled;
    }
}
