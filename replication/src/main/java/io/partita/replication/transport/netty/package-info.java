// SPDX-License-Identifier: Apache-2.0
/**
 * The transport between hosts: TCP with mutual TLS; the only importer of Netty.
 *
 * <p>Thread: Netty's event loop, which hands over to the node's agent thread through queues. Imports: {@code
 * transport} and what it may import, and {@code io.netty}.
 */
@NullMarked
package io.partita.replication.transport.netty;

import org.jspecify.annotations.NullMarked;
