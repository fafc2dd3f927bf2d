// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.RegisterEnvelope;
import io.partita.replication.register.RegisterValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Which znode a node has seen as its register: the id of the transaction that created it ({@code czxid}), in a file of the data
 * folder, so that a register which was deleted and made again is recognized after a restart too (R3). Written once, when the znode
 * is first seen, before anything of it is believed.
 */
final class SeenZnode {
    static final String FILE_NAME = "register-znode";
    private static final int LENGTH_MAX = 64 * 1024;

    private final Path file;
    private final Id128 clusterId;
    private final String path;
    private volatile long czxid;

    private SeenZnode(final Path file, final Id128 clusterId, final String path) {
        this.file = file;
        this.clusterId = clusterId;
        this.path = path;
    }

    /** What the folder remembers, nothing at first. */
    static SeenZnode open(final Path folder, final Id128 clusterId, final String path) {
        final SeenZnode seen = new SeenZnode(folder.resolve(FILE_NAME), clusterId, path);
        seen.load();
        return seen;
    }

    /** Deletes what the folder remembers. */
    static void forget(final Path folder) {
        final Path file = folder.resolve(FILE_NAME);
        try {
            Files.deleteIfExists(file);
        } catch (final IOException e) {
            throw failed(file, "cannot be deleted", e);
        }
    }

    /** 0 before a znode was seen. */
    long czxid() {
        return czxid;
    }

    /** Durable when it returns. */
    synchronized void remember(final long id) {
        if (czxid == id) {
            return;
        }
        final Path aside = file.resolveSibling(FILE_NAME + ".tmp");
        final byte[] bytes = RegisterEnvelope.encode(clusterId, id, path.getBytes(StandardCharsets.UTF_8));
        try (FileChannel channel = FileChannel.open(aside, CREATE, TRUNCATE_EXISTING, WRITE);
                FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), READ)) {
            final ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            folder.force(true);
        } catch (final IOException e) {
            throw failed(file, "cannot be written", e);
        }
        czxid = id;
    }

    private void load() {
        try {
            if (!Files.exists(file)) {
                return;
            }
            if (Files.size(file) > LENGTH_MAX) {
                throw RegisterEnvelope.damaged("file=" + file, "it is too long");
            }
            final RegisterValue stored = RegisterEnvelope.decode(Files.readAllBytes(file), clusterId, "file=" + file);
            final String storedPath = new String(stored.bytes(), StandardCharsets.UTF_8);
            if (!storedPath.equals(path)) {
                throw new PartitaException(
                        ErrorCode.REGISTER_REGRESSION,
                        "this node's register was another znode: seen=" + storedPath + " configured=" + path,
                        "correct the configuration: a register cannot be moved (the memory is " + FILE_NAME
                                + " in the data folder)");
            }
            czxid = stored.version();
        } catch (final IOException e) {
            throw failed(file, "cannot be read", e);
        }
    }

    private static PartitaException failed(final Path file, final String what, final IOException e) {
        return new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the node's memory of its register " + what + ": file=" + file + " (" + e + ")",
                "check the disk and the folder's permissions",
                e);
    }
}
