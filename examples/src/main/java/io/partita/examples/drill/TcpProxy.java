// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a port and who connects to it, and can be told to hold up what flows either way, or to refuse. Held bytes are
 * not lost: they arrive once the hold ends, as TCP's own retransmissions would, unless the connection was reset meanwhile. A
 * connection that begins during a hold gets nowhere. Blocking sockets, two threads a connection: for drills, not for speed.
 */
final class TcpProxy implements AutoCloseable {
    private static final int BUFFER_LENGTH = 64 * 1024;
    private static final int BACKLOG = 16;

    private final int port;
    private final int targetPort;
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable ServerSocket listener;
    private boolean isHeldToTarget;
    private boolean isHeldFromTarget;
    private boolean isClosed;

    /**
     * Starts to listen on a free port.
     *
     * @param targetPort of the loopback address, where what connects here is led.
     */
    TcpProxy(final int targetPort) throws IOException {
        this.targetPort = targetPort;
        final ServerSocket first = listen(0);
        port = first.getLocalPort();
        accept(first);
    }

    int port() {
        return port;
    }

    /** Holds up what flows to the target, from it, or both. */
    synchronized void hold(final boolean toTarget, final boolean fromTarget) {
        isHeldToTarget |= toTarget;
        isHeldFromTarget |= fromTarget;
    }

    /** Resets all connections; new ones are refused. */
    synchronized void refuse() {
        closeQuietly(listener);
        listener = null;
        reset();
    }

    /**
     * Lets everything pass again.
     *
     * @param resets whether connections that were held are reset rather than resumed.
     */
    synchronized void heal(final boolean resets) throws IOException {
        if (resets && (isHeldToTarget || isHeldFromTarget)) {
            reset();
        }
        isHeldToTarget = false;
        isHeldFromTarget = false;
        notifyAll();
        if (listener == null && !isClosed) {
            accept(listen(port));
        }
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        closeQuietly(listener);
        reset();
        notifyAll();
    }

    private static ServerSocket listen(final int port) throws IOException {
        return new ServerSocket(port, BACKLOG, InetAddress.getByName("127.0.0.1"));
    }

    private synchronized void accept(final ServerSocket from) {
        listener = from;
        start("accept", () -> {
            while (!from.isClosed()) {
                final Socket near = from.accept();
                start("link", () -> link(near));
            }
        });
    }

    private void link(final Socket near) throws IOException {
        if (!adopt(near) || !awaitPassable(true) || !awaitPassable(false)) {
            return;
        }
        try {
            final Socket far = new Socket(InetAddress.getByName("127.0.0.1"), targetPort);
            if (adopt(far)) {
                near.setTcpNoDelay(true);
                far.setTcpNoDelay(true);
                start("back", () -> pump(far, near, false));
                pump(near, far, true);
            }
        } catch (final IOException ex) {
            // Nobody there: who connected is told in the only way that is left.
            resetQuietly(near);
        }
    }

    private void pump(final Socket from, final Socket to, final boolean isToTarget) throws IOException {
        final byte[] buffer = new byte[BUFFER_LENGTH];
        try (from;
                to) {
            final InputStream in = from.getInputStream();
            final OutputStream out = to.getOutputStream();
            int length = in.read(buffer);
            while (length >= 0 && awaitPassable(isToTarget)) {
                out.write(buffer, 0, length);
                length = in.read(buffer);
            }
            awaitPassable(isToTarget); // an end is held up like everything else
        } finally {
            forget(from, to);
        }
    }

    /** False once this is closed. */
    private synchronized boolean awaitPassable(final boolean isToTarget) {
        try {
            while (!isClosed && (isToTarget ? isHeldToTarget : isHeldFromTarget)) {
                wait();
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !isClosed;
    }

    private synchronized boolean adopt(final Socket socket) {
        if (isClosed) {
            closeQuietly(socket);
            return false;
        }
        sockets.add(socket);
        return true;
    }

    private synchronized void forget(final Socket one, final Socket other) {
        sockets.remove(one);
        sockets.remove(other);
    }

    private void reset() {
        sockets.forEach(TcpProxy::resetQuietly);
        sockets.clear();
    }

    private static void resetQuietly(final Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (final IOException ex) {
            closeQuietly(socket);
        }
    }

    private static void closeQuietly(final @Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (final Exception ex) {
            // It was to end: it has.
            return;
        }
    }

    /** A task that ends with its sockets. */
    private interface Task {
        void run() throws IOException;
    }

    private static void start(final String name, final Task task) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (final IOException ex) {
                        // The connection is over, and so is its thread.
                        return;
                    }
                },
                "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
