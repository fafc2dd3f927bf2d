// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import io.partita.ledger.model.Id128;
import java.nio.file.Path;
import java.util.concurrent.ThreadFactory;

/** Settings of a same-host transport. Set once, before it is given to one. */
public final class IpcConfig {
    private final Id128 clusterId;
    private final String node;
    private final Path folder;
    private final Path journalFolder;
    private int connectTimeoutMs = 1_000;
    private int linksMax = 16;
    private int ringCapacity = 1024 * 1024;
    private int recordsTimeoutMs = 2_000;
    private Runnable wakeup = () -> {};
    private ThreadFactory threadFactory = IpcConfig::daemon;

    /**
     * Settings with their defaults.
     *
     * @param clusterId links of other clusters are refused.
     * @param node id of this node, 1 to 16 characters of {@code [a-z0-9-]}.
     * @param folder this node's own folder, which it has locked; its socket and link files are made there.
     * @param journalFolder where this node's journal is.
     */
    public IpcConfig(final Id128 clusterId, final String node, final Path folder, final Path journalFolder) {
        if (!node.matches("[a-z0-9-]{1,16}")) {
            throw new IllegalArgumentException("node id must be 1 to 16 characters of [a-z0-9-]: node=" + node);
        }
        this.clusterId = clusterId;
        this.node = node;
        this.folder = folder.toAbsolutePath();
        this.journalFolder = journalFolder.toAbsolutePath();
    }

    /**
     * How long the other side of a fresh link may take to say who it is. Default 1,000 ms.
     *
     * @param milliseconds 1 or more.
     * @return this.
     */
    public IpcConfig connectTimeoutMs(final int milliseconds) {
        connectTimeoutMs = positive(milliseconds, "connectTimeoutMs");
        return this;
    }

    /**
     * Links at a time. More are refused. Default 16.
     *
     * @param links 1 or more.
     * @return this.
     */
    public IpcConfig linksMax(final int links) {
        linksMax = positive(links, "linksMax");
        return this;
    }

    /**
     * Bytes of control frames a link buffers for a slow poller, per direction. Default 1 MiB.
     *
     * @param bytes a power of two that holds the longest frame eight times.
     * @return this.
     */
    public IpcConfig ringCapacity(final int bytes) {
        final int min = 8 * 128 * 1024;
        if (Integer.bitCount(bytes) != 1 || bytes < min) {
            throw new IllegalArgumentException(
                    "ringCapacity must be a power of two and at least " + min + ": ringCapacity=" + bytes);
        }
        ringCapacity = bytes;
        return this;
    }

    /**
     * How long announced records may be missing in the sender's journal before the link is given up. Default 2,000 ms.
     *
     * @param milliseconds 1 or more.
     * @return this.
     */
    public IpcConfig recordsTimeoutMs(final int milliseconds) {
        recordsTimeoutMs = positive(milliseconds, "recordsTimeoutMs");
        return this;
    }

    /**
     * Called, on a thread of the transport, when there is something to poll. It must not block and may be called often.
     *
     * @param callback to unpark the polling thread with.
     * @return this.
     */
    public IpcConfig wakeup(final Runnable callback) {
        wakeup = callback;
        return this;
    }

    /**
     * Makes the transport's one thread. Default: a daemon thread.
     *
     * @param factory of the thread.
     * @return this.
     */
    public IpcConfig threadFactory(final ThreadFactory factory) {
        threadFactory = factory;
        return this;
    }

    Id128 clusterId() {
        return clusterId;
    }

    String node() {
        return node;
    }

    Path folder() {
        return folder;
    }

    Path journalFolder() {
        return journalFolder;
    }

    int connectTimeoutMs() {
        return connectTimeoutMs;
    }

    int linksMax() {
        return linksMax;
    }

    int ringCapacity() {
        return ringCapacity;
    }

    int recordsTimeoutMs() {
        return recordsTimeoutMs;
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

    private static Thread daemon(final Runnable task) {
        final Thread thread = new Thread(task, "partita-ipc");
        thread.setDaemon(true);
        return thread;
    }
}
