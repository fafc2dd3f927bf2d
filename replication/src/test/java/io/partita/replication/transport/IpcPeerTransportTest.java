// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.testing.Await;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IpcPeerTransportTest extends PeerTransportContract {
    @Override
    TransportKind kind() {
        return TransportKind.IPC;
    }

    @Test
    void shouldLeaveNothingInTheFolderButItsSocketWhileItRuns() throws IOException {
        final Endpoint a = endpoint("a");
        connected(a);
        final Path socket = base.resolve("a/ipc.sock");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
        try (Stream<Path> files = Files.list(base.resolve("a"))) {
            assertFalse(files.anyMatch(file -> file.getFileName().toString().startsWith("ipc-link")));
        }
        a.transport.close();
        assertFalse(Files.exists(socket));
    }

    @Test
    void shouldReplaceTheSocketOfADeadProcess() throws IOException {
        final Path folder = Files.createDirectories(base.resolve("a"));
        final Path socket = folder.resolve("ipc.sock");
        final ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        dead.bind(UnixDomainSocketAddress.of(socket));
        dead.close();
        Files.write(folder.resolve("ipc-link-1-1"), new byte[10]);
        assertTrue(Files.exists(socket), "the file outlives the socket");

        final Endpoint b = endpoint("b");
        kind().introduce(b.transport, base, "a", 0);
        b.transport.connect("a");
        Await.until("a refusal", () -> {
            b.poll();
            return b.heard.failure != null;
        });
        assertEquals(DisconnectReason.REFUSED, b.heard.failure);

        final Endpoint a = endpoint("a");
        assertFalse(Files.exists(folder.resolve("ipc-link-1-1")));
        connect(b, a);
    }

    @Test
    void shouldSayWhatToDoWhenALivingProcessListensThere() {
        endpoint("a");
        final PartitaException error =
                assertThrows(PartitaException.class, () -> kind().open(base, CLUSTER, "a", 0, () -> {}));
        assertEquals(ErrorCode.ADDRESS_IN_USE, error.code());
        assertTrue(error.getMessage().contains("ipc.sock"), error.getMessage());
    }

    @Test
    void shouldSayWhatToDoWhenThePathIsTooLongForASocket() throws IOException {
        final String name = "n".repeat(90);
        Files.createDirectories(base.resolve(name));
        final PartitaException error = assertThrows(
                PartitaException.class,
                () -> new io.partita.replication.transport.ipc.IpcPeerTransport(
                        new io.partita.replication.transport.ipc.IpcConfig(
                                CLUSTER, "a", base.resolve(name), base.resolve(name))));
        assertEquals(ErrorCode.INVALID_CONFIGURATION, error.code());
        assertTrue(error.nextStep().contains("shorter path"), error.nextStep());
    }

    @Test
    void shouldCutOffStrangersAndDisturbNobody() throws IOException {
        final Endpoint a = endpoint("a");
        final Endpoint b = connected(a);
        final String nonsense = "PIPC\1\0" + "x".repeat(200);
        for (final String hello : new String[] {"GET / HTTP/1.1\r\n\r\n", nonsense}) {
            try (SocketChannel stranger = SocketChannel.open(UnixDomainSocketAddress.of(base.resolve("a/ipc.sock")))) {
                stranger.write(ByteBuffer.wrap(hello.getBytes(StandardCharsets.ISO_8859_1)));
                awaitEnd(stranger);
            }
        }
        // One that says nothing at all.
        try (SocketChannel silent = SocketChannel.open(UnixDomainSocketAddress.of(base.resolve("a/ipc.sock")))) {
            awaitEnd(silent);
        }
        Await.until("both counted", () -> kind().intrusions(a.transport) == 2);
        a.send(100);
        exchange(a, b, "a frame", () -> b.heard.frames == 1);
    }

    @Test
    void shouldGiveUpALinkThatAnnouncesRecordsThatAreNotThere() {
        final Endpoint a = endpoint("a");
        a.journal.append(3, 100);
        final Endpoint b = connected(a);
        assertEquals(3, a.sendRun(1));
        a.announce(4, 5);
        a.send(10);
        exchange(a, b, "the end", () -> b.heard.disconnected != null);
        assertEquals(3, b.heard.lastSeq);
        assertEquals(DisconnectReason.TIMEOUT, b.heard.disconnected);
        assertEquals(0, b.heard.frames, "nothing overtakes");
        exchange(a, b, "the other end", () -> a.heard.disconnected != null);
    }

    private static void awaitEnd(final SocketChannel channel) throws IOException {
        try {
            while (channel.read(ByteBuffer.allocate(100)) >= 0) {
                // What it says on parting does not matter.
            }
        } catch (final java.net.SocketException e) {
            // Reset: an end as well.
        }
    }
}
