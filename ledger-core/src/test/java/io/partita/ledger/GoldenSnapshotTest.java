// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.engine.Recovery;
import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.snapshot.SnapshotInfo;
import io.partita.ledger.snapshot.SnapshotStore;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Snapshots that the first release with snapshots wrote, of the second golden journal: they load for ever, go on to the state that the
 * journal alone gives, and the format's version says so when their bytes would be others today. {@link #main} writes them anew.
 */
class GoldenSnapshotTest {
    private static final String NAME = "snapshot-v1";
    private static final String JOURNAL = "v2";
    private static final long[] SEQS = {40, 90, 150};

    @TempDir
    Path folder;

    private Path golden;
    private Path journal;

    @BeforeEach
    void unzip() throws IOException {
        GoldenJournalTest.unzip("/golden/" + JOURNAL + ".zip", folder);
        golden = folder.resolve("golden");
        GoldenJournalTest.unzip("/golden/" + NAME + ".zip", golden);
        journal = folder.resolve("journal");
    }

    @Test
    void shouldLoadAndGoOnAsTheJournalDoes() {
        final SnapshotStore store = new SnapshotStore(golden.resolve("snapshots"), GoldenJournalTest.CLUSTER);
        assertEquals(List.of(SEQS[2], SEQS[1]), store.seqs());
        for (final long seq : store.seqs()) {
            try (LedgerStateMachine loaded = store.load(seq, StateConfig.defaults(), null);
                    LedgerStateMachine replayed = new LedgerStateMachine(StateConfig.defaults())) {
                replay(replayed, seq);
                assertEquals(replayed.stateDigest(), loaded.stateDigest());
                assertEquals(replayed.image().facts(), loaded.image().facts());
                replay(replayed, Long.MAX_VALUE);
                replay(loaded, Long.MAX_VALUE);
                assertEquals(replayed.stateDigest(), loaded.stateDigest());
                assertEquals(replayed.runningDigest(), loaded.runningDigest());
                assertEquals(List.of(), loaded.checkInvariants().violations());
            }
        }
    }

    @Test
    void shouldBeWrittenTheSameToday() throws IOException {
        write(journal, folder.resolve("today"));
        assertEquals(names(golden.resolve("snapshots")), names(folder.resolve("today/snapshots")));
        for (final String name : names(golden.resolve("snapshots"))) {
            assertArrayEquals(
                    Files.readAllBytes(golden.resolve("snapshots").resolve(name)),
                    Files.readAllBytes(folder.resolve("today/snapshots").resolve(name)),
                    name + ": what has changed is another version of the format");
        }
    }

    private static List<String> names(final Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void replay(final LedgerStateMachine machine, final long uptoSeq) {
        replay(journal, machine, uptoSeq);
    }

    private static void replay(final Path journal, final LedgerStateMachine machine, final long uptoSeq) {
        try (JournalReader reader = FolderReader.open(journal, machine.appliedSeq() + 1)) {
            Recovery.replay(reader, machine, uptoSeq);
        }
    }

    private static void write(final Path journal, final Path data) {
        final SnapshotStore store = new SnapshotStore(data.resolve("snapshots"), GoldenJournalTest.CLUSTER);
        try (LedgerStateMachine machine = new LedgerStateMachine(StateConfig.defaults())) {
            for (final long seq : SEQS) {
                replay(journal, machine, seq);
                final List<SnapshotInfo> older = new ArrayList<>();
                store.seqs().forEach(each -> older.add(store.info(each)));
                store.write(machine, 1, FolderReader.chainAt(journal, seq).orElseThrow(), store.base(older, damage -> {
                    throw damage;
                }));
                store.prune(SnapshotStore.KEEP_MIN);
            }
        }
    }

    /**
     * Writes golden snapshots.
     *
     * @param args folder for {@code snapshot-vN.zip}.
     * @throws IOException if it cannot.
     */
    public static void main(final String[] args) throws IOException {
        final Path data = Files.createTempDirectory("golden");
        GoldenJournalTest.unzip("/golden/" + JOURNAL + ".zip", data);
        write(data.resolve("journal"), data);
        GoldenJournalTest.zip(data, "snapshots/", Path.of(args[0]).resolve(NAME + ".zip"));
    }
}
