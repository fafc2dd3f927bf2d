// SPDX-License-Identifier: Apache-2.0
/**
 * The transport between hosts: TCP, with TLS 1.3 and a certificate from each side if it is configured, else loopback only
 * unless the risk is accepted in words; the only importer of Netty.
 *
 * <p>A connection starts with a {@code Preface} from each side, 64 bytes that name protocol version, role, cluster and node;
 * what does not fit is cut off before it gets any buffer. With TLS the handshake comes first, and the certificate must name
 * the node ({@code CertificateNames}). Then come frames, each behind eight bytes with its length, which is
 * checked before room is taken for it ({@code FrameDescriptor}). Each link has a ring of bytes out and a ring of whole frames
 * in: the owner's thread touches nothing else. The event loop writes sockets straight from the one and reads straight into
 * the other, and stops reading while that is full, so that a slow poller is felt by its peer and not by the heap.
 *
 * <p>Formats: version 1 of preface and frames.
 *
 * <p>Thread: one event loop per transport, listener or connector, and its owner, who may run a transport's loop himself: between two
 * processes a record and its acknowledgement then wake two threads instead of six. A loop with TLS has its own, since handshakes
 * take milliseconds, and so has one for clients. One thread that watches the certificates' files and
 * does the signatures of handshakes ({@code TlsCredentials}). Imports: {@code transport} and what it may
 * import, and {@code io.netty}.
 */
@NullMarked
package io.partita.replication.transport.netty;

import org.jspecify.annotations.NullMarked;
