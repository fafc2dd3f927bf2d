// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.journal;

import static io.partita.ledger.journal.RandomRecords.CLUSTER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.RecordDescriptor;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A writer in a process of its own, killed with SIGKILL again and again, and followed by a reader in this one. {@code -Dpartita.kills=N}
 * asks for more kills, {@code -Dpartita.kills.seed=S} for other moments.
 */
class JournalCrashTest {
    private static final int ROUNDS = Integer.getInteger("partita.kills", 6);
    private static final long SEED = Long.getLong("partita.kills.seed", 1);

    @TempDir
    Path temp;

    private final TreeMap<Long, String> chains = new TreeMap<>();
    private long lastStored;

    @Test
    void shouldKeepWhatWasStoredThroughKills() throws IOException, InterruptedException {
        killAgainAndAgain(0);
    }

    @Test
    void shouldKeepWhatWasStoredThroughKillsAndCuts() throws IOException, InterruptedException {
        killAgainAndAgain(40);
    }

    /** A follower reads what a cut takes back, so there is none with cuts. */
    private void killAgainAndAgain(final int appendsPerCut) throws IOException, InterruptedException {
        final SplittableRandom random = new SplittableRandom(SEED);
        final Path folder = temp.resolve("journal");
        FolderReader follower = null;
        int segmentsSeen = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final Process child = ChildJvm.start(
                    CrashAppender.class, folder.toString(), String.valueOf(round), String.valueOf(appendsPerCut));
            try (BufferedReader lines = child.inputReader()) {
                // Every third one dies while it opens, the others after so many appends.
                final int killAfter = round % 3 == 2 ? 0 : 1 + random.nextInt(600);
                int appends = 0;
                String line = lines.readLine();
                while (line != null) {
                    take(line);
                    if (line.startsWith("open ") && follower == null && appendsPerCut == 0) {
                        follower = FolderReader.open(folder, 1);
                    }
                    appends += line.startsWith("stored") ? 1 : 0;
                    if (follower != null && appends % 16 == 1) {
                        follow(follower, lastStored, false);
                    }
                    if (appends == killAfter) {
                        // By the handle: the process's own method also closes the pipe that is still to be read.
                        child.toHandle().destroyForcibly();
                    }
                    line = lines.readLine();
                }
            } finally {
                child.destroyForcibly();
            }
            assertTrue(child.waitFor(30, TimeUnit.SECONDS));
            assertFalse(child.exitValue() == 0 || child.exitValue() == 1, "it was killed, and did not fail");
            final VerifyReport report = JournalVerifier.verify(folder);
            assertEquals("[]", report.damages().toString(), "round " + round);
            assertTrue(report.lastSeq() >= lastStored, "round " + round);
            segmentsSeen = Math.max(segmentsSeen, report.segments());
            if (follower != null) {
                follow(follower, lastStored, true);
            }
        }
        assertTrue(segmentsSeen > ROUNDS, "segments=" + segmentsSeen);
        try (ChronicleJournal journal = ChronicleJournal.open(JournalConfig.of(folder, CLUSTER));
                JournalReader reader = journal.reader(1)) {
            assertTrue(journal.lastSeq() >= lastStored);
            while (reader.next(Long.MAX_VALUE, 1 << 20)) {
                checkRun(reader);
            }
            assertEquals(journal.lastSeq(), reader.lastSeq());
        }
        if (follower != null) {
            follower.close();
        }
        final VerifyReport report = JournalVerifier.verify(folder);
        assertEquals("[]", report.damages().toString());
        assertEquals("[]", report.notes().toString());
        assertEquals(report.segments(), report.sealedSegments());
        assertFalse(Files.exists(folder.resolve("manifest.tmp")));
        System.out.println("kills: " + ROUNDS + ", appendsPerCut=" + appendsPerCut + " segments=" + report.segments()
                + " lastSeq=" + report.lastSeq());
    }

    private void take(final String line) {
        final String[] words = line.split(" ");
        if (words[0].equals("cutting") && words.length == 2 || words[0].equals("cut") && words.length == 3) {
            // Killed in the middle it has happened or not: nothing behind it is sure.
            lastStored = Long.parseLong(words[1]);
            chains.tailMap(lastStored, false).clear();
        }
        if (words[0].equals("stored") && words.length == 3) {
            lastStored = Long.parseLong(words[1]);
            chains.put(lastStored, words[2]);
        } else if (words[0].equals("open") && words.length == 3) {
            final long seq = Long.parseLong(words[1]);
            assertTrue(seq >= lastStored, "stored records are gone: seq=" + seq + ", stored=" + lastStored);
            final String known = chains.putIfAbsent(seq, words[2]);
            assertTrue(seq == 0 || known == null || known.equals(words[2]));
        }
    }

    private void follow(final FolderReader follower, final long upto, final boolean toTheEnd) {
        final long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        do {
            while (follower.next(Long.MAX_VALUE, 1 << 20)) {
                checkRun(follower);
            }
        } while (toTheEnd && follower.lastSeq() < upto && System.nanoTime() < deadline);
        assertTrue(!toTheEnd || follower.lastSeq() >= upto, "followed to " + follower.lastSeq() + " of " + upto);
    }

    private void checkRun(final JournalReader reader) {
        for (int at = reader.offset(); at < reader.offset() + reader.length(); ) {
            final long seq = RecordDescriptor.seq(reader.buffer(), at);
            final String known = chains.get(seq);
            if (known != null) {
                assertEquals(known, Long.toHexString(RecordDescriptor.chain(reader.buffer(), at)), "seq=" + seq);
            }
            at += RecordDescriptor.length(reader.buffer(), at);
        }
    }
}
