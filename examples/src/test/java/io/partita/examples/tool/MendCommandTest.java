// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.JsonException;
import io.partita.ledger.Ledger;
import io.partita.ledger.LedgerContext;
import io.partita.ledger.client.BatchKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code partita mend}: what {@code docs/operations/damage.md} does not show. */
class MendCommandTest {
    private static final String FRAMES = "journal/segment-0000000001/19700101F.cq4";

    @TempDir
    Path temp;

    private final ToolRun tool = new ToolRun();
    private String data = "";

    @BeforeEach
    void makeLedger() {
        data = temp.resolve("data").toString();
        try (Ledger ledger = launch()) {
            ledger.async()
                    .submit(BatchKind.COMMANDS, batch -> batch.commands().addAccount(0, 1, 826, 1, 0))
                    .join();
            ledger.async()
                    .submit(BatchKind.COMMANDS, batch -> batch.commands().addAccount(0, 2, 826, 1, 0))
                    .join();
        }
    }

    private Ledger launch() {
        return Ledger.launch(new LedgerContext().directory(Path.of(data)));
    }

    private void flip(final String name, final long offset) throws IOException {
        try (FileChannel channel =
                FileChannel.open(Path.of(data).resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            final ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, offset);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, offset);
        }
    }

    @Test
    void shouldReportAsJsonAndDoNothingTwice() throws IOException, JsonException {
        flip(FRAMES, 100); // of Chronicle's header: no record is damaged, and no other folder is needed
        assertEquals(0, tool.run("mend", data, "--json"), tool.err());
        final Map<?, ?> mended = tool.json();
        assertEquals(true, mended.get("ok"));
        assertEquals("0", String.valueOf(mended.get("replacedRecords")));
        assertEquals(1, ((List<?>) mended.get("damages")).size());
        final Map<?, ?> segment = (Map<?, ?>) ((List<?>) mended.get("segments")).get(0);
        assertEquals("1", String.valueOf(segment.get("segment")));
        assertEquals(List.of(), segment.get("replaced"));
        assertTrue(Files.isDirectory(Path.of(String.valueOf(segment.get("evidence")))), mended.toString());

        assertEquals(0, tool.run("mend", data, "--json"), tool.err());
        assertEquals(List.of(), tool.json().get("damages"));
        assertEquals(0, tool.run("verify", data), tool.err());
        launch().close();
    }

    @Test
    void shouldRefuseAFolderInUse() {
        try (Ledger ledger = launch()) {
            assertEquals(1, tool.run("mend", data));
            assertTrue(tool.err().contains("FOLDER_IN_USE"), tool.err() + ledger);
        }
    }

    @Test
    void shouldSayWhatItCannotMend() throws IOException {
        flip("journal/manifest", 30);
        flip("journal/manifest", 40);
        assertEquals(1, tool.run("mend", data));
        assertTrue(tool.err().contains("DAMAGED: the manifest is damaged"), tool.err());
        Files.delete(Path.of(data, "journal", "manifest"));
        assertEquals(1, tool.run("mend", data));
        assertTrue(tool.err().contains("DAMAGED: the manifest is missing"), tool.err());
    }

    @Test
    void shouldTellWrongUsage() {
        assertEquals(2, tool.run("mend", temp.resolve("nowhere").toString()));
        assertTrue(tool.err().contains("FOLDER_NOT_FOUND"), tool.err());
        assertEquals(2, tool.run("mend", data, "--from", temp.toString()));
        assertTrue(tool.err().contains("NOT_A_DATA_FOLDER"), tool.err());
        assertEquals(2, tool.run("mend", Path.of(data, "journal").toString()));
        assertTrue(tool.err().contains("a journal alone"), tool.err());
    }
}
