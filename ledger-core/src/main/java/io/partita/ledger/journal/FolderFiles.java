// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Small files and folders, written so that they are whole or not there, and readable by their owner only; and lines of text
 * that end with a checksum. Stateless.
 */
public final class FolderFiles {
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_MODE = PosixFilePermissions.fromString("rw-------");
    private static final String CRC_FIELD = " crc=";

    private FolderFiles() {}

    /**
     * Makes a folder with mode 0700, and its parents with the usual one; one that is there gets that mode.
     *
     * @param folder to make.
     * @throws IOException if it cannot be made, or is no folder.
     */
    public static void createFolder(final Path folder) throws IOException {
        final Path parent = folder.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(folder);
        } catch (final FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
        }
        setMode(folder, FOLDER_MODE);
    }

    /**
     * Gives a file mode 0600.
     *
     * @param file that is there.
     * @throws IOException if its mode cannot be changed.
     */
    public static void ownerOnly(final Path file) throws IOException {
        setMode(file, FILE_MODE);
    }

    private static void setMode(final Path path, final Set<PosixFilePermission> mode) throws IOException {
        final PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (view != null && !view.readAttributes().permissions().equals(mode)) {
            view.setPermissions(mode);
        }
    }

    /**
     * Makes the entries of a folder durable.
     *
     * @param folder that is there.
     * @throws IOException if they cannot be forced.
     */
    public static void forceFolder(final Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** Makes a file's bytes durable, also those written through another descriptor or mapping. */
    static void forceFile(final Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /**
     * Writes a file and makes its bytes durable, not yet its name.
     *
     * @param file to make, or to overwrite.
     * @param content all of it.
     * @throws IOException if it cannot be written or forced.
     */
    public static void write(final Path file, final ByteBuffer content) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ownerOnly(file);
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.force(true);
        }
    }

    /**
     * Gives a file or folder another name, in place of what has it: at any moment the old one or the new one is there.
     *
     * @param from a path.
     * @param to a path on the same file system.
     * @throws IOException if it cannot be renamed.
     */
    public static void rename(final Path from, final Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * A line with its checksum.
     *
     * @param line without line end.
     * @return the line and the CRC-32C of its bytes, in 8 hexadecimal digits.
     */
    public static String seal(final String line) {
        return line + CRC_FIELD + String.format("%08x", crc(line));
    }

    /** Whether a line ends with its own right checksum. */
    static boolean isSealed(final String line) {
        final int field = line.lastIndexOf(CRC_FIELD);
        return field >= 0 && seal(line.substring(0, field)).equals(line);
    }

    static int crc(final String text) {
        return crc(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static int crc(final byte[] bytes) {
        final CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return (int) checksum.getValue();
    }

    /** Deletes a folder that holds files only. */
    static void deleteFolder(final Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (final Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /**
     * Deletes a folder with all that is in it.
     *
     * @param folder that is there.
     * @throws IOException if something in it cannot be deleted.
     */
    public static void deleteTree(final Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(final Path file, final BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(final Path visited, final @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
