// SPDX-License-Identifier: Apache-2.0
/**
 * The failover drill: a real pair as separate processes, a real payment file, counted kills of the active, and an audit that
 * trusts nobody. It must not flatter.
 *
 * <p>Thread: main drives; one thread pays, one injects faults, one logs answers, one follows both journals. Imports:
 * replication's client, the ledger's client, wire and model, and the other packages of the examples; ZooKeeper's embedded server.
 */
@NullMarked
package io.partita.examples.drill;

import org.jspecify.annotations.NullMarked;
