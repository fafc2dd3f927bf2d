// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import io.partita.ledger.model.DiskFull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A small file that is replaced as a whole: written aside as {@code NAME.tmp}, forced and renamed, so that after a crash it is the
 * old or the new one. The space of the next one is taken beforehand (R38): {@code NAME.tmp} is there between two replacements, full
 * of zeros, and the next content is written over them. So one more replacement works on a full disk, too.
 */
public final class ReplacedFile {
    private static final String SUFFIX = ".tmp";
    /** By how much the next content may be longer. */
    private static final int SLACK = 4096;

    private ReplacedFile() {}

    /**
     * Replaces the content. The new name is durable once the caller has forced the folder.
     *
     * @param folder of the file.
     * @param name of the file.
     * @param content all of it.
     * @throws IOException if it cannot be written; the file is the old one then.
     */
    public static void write(final Path folder, final String name, final ByteBuffer content) throws IOException {
        final Path aside = folder.resolve(name + SUFFIX);
        final int length = content.remaining();
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FolderFiles.ownerOnly(aside);
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.truncate(length);
            channel.force(true);
        }
        Files.move(aside, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Gives up the space of the next replacement, when there will be none soon.
     *
     * @param folder of the file.
     * @param name of the file.
     * @throws IOException if it cannot.
     */
    public static void release(final Path folder, final String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name + SUFFIX));
    }

    /**
     * Takes the space of the next replacement, if there is any: what the last one gave back, as a rule.
     *
     * @param folder of the file.
     * @param name of the file.
     * @param length of what was written last.
     * @throws IOException if it cannot, for another reason than a full disk.
     */
    public static void reserve(final Path folder, final String name, final int length) throws IOException {
        final Path aside = folder.resolve(name + SUFFIX);
        final ByteBuffer zeros = ByteBuffer.allocate(length + SLACK);
        try (FileChannel channel = FileChannel.open(aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            FolderFiles.ownerOnly(aside);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
        } catch (final IOException e) {
            if (!DiskFull.isCauseOf(e, folder)) {
                throw e;
            }
        }
    }
}
