// SPDX-License-Identifier: Apache-2.0
/**
 * What a client gets of one node and of a pair, by durability, link, batches and accounts: how much at most, and how soon at a
 * given rate.
 *
 * <p>Each case runs in a JVM of its own, the cases take turns, and each stands beside what the disk takes for the same bytes at
 * that time. Thread: the client's; the nodes have theirs. Imports: the public API of both modules.
 */
@NullMarked
package io.partita.benchmarks.load;

import org.jspecify.annotations.NullMarked;
