// SPDX-License-Identifier: Apache-2.0
/**
 * What queries cost: the same hundred rows, found among more and more others.
 *
 * <p>Thread: the one that applies, alone in a JVM of its own. Imports: the public API of the ledger.
 */
@NullMarked
package io.partita.benchmarks.queries;

import org.jspecify.annotations.NullMarked;
