// SPDX-License-Identifier: Apache-2.0
/**
 * What TLS costs on the links of a pair: the same payments through a pair with it and a pair without it, in turns.
 *
 * <p>Thread: the client's; the nodes have theirs. Imports: the public API of both modules, and {@code micro} for a folder.
 */
@NullMarked
package io.partita.benchmarks.links;

import org.jspecify.annotations.NullMarked;
