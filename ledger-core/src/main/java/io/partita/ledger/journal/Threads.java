// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

/** Waiting for threads without losing an interrupt and without being stopped by one. */
final class Threads {
    private Threads() {}

    /** Waits for the end of a thread. */
    static void join(final Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
                break;
            } catch (final InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
