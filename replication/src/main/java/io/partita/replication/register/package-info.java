// SPDX-License-Identifier: Apache-2.0
/**
 * The compare-and-set register that says who may be active (PROTOCOL B1), its file implementation, and the worker that keeps
 * its blocking calls away from the node's agent thread.
 *
 * <table>
 *   <caption>Files of the file register</caption>
 *   <tr><th>name</th><th>what</th></tr>
 *   <tr><td>{@code cfg.N}</td><td>version N, from 1, dense, never deleted; format 1: magic, format, cluster id, version,
 *       length, CRC-32C, value.</td></tr>
 *   <tr><td>{@code tmp.PID.RANDOM}</td><td>a value on its way; left over only by a killed process.</td></tr>
 * </table>
 *
 * <p>Thread: the register worker's; calls may block. Imports: the ledger's {@code model} and {@code observe}.
 */
@NullMarked
package io.partita.replication.register;

import org.jspecify.annotations.NullMarked;
