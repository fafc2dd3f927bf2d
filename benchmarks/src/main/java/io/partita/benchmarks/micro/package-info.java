// SPDX-License-Identifier: Apache-2.0
/**
 * Micro-benchmarks (JMH): one step of a command's way each, per command, with a floor measured in the same process and in
 * the same iteration beside it.
 *
 * <p>An iteration is a fixed amount of work on fresh state, not a stretch of time: what grows (history, journal) then grows
 * alike in each, and stays bounded in memory and on disk. Thread: JMH's worker; the engine's too where there is one. Imports:
 * the public API of the ledger.
 */
@NullMarked
package io.partita.benchmarks.micro;

import org.jspecify.annotations.NullMarked;
