// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.testing;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A file system of a test's own: small, in memory or in an image file. Unmounted when closed. */
public final class Mount implements AutoCloseable {
    private static final int STEP = 64 * 1024;
    private static final int COPIES_MAX = 100;
    private static final String FILLER = "filler";

    private final Path folder;

    private Mount(final Path folder) {
        this.folder = folder;
    }

    /**
     * A file system in memory. Skips the test, saying why, where mounting is not allowed.
     *
     * @param folder where to mount it; made if absent.
     * @param bytes that it has room for.
     * @return mounted.
     */
    public static Mount tmpfs(final Path folder, final long bytes) {
        return mount(folder, "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs");
    }

    /**
     * An image file with an empty ext4.
     *
     * @param image the file to make.
     * @param bytes of it.
     */
    public static void makeExt4(final Path image, final long bytes) {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(bytes);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
        skipIf(run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString()));
    }

    /**
     * The file system in an image file. Skips the test, saying why, where mounting is not allowed.
     *
     * @param image with a file system.
     * @param folder where to mount it; made if absent.
     * @return mounted.
     */
    public static Mount image(final Path image, final Path folder) {
        return mount(folder, "-o", "loop", image.toString());
    }

    /**
     * For a process that is to see another boot of the machine.
     *
     * @param bootId a file with the id.
     * @return a command that runs the rest of its line so, in its own place.
     */
    public static List<String> otherBoot(final Path bootId) {
        return List.of(
                "unshare",
                "-m",
                "sh",
                "-c",
                "mount --bind '" + bootId + "' /proc/sys/kernel/random/boot_id && exec \"$@\"",
                "node");
    }

    /**
     * Copies an image that is in use: what the file system has written to its disk so far, and nothing of the page cache above it.
     * The file system may write meanwhile, and what a disk has of it when power goes is of one moment: so it copies again until
     * nothing was written from before it to after it.
     *
     * @param image that is mounted; who uses it is paused.
     * @param copy to make.
     */
    public static void copyImage(final Path image, final Path copy) {
        for (int i = 0; i < COPIES_MAX; i++) {
            final String refusal = run("cp", "--sparse=always", image.toString(), copy.toString());
            if (!refusal.isEmpty()) {
                throw new AssertionError(refusal);
            }
            if (run("cmp", "-s", image.toString(), copy.toString()).isEmpty()) {
                return;
            }
        }
        throw new AssertionError("it is written all the time: " + image);
    }

    private static Mount mount(final Path folder, final String... options) {
        try {
            Files.createDirectories(folder);
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
        final String[] command = new String[options.length + 2];
        command[0] = "mount";
        System.arraycopy(options, 0, command, 1, options.length);
        command[command.length - 1] = folder.toString();
        skipIf(run(command));
        return new Mount(folder);
    }

    private static void skipIf(final String refusal) {
        if (!refusal.isEmpty()) {
            System.out.println("SKIPPED: " + refusal);
            Assumptions.abort(refusal);
        }
    }

    /**
     * Where it is mounted.
     *
     * @return the folder.
     */
    public Path folder() {
        return folder;
    }

    /** Fills it up to the last page. */
    public void fill() {
        final ByteBuffer zeros = ByteBuffer.allocate(STEP);
        try (FileChannel channel =
                FileChannel.open(folder.resolve(FILLER), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            while (true) {
                zeros.clear();
                channel.write(zeros);
            }
        } catch (final IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space")) {
                throw new AssertionError(e);
            }
        }
    }

    /** Gives the space of {@link #fill} back. */
    public void free() {
        try {
            Files.deleteIfExists(folder.resolve(FILLER));
        } catch (final IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        // What is only just ending may keep it busy: lazily, then.
        final String refusal = run("umount", "-l", folder.toString());
        if (!refusal.isEmpty()) {
            throw new AssertionError(refusal);
        }
    }

    /**
     * Runs a command.
     *
     * @param command with its arguments.
     * @return what it said if it failed; else nothing.
     */
    public static String run(final String... command) {
        final String line = String.join(" ", command);
        try {
            final Process process = new ProcessBuilder(List.of(command))
                    .redirectErrorStream(true)
                    .start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: " + line);
            }
            return process.exitValue() == 0 ? "" : line + ": exit=" + process.exitValue() + " " + said;
        } catch (final IOException e) {
            return line + ": " + e.getMessage();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
