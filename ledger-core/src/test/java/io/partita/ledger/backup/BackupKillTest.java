// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.testing.ChildJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that makes, restores or rehearses backups is killed with SIGKILL at random moments: the backups are whole after each, what
 * was done stays done, and the same command can be run again. How many kills of each: {@code -Dpartita.backup.kills}.
 */
@Timeout(3600)
class BackupKillTest {
    private static final int KILLS = Integer.getInteger("partita.backup.kills", 1);
    private static final long SEED = Long.getLong("partita.backup.seed", 1);
    /** About how long they take, so that a kill so long after their beginning hits their middle. */
    private static final long CREATE_NS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final long RESTORE_NS = TimeUnit.MILLISECONDS.toNanos(400);

    @TempDir
    Path temp;

    private Path data;
    private Path backups;
    private Path target;
    private BackupRepository repository;
    private long nextId = 1;
    private int leftovers;
    /** What the last child said it had done, 0 if nothing. */
    private long done;

    @BeforeEach
    void make() {
        data = temp.resolve("data");
        backups = temp.resolve("backups");
        target = temp.resolve("target");
        repository = new BackupRepository(backups, 16 * 1024);
        try (PayingLedger ledger = new PayingLedger(data, SEED, nextId)) {
            ledger.pay(400);
            repository.create(data, false, null, seq -> {});
            nextId = ledger.nextId();
        }
    }

    @Test
    void shouldLoseNoBackupThatWasMade() throws IOException, InterruptedException {
        for (int round = 0; round < KILLS; round++) {
            final long before = repository.backups().size();
            killOne("create", round, CREATE_NS);
            assertSound(round);
            assertTrue(repository.backups().size() >= Math.max(before, done), context(round));
            if (round % 10 == 0 || round == KILLS - 1) {
                proveTheLastOne(round);
            }
        }
        say("create");
    }

    /** The ledger starts again, is backed up further, and what is restored is what it has. */
    private void proveTheLastOne(final int round) throws IOException {
        final Backup last;
        try (PayingLedger ledger = new PayingLedger(data, round, nextId)) {
            ledger.pay(1);
            nextId = ledger.nextId();
            last = repository.create(data, true, null, seq -> {});
        }
        assertEquals(0, assertSound(round), "what was interrupted is cleared away: " + context(round));
        repository.restore(target, RestorePoint.end(), seq -> {});
        try (Control control = new Control(data)) {
            assertEquals(control.at(last.end().seq()), Control.endOf(target), context(round));
        }
        RepositoryFolder.deleteTree(target);
    }

    @Test
    void shouldRestoreAgainAfterARestoreWasKilled() throws IOException, InterruptedException {
        final String expected = Control.endOf(data);
        for (int round = 0; round < KILLS; round++) {
            killOne("restore", round, RESTORE_NS);
            assertSound(round);
            if (Files.exists(target.resolve("journal"))) {
                // Either it is all there, or the child was just clearing it away for its next one.
                RepositoryFolder.deleteTree(target.resolve("journal"));
            }
            leftovers += Files.exists(target.resolve("journal.restoring")) ? 1 : 0;
            repository.restore(target, RestorePoint.end(), seq -> {});
            assertEquals(expected, Control.endOf(target), context(round));
            RepositoryFolder.deleteTree(target);
        }
        say("restore");
    }

    @Test
    void shouldRehearseAgainAfterARehearsalWasKilled() throws IOException, InterruptedException {
        for (int round = 0; round < KILLS; round++) {
            final int before = repository.rehearsals().size();
            killOne("rehearse", round, RESTORE_NS);
            assertSound(round);
            assertTrue(repository.rehearsals().size() >= before, context(round));
            final Rehearsal rehearsal = repository.rehearse(null, null, seq -> {});
            assertTrue(rehearsal.ok(), rehearsal.problem());
            assertEquals(0, assertSound(round), context(round));
        }
        say("rehearse");
    }

    /** Starts a child, lets it begin a few times, and kills it a random while later. */
    private void killOne(final String what, final int round, final long lifeNsMax)
            throws IOException, InterruptedException {
        final SplittableRandom random = new SplittableRandom(SEED + round);
        final Process child = ChildJvm.command(
                        true,
                        BackupChild.class,
                        what,
                        data.toString(),
                        backups.toString(),
                        target.toString(),
                        String.valueOf(round),
                        String.valueOf(nextId))
                .start();
        done = 0;
        try (BufferedReader lines = child.inputReader()) {
            // Every third one dies in its first work, in a JVM that has just begun; the others when they are warmer.
            int begins = round % 3 == 2 ? 1 : 1 + random.nextInt(5);
            while (begins > 0) {
                final String line = lines.readLine();
                assertNotNull(line, context(round));
                take(line, round);
                begins -= line.equals("begin") ? 1 : 0;
            }
            LockSupport.parkNanos(random.nextLong(lifeNsMax));
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
    }

    private void take(final String line, final int round) {
        if (line.matches("done [0-9]+ [0-9]+")) {
            done = Long.parseLong(line.split(" ")[1]);
            nextId = Math.max(nextId, Long.parseLong(line.split(" ")[2]));
        } else {
            // It may have died in the middle of a line.
            assertTrue(
                    "begin".startsWith(line) || "done ".startsWith(line) || line.startsWith("done "),
                    line + " " + context(round));
        }
    }

    /** How many leftovers there are. */
    private int assertSound(final int round) {
        final BackupVerification found = repository.verify(seq -> {});
        assertEquals("[]", found.damages().toString(), context(round));
        leftovers += found.notes().isEmpty() ? 0 : 1;
        return found.notes().size();
    }

    private void say(final String what) {
        System.out.println("backup kills: " + KILLS + " of " + what + " from seed " + SEED + ", in the middle of it "
                + leftovers + ", backups " + repository.backups().size() + ", rehearsals "
                + repository.rehearsals().size());
    }

    private static String context(final int round) {
        return "-Dpartita.backup.seed=" + SEED + " round " + round;
    }
}
