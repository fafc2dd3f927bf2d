// SPDX-License-Identifier: Apache-2.0
/**
 * What a node shows of itself: counters in a mapped file, an incident log, duty-cycle times and JFR events.
 *
 * <p>Thread: written by the thread that owns the value, read from anywhere, also from another process. Imports:
 * {@code model} and Agrona.
 */
@NullMarked
package io.partita.ledger.observe;

import org.jspecify.annotations.NullMarked;
