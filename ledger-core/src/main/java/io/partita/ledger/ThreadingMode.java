// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

/** Which thread runs a ledger's duty cycle. */
public enum ThreadingMode {
    /** One thread of the ledger's own does sequencing, replication, apply and answers. */
    SHARED,
    /** The application calls {@link Ledger#doWork()} itself, always from one thread at a time. */
    INVOKER
}
