// SPDX-License-Identifier: Apache-2.0
/**
 * The guard against slow-downs: the same slices of work, by the code as it is and by that of an earlier commit, in two JVMs that take turns. Ratios of
 * processor time decide, and only after several pairs of JVMs agree. It can be asked to plant a slow-down and find it.
 */
@NullMarked
package io.partita.benchmarks.guard;

import org.jspecify.annotations.NullMarked;
