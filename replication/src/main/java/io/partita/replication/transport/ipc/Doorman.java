// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.Intruders;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The helper thread of an {@link IpcPeerTransport}: accepts and makes links at Unix-domain sockets, answers the doorbell, and
 * learns from the kernel when a peer is no more. It touches no ring.
 */
final class Doorman implements AutoCloseable {
    static final String SOCKET_NAME = "ipc.sock";

    private static final System.Logger LOGGER = System.getLogger(Doorman.class.getName());
    private static final String LINK_FILE_PREFIX = "ipc-link-";
    /** What fits {@code sockaddr_un.sun_path} everywhere, the final zero aside. */
    private static final int SOCKET_PATH_LENGTH_MAX = 103;

    private static final long CLOSE_TIMEOUT_MS = 5_000;
    private static final long PENDING_CHECK_MS = 50;

    private final IpcConfig config;
    private final Path socketPath;
    private final Intruders intruders = new Intruders("same-host peer");
    private final Selector selector;
    private final ServerSocketChannel server;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
    private final AtomicLong lastSession = new AtomicLong();
    private volatile boolean closed;
    private volatile @Nullable Exception failure;

    // Helper thread only.
    private final List<Pending> pending = new ArrayList<>();
    private final ByteBuffer doorbells = ByteBuffer.allocateDirect(64);
    private boolean acceptFailed;
    private int linkFiles;
    private int links;

    /**
     * What became of a link.
     *
     * @param link it; null if it failed.
     * @param session its id.
     * @param peer the node.
     * @param reason why it failed.
     */
    record Arrival(@Nullable IpcLink link, long session, String peer, DisconnectReason reason) {}

    /** A connection whose greeting is not over. */
    private final class Pending {
        final SocketChannel channel;
        final long session;
        final @Nullable String connectingTo;
        final long sinceNs = System.nanoTime();
        final ByteBuffer received = ByteBuffer.allocate(Greeting.LENGTH_MAX).order(ByteOrder.LITTLE_ENDIAN);

        Pending(final SocketChannel channel, final long session, final @Nullable String connectingTo) {
            this.channel = channel;
            this.session = session;
            this.connectingTo = connectingTo;
        }
    }

    Doorman(final IpcConfig config) {
        this.config = config;
        this.socketPath = socketPath(config.folder());
        try {
            sweepLinkFiles();
            this.selector = Selector.open();
            this.server = listen(socketPath);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (final IOException e) {
            throw cannotListen(socketPath, e);
        }
        this.thread = config.threadFactory().newThread(this::run);
        thread.start();
    }

    /** Where a node with that folder listens, or an error if the path is too long for a socket. */
    static Path socketPath(final Path folder) {
        final Path path = folder.toAbsolutePath().resolve(SOCKET_NAME);
        final int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > SOCKET_PATH_LENGTH_MAX) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "path of the same-host socket is too long for the operating system: path=" + path + " bytes="
                            + length + " max=" + SOCKET_PATH_LENGTH_MAX,
                    "use a node folder with a shorter path, or the TCP transport");
        }
        return path;
    }

    long intrusions() {
        return intruders.count();
    }

    /** Owner: the next link that came up or failed to; null if there is none. */
    @Nullable
    Arrival pollArrival() {
        return arrivals.poll();
    }

    boolean hasArrival() {
        return !arrivals.isEmpty() || failure != null;
    }

    /** Owner: without the helper nobody would hear of a peer's end any more, so the owner must not go on. */
    void checkAlive() {
        final Exception cause = failure;
        if (cause != null) {
            throw new IllegalStateException("the same-host transport's thread died: node=" + config.node(), cause);
        }
    }

    /** Owner: starts to connect. */
    long connect(final String peer, final Path folder) {
        final long session = lastSession.incrementAndGet();
        final Path path = socketPath(folder);
        execute(() -> startConnect(session, peer, path));
        return session;
    }

    /** Any thread: closes a link's socket; the peer sees EOF. */
    void hangUp(final IpcLink link) {
        execute(() -> drop(link.channel));
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(CLOSE_TIMEOUT_MS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void execute(final Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    private void run() {
        try {
            while (!closed) {
                if (pending.isEmpty()) {
                    selector.select(this::onReady);
                } else {
                    selector.select(this::onReady, PENDING_CHECK_MS);
                    expirePending();
                }
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (final IOException | RuntimeException e) {
            failure = e;
            config.wakeup().run();
        } finally {
            closeAll();
        }
    }

    private void onReady(final SelectionKey key) {
        if (!key.isValid()) {
            return;
        }
        if (key.isAcceptable()) {
            accept();
        } else if (key.attachment() instanceof Pending greeting) {
            onGreetingBytes(greeting);
        } else if (key.attachment() instanceof IpcLink link) {
            onDoorbell(link);
        }
    }

    private void accept() {
        try {
            final SocketChannel channel = server.accept();
            if (channel != null) {
                addPending(new Pending(channel, lastSession.incrementAndGet(), null));
            }
        } catch (final IOException e) {
            if (!acceptFailed) {
                acceptFailed = true;
                LOGGER.log(
                        System.Logger.Level.WARNING, "cannot accept a link, not told again: node=" + config.node(), e);
            }
        }
    }

    private void addPending(final Pending fresh) throws IOException {
        fresh.channel.configureBlocking(false);
        fresh.channel.register(selector, SelectionKey.OP_READ, fresh);
        pending.add(fresh);
    }

    private void startConnect(final long session, final String peer, final Path path) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.configureBlocking(false);
            // Connecting to a Unix-domain socket succeeds or fails at once.
            channel.connect(UnixDomainSocketAddress.of(path));
            final Pending greeting = new Pending(channel, session, peer);
            addPending(greeting);
            send(greeting, Greeting.REQUEST, "");
        } catch (final IOException e) {
            drop(channel);
            arrive(null, session, peer, isNobodyThere(e, path) ? DisconnectReason.REFUSED : DisconnectReason.TIMEOUT);
        }
    }

    /** The socket file of a dead process refuses, and one that was never made, or was tidied up, is not there. */
    private static boolean isNobodyThere(final IOException e, final Path path) {
        return e instanceof ConnectException && String.valueOf(e.getMessage()).contains("refused")
                || !Files.exists(path);
    }

    private void send(final Pending to, final int status, final String linkFile) throws IOException {
        final ByteBuffer bytes = new Greeting(
                        status,
                        config.clusterId(),
                        config.node(),
                        config.journalFolder().toString(),
                        linkFile)
                .encode();
        if (to.channel.write(bytes) != bytes.limit()) {
            throw new IOException("a fresh socket does not take a greeting");
        }
    }

    private void onGreetingBytes(final Pending from) {
        try {
            final int read = from.channel.read(from.received);
            if (read < 0) {
                fail(from, DisconnectReason.EOF, "it hung up");
                return;
            }
            final int length = from.received.position();
            if (Greeting.isHopeless(from.received, length)) {
                fail(from, DisconnectReason.PROTOCOL_VIOLATION, "it does not speak this protocol");
                return;
            }
            if (length < Greeting.HEADER_LENGTH || length < Greeting.lengthOf(from.received)) {
                return;
            }
            final Greeting greeting = Greeting.decode(from.received);
            if (greeting == null) {
                fail(from, DisconnectReason.PROTOCOL_VIOLATION, "its node id is none");
            } else if (from.connectingTo == null) {
                onRequest(from, greeting);
            } else {
                onAnswer(from, greeting);
            }
        } catch (final IOException e) {
            fail(from, DisconnectReason.RESET, "cause=" + e);
        } catch (final InvalidPathException e) {
            fail(from, DisconnectReason.PROTOCOL_VIOLATION, "a path it names is none: cause=" + e.getMessage());
        }
    }

    private void onRequest(final Pending from, final Greeting greeting) throws IOException {
        if (!greeting.clusterId().equals(config.clusterId()) || links >= config.linksMax()) {
            send(from, Greeting.REFUSED, "");
            fail(
                    from,
                    DisconnectReason.REJECTED,
                    "cluster=" + greeting.clusterId() + " node=" + greeting.node() + " links=" + links);
            return;
        }
        linkFiles++;
        final Path path = config.folder()
                .resolve(LINK_FILE_PREFIX + ProcessHandle.current().pid() + "-" + linkFiles);
        final LinkFile file = LinkFile.create(path, config.clusterId(), config.ringCapacity());
        try {
            send(from, Greeting.ACCEPTED, path.toString());
        } catch (final IOException e) {
            file.close();
            Files.deleteIfExists(path);
            throw e;
        }
        establish(from, greeting, file, false);
    }

    private void onAnswer(final Pending from, final Greeting greeting) throws IOException {
        if (greeting.status() != Greeting.ACCEPTED || !greeting.clusterId().equals(config.clusterId())) {
            fail(
                    from,
                    DisconnectReason.REJECTED,
                    "it refused: status=" + greeting.status() + " cluster=" + greeting.clusterId());
            return;
        }
        final Path path = Path.of(greeting.linkFile());
        final LinkFile file = LinkFile.open(path, config.clusterId());
        Files.deleteIfExists(path);
        establish(from, greeting, file, true);
    }

    private void establish(
            final Pending from, final Greeting greeting, final LinkFile file, final boolean initiatedByUs) {
        pending.remove(from);
        links++;
        final IpcLink link =
                new IpcLink(from.session, greeting, initiatedByUs, from.channel, file, config.recordsTimeoutMs());
        from.channel.keyFor(selector).attach(link);
        arrive(link, from.session, greeting.node(), DisconnectReason.EOF);
    }

    private void fail(final Pending failed, final DisconnectReason reason, final String what) {
        pending.remove(failed);
        drop(failed.channel);
        if (reason == DisconnectReason.REJECTED || reason == DisconnectReason.PROTOCOL_VIOLATION) {
            intruders.note(failed.connectingTo == null ? "unknown" : failed.connectingTo, what);
        }
        if (failed.connectingTo != null) {
            arrive(null, failed.session, failed.connectingTo, reason);
        }
    }

    private void expirePending() {
        final long timeoutNs = TimeUnit.MILLISECONDS.toNanos(config.connectTimeoutMs());
        final long nowNs = System.nanoTime();
        for (final Pending greeting : List.copyOf(pending)) {
            if (nowNs - greeting.sinceNs > timeoutNs) {
                fail(greeting, DisconnectReason.TIMEOUT, "it does not say who it is");
            }
        }
    }

    private void onDoorbell(final IpcLink link) {
        DisconnectReason reason = null;
        try {
            doorbells.clear();
            if (link.channel.read(doorbells) < 0) {
                reason = DisconnectReason.EOF;
            }
        } catch (final IOException e) {
            reason = DisconnectReason.RESET;
        }
        if (reason != null) {
            link.end(reason);
            drop(link.channel);
        }
        config.wakeup().run();
    }

    private void arrive(
            final @Nullable IpcLink link, final long session, final String peer, final DisconnectReason reason) {
        arrivals.add(new Arrival(link, session, peer, reason));
        config.wakeup().run();
    }

    private void drop(final @Nullable SocketChannel channel) {
        if (channel == null || !channel.isOpen()) {
            return;
        }
        final SelectionKey key = channel.keyFor(selector);
        if (key != null && key.attachment() instanceof IpcLink) {
            links--;
        }
        try {
            channel.close();
        } catch (final IOException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "socket does not close", e);
        }
    }

    private void closeAll() {
        for (final SelectionKey key : List.copyOf(selector.keys())) {
            try {
                key.channel().close();
            } catch (final IOException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "socket does not close", e);
            }
        }
        try {
            selector.close();
            Files.deleteIfExists(socketPath);
        } catch (final IOException e) {
            LOGGER.log(System.Logger.Level.WARNING, "socket file stays behind, which is harmless: " + socketPath, e);
        }
    }

    /** Listens; a socket file that a dead process left is replaced. */
    private static ServerSocketChannel listen(final Path path) throws IOException {
        final UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
        final ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            if (Files.exists(path)) {
                if (isAlive(address)) {
                    throw new IOException("a living process listens there");
                }
                Files.delete(path);
            }
            channel.bind(address, 16);
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return channel;
        } catch (final IOException e) {
            channel.close();
            throw e;
        }
    }

    private static boolean isAlive(final UnixDomainSocketAddress address) throws IOException {
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            return probe.connect(address);
        } catch (final ConnectException e) {
            return false;
        }
    }

    private void sweepLinkFiles() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(config.folder(), LINK_FILE_PREFIX + "*")) {
            for (final Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static PartitaException cannotListen(final Path path, final IOException cause) {
        return new PartitaException(
                ErrorCode.ADDRESS_IN_USE,
                "cannot listen at the same-host socket: path=" + path + " cause=" + cause.getMessage(),
                "stop the process that uses this folder, or use another folder; the folder must exist and be writable",
                cause);
    }
}
