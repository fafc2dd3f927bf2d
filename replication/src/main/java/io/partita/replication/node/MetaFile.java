// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.ReplacedFile;
import io.partita.ledger.model.DiskFull;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * What a node remembers beside its journal (PROTOCOL B3), in two copies of the data folder:
 *
 * <pre>
 * meta       the newest
 * meta.copy  the same; behind it only if a write was cut short, which nobody was told of as durable
 * </pre>
 *
 * <p>Each is a {@link ReplacedFile}, so a reader sees a whole one; the format is {@link NodeMeta#encode}'s. A copy
 * that is damaged is passed over for the other one. One thread at a time.
 */
final class MetaFile {
    static final String NAME = "meta";
    static final String COPY_NAME = "meta.copy";

    private static final int LENGTH_MAX = 64 * 1024;

    private final Path folder;
    private final Path primary;
    private final Path copy;

    /**
     * The files of a data folder.
     *
     * @param folder that this process has locked.
     */
    MetaFile(final Path folder) {
        this.folder = folder;
        this.primary = folder.resolve(NAME);
        this.copy = folder.resolve(COPY_NAME);
    }

    /**
     * Reads it.
     *
     * @return null if there is none: a new node.
     * @throws PartitaException DAMAGED if there is one but neither copy can be read (R2: a new lineage), UNKNOWN_FORMAT.
     */
    @Nullable
    NodeMeta read() {
        PartitaException damage = null;
        for (final Path file : new Path[] {primary, copy}) {
            try {
                if (Files.exists(file)) {
                    return NodeMeta.decode(bytes(file));
                }
            } catch (final PartitaException e) {
                if (e.code() != ErrorCode.DAMAGED) {
                    throw e;
                }
                damage = e;
            } catch (final IOException e) {
                damage = failed("cannot be read", file, e);
            }
        }
        if (damage != null) {
            throw damage;
        }
        return null;
    }

    /**
     * Writes both copies; durable when it returns.
     *
     * @param meta to write.
     * @throws PartitaException STORAGE_FULL, and it may be tried again; STORAGE_FAILED, and the node must halt.
     */
    void write(final NodeMeta meta) {
        final byte[] bytes = meta.encode();
        try {
            ReplacedFile.write(folder, NAME, ByteBuffer.wrap(bytes));
            ReplacedFile.write(folder, COPY_NAME, ByteBuffer.wrap(bytes));
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
            ReplacedFile.reserve(folder, NAME, bytes.length);
            ReplacedFile.reserve(folder, COPY_NAME, bytes.length);
        } catch (final IOException e) {
            throw failed("cannot be written", primary, e);
        }
    }

    private static byte[] bytes(final Path file) throws IOException {
        if (Files.size(file) > LENGTH_MAX) {
            throw new PartitaException(
                    ErrorCode.DAMAGED,
                    "a meta file is longer than any can be: file=" + file,
                    "look what wrote it; the other copy is used if it is whole");
        }
        return Files.readAllBytes(file);
    }

    private PartitaException failed(final String what, final Path file, final IOException e) {
        return new PartitaException(
                DiskFull.isCauseOf(e, folder) ? ErrorCode.STORAGE_FULL : ErrorCode.STORAGE_FAILED,
                "the meta file " + what + ": file=" + file + " (" + e + ")",
                "check the disk, the folder's permissions and free space",
                e);
    }
}
