// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that makes, restores or rehearses backups is killed with SIGKILL at random moments: the backups are whole after each, what
 * was done stays done, and the same command can be run again. Of backups that begin with the ledger, and of those that begin with a
 * snapshot. How many kills of each: {@code -Dpartita.backup.kills}.
 */
@Timeout(3600)
@ParameterizedClass(name = "begins with a snapshot: {0}")
@ValueSource(booleans = {false, true})
class BackupKillTest extends BackupTest {
    private static final int KILLS = Integer.getInteger("partita.backup.kills", 1);
    private static final long SEED = Long.getLong("partita.backup.seed", 1);
    /** So many kills do not all miss what is aimed at. */
    private static final int KILLS_CERTAIN = 20;
    /** About how long they take, so that a kill so long after their beginning hits their middle. */
    private static final long CREATE_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long RESTORE_NS = TimeUnit.MILLISECONDS.toNanos(400);
    /** A phase that is aimed at is waited for so long, and hit so soon after its beginning. */
    private static final long AIM_NS = TimeUnit.SECONDS.toNanos(2);

    private static final long HIT_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final String NOTHING = "between two";
    private static final String SNAPSHOT = "copies the snapshot";
    private static final String IN_PLACE = "has the snapshot";
    private static final String RECORDS = "copies records";
    private static final String RESTORED = "has restored";
    private static final String COMMIT = "commits";

    @Parameter
    boolean isLater;

    private final Map<String, Integer> phases = new TreeMap<>();
    private Path target;
    private long nextId = 1;
    /** What the last child said it had done, 0 if nothing; and how often it began. */
    private long done;

    private int begun;

    @BeforeEach
    void make() {
        target = temp.resolve("target");
        repository = BackupChild.repository(backups);
        try (PayingLedger ledger = PayingLedger.givingUp(data, SEED, nextId)) {
            if (isLater) {
                ledger.giveUp();
            } else {
                ledger.pay(400);
            }
            repository.create(data, false, null, seq -> {});
            // The journal goes on to give up what the backups have.
            for (int i = 0; isLater && i < 3; i++) {
                ledger.snapshot();
                ledger.pay(100);
                repository.create(data, false, null, seq -> {});
            }
            nextId = ledger.nextId();
            final BaseSnapshot base = repository.backups().get(0).base();
            assertEquals(isLater, base != null);
            assertTrue(base == null || ledger.oldestSeq() > base.end().seq() + 1);
        }
    }

    @Test
    void shouldLoseNoBackupThatWasMade() throws IOException, InterruptedException {
        for (int round = 0; round < KILLS; round++) {
            final long before = repository.backups().size();
            killOne("create", round, CREATE_NS, aims(RECORDS, COMMIT), () -> phaseOfBackup(backups));
            leftovers(repository, round);
            assertTrue(repository.backups().size() >= Math.max(before, done), context(round));
            if (round % 10 == 0 || round == KILLS - 1) {
                proveTheLastOne(repository, round);
            }
        }
        say("create");
    }

    /** The ledger starts again, is backed up further, and what is restored is what it has. */
    private void proveTheLastOne(final BackupRepository of, final int round) throws IOException {
        final Backup last;
        try (PayingLedger ledger = PayingLedger.givingUp(data, round, nextId)) {
            ledger.pay(1);
            nextId = ledger.nextId();
            last = of.create(data, true, null, seq -> {});
        }
        assertEquals(0, leftovers(of, round), "what was interrupted is cleared away: " + context(round));
        final Path restored = temp.resolve("restored");
        of.restore(restored, RestorePoint.end(), seq -> {});
        try (Control control = new Control(data)) {
            assertEquals(control.at(last.end().seq()), Control.endOf(restored), context(round));
        }
        RepositoryFolder.deleteTree(restored);
    }

    /** A repository either has its first backup, or nothing that stands in the way of it. */
    @Test
    void shouldBeginAgainAfterTheFirstBackupWasKilled() throws IOException, InterruptedException {
        for (int round = 0; round < KILLS; round++) {
            killOne("first", round, CREATE_NS, aims(SNAPSHOT, RECORDS, COMMIT), () -> phaseOfBackup(last(target)));
            for (int i = 0; i < begun - 1; i++) {
                leftovers(BackupChild.repository(target.resolve(String.valueOf(i))), round);
            }
            final Path hit = last(target);
            final BackupRepository first = BackupChild.repository(hit);
            if (Files.exists(hit.resolve("manifest"))) {
                leftovers(first, round);
                assertEquals(1, first.backups().size(), context(round));
            } else {
                refused(ErrorCode.BACKUP_REFUSED, first::backups);
            }
            proveTheLastOne(first, round);
            assertEquals(isLater, first.backups().get(0).base() != null, context(round));
            RepositoryFolder.deleteTree(target);
        }
        requireHits();
        say("first");
    }

    @Test
    void shouldRestoreAgainAfterARestoreWasKilled() throws IOException, InterruptedException {
        final String expected = Control.endOf(data);
        for (int round = 0; round < KILLS; round++) {
            killOne("restore", round, RESTORE_NS, aims(SNAPSHOT, IN_PLACE), () -> phaseOfRestore(last(target)));
            leftovers(repository, round);
            // A journal that is there is all there, beside the snapshot that it goes on from.
            if (!Files.exists(last(target).resolve("journal"))) {
                repository.restore(last(target), RestorePoint.end(), seq -> {});
            }
            assertEquals(expected, Control.endOf(last(target)), context(round));
            assertEquals(isLater, Files.exists(last(target).resolve("snapshots")), context(round));
            RepositoryFolder.deleteTree(target);
        }
        requireHits();
        say("restore");
    }

    @Test
    void shouldRehearseAgainAfterARehearsalWasKilled() throws IOException, InterruptedException {
        for (int round = 0; round < KILLS; round++) {
            final int before = repository.rehearsals().size();
            killOne(
                    "rehearse",
                    round,
                    RESTORE_NS,
                    aims(SNAPSHOT, IN_PLACE, RESTORED),
                    () -> phaseOfRestore(backups.resolve("scratch/data")));
            leftovers(repository, round);
            assertTrue(repository.rehearsals().size() >= before, context(round));
            final Rehearsal rehearsal = repository.rehearse(null, null, seq -> {});
            assertTrue(rehearsal.ok(), rehearsal.problem());
            assertEquals(0, leftovers(repository, round), context(round));
        }
        requireHits();
        say("rehearse");
    }

    /** The folder that the child began with last. */
    private Path last(final Path folder) {
        return folder.resolve(String.valueOf(begun - 1));
    }

    /** What is being done in a repository, by what lies about in it. */
    private static String phaseOfBackup(final Path folder) {
        if (Files.exists(folder.resolve("scratch"))) {
            return "replays";
        }
        if (Files.exists(folder.resolve("manifest.copy.tmp"))) {
            return COMMIT;
        }
        final String[] records = folder.resolve("records").toFile().list((in, name) -> name.endsWith(".tmp"));
        if (records != null && records.length > 0) {
            return RECORDS;
        }
        return Files.exists(folder.resolve("snapshot.tmp")) ? SNAPSHOT : NOTHING;
    }

    /** What is being done in a folder that is restored into; a rehearsal replays then. */
    private static String phaseOfRestore(final Path folder) {
        if (Files.exists(folder.resolve("journal"))) {
            return RESTORED;
        }
        if (Files.exists(folder.resolve("snapshots.restoring"))) {
            return SNAPSHOT;
        }
        if (Files.exists(folder.resolve("snapshots"))) {
            return IN_PLACE;
        }
        return Files.exists(folder.resolve("journal.restoring")) ? RECORDS : NOTHING;
    }

    /** Those phases that there are. */
    private List<String> aims(final String... phasesOfAll) {
        return Stream.of(phasesOfAll)
                .filter(phase -> isLater || !phase.equals(SNAPSHOT) && !phase.equals(IN_PLACE))
                .toList();
    }

    /**
     * Starts a child, lets it begin a few times, and kills it a random while later; each second one in one of the phases that are short,
     * in turn.
     */
    private void killOne(
            final String what,
            final int round,
            final long lifeNsMax,
            final List<String> aims,
            final Supplier<String> phase)
            throws IOException, InterruptedException {
        final SplittableRandom random = new SplittableRandom(SEED + round);
        final Process child = ChildJvm.command(
                        true,
                        BackupChild.class,
                        what,
                        data.toString(),
                        backups.toString(),
                        target.toString(),
                        String.valueOf(isLater),
                        String.valueOf(round),
                        String.valueOf(nextId))
                .start();
        done = 0;
        begun = 0;
        try (BufferedReader lines = child.inputReader()) {
            // Every third one dies in its first work, in a JVM that has just begun; the others when they are warmer.
            final int begins = round % 3 == 2 ? 1 : 1 + random.nextInt(5);
            while (begun < begins) {
                final String line = lines.readLine();
                assertNotNull(line, context(round));
                take(line, round);
            }
            if (round % 2 == 0 && !aims.isEmpty()) {
                await(NOTHING, phase); // what the one before left is being cleared away
                await(aims.get(round / 2 % aims.size()), phase);
                LockSupport.parkNanos(random.nextLong(HIT_NS));
            } else {
                LockSupport.parkNanos(random.nextLong(lifeNsMax));
            }
            // By the handle: the process's own method also closes the pipe that is still to be read.
            child.toHandle().destroyForcibly();
            String line = lines.readLine();
            while (line != null) {
                take(line, round);
                line = lines.readLine();
            }
        } finally {
            child.destroyForcibly();
            assertTrue(child.waitFor(60, TimeUnit.SECONDS));
        }
        assertEquals(137, child.exitValue(), "it was killed, and did not fail: " + context(round));
        phases.merge(phase.get(), 1, Integer::sum);
    }

    private static void await(final String expected, final Supplier<String> phase) {
        final long startNs = System.nanoTime();
        while (!phase.get().equals(expected) && System.nanoTime() - startNs < AIM_NS) {
            Thread.onSpinWait();
        }
    }

    private void take(final String line, final int round) {
        if (line.equals("begin")) {
            begun++;
        } else if (line.matches("done [0-9]+ [0-9]+")) {
            done = Long.parseLong(line.split(" ")[1]);
            nextId = Math.max(nextId, Long.parseLong(line.split(" ")[2]));
        } else {
            // It may have died in the middle of a line.
            assertTrue(
                    "begin".startsWith(line) || "done ".startsWith(line) || line.startsWith("done "),
                    line + " " + context(round));
        }
    }

    /** How many leftovers there are in a repository that is sound. */
    private static int leftovers(final BackupRepository of, final int round) {
        final BackupVerification found = of.verify(seq -> {});
        assertEquals("[]", found.damages().toString(), context(round));
        return found.notes().size();
    }

    private void requireHits() {
        assertTrue(!isLater || KILLS < KILLS_CERTAIN || phases.containsKey(SNAPSHOT), phases.toString());
    }

    private void say(final String what) {
        System.out.println(
                "backup kills: " + KILLS + " of " + what + " from seed " + SEED + ", begins with a snapshot: "
                        + isLater + ", what was hit: " + phases + ", backups "
                        + repository.backups().size() + ", rehearsals "
                        + repository.rehearsals().size());
    }

    private static String context(final int round) {
        return "-Dpartita.backup.seed=" + SEED + " round " + round;
    }
}
