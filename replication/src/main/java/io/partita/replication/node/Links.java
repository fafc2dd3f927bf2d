// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.FilePermissions;
import io.partita.replication.transport.PeerTransport;
import io.partita.replication.transport.ipc.IpcConfig;
import io.partita.replication.transport.ipc.IpcPeerTransport;
import io.partita.replication.transport.netty.TcpConfig;
import io.partita.replication.transport.netty.TcpPeerTransport;
import io.partita.replication.transport.netty.TlsCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Opens the transport to the peers that the context asks for. */
final class Links {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private Links() {}

    static PeerTransport open(
            final NodeContext.Settings settings,
            final Path journalFolder,
            final @Nullable TlsCredentials credentials,
            final ThreadFactory threadFactory,
            final Runnable wakeup) {
        return switch (settings.links().transport()) {
            case TCP -> tcp(settings, credentials, threadFactory, wakeup);
            case IPC -> ipc(settings, journalFolder, threadFactory, wakeup);
        };
    }

    private static PeerTransport tcp(
            final NodeContext.Settings settings,
            final @Nullable TlsCredentials credentials,
            final ThreadFactory threadFactory,
            final Runnable wakeup) {
        final TcpPeerTransport transport = new TcpPeerTransport(
                new TcpConfig(settings.clusterId(), settings.self().id())
                        .bindAddress(settings.self().peers())
                        .tls(credentials)
                        .bindRisk(settings.links().bindRisk())
                        .threadFactory(threadFactory)
                        .shareLoop(credentials == null && !settings.engine().useInvoker())
                        .wakeup(wakeup));
        for (final NodeContext.Member member : settings.members()) {
            if (!member.id().equals(settings.self().id())) {
                transport.peer(member.id(), member.peers());
            }
        }
        return transport;
    }

    /** Each node has a folder named after it below the one where all meet. */
    private static PeerTransport ipc(
            final NodeContext.Settings settings,
            final Path journalFolder,
            final ThreadFactory threadFactory,
            final Runnable wakeup) {
        final Path meeting = settings.links().ipcFolder();
        if (meeting == null) {
            throw new IllegalStateException("a concluded context has the folder");
        }
        final Path own = meeting.resolve(settings.self().id());
        try {
            Files.createDirectories(own, OWNER_ONLY);
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.STORAGE_FAILED,
                    "the folder of the same-host transport cannot be made: folder=" + own + " (" + e + ")",
                    "check the path and its permissions",
                    e);
        }
        // Whoever may write there can pose as a peer: a folder's owner is all that this transport knows of identity.
        FilePermissions.checkFolder(meeting);
        FilePermissions.checkFolder(own);
        final IpcPeerTransport transport = new IpcPeerTransport(
                new IpcConfig(settings.clusterId(), settings.self().id(), own, journalFolder)
                        .threadFactory(threadFactory)
                        .wakeup(wakeup));
        for (final NodeContext.Member member : settings.members()) {
            if (!member.id().equals(settings.self().id())) {
                transport.peer(member.id(), meeting.resolve(member.id()));
            }
        }
        return transport;
    }
}
