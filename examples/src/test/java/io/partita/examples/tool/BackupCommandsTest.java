// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.testing.Await;
import io.partita.ledger.backup.BackupRepository;
import io.partita.ledger.model.PartitaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code partita backup}: what {@code docs/operations/backup.md} does not show. */
class BackupCommandsTest {
    private static final String DIGEST = "168ce41a38a1f1550155542b926e87a7";

    @TempDir
    Path temp;

    private final ToolRun tool = new ToolRun();

    @Test
    void shouldReportEverythingAsJson() throws IOException, JsonException {
        final String data = makeLedger();
        final String backups = temp.resolve("backups").toString();
        assertEquals(0, tool.run("backup", "create", data, backups, "--json"), tool.err());
        final Map<?, ?> created = tool.json();
        assertEquals(true, created.get("ok"));
        assertEquals("3", String.valueOf(created.get("seq")));
        assertEquals("3", String.valueOf(created.get("newRecords")));
        final Map<?, ?> file = (Map<?, ?>) ((List<?>) created.get("newFiles")).get(0);
        assertEquals(64, String.valueOf(file.get("sha256")).length());
        final Map<?, ?> ledger = (Map<?, ?>) created.get("ledger");
        assertEquals(DIGEST, ledger.get("stateDigest"));
        assertEquals(ledger.get("runningDigest"), created.get("nodeRunningDigest"), "the node said so itself");
        assertEquals(
                "[{ledger=826, debitsPosted=1250, creditsPosted=1250, debitsPending=0, creditsPending=0}]",
                String.valueOf(ledger.get("totals")));

        assertEquals(0, tool.run("backup", "rehearse", backups, "--json", "--scratch", temp.toString()), tool.err());
        assertEquals(true, tool.json().get("ok"));
        assertEquals(0, tool.run("backup", "list", backups, "--json"));
        assertEquals(true, ((Map<?, ?>) tool.json().get("lastGoodRehearsal")).get("ok"));
        assertEquals(0, tool.run("backup", "verify", backups, "--json"));
        assertEquals(List.of(), tool.json().get("damages"));
        final String restored = temp.resolve("restored").toString();
        assertEquals(0, tool.run("backup", "restore", backups, restored, "--to-time", "5", "--json"));
        assertEquals("3", String.valueOf(tool.json().get("seq")));
        assertEquals(0, tool.run("replay", restored, "--expect-digest", DIGEST));
    }

    @Test
    void shouldSayWhetherBackupsAreNewEnough() throws IOException, InterruptedException {
        final String data = makeLedger();
        final String backups = temp.resolve("backups").toString();
        assertEquals(0, tool.run("backup", "create", data, backups));
        assertEquals(0, tool.run("backup", "list", backups, "--max-age", "1d"));
        assertError(1, "BACKUP_STALE: no backup was ever rehearsed", "list", backups, "--max-rehearsal-age", "1d");
        assertEquals(0, tool.run("backup", "rehearse", backups));
        Thread.sleep(1_100); // an age of a second is the least that can be asked for
        assertError(1, "BACKUP_STALE: the newest backup is too old", "list", backups, "--max-age", "1s");
        assertError(1, "BACKUP_STALE: the last rehearsal is too old", "list", backups, "--max-rehearsal-age", "1s");
    }

    @Test
    void shouldTellWrongUse() throws IOException {
        final String data = makeLedger();
        final String none = temp.resolve("none").toString();
        assertError(2, "WRONG_USAGE: Missing", new String[0]);
        assertError(2, "WRONG_USAGE", "create", data);
        assertError(2, "WRONG_USAGE: unreadable span", "create", data, none, "--every", "often");
        assertError(2, "WRONG_USAGE: --rehearse-every", "create", data, none, "--rehearse-every", "1d");
        assertError(2, "WRONG_USAGE: seqs start at 1", "restore", none, data, "--to-seq", "0");
        assertError(2, "WRONG_USAGE: --to-seq and", "restore", none, data, "--to-seq", "1", "--to-time", "1");
        assertError(2, "WRONG_USAGE: unreadable time", "restore", none, data, "--to-time", "noon");
        assertError(1, "BACKUP_REFUSED: there is no backup", "list", none);
        assertError(1, "BACKUP_REFUSED: there is no backup", "verify", none);
        assertError(1, "BACKUP_REFUSED: there is no journal", "create", none, none);
        for (final CommandLine command : PartitaTool.commandLine()
                .getSubcommands()
                .get("backup")
                .getSubcommands()
                .values()) {
            final boolean isHelp = command.getCommandName().equals("help");
            assertTrue(isHelp || command.getUsageMessage().contains("Example:"), command.getUsageMessage());
        }
    }

    /** Goes on after an error, rehearses when it is due, and ends with its process: here with its thread. */
    @Test
    void shouldBackUpAgainAndAgain() throws IOException, InterruptedException, JsonException {
        final Path data = temp.resolve("data");
        final Path backups = temp.resolve("backups");
        final Thread schedule = new Thread(() -> tool.run(
                "backup",
                "create",
                data.toString(),
                backups.toString(),
                "--every",
                "1s",
                "--rehearse-every",
                "1d",
                "--json"));
        schedule.start();
        try {
            Await.until(
                    Duration.ofSeconds(60),
                    () -> "an error: " + tool.out(),
                    () -> tool.out().contains("\"ok\":false"));
            Files.move(Path.of(makeLedger("made")), data);
            Await.until(Duration.ofSeconds(60), () -> "backups: " + tool.out(), () -> backupsIn(backups) >= 2);
        } finally {
            schedule.interrupt();
            schedule.join(60_000);
        }
        final List<String> lines = tool.out().lines().toList();
        long rehearsals = 0;
        for (final String line : lines) {
            rehearsals += Json.parseObject(line).containsKey("rehearsed") ? 1 : 0;
        }
        assertEquals(1, rehearsals, tool.out());
        assertTrue(tool.err().contains("partita: BACKUP_REFUSED: "), tool.err());
    }

    private static int backupsIn(final Path folder) {
        try {
            return new BackupRepository(folder).backups().size();
        } catch (final PartitaException e) {
            return 0;
        }
    }

    private String makeLedger() throws IOException {
        return makeLedger("data");
    }

    private String makeLedger(final String name) throws IOException {
        final Path lines = temp.resolve("lines.jsonl");
        Files.writeString(
                lines,
                "{\"op\":\"createAccounts\",\"events\":[{\"id\":1,\"ledger\":826,\"code\":1},{\"id\":2,\"ledger\":826,\"code\":1}]}\n"
                        + "{\"op\":\"createTransfers\",\"events\":[{\"id\":1,\"debitAccountId\":1,\"creditAccountId\":2,"
                        + "\"amount\":1250,\"ledger\":826,\"code\":1}]}\n");
        final String data = temp.resolve(name).toString();
        // Not through the test's own run of the tool, which may be busy.
        assertEquals(
                0, PartitaTool.commandLine().execute("exec", "--clock", "manual", "--data", data, lines.toString()));
        return data;
    }

    private void assertError(final int exitCode, final String start, final String... args) {
        final String[] all = new String[args.length + 1];
        all[0] = "backup";
        System.arraycopy(args, 0, all, 1, args.length);
        assertEquals(exitCode, tool.run(all), tool.err());
        assertTrue(tool.err().startsWith("partita: " + start), tool.err());
        assertTrue(tool.err().contains("\n  next: "), tool.err());
    }
}
