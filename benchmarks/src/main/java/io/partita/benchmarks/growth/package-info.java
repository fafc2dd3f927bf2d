// SPDX-License-Identifier: Apache-2.0
/**
 * How the ledger's state grows: memory, disk, throughput and the longest steps, up to a hundred million transfers and beyond.
 *
 * <p>Thread: the one that applies, alone in a JVM of its own. Imports: the public API of the ledger and {@code micro}'s floors.
 */
@NullMarked
package io.partita.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
