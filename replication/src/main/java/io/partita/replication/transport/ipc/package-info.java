// SPDX-License-Identifier: Apache-2.0
/**
 * The transport of one host: the standby tails the active's mapped journal in place; control frames and
 * acknowledgements pass through two ring buffers in a mapped file.
 *
 * <p>Files, all in the node's own folder and readable by its owner only:
 *
 * <table>
 *   <caption>Files</caption>
 *   <tr><th>name</th><th>what</th></tr>
 *   <tr><td>{@code ipc.sock}</td><td>Unix-domain socket; one connection per link carries a {@code Greeting} each way, then
 *       doorbells. Its end is the kernel's word that the other process is no more.</td></tr>
 *   <tr><td>{@code ipc-link-PID-N}</td><td>{@code LinkFile}: the rings of a link. Its name is deleted as soon as both sides
 *       have mapped it; what a killed process left is deleted at the next start.</td></tr>
 * </table>
 *
 * <p>Who may write to these folders can pose as a peer, so a node refuses to start when group or others may ({@code
 * FilePermissions}); there is no TLS here, and no other check of identity than the cluster id.
 *
 * <p>A doorbell costs two system calls and a thread's wake-up, so it is rung only for an owner that said, by asking {@code
 * hasInput()}, that it is about to park.
 *
 * <p>Thread: the node's agent thread, and one helper thread for the sockets. Imports: {@code transport} and what it may
 * import, and the ledger's {@code journal}.
 */
@NullMarked
package io.partita.replication.transport.ipc;

import org.jspecify.annotations.NullMarked;
