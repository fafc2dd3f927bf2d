// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.netty;

import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.replication.transport.BindRisk;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Settings of a TCP transport, client listener or client connector. Set once, before it is given to one of them. */
public final class TcpConfig {
    private static final int LINKS_MAX_DEFAULT = 16;
    private static final int SESSIONS_MAX_DEFAULT = 256;
    private static final int PREFACE_TIMEOUT_MS_DEFAULT = 2_000;
    private static final int TLS_PREFACE_TIMEOUT_MS_DEFAULT = 5_000;

    private final Id128 clusterId;
    private final String node;
    private @Nullable InetSocketAddress bindAddress;
    private BindRisk bindRisk = BindRisk.LOOPBACK_ONLY;
    private int connectTimeoutMs = 1_000;
    private @Nullable TlsCredentials tls;
    private int prefaceTimeoutMs;
    private int halfOpenMax = 64;
    private int linksMax;
    private int outboundCapacity = 8 * 1024 * 1024;
    private int inboundCapacity = 8 * 1024 * 1024;
    private int windowRequests = 256;
    private long unreadReplyBytesMax = 64L * 1024 * 1024;
    private boolean isLoopShared;
    private Runnable wakeup = () -> {};
    private ThreadFactory threadFactory = TcpConfig::daemon;

    /**
     * Settings with their defaults.
     *
     * @param clusterId connections of other clusters are refused.
     * @param node id of this node or name of this client, 1 to 16 characters of {@code [a-z0-9-]}.
     */
    public TcpConfig(final Id128 clusterId, final String node) {
        if (!node.matches("[a-z0-9-]{1,16}")) {
            throw new IllegalArgumentException("node id must be 1 to 16 characters of [a-z0-9-]: node=" + node);
        }
        this.clusterId = clusterId;
        this.node = node;
    }

    /**
     * Where to listen; port 0 takes any. Default: nowhere.
     *
     * @param address of an interface of this machine.
     * @return this.
     */
    public TcpConfig bindAddress(final InetSocketAddress address) {
        bindAddress = address;
        return this;
    }

    /**
     * Encrypts every connection and wants a certificate from each side. Default: neither.
     *
     * @param credentials of this process; null for none. Whoever opened them closes them, after all that use them.
     * @return this.
     */
    public TcpConfig tls(final @Nullable TlsCredentials credentials) {
        tls = credentials;
        return this;
    }

    /**
     * Whether the risk of listening beyond loopback without TLS was accepted. Default: no.
     *
     * @param risk as accepted.
     * @return this.
     */
    public TcpConfig bindRisk(final BindRisk risk) {
        bindRisk = risk;
        return this;
    }

    /**
     * How long a connect may take. Default 1,000 ms.
     *
     * @param milliseconds 1 or more.
     * @return this.
     */
    public TcpConfig connectTimeoutMs(final int milliseconds) {
        connectTimeoutMs = positive(milliseconds, "connectTimeoutMs");
        return this;
    }

    /**
     * How long the other side of a fresh connection may take to say who it is, the TLS handshake included. Default 2,000 ms,
     * with TLS 5,000 ms.
     *
     * @param milliseconds 1 or more.
     * @return this.
     */
    public TcpConfig prefaceTimeoutMs(final int milliseconds) {
        prefaceTimeoutMs = positive(milliseconds, "prefaceTimeoutMs");
        return this;
    }

    /**
     * Listener: connections at a time that have not yet said who they are. Of more, the one that has taken longest is cut off.
     * Default 64.
     *
     * @param connections 1 or more.
     * @return this.
     */
    public TcpConfig halfOpenMax(final int connections) {
        halfOpenMax = positive(connections, "halfOpenMax");
        return this;
    }

    /**
     * Links, or client sessions, at a time. More are refused. Default 16 links, 256 sessions.
     *
     * @param links 1 or more.
     * @return this.
     */
    public TcpConfig linksMax(final int links) {
        linksMax = positive(links, "linksMax");
        return this;
    }

    /**
     * Bytes a link buffers for a slow receiver before sending would block. Default 8 MiB.
     *
     * @param bytes a power of two that holds the longest frame.
     * @return this.
     */
    public TcpConfig outboundCapacity(final int bytes) {
        outboundCapacity = capacity(bytes, FrameDescriptor.HEADER_LENGTH + payloadLengthMax(), "outboundCapacity");
        return this;
    }

    /**
     * Bytes a link buffers for a slow poller before it stops reading. Default 8 MiB.
     *
     * @param bytes a power of two that holds the longest frame twice.
     * @return this.
     */
    public TcpConfig inboundCapacity(final int bytes) {
        inboundCapacity = capacity(bytes, 2 * (FrameDescriptor.HEADER_LENGTH + payloadLengthMax()), "inboundCapacity");
        return this;
    }

    /**
     * Listener: requests a client may have unanswered. Default 256.
     *
     * @param requests 1 or more.
     * @return this.
     */
    public TcpConfig windowRequests(final int requests) {
        windowRequests = positive(requests, "windowRequests");
        return this;
    }

    /**
     * Listener: bytes of replies that a client leaves unread before it is disconnected. Default 64 MiB.
     *
     * @param bytes 1 or more.
     * @return this.
     */
    public TcpConfig unreadReplyBytesMax(final long bytes) {
        unreadReplyBytesMax = bytes;
        return this;
    }

    /**
     * Called, on a thread of the transport, when there is something to poll. It must not block and may be called often. Not with {@link
     * #shareLoop}: that owner waits in the transport itself.
     *
     * @param callback to unpark the polling thread with.
     * @return this.
     */
    public TcpConfig wakeup(final Runnable callback) {
        wakeup = callback;
        return this;
    }

    /**
     * Makes the event loop's thread, and one for each look-up of a peer's name. Default: daemon threads.
     *
     * @param factory of the threads.
     * @return this.
     */
    public TcpConfig threadFactory(final ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    /**
     * Lets the owner of a {@link TcpPeerTransport} run its event loop, by {@code poll} and {@code await}, instead of a thread of its
     * own: three threads of a pair less to be woken one after the other, and no thread beside the owner's that needs a processor.
     * The owner must always be the same thread, and a TLS handshake takes milliseconds of it.
     *
     * @param isShared true for no thread of its own. Default: false.
     * @return this.
     */
    public TcpConfig shareLoop(final boolean isShared) {
        isLoopShared = isShared;
        return this;
    }

    boolean isLoopShared() {
        return isLoopShared;
    }

    /** Bytes of the longest payload on any link: a frame of records with its header. */
    static int payloadLengthMax() {
        return FrameDescriptor.APPEND_PREFIX_LENGTH
                + io.partita.replication.transport.PeerTransport.CONTROL_LENGTH_MAX
                + Limits.FRAME_LENGTH_MAX;
    }

    Id128 clusterId() {
        return clusterId;
    }

    String node() {
        return node;
    }

    @Nullable
    InetSocketAddress bindAddress() {
        return bindAddress;
    }

    BindRisk bindRisk() {
        return bindRisk;
    }

    int connectTimeoutMs() {
        return connectTimeoutMs;
    }

    @Nullable
    TlsCredentials tls() {
        return tls;
    }

    int prefaceTimeoutMs() {
        if (prefaceTimeoutMs > 0) {
            return prefaceTimeoutMs;
        }
        return tls == null ? PREFACE_TIMEOUT_MS_DEFAULT : TLS_PREFACE_TIMEOUT_MS_DEFAULT;
    }

    int halfOpenMax() {
        return halfOpenMax;
    }

    int linksMax() {
        return linksMax == 0 ? LINKS_MAX_DEFAULT : linksMax;
    }

    int sessionsMax() {
        return linksMax == 0 ? SESSIONS_MAX_DEFAULT : linksMax;
    }

    int outboundCapacity() {
        return outboundCapacity;
    }

    int inboundCapacity() {
        return inboundCapacity;
    }

    int windowRequests() {
        return windowRequests;
    }

    long unreadReplyBytesMax() {
        return unreadReplyBytesMax;
    }

    Runnable wakeup() {
        return wakeup;
    }

    ThreadFactory threadFactory() {
        return threadFactory;
    }

    private static int positive(final int value, final String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive: " + name + "=" + value);
        }
        return value;
    }

    private static int capacity(final int bytes, final int min, final String name) {
        if (Integer.bitCount(bytes) != 1 || bytes < min) {
            throw new IllegalArgumentException(
                    name + " must be a power of two and at least " + min + ": " + name + "=" + bytes);
        }
        return bytes;
    }

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task, "partita-tcp");
        thread.setDaemon(true);
        return thread;
    }
}
