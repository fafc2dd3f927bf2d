// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random damage over all files of a repository: verify finds each, and what restores all the same is what was backed up. How many:
 * {@code -Dpartita.backup.damages}, the first one: {@code -Dpartita.backup.seed}.
 */
class BackupDamageTest {
    private static final int DAMAGES = Integer.getInteger("partita.backup.damages", 60);
    private static final long SEED = Long.getLong("partita.backup.seed", 1);
    private static final int PAGE = 4096;
    /** A restore of each takes long; of one in so many is tried, of the small ones each would repeat the same. */
    private static final int DAMAGES_PER_RESTORE = 10;

    /** What may happen to a file. */
    private enum Kind {
        FLIPPED_BIT,
        TRUNCATED,
        LENGTHENED,
        ZEROED_PAGE,
        SWAPPED_PAGES,
        OTHER_FILE_OF_THE_BACKUP,
        SAME_FILE_OF_ANOTHER_BACKUP,
        OLDER_VERSION,
        DELETED,
        ALIEN
    }

    @TempDir
    Path temp;

    private final List<Path> files = new ArrayList<>();
    private Path backups;
    private Path older;
    private Path other;
    private String expected;

    @ParameterizedTest(name = "begins with a snapshot: {0}")
    @ValueSource(booleans = {false, true})
    void shouldFindEachAndRestoreNoneSilently(final boolean isLater) throws IOException {
        make(isLater);
        final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        int refused = 0;
        int restored = 0;
        for (long seed = SEED; seed < SEED + DAMAGES; seed++) {
            final SplittableRandom random = new SplittableRandom(seed);
            final Path file = files.get(random.nextInt(files.size()));
            final byte[] before = Files.readAllBytes(file);
            final Kind kind = damage(random, file, before);
            final String context = "-Dpartita.backup.damages=1 -Dpartita.backup.seed=" + seed + ": " + kind + " "
                    + backups.relativize(file);
            counts.merge(kind, 1, Integer::sum);
            final BackupVerification found = new BackupRepository(backups).verify(seq -> {});
            assertFalse(found.ok(), context);
            if (seed % DAMAGES_PER_RESTORE == 0) {
                if (isRestored(context)) {
                    restored++;
                } else {
                    refused++;
                }
            }
            Files.write(file, before);
            Files.deleteIfExists(backups.resolve("alien"));
            Files.deleteIfExists(backups.resolve("records/alien"));
            Files.deleteIfExists(backups.resolve("snapshot/alien"));
        }
        assertTrue(new BackupRepository(backups).verify(seq -> {}).ok(), "all was put right again");
        System.out.println("backup damages: " + DAMAGES + " from seed " + SEED + ", all found " + counts
                + "; restores refused " + refused + ", right " + restored);
    }

    /** Two repositories of two ledgers, and the first one as it was a backup earlier. */
    private void make(final boolean isLater) throws IOException {
        backups = temp.resolve("backups");
        older = temp.resolve("older");
        other = temp.resolve("other");
        final Path data = temp.resolve("data");
        try (PayingLedger ledger = launch(data, 1, isLater)) {
            ledger.pay(150);
            create(backups, data);
            copy(backups, older);
            ledger.pay(80);
            create(backups, data);
        }
        new BackupRepository(backups).rehearse(null, null, seq -> {});
        expected = Control.endOf(data);
        try (PayingLedger ledger = launch(temp.resolve("data2"), 2, isLater)) {
            ledger.pay(150);
            create(other, temp.resolve("data2"));
            ledger.pay(80);
            create(other, temp.resolve("data2"));
        }
        try (Stream<Path> paths = Files.walk(backups)) {
            paths.filter(Files::isRegularFile)
                    .filter(path -> !path.endsWith("LOCK")) // empty: nothing to damage
                    .sorted()
                    .forEach(files::add);
        }
        assertTrue(files.size() >= 5, files.toString());
        assertEquals(isLater, Files.exists(backups.resolve("snapshot")));
    }

    private static PayingLedger launch(final Path data, final long seed, final boolean isLater) {
        final PayingLedger ledger = PayingLedger.givingUp(data, seed, 1);
        if (isLater) {
            ledger.giveUp();
        }
        return ledger;
    }

    private static void create(final Path repository, final Path data) {
        new BackupRepository(repository, 64 * 1024).create(data, true, null, seq -> {});
    }

    private static void copy(final Path from, final Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (final Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    /** Changes the file, or something beside it; what was done. */
    private Kind damage(final SplittableRandom random, final Path file, final byte[] before) throws IOException {
        while (true) {
            final Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
            if (kind == Kind.ALIEN) {
                final Path folder = random.nextBoolean() ? backups : file.getParent();
                Files.write(folder.resolve("alien"), before);
                return kind;
            }
            if (kind == Kind.DELETED) {
                Files.delete(file);
                return kind;
            }
            final byte[] after = changed(kind, random, file, before);
            if (after != null && !Arrays.equals(before, after)) {
                Files.write(file, after);
                return kind;
            }
        }
    }

    private byte[] changed(final Kind kind, final SplittableRandom random, final Path file, final byte[] before)
            throws IOException {
        final byte[] after = before.clone();
        final int page = random.nextInt((before.length + PAGE - 1) / PAGE);
        final int at = random.nextInt(before.length);
        switch (kind) {
            case FLIPPED_BIT -> after[at] ^= (byte) (1 << random.nextInt(8));
            case ZEROED_PAGE -> Arrays.fill(after, page * PAGE, Math.min(after.length, (page + 1) * PAGE), (byte) 0);
            case SWAPPED_PAGES -> swap(after, page, random.nextInt((before.length + PAGE - 1) / PAGE));
            case TRUNCATED -> {
                return Arrays.copyOf(before, at);
            }
            case LENGTHENED -> {
                return Arrays.copyOf(before, before.length + 1 + random.nextInt(PAGE));
            }
            case OTHER_FILE_OF_THE_BACKUP -> {
                return Files.readAllBytes(files.get(random.nextInt(files.size())));
            }
            case OLDER_VERSION, SAME_FILE_OF_ANOTHER_BACKUP -> {
                final Path same = (kind == Kind.OLDER_VERSION ? older : other)
                        .resolve(backups.relativize(file).toString());
                return Files.exists(same) ? Files.readAllBytes(same) : before;
            }
            default -> throw new IllegalArgumentException(kind.name());
        }
        return after;
    }

    private static void swap(final byte[] bytes, final int one, final int two) {
        for (int i = 0; i < PAGE; i++) {
            final int a = one * PAGE + i;
            final int b = two * PAGE + i;
            if (a < bytes.length && b < bytes.length) {
                final byte kept = bytes[a];
                bytes[a] = bytes[b];
                bytes[b] = kept;
            }
        }
    }

    /** True if it restored, and then to the right ledger: the damage was where nothing is restored from. */
    private boolean isRestored(final String context) throws IOException {
        final Path target = temp.resolve("restored");
        try {
            new BackupRepository(backups).restore(target, RestorePoint.end(), seq -> {});
        } catch (final PartitaException e) {
            assertFalse(Files.exists(target.resolve("journal")), context);
            return false;
        }
        final String found = Control.endOf(target);
        RepositoryFolder.deleteTree(target);
        assertEquals(expected, found, context);
        return true;
    }
}
