// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP proxy in front of one server that can lose replies, and hold what passes either way and send it on when whoever sent it has
 * long gone.
 */
public final class ChaosProxy implements AutoCloseable {
    private static final int BUFFER_LENGTH = 64 * 1024;

    private final int serverPort;
    private final ServerSocket listener;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Object gate = new Object();
    private boolean holding;
    private boolean holdingReplies;
    private volatile boolean losingReplies;

    /**
     * Listens on a free port.
     *
     * @param serverPort where what connects is led.
     * @throws IOException if it cannot listen.
     */
    public ChaosProxy(final int serverPort) throws IOException {
        this.serverPort = serverPort;
        listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    /**
     * Where to connect.
     *
     * @return of the loopback interface.
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Where to connect.
     *
     * @return host and port.
     */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /**
     * From now on a connection ends at the server's next reply instead of bringing it.
     *
     * @param isOn until it is off.
     */
    public void loseReplies(final boolean isOn) {
        losingReplies = isOn;
    }

    /**
     * Keeps what clients send until it is told otherwise; then it is sent on, whether its client still waits or not.
     *
     * @param isOn until it is off.
     */
    public void hold(final boolean isOn) {
        hold(isOn, false);
    }

    /**
     * The same for either way.
     *
     * @param isHeld what clients send.
     * @param areRepliesHeld what the server sends.
     */
    public void hold(final boolean isHeld, final boolean areRepliesHeld) {
        synchronized (gate) {
            holding = isHeld;
            holdingReplies = areRepliesHeld;
            gate.notifyAll();
        }
    }

    @Override
    public void close() throws IOException {
        hold(false);
        listener.close();
        for (final Socket socket : sockets) {
            socket.close();
        }
        try {
            for (final Thread thread : threads) {
                thread.join();
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Goes on accepting while the server is down: what connects then is cut off at once, as the server's host would do it. */
    private void accept() throws IOException {
        while (true) {
            final Socket client = listener.accept();
            final Socket server = new Socket();
            sockets.add(client);
            sockets.add(server);
            start(() -> forward(client, server));
        }
    }

    private void forward(final Socket client, final Socket server) throws IOException {
        try (client;
                server) {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort));
            start(() -> replies(client, server));
            requests(client.getInputStream(), server.getOutputStream());
        }
    }

    private void requests(final InputStream in, final OutputStream out) throws IOException {
        final byte[] buffer = new byte[BUFFER_LENGTH];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            awaitGate(false);
            out.write(buffer, 0, length);
        }
    }

    private void replies(final Socket client, final Socket server) throws IOException {
        try (client;
                server) {
            final InputStream in = server.getInputStream();
            final byte[] buffer = new byte[BUFFER_LENGTH];
            for (int length = in.read(buffer); length >= 0 && !losingReplies; length = in.read(buffer)) {
                awaitGate(true);
                client.getOutputStream().write(buffer, 0, length);
            }
        }
    }

    private void awaitGate(final boolean isReply) throws IOException {
        synchronized (gate) {
            while (isReply ? holdingReplies : holding) {
                try {
                    gate.wait();
                } catch (final InterruptedException e) {
                    throw new IOException(e);
                }
            }
        }
    }

    private interface Task {
        void run() throws IOException;
    }

    private void start(final Task task) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (final IOException e) {
                        return; // a socket was closed, on purpose or by the other side
                    }
                },
                "chaos-proxy");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }
}
