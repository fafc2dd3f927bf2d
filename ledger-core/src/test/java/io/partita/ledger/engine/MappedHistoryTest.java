// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.state.ChunkSource;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.testing.Command;
import io.partita.ledger.testing.LedgerDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.agrona.UnsafeApi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedHistoryTest {
    private final List<Throwable> errors = new CopyOnWriteArrayList<>();
    private final List<Thread> helpers = new CopyOnWriteArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void shouldGiveZeroedPagesThatKeepWhatIsWritten() throws IOException {
        try (MappedHistory history = open();
                ChunkSource a = history.history("a");
                ChunkSource b = history.history("b")) {
            List<Long> chunks = new ArrayList<>();
            for (int i = 0; i < 150; i++) { // more than two windows of one file
                long chunk = i % 4 == 3 ? b.acquire() : a.acquire();
                assertEquals(0, chunk & 4095);
                for (int at = 0; at < ChunkSource.CHUNK_LENGTH; at += 1024) {
                    assertEquals(0, UnsafeApi.getLong(chunk + at));
                    UnsafeApi.putLong(chunk + at, i * 1_000_000L + at);
                }
                chunks.add(chunk);
            }
            for (int i = 0; i < chunks.size(); i++) {
                for (int at = 0; at < ChunkSource.CHUNK_LENGTH; at += 1024) {
                    assertEquals(i * 1_000_000L + at, UnsafeApi.getLong(chunks.get(i) + at));
                }
            }
            assertEquals(0, filesInFolder(), "scratch files have no name");
        }
        assertEquals(List.of(), errors);
        assertEquals(1, helpers.size());
        assertFalse(helpers.get(0).isAlive());
    }

    @Test
    void shouldPrepareAheadOnceThereIsSomething() {
        try (MappedHistory history = open()) {
            MappedChunks chunks = (MappedChunks) history.history("a");
            assertEquals(List.of(), helpers, "no thread for a ledger without transfers");
            chunks.acquire();
            while (chunks.isWanted()) {
                Thread.onSpinWait();
            }
            assertTrue(chunks.isReady());
            chunks.acquire();
            while (chunks.isWanted()) {
                Thread.onSpinWait();
            }
            assertTrue(chunks.isReady());
        }
    }

    @Test
    void shouldPrepareFurtherAheadWhenTheOwnerWasFaster() {
        MappedChunks chunks = new MappedChunks(folder, "a", ".scratch", errors::add, () -> {});
        try {
            assertFalse(chunks.prepareAhead(), "nothing is prepared before the first");
            chunks.acquire();
            assertEquals(MappedChunks.LEAD_MIN, prepareAll(chunks));
            for (int lead = MappedChunks.LEAD_MIN; lead < 4 * MappedChunks.LEAD_MAX; lead *= 2) {
                List<Long> taken = new ArrayList<>();
                while (chunks.isReady()) {
                    taken.add(chunks.acquire());
                }
                chunks.acquire();
                assertEquals(Math.min(lead, MappedChunks.LEAD_MAX), taken.size());
                assertEquals(taken.size(), taken.stream().distinct().count());
                assertEquals(Math.min(2 * lead, MappedChunks.LEAD_MAX), prepareAll(chunks));
            }
        } finally {
            chunks.close();
        }
        assertEquals(List.of(), errors);
    }

    private static int prepareAll(MappedChunks chunks) {
        int count = 0;
        while (chunks.prepareAhead()) {
            count++;
        }
        return count;
    }

    @Test
    void shouldBeTheSameStateAsInMemory() {
        try (MappedHistory history = open();
                LedgerStateMachine mapped =
                        new LedgerStateMachine(StateConfig.defaults().withMemory(history));
                LedgerStateMachine inMemory = new LedgerStateMachine(StateConfig.defaults())) {
            LedgerDriver first = new LedgerDriver(mapped);
            LedgerDriver second = new LedgerDriver(inMemory);
            List<Command> accounts = List.of(Command.parse("account id=1"), Command.parse("account id=2"));
            first.apply(2, 0, accounts);
            second.apply(2, 0, accounts);
            for (int batch = 0; batch < 10; batch++) {
                List<Command> commands = new ArrayList<>();
                for (int i = 0; i < 2_000; i++) {
                    commands.add(Command.parse(
                            "transfer debit=1 credit=2 amount=7 userData64=3 id=" + (batch * 2_000 + i + 1)));
                }
                first.apply(10_000L * (batch + 1), 0, commands);
                second.apply(10_000L * (batch + 1), 0, commands);
            }
            assertEquals(20_000, mapped.transferCount());
            assertEquals(inMemory.stateDigest(), mapped.stateDigest());
            assertEquals(inMemory.runningDigest(), mapped.runningDigest());
            assertTrue(mapped.checkInvariants().holds());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldDeleteWhatAKillLeft() throws IOException {
        Files.createFile(folder.resolve("transfers-1.scratch"));
        Files.createFile(folder.resolve("keep"));
        open().close();
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("keep")), files.toList());
        }
    }

    @Test
    void shouldGoOnInMemoryWhenTheFileCannotBeMade() throws IOException {
        Path gone = Files.createDirectory(folder.resolve("gone"));
        try (MappedHistory history = MappedHistory.open(gone, this::helper, errors::add);
                ChunkSource chunks = history.history("a")) {
            Files.delete(gone);
            for (int i = 0; i < 5; i++) {
                long chunk = chunks.acquire();
                assertEquals(0, UnsafeApi.getLong(chunk));
                UnsafeApi.putLong(chunk, 1);
            }
        }
        assertEquals(1, errors.size());
        assertTrue(errors.get(0).getMessage().contains("goes on in memory"), errors.toString());
    }

    @Test
    void shouldNotMindAnInterruptedThread() {
        try (MappedHistory history = open();
                ChunkSource chunks = history.history("a")) {
            Thread.currentThread().interrupt();
            for (int i = 0; i < 5; i++) {
                UnsafeApi.putLong(chunks.acquire(), 1);
            }
            assertTrue(Thread.currentThread().isInterrupted());
        } finally {
            assertTrue(Thread.interrupted());
        }
        assertEquals(List.of(), errors);
    }

    @Test
    void shouldGiveNothingAfterClose() {
        MappedHistory history = open();
        ChunkSource chunks = history.history("a");
        chunks.acquire();
        chunks.close();
        chunks.close();
        assertThrows(IllegalStateException.class, chunks::acquire);
        history.close();
        history.close();
    }

    private MappedHistory open() {
        return MappedHistory.open(folder, this::helper, errors::add);
    }

    private Thread helper(Runnable task) {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        helpers.add(thread);
        return thread;
    }

    private long filesInFolder() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.count();
        }
    }
}
