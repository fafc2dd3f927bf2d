// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.client;

import io.partita.ledger.client.ResultListener;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.TlsConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RemoteLedgerClient} needs to know. Filled once, by one thread, and given to {@link
 * RemoteLedgerClient#connect}; it cannot be used twice.
 *
 * <pre>{@code
 * RemoteClientContext context = new RemoteClientContext()
 *         .clusterId(clusterId)
 *         .node("a", new InetSocketAddress("127.0.0.1", 7201))
 *         .node("b", new InetSocketAddress("127.0.0.1", 7202))
 *         .listener(batch -> ...);
 * }</pre>
 */
public final class RemoteClientContext {
    private final Map<String, InetSocketAddress> nodes = new LinkedHashMap<>();
    private @Nullable Id128 clusterId;
    private @Nullable ResultListener listener;
    private String name = "client";
    private int batches = 64;
    private int commandsMax = Limits.BATCH_COMMANDS_MAX;
    private StaleReads staleReads = StaleReads.ACTIVE;
    private Duration retryTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(1);
    private Duration silenceTimeout = Duration.ofSeconds(2);
    private @Nullable TlsConfig tls;
    private boolean isConcluded;

    /**
     * The cluster to talk to.
     *
     * @param id of the cluster.
     * @return this.
     */
    public RemoteClientContext clusterId(final Id128 id) {
        clusterId = id;
        return this;
    }

    /**
     * A node of the cluster. The client keeps a connection to every node that it was told of, so that a failover costs it no
     * connecting.
     *
     * @param id of the node.
     * @param address where the node listens for clients.
     * @return this.
     */
    public RemoteClientContext node(final String id, final InetSocketAddress address) {
        nodes.put(id, address);
        return this;
    }

    /**
     * Who gets completed batches, in {@link RemoteLedgerClient#poll}.
     *
     * @param resultListener to call.
     * @return this.
     */
    public RemoteClientContext listener(final ResultListener resultListener) {
        listener = resultListener;
        return this;
    }

    /**
     * A name for logs and for the nodes' incidents.
     *
     * @param clientName any short text.
     * @return this.
     */
    public RemoteClientContext name(final String clientName) {
        name = clientName;
        return this;
    }

    /**
     * The window: batches that may be in flight at a time. Default 64.
     *
     * @param window 1 to 4096.
     * @return this.
     */
    public RemoteClientContext batches(final int window) {
        batches = window;
        return this;
    }

    /**
     * Commands a batch may hold. Default {@code Limits.BATCH_COMMANDS_MAX}; buffers grow only when used.
     *
     * @param commands 1 to {@code Limits.BATCH_COMMANDS_MAX}.
     * @return this.
     */
    public RemoteClientContext commandsMax(final int commands) {
        commandsMax = commands;
        return this;
    }

    /**
     * Where reads go that are allowed to be stale. Default: to the active.
     *
     * @param preference whom to ask first.
     * @return this.
     */
    public RemoteClientContext staleReads(final StaleReads preference) {
        staleReads = preference;
        return this;
    }

    /**
     * How long a batch is tried again before it ends as it is: UNKNOWN if it may have been sequenced, else with the last
     * refusal. Default 30 s.
     *
     * @param timeout more than 0.
     * @return this.
     */
    public RemoteClientContext retryTimeout(final Duration timeout) {
        retryTimeout = timeout;
        return this;
    }

    /**
     * How long an attempt to connect may take. Default 1 s.
     *
     * @param timeout more than 0.
     * @return this.
     */
    public RemoteClientContext connectTimeout(final Duration timeout) {
        connectTimeout = timeout;
        return this;
    }

    /**
     * A connection on which answers are due but nothing came for this long is given up: its node hangs or is cut off. Default
     * 2 s.
     *
     * @param timeout more than 0.
     * @return this.
     */
    public RemoteClientContext silenceTimeout(final Duration timeout) {
        silenceTimeout = timeout;
        return this;
    }

    /**
     * Encrypts the connections, shows this client's certificate, and wants one from each node that names it. What the client may
     * is said by the roles files of the nodes, under the common name of the certificate. Default: no TLS.
     *
     * @param files of this client.
     * @return this.
     */
    public RemoteClientContext tls(final TlsConfig files) {
        tls = files;
        return this;
    }

    Settings conclude() {
        if (isConcluded) {
            throw invalid("the context was used before", "make a new one for each client");
        }
        if (clusterId == null) {
            throw invalid("clusterId is missing", "set it to the cluster's id");
        }
        if (listener == null) {
            throw invalid("listener is missing", "set one, it gets the results");
        }
        if (nodes.isEmpty()) {
            throw invalid("no node was given", "add each node of the cluster with node(id, address)");
        }
        if (batches < 1 || batches > 4096) {
            throw invalid("batches must be 1..4096: batches=" + batches, "choose a window in that range");
        }
        if (commandsMax < 1 || commandsMax > Limits.BATCH_COMMANDS_MAX) {
            throw invalid(
                    "commandsMax must be 1.." + Limits.BATCH_COMMANDS_MAX + ": commandsMax=" + commandsMax,
                    "choose a size in that range");
        }
        isConcluded = true;
        return new Settings(
                clusterId,
                Map.copyOf(nodes),
                listener,
                name,
                batches,
                commandsMax,
                staleReads,
                positive("retryTimeout", retryTimeout),
                positive("connectTimeout", connectTimeout),
                positive("silenceTimeout", silenceTimeout),
                tls);
    }

    private static long positive(final String what, final Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw invalid(what + " must be more than 0: " + what + "=" + value, "choose a positive duration");
        }
        return value.toNanos();
    }

    private static PartitaException invalid(final String cause, final String nextStep) {
        return new PartitaException(ErrorCode.INVALID_CONFIGURATION, cause, nextStep);
    }

    /** The concluded context. */
    record Settings(
            Id128 clusterId,
            Map<String, InetSocketAddress> nodes,
            ResultListener listener,
            String name,
            int batches,
            int commandsMax,
            StaleReads staleReads,
            long retryTimeoutNs,
            long connectTimeoutNs,
            long silenceTimeoutNs,
            @Nullable TlsConfig tls) {}
}
