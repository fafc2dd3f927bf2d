// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.partita.replication.testing.Await;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** All that a carrier must do, over TCP by its owner's thread alone. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SAME_THREAD) // the owner must close what it ran
class SharedLoopTransportTest extends PeerTransportContract {
    private static final long SECOND_NS = 1_000_000_000;

    @Override
    TransportKind kind() {
        return TransportKind.SHARED;
    }

    @Override
    int allocatedPerFlush() {
        return 700; // Netty's buffers and promises: on the owner's thread, what its own thread allocates otherwise
    }

    @Override
    boolean isWoken(final Endpoint owner, final int before) {
        owner.transport.await(SECOND_NS);
        return owner.transport.hasInput();
    }

    @Test
    void shouldLoseNoWakeUp() throws InterruptedException {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final AtomicInteger asked = new AtomicInteger();
        final AtomicInteger seen = new AtomicInteger();
        final int wakes = 20_000;
        final Thread waker = new Thread(() -> {
            while (asked.get() < wakes) {
                if (seen.get() == asked.get()) {
                    asked.incrementAndGet();
                    a.transport.wake(Thread.currentThread());
                }
                Thread.onSpinWait();
                Thread.yield();
            }
        });
        waker.start();
        while (seen.get() < wakes) {
            final int now = asked.get();
            if (now > seen.get()) {
                seen.set(now);
            } else {
                a.transport.await(3_600 * SECOND_NS); // for ever, if a wake-up is lost
            }
            if (now % 16 == 0) {
                a.poll(); // which may take the wake-up that the next wait is to have
            }
        }
        waker.join();
        assertEquals(wakes, seen.get());
        a.send(10);
        exchange(a, b, "a frame", () -> b.heard.frames == 1);
    }

    @Test
    void shouldParkAndBeWokenWhenItIsClosed() {
        final Endpoint a = endpoint("a");
        a.poll();
        a.transport.close();
        a.transport.wake(Thread.currentThread());
        a.transport.await(3_600 * SECOND_NS);
        assertFalse(a.transport.hasInput());
        assertEquals(0, a.poll());
    }

    @Test
    void shouldCloseWhatWasNeverRun() {
        final int port;
        try (TcpPeerTransport transport = new TcpPeerTransport(new TcpConfig(CLUSTER, "a")
                .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .shareLoop(true))) {
            port = TransportKind.SHARED.port(transport);
        }
        // The port is free again.
        TransportKind.SHARED.open(base, CLUSTER, "a", port, () -> {}).close();
    }

    @Test
    void shouldLookUpNamesOnAThreadOfTheirOwn() {
        final Endpoint a = endpoint("a");
        try (TcpPeerTransport b = new TcpPeerTransport(new TcpConfig(CLUSTER, "b").shareLoop(true))) {
            final Recorder heard = new Recorder();
            b.peer("a", InetSocketAddress.createUnresolved("localhost", kind().port(a.transport)));
            b.connect("a");
            Await.until("a link", () -> {
                a.poll();
                b.poll(heard, 64);
                return heard.session > 0;
            });
            b.peer("nobody", InetSocketAddress.createUnresolved("no-such-host.invalid", 1));
            b.connect("nobody");
            Await.until("a failure", () -> {
                b.poll(heard, 64);
                return heard.failure != null;
            });
            assertEquals(DisconnectReason.TIMEOUT, heard.failure);
        }
    }
}
