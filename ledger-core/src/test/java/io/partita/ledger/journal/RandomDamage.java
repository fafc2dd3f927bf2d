// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Harms one file of a folder, as disks and people do. */
final class RandomDamage {
    /** What is done. */
    enum Kind {
        BIT_FLIP,
        TRUNCATED,
        ZEROED_PAGE,
        SWAPPED_PAGES,
        WRONG_FILE,
        MISSING
    }

    private static final int PAGE = 4096;

    private final Kind kind;
    private final Path file;
    private final long offset;
    private final String what;

    private RandomDamage(final Kind kind, final Path file, final long offset, final String what) {
        this.kind = kind;
        this.file = file;
        this.offset = offset;
        this.what = what;
    }

    /**
     * Does it. Another one is drawn as long as nothing is changed by it: zeros zeroed, like pages swapped.
     *
     * @param folder to harm.
     * @param other another folder like it, for wrong files.
     */
    static RandomDamage inflict(final Path folder, final Path other, final SplittableRandom random) throws IOException {
        final List<Path> files = JournalFolders.list(folder).stream()
                .filter(file -> Files.isRegularFile(file) && !file.toString().endsWith(".tmp"))
                .toList();
        while (true) {
            final Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            final Path file = files.get(random.nextInt(files.size()));
            final byte[] before = Files.readAllBytes(file);
            if (before.length == 0) {
                continue;
            }
            final int offset = random.nextInt(before.length);
            final byte[] after = switch (kind) {
                case BIT_FLIP -> flipped(before, offset, random.nextInt(8));
                case TRUNCATED -> Arrays.copyOf(before, offset);
                case ZEROED_PAGE -> zeroed(before, offset);
                case SWAPPED_PAGES -> swapped(before, offset, random.nextInt(before.length));
                case WRONG_FILE -> wrong(folder, other, file, files, random);
                case MISSING -> null;
            };
            if (after == null) {
                Files.delete(file);
            } else if (Arrays.equals(before, after)) {
                continue;
            } else {
                Files.write(file, after);
            }
            final int first = after == null ? 0 : Math.max(0, Arrays.mismatch(before, after));
            return new RandomDamage(kind, file, first, kind + " " + folder.relativize(file) + " from offset=" + first);
        }
    }

    private static byte[] flipped(final byte[] before, final int offset, final int bit) {
        final byte[] after = before.clone();
        after[offset] ^= (byte) (1 << bit);
        return after;
    }

    private static byte[] zeroed(final byte[] before, final int offset) {
        final byte[] after = before.clone();
        final int page = offset / PAGE * PAGE;
        Arrays.fill(after, page, Math.min(before.length, page + PAGE), (byte) 0);
        return after;
    }

    private static byte[] swapped(final byte[] before, final int one, final int another) {
        final byte[] after = before.clone();
        final int from = one / PAGE * PAGE;
        final int to = another / PAGE * PAGE;
        if (Math.max(from, to) + PAGE <= before.length) {
            System.arraycopy(before, from, after, to, PAGE);
            System.arraycopy(before, to, after, from, PAGE);
        }
        return after;
    }

    /** The file of that name of the other folder, or any other of this one. */
    private static byte[] wrong(
            final Path folder, final Path other, final Path file, final List<Path> files, final SplittableRandom random)
            throws IOException {
        final Path namesake = other.resolve(folder.relativize(file).toString());
        return Files.readAllBytes(
                random.nextBoolean() && Files.exists(namesake) ? namesake : files.get(random.nextInt(files.size())));
    }

    Kind kind() {
        return kind;
    }

    Path file() {
        return file;
    }

    /** The first byte that is another one. */
    long offset() {
        return offset;
    }

    @Override
    public String toString() {
        return what;
    }
}
