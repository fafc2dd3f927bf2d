// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A small file system in memory, which can be filled up and grown. Unmounted when closed. */
public final class TmpFs implements AutoCloseable {
    private static final int STEP = 64 * 1024;
    private static final String FILLER = "filler";

    private final Path folder;

    private TmpFs(final Path folder) {
        this.folder = folder;
    }

    /**
     * Mounts one. Skips the test, saying why, where that is not allowed.
     *
     * @param parent where its folder is made.
     * @param bytes that it has room for.
     * @return mounted.
     */
    public static TmpFs mount(final Path parent, final long bytes) {
        try {
            final Path folder = Files.createTempDirectory(parent, "tmpfs");
            final String refusal = run("mount", "-t", "tmpfs", "-o", "size=" + bytes, "tmpfs", folder.toString());
            if (!refusal.isEmpty()) {
                System.out.println("SKIPPED: a tmpfs cannot be mounted here: " + refusal);
                Assumptions.abort("a tmpfs cannot be mounted here: " + refusal);
            }
            return new TmpFs(folder);
        } catch (final IOException e) {
            throw new AssertionError(e);
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

    /**
     * Gives it another size while it is in use.
     *
     * @param bytes that it has room for.
     */
    public void resize(final long bytes) {
        final String refusal = run("mount", "-o", "remount,size=" + bytes, folder.toString());
        if (!refusal.isEmpty()) {
            throw new AssertionError(refusal);
        }
    }

    @Override
    public void close() {
        // A process of the test that is only just ending keeps it busy: lazily, then.
        final String refusal = run("umount", "-l", folder.toString());
        if (!refusal.isEmpty()) {
            throw new AssertionError(refusal);
        }
    }

    /** Returns what it said if it failed; else nothing. */
    private static String run(final String... command) {
        final List<String> words = new ArrayList<>(List.of(command));
        try {
            final Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            final String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("does not end: " + words);
            }
            return process.exitValue() == 0 ? "" : "exit=" + process.exitValue() + " " + said;
        } catch (final IOException e) {
            return String.valueOf(e.getMessage());
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
