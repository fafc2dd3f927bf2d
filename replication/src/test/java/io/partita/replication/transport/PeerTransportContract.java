// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.partita.ledger.model.Id128;
import io.partita.replication.testing.Await;
import io.partita.replication.testing.ChildJvm;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every carrier must do. Node b connects to node a. */
abstract class PeerTransportContract {
    static final Id128 CLUSTER = new Id128(5, 6);

    @TempDir
    Path base;

    private final List<Endpoint> endpoints = new ArrayList<>();

    abstract TransportKind kind();

    /** Bytes that the owner may allocate per flush and read. */
    int allocatedPerFlush() {
        return 0;
    }

    /** Whether the owner heard, since it had that many wake-ups, that there is something to poll. */
    boolean isWoken(final Endpoint owner, final int before) {
        return owner.wakeups.get() > before;
    }

    @AfterEach
    void closeAll() {
        endpoints.forEach(Endpoint::close);
    }

    @Test
    void shouldTellBothSidesWhoIsThere() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        assertEquals(List.of("connected b by them"), a.heard.events);
        assertEquals(List.of("connected a by us"), b.heard.events);
    }

    @Test
    void shouldDeliverFramesInOrderBothWays() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final SplittableRandom random = new SplittableRandom(42);
        long bytes = 0;
        final int frames = 20_000;
        while (a.framesSent < frames || b.framesSent < frames) {
            final int length = random.nextInt(100) == 0
                    ? 4 + random.nextInt(PeerTransport.CONTROL_LENGTH_MAX - 3)
                    : 4 + random.nextInt(300);
            if (a.framesSent < frames && a.send(length) == PeerTransport.SENT) {
                bytes += length;
            }
            if (b.framesSent < frames && b.send(length) == PeerTransport.SENT) {
                bytes += length;
            }
            if (random.nextInt(20) == 0) {
                a.transport.flush();
                b.transport.flush();
                a.poll();
                b.poll();
            }
        }
        exchange(a, b, "all frames", () -> a.heard.frames == frames && b.heard.frames == frames);
        assertEquals(bytes, a.heard.frameBytes + b.heard.frameBytes);
    }

    @Test
    void shouldDeliverRunsAndHeartbeatsInOrder() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final SplittableRandom random = new SplittableRandom(43);
        long sent = 0;
        int heartbeats = 0;
        for (int round = 0; round < 3_000; round++) {
            // Now and then a frame as long as there can be.
            if (round % 500 == 499) {
                a.journal.append(2, 1_000_000);
            } else {
                a.journal.append(1 + random.nextInt(5), random.nextInt(2_000));
            }
            if (random.nextInt(3) == 0 && sent == a.journal.lastSeq() && a.sendHeartbeat() == PeerTransport.SENT) {
                heartbeats++;
            }
            final long result = a.sendRun(sent + 1);
            sent = Math.max(sent, result);
            a.send(100);
            a.transport.flush();
            b.poll();
        }
        final long[] sentSeq = {sent};
        exchange(a, b, "all records", () -> {
            if (sentSeq[0] < a.journal.lastSeq()) {
                sentSeq[0] = Math.max(sentSeq[0], a.sendRun(sentSeq[0] + 1));
            }
            return b.heard.lastSeq == a.journal.lastSeq() && b.heard.frames == a.framesSent;
        });
        assertEquals(heartbeats, b.heard.heartbeats);
    }

    @Test
    void shouldCatchUpFromTheMiddleOfAJournal() {
        final Endpoint a = endpoint("a");
        for (int i = 0; i < 400; i++) {
            a.journal.append(7, 3_000);
        }
        final Endpoint b = connected(a);
        b.heard.lastSeq = 1_003;
        final long[] sent = {1_003};
        exchange(a, b, "the rest", () -> {
            sent[0] = Math.max(sent[0], a.sendRun(sent[0] + 1));
            return b.heard.lastSeq == a.journal.lastSeq();
        });
        // And again from the start, as after a handshake on the same link.
        b.heard.lastSeq = 0;
        if (!a.transport.shipsRecords()) {
            a.sendRun(1);
            exchange(a, b, "all of it again", () -> b.heard.lastSeq == a.journal.lastSeq());
        }
    }

    @Test
    void shouldSayWouldBlockWhenThePeerDoesNotPollAndLoseNothing() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        int length = 60_000;
        Await.until("a full link", () -> {
            final int result = a.send(60_000);
            a.transport.flush();
            return result == PeerTransport.WOULD_BLOCK;
        });
        // Full is full for long, however long one tries, as nobody polls; small frames may still squeeze in.
        while (length > 4 && a.send(length) != PeerTransport.SENT) {
            length /= 2;
        }
        final int sent = a.framesSent;
        assertTrue((long) sent * 60_000 < 128L * 1024 * 1024, "bounded: frames=" + sent);
        assertNull(a.heard.disconnected);
        exchange(a, b, "all frames", () -> b.heard.frames == a.framesSent);
        assertEquals(PeerTransport.SENT, a.send(60_000));
        exchange(a, b, "one more", () -> b.heard.frames == a.framesSent);
    }

    @Test
    void shouldDeliverEverythingThatWasSentBeforeADisconnect() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        for (int i = 0; i < 500; i++) {
            assertEquals(PeerTransport.SENT, a.send(1_000));
        }
        a.transport.disconnect(a.heard.session);
        assertEquals(PeerTransport.NOT_CONNECTED, a.send(100));
        exchange(a, b, "the end", () -> b.heard.disconnected != null);
        assertEquals(500, b.heard.frames);
        assertEquals(DisconnectReason.EOF, b.heard.disconnected);
        assertNull(a.heard.disconnected, "who disconnects is not told");
        assertEquals(PeerTransport.NOT_CONNECTED, b.send(100));
    }

    @Test
    void shouldReconnectUnderANewSession() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        for (int round = 0; round < 20; round++) {
            final long before = b.heard.session;
            b.transport.disconnect(before);
            exchange(a, b, "the end", () -> a.heard.disconnected != null);
            connect(b, a);
            assertTrue(b.heard.session > before);
            a.framesSent = 0;
            b.heard.frames = 0;
            a.send(10);
            exchange(a, b, "a frame", () -> b.heard.frames == 1);
        }
    }

    @Test
    void shouldReportRefusedWhenNobodyListens() {
        final Endpoint a = endpoint("a");
        final Endpoint b = endpoint("b");
        introduce(b, a, "a");
        a.transport.close();
        final long session = b.transport.connect("a");
        Await.until("a refusal", () -> {
            b.poll();
            return b.heard.failure != null;
        });
        assertEquals(DisconnectReason.REFUSED, b.heard.failure);
        assertEquals(session, b.heard.failedSession);
        assertThrows(IllegalArgumentException.class, () -> b.transport.connect("nobody"));
    }

    @Test
    void shouldForgetAConnectThatWasGivenUp() {
        final Endpoint a = endpoint("a");
        final Endpoint b = endpoint("b");
        introduce(b, a, "a");
        a.heard.checksSession = false;
        b.transport.disconnect(b.transport.connect("a"));
        connect(b, a);
        assertEquals(List.of("connected a by us"), b.heard.events);
    }

    @Test
    void shouldRejectAnotherClusterAndDisturbNobody() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final Endpoint stranger = add(kind().endpoint(base, new Id128(5, 7), "stranger", 0));
        introduce(stranger, a, "a");
        for (int i = 0; i < 2; i++) {
            stranger.heard.failure = null;
            stranger.transport.connect("a");
            Await.until("a rejection", () -> {
                a.poll();
                stranger.poll();
                return stranger.heard.failure != null;
            });
            assertEquals(DisconnectReason.REJECTED, stranger.heard.failure);
        }
        Await.until("both counted", () -> kind().intrusions(a.transport) == 2);
        a.send(100);
        exchange(a, b, "a frame", () -> b.heard.frames == 1);
        assertEquals(List.of("connected b by them"), a.heard.events);
    }

    @Test
    void shouldRejectMoreLinksThanThereMayBe() {
        final Endpoint a = endpoint("a");
        final Endpoint b = endpoint("b");
        a.heard.checksSession = false;
        introduce(b, a, "a");
        for (int i = 0; i < 3; i++) {
            connect(b, a);
        }
        b.transport.connect("a");
        exchange(a, b, "a rejection", () -> b.heard.failure != null);
        assertEquals(DisconnectReason.REJECTED, b.heard.failure);
        b.heard.failure = null;
        b.transport.disconnect(b.heard.session);
        Await.until("room for another", () -> {
            a.poll();
            b.poll();
            if (b.heard.failure != null) {
                b.heard.failure = null;
                b.transport.connect("a");
            } else if (b.heard.events.size() == 4) {
                b.transport.connect("a");
            }
            return b.heard.events.stream()
                            .filter(event -> event.startsWith("connected"))
                            .count()
                    == 4;
        });
    }

    @Test
    void shouldLoseOnlyTheFrameWhoseHandlerThrew() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        a.send(10);
        a.send(10);
        a.transport.flush();
        final PeerHandler thrower = new Forwarder(b.heard) {
            @Override
            public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {
                throw new IllegalStateException("as told");
            }
        };
        Await.until("the exception", () -> {
            try {
                b.transport.poll(thrower, 1);
                return false;
            } catch (final IllegalStateException e) {
                return true;
            }
        });
        b.heard.frames = 1;
        exchange(a, b, "the other frame", () -> b.heard.frames == 2);
    }

    @Test
    void shouldDeliverNothingMoreWhenTheHandlerDisconnects() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        for (int i = 0; i < 10; i++) {
            a.send(10);
        }
        a.transport.flush();
        final int[] calls = {0};
        final PeerHandler leaver = new Forwarder(b.heard) {
            @Override
            public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {
                calls[0]++;
                b.transport.disconnect(session);
            }
        };
        Await.until("the end", () -> {
            b.transport.poll(leaver, 64);
            a.poll();
            return a.heard.disconnected != null;
        });
        assertEquals(1, calls[0]);
        assertNull(b.heard.disconnected);
    }

    @Test
    void shouldWakeAnOwnerThatParks() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        for (int i = 0; i < 50; i++) {
            Await.until("quiet", () -> b.poll() == 0 && !b.transport.hasInput());
            final int before = b.wakeups.get();
            a.send(10);
            a.transport.flush();
            Await.until("the wake-up", () -> isWoken(b, before));
            Await.until("input", () -> b.transport.hasInput());
            final int frames = i + 1;
            exchange(a, b, "the frame", () -> b.heard.frames == frames);
        }
        assertFalse(a.transport.hasInput());
        final int before = a.wakeups.get();
        b.transport.disconnect(b.heard.session);
        Await.until("the wake-up", () -> {
            b.poll();
            return isWoken(a, before) && a.transport.hasInput();
        });
    }

    @RepeatedTest(20)
    void shouldCloseTwiceAndTellThePeer() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        a.transport.close();
        a.transport.close();
        Await.until("the end", () -> {
            b.poll();
            return b.heard.disconnected != null;
        });
        assertEquals(PeerTransport.NOT_CONNECTED, a.send(10));
        assertEquals(0, a.poll());
    }

    @Test
    void shouldRefuseFramesThatAreTooLong() {
        final Endpoint a = endpoint("a");
        connected(a);
        assertThrows(IllegalArgumentException.class, () -> a.send(0));
        assertThrows(IllegalArgumentException.class, () -> a.send(PeerTransport.CONTROL_LENGTH_MAX + 1));
    }

    @Test
    void shouldAllocateNothingPerFrameInSteadyState() {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        a.journal.append(4, 500);
        b.heard.checksRecords = false;
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long self = Thread.currentThread().getId();
        final int rounds = 20_000;
        long best = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            final long before = threads.getThreadAllocatedBytes(self);
            for (int i = 0; i < rounds; i++) {
                a.send(200);
                a.sendHeartbeat();
                a.transport.flush();
                b.send(50);
                b.transport.flush();
                a.poll();
                b.poll();
                b.transport.hasInput();
            }
            best = Math.min(best, threads.getThreadAllocatedBytes(self) - before);
        }
        // A few bytes per thousand frames are the event loop's task queue; one object per frame would be half a
        // million.
        assertTrue(
                best < rounds * (4L + 2L * allocatedPerFlush()),
                "bytes allocated for " + rounds * 3 + " frames: " + best);
    }

    @Test
    void shouldDeliverWhatAKilledProcessSentAndThenTellOfItsEnd() {
        final Endpoint b = endpoint("b");
        int port = 0;
        for (int round = 0; round < 2; round++) {
            try (ChildJvm child = ChildJvm.start(
                    base, PeerChild.class, kind().name(), base.toString(), "a", Integer.toString(port))) {
                port = Integer.parseInt(child.readLine());
                kind().introduce(b.transport, base, "a", port);
                b.heard.frames = 0;
                b.heard.lastSeq = 0;
                connectTo(b, "a");
                Await.until("some frames", () -> {
                    b.poll();
                    return b.heard.frames > 2_000 && b.heard.lastSeq > 1_000;
                });
                child.kill();
            }
            // The recorder checks that there is no gap.
            Await.until("the end", () -> {
                b.poll();
                return b.heard.disconnected != null;
            });
            assertTrue(
                    b.heard.disconnected == DisconnectReason.EOF || b.heard.disconnected == DisconnectReason.RESET,
                    "reason=" + b.heard.disconnected);
            b.heard.failure = null;
            b.transport.connect("a");
            Await.until("a refusal", () -> {
                b.poll();
                return b.heard.failure != null;
            });
            assertEquals(DisconnectReason.REFUSED, b.heard.failure);
        }
    }

    @Test
    void shouldNotTakeAPausedProcessForDead() {
        final Endpoint b = endpoint("b");
        try (ChildJvm child = ChildJvm.start(base, PeerChild.class, kind().name(), base.toString(), "a", "0")) {
            kind().introduce(b.transport, base, "a", Integer.parseInt(child.readLine()));
            connectTo(b, "a");
            Await.until("some frames", () -> {
                b.poll();
                return b.heard.frames > 100;
            });
            child.pause();
            Await.until("silence while the link takes frames until it is full", () -> {
                b.poll();
                final int result = b.send(60_000);
                b.transport.flush();
                return result == PeerTransport.WOULD_BLOCK;
            });
            // A fresh link to a paused process neither comes up nor is refused.
            b.heard.failure = null;
            b.transport.connect("a");
            Await.until("a time-out", () -> {
                b.poll();
                return b.heard.failure != null;
            });
            assertEquals(DisconnectReason.TIMEOUT, b.heard.failure);
            assertNull(b.heard.disconnected);
            final int frames = b.heard.frames;
            child.resume();
            Await.until("more frames", () -> {
                b.poll();
                return b.heard.frames > frames + 1_000;
            });
            assertNull(b.heard.disconnected);
        }
    }

    final Endpoint endpoint(final String node) {
        return add(kind().endpoint(base, CLUSTER, node, 0));
    }

    final Endpoint add(final Endpoint endpoint) {
        endpoints.add(endpoint);
        return endpoint;
    }

    final void introduce(final Endpoint to, final Endpoint who, final String name) {
        kind().introduce(to.transport, base, name, kind().port(who.transport));
    }

    final Endpoint connected(final Endpoint a) {
        final Endpoint b = endpoint("b");
        introduce(b, a, "a");
        connect(b, a);
        return b;
    }

    final void connect(final Endpoint from, final Endpoint to) {
        from.heard.disconnected = null;
        to.heard.disconnected = null;
        final long before = to.heard.session;
        final long session = from.transport.connect("a");
        exchange(from, to, "a link", () -> from.heard.session == session && to.heard.session != before);
    }

    private static void connectTo(final Endpoint from, final String node) {
        final long session = from.transport.connect(node);
        Await.until("a link", () -> {
            from.poll();
            return from.heard.session == session;
        });
    }

    static void exchange(
            final Endpoint a, final Endpoint b, final String what, final java.util.function.BooleanSupplier done) {
        Await.until(() -> what + "; a " + a.heard + "; b " + b.heard, () -> {
            a.transport.flush();
            b.transport.flush();
            a.poll();
            b.poll();
            return done.getAsBoolean();
        });
    }

    /** Passes everything on; tests override what they need. */
    private static class Forwarder implements PeerHandler {
        private final PeerHandler to;

        Forwarder(final PeerHandler to) {
            this.to = to;
        }

        @Override
        public void onConnected(final long session, final String peer, final boolean initiatedByUs) {
            to.onConnected(session, peer, initiatedByUs);
        }

        @Override
        public void onConnectFailed(final long session, final String peer, final DisconnectReason reason) {
            to.onConnectFailed(session, peer, reason);
        }

        @Override
        public void onFrame(final long session, final DirectBuffer buffer, final int offset, final int length) {
            to.onFrame(session, buffer, offset, length);
        }

        @Override
        public void onAppend(
                final long session,
                final DirectBuffer header,
                final int headerOffset,
                final int headerLength,
                final DirectBuffer records,
                final int offset,
                final int length) {
            to.onAppend(session, header, headerOffset, headerLength, records, offset, length);
        }

        @Override
        public void onDisconnected(final long session, final DisconnectReason reason) {
            to.onDisconnected(session, reason);
        }
    }
}
