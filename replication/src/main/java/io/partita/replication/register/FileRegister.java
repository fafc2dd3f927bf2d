// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The register of a pair on one host: a folder with one file per version, {@code cfg.1}, {@code cfg.2}, ... (PROTOCOL B1).
 * Version n+1 is written by linking a complete, forced temporary file to its name, which exactly one process can do. No lock is
 * held at any time, so a paused or killed process can block nobody. Version files are never deleted: a hole is damage.
 *
 * <p>Both journals of a pair on one host share its kernel and often its disk: in durability mode MEMORY the pair survives the
 * death of processes, not the loss of the host. The first opening in a process logs so.
 */
public final class FileRegister implements CompareAndSetRegister {
    private static final System.Logger LOGGER = System.getLogger(FileRegister.class.getName());
    private static final AtomicBoolean CAVEAT_TOLD = new AtomicBoolean();
    private static final String VERSION_PREFIX = "cfg.";
    private static final String TEMPORARY_PREFIX = "tmp.";
    private static final Duration TEMPORARY_AGE_MAX = Duration.ofMinutes(10);
    private static final FileAttribute<Set<java.nio.file.attribute.PosixFilePermission>> OWNER_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<Set<java.nio.file.attribute.PosixFilePermission>> OWNER_FILE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path folder;
    private final Id128 clusterId;
    private volatile RegisterValue newest = RegisterValue.ABSENT;

    private FileRegister(final Path folder, final Id128 clusterId) {
        this.folder = folder;
        this.clusterId = clusterId;
    }

    /**
     * Opens the register, and creates its folder if need be.
     *
     * @param folder of the register, the same for all nodes.
     * @param clusterId of the cluster; another cluster's register is refused.
     * @return the register.
     * @throws PartitaException REGISTER_FAILED if the folder cannot be used or has no hard links; DAMAGED, WRONG_CLUSTER or
     *     UNKNOWN_FORMAT if what is there must not be used.
     */
    public static FileRegister open(final Path folder, final Id128 clusterId) {
        final FileRegister register = new FileRegister(folder, clusterId);
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder, OWNER_FOLDER);
            }
            register.sweepTemporaryFiles();
            register.probeHardLinks();
        } catch (final IOException | UnsupportedOperationException e) {
            throw failed(folder, "cannot be used", e);
        }
        register.read();
        if (!CAVEAT_TOLD.getAndSet(true)) {
            LOGGER.log(
                    System.Logger.Level.INFO,
                    "the register is a folder of this host: in durability mode MEMORY the pair survives the death of processes,"
                            + " not a power cut or the loss of this host: folder={0}",
                    folder);
        }
        return register;
    }

    @Override
    public RegisterValue read() {
        final RegisterValue known = newest;
        try {
            // Versions are dense, so two look-ups are enough in the usual case that nothing changed.
            if (!known.isAbsent()
                    && Files.exists(versionFile(known.version()))
                    && !Files.exists(versionFile(known.version() + 1))) {
                return known;
            }
            return readNewest();
        } catch (final IOException e) {
            throw failed(folder, "cannot be read", e);
        }
    }

    @Override
    public CasOutcome compareAndSet(final long expectedVersion, final byte[] value) {
        if (value.length > VALUE_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "value is too long: length=" + value.length + " max=" + VALUE_LENGTH_MAX);
        }
        try {
            final RegisterValue before = readNewest();
            if (before.version() > expectedVersion) {
                return new CasOutcome.Conflict(before);
            }
            if (before.version() < expectedVersion) {
                throw regression(expectedVersion, before.version());
            }
        } catch (final IOException e) {
            return new CasOutcome.Unknown(e);
        }
        return link(expectedVersion + 1, value);
    }

    @Override
    public void close() {
        // Nothing is held between calls.
    }

    private CasOutcome link(final long version, final byte[] value) {
        final Path temporary = temporaryFile();
        try {
            writeForced(temporary, ByteBuffer.wrap(RegisterEnvelope.encode(clusterId, version, value)));
            try {
                Files.createLink(versionFile(version), temporary);
            } catch (final FileAlreadyExistsException e) {
                return new CasOutcome.Conflict(readNewest());
            }
            forceFolder();
            know(new RegisterValue(version, value));
            // Listed again: had the folder lost files in between, the link would prove nothing.
            final RegisterValue after = readNewest();
            return after.version() == version ? new CasOutcome.Ok(version) : new CasOutcome.Conflict(after);
        } catch (final IOException | PartitaException e) {
            return new CasOutcome.Unknown(e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    /** Lists the folder, checks that no version is missing, and reads the newest. */
    private RegisterValue readNewest() throws IOException {
        final long floor = newest.version();
        long highest = 0;
        long count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, VERSION_PREFIX + "*")) {
            for (final Path file : files) {
                highest = Math.max(highest, versionOf(file));
                count++;
            }
        }
        if (highest < floor) {
            throw regression(floor, highest);
        }
        if (count != highest) {
            // A listing may miss what is added while it runs, even if it shows what was added still later: look by
            // name.
            for (long version = 1; version < highest; version++) {
                if (!Files.exists(versionFile(version))) {
                    throw RegisterEnvelope.damaged(
                            "folder=" + folder,
                            "a version file is missing: version=" + version + " highest=" + highest);
                }
            }
        }
        if (highest == 0) {
            return RegisterValue.ABSENT;
        }
        if (highest == floor) {
            return newest;
        }
        final Path file = versionFile(highest);
        if (Files.size(file) > RegisterEnvelope.HEADER_LENGTH + VALUE_LENGTH_MAX) {
            throw RegisterEnvelope.damaged("file=" + file, "it is too long: bytes=" + Files.size(file));
        }
        final RegisterValue read = RegisterEnvelope.decode(Files.readAllBytes(file), clusterId, "file=" + file);
        if (read.version() != highest) {
            throw RegisterEnvelope.damaged("file=" + file, "it says it is another version: version=" + read.version());
        }
        // Its writer may have died before it forced the folder; nobody may act on a version that power loss can take
        // back.
        forceFolder();
        know(read);
        return read;
    }

    /** A version that is on the disk, its name in the folder included. */
    private synchronized void know(final RegisterValue read) {
        if (read.version() > newest.version()) {
            newest = read;
        }
    }

    private static long versionOf(final Path file) {
        final String digits = file.getFileName().toString().substring(VERSION_PREFIX.length());
        try {
            final long version = Long.parseLong(digits);
            if (version > 0 && digits.equals(Long.toString(version))) {
                return version;
            }
        } catch (final NumberFormatException e) {
            // Falls through: the name is as wrong as a number out of range.
        }
        throw RegisterEnvelope.damaged("file=" + file, "a version file's name is no version");
    }

    private void probeHardLinks() throws IOException {
        final Path original = temporaryFile();
        final Path linked = temporaryFile();
        try {
            writeForced(original, ByteBuffer.allocate(1));
            Files.createLink(linked, original);
            try {
                Files.createLink(linked, original);
                throw new IOException("a second hard link replaced the first");
            } catch (final FileAlreadyExistsException e) {
                // As it must be: linking to a name that is taken fails.
            }
        } finally {
            deleteQuietly(linked);
            deleteQuietly(original);
        }
    }

    /** Deletes what killed processes left. Were it still in use after all, that compare-and-set would end Unknown. */
    private void sweepTemporaryFiles() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, TEMPORARY_PREFIX + "*")) {
            for (final Path file : files) {
                if (isAbandoned(file)) {
                    deleteQuietly(file);
                }
            }
        }
    }

    private static boolean isAbandoned(final Path file) {
        final String[] parts = file.getFileName().toString().split("\\.", -1);
        try {
            if (parts.length == 3 && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
                return true;
            }
            return Files.getLastModifiedTime(file)
                    .toInstant()
                    .isBefore(Instant.now().minus(TEMPORARY_AGE_MAX));
        } catch (final NumberFormatException | IOException e) {
            return false;
        }
    }

    private Path versionFile(final long version) {
        return folder.resolve(VERSION_PREFIX + version);
    }

    private Path temporaryFile() {
        return folder.resolve(TEMPORARY_PREFIX + ProcessHandle.current().pid() + "."
                + Long.toHexString(ThreadLocalRandom.current().nextLong()));
    }

    private static void writeForced(final Path file, final ByteBuffer bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, Set.of(CREATE_NEW, WRITE), OWNER_FILE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private void forceFolder() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, READ)) {
            channel.force(true);
        }
    }

    private static void deleteQuietly(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (final NoSuchFileException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "already gone: file={0}", file);
        } catch (final IOException e) {
            LOGGER.log(
                    System.Logger.Level.WARNING, "cannot delete a temporary file, which is harmless: file=" + file, e);
        }
    }

    private PartitaException regression(final long known, final long found) {
        return new PartitaException(
                ErrorCode.REGISTER_REGRESSION,
                "the register went back: folder=" + folder + " known=" + known + " found=" + found,
                "stop all nodes and find out who deleted or restored the register's files; it must never be older than what"
                        + " a node has seen");
    }

    private static PartitaException failed(final Path folder, final String what, final Exception cause) {
        return new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register's folder " + what + ": folder=" + folder + " cause=" + cause,
                "use a writable folder on a local file system with hard links, such as ext4 or xfs",
                cause);
    }
}
