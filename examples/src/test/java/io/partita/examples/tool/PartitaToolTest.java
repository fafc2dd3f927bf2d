// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.ledger.model.Id128;
import io.partita.replication.protocol.HaltReason;
import io.partita.replication.protocol.NodeMeta;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class PartitaToolTest {
    private final ToolRun tool = new ToolRun();

    @Test
    void shouldTellWrongUsageWithACodeAndANextStep() {
        assertError(2, "WRONG_USAGE", "--nope");
        assertError(2, "WRONG_USAGE", "nope");
        assertError(2, "WRONG_USAGE", "drill");
        assertError(2, "WRONG_USAGE", "verify");
        assertError(2, "WRONG_USAGE", "exec", "--clock", "broken");
        assertError(2, "WRONG_USAGE", "drill", "failover", "--kills", "0");
        assertError(2, "WRONG_USAGE", "drill", "failover", "--transport", "pigeon");
        assertError(2, "FILE_NOT_FOUND", "exec", "no-such-file.jsonl");
        assertError(2, "FILE_NOT_READABLE", "exec", "src");
        assertError(2, "FILE_NOT_FOUND", "node", "--config", "no-such-file.properties");
        assertError(2, "FILE_NOT_FOUND", "drill", "failover", "--payments", "no-such-file.csv");
        assertError(2, "FOLDER_NOT_FOUND", "verify", "no-such-folder");
        assertError(2, "NOT_A_DATA_FOLDER", "replay", ".");
        assertError(2, "WRONG_USAGE", "journal", ".", "--from", "x");
        assertError(2, "WRONG_USAGE", "status");
        assertError(2, "WRONG_USAGE", "status", "--node", "127.0.0.1:1");
        assertError(
                2, "WRONG_USAGE", "status", "--node", "nowhere", "--cluster-id", "0123456789abcdef0123456789abcdef");
        assertError(2, "WRONG_USAGE", "status", "--node", "127.0.0.1:1", "--cluster-id", "1");
        assertError(2, "WRONG_USAGE", "switchover", "--config", "x", "--node", "127.0.0.1:1");
        assertError(2, "FILE_NOT_FOUND", "switchover", "--config", "no-such-file.properties");
    }

    @Test
    void shouldRefuseWhatADrillCannotDo() {
        assertError(2, "WRONG_USAGE", "drill", "failover", "--fault", "flood");
        assertError(2, "WRONG_USAGE", "drill", "failover", "--fault", "partition", "--transport", "ipc");
        assertError(2, "WRONG_USAGE", "drill", "failover", "--fault", "pause", "--outage-ms", "9..3");
        assertError(2, "WRONG_USAGE", "drill", "failover", "--victim", "nobody");
        assertError(2, "WRONG_USAGE", "drill", "all", "--kills", "0");
    }

    @Test
    void shouldHelpWithAnExample() {
        for (final CommandLine command :
                PartitaTool.commandLine().getSubcommands().values()) {
            final String usage = command.getUsageMessage();

            assertTrue(usage.contains("Example:"), usage);
        }
    }

    @Test
    void shouldTellErrorsAsJsonToo(@TempDir final Path folder) throws IOException, JsonException {
        final Path report = folder.resolve("report.json");

        assertEquals(2, tool.run("replay", "no-such-folder", "--json", "--report", report.toString()));
        assertTrue(tool.out().startsWith("{\"ok\":false,\"error\":{\"code\":\"FOLDER_NOT_FOUND\""), tool.out());
        assertEquals(tool.out().trim(), Files.readString(report).trim());
    }

    @Test
    void shouldVerifyReplayAndPrintAFolder(@TempDir final Path folder) throws IOException, JsonException {
        final String data = makeFolder(folder);

        assertEquals(0, tool.run("verify", data, "--json"));
        final Map<String, @Nullable Object> verified = Json.parseObject(tool.out());
        assertEquals(Boolean.TRUE, verified.get("ok"));
        assertEquals("1", String.valueOf(verified.get("transfers")));

        assertEquals(
                0, tool.run("replay", data, "--json", "--expect-digest", String.valueOf(verified.get("stateDigest"))));
        assertEquals(verified.get("runningDigest"), Json.parseObject(tool.out()).get("runningDigest"));

        assertEquals(1, tool.run("replay", data, "--expect-digest", "00"));
        assertEquals(1, tool.run("replay", data, "--to-seq", "99"));
        assertEquals(0, tool.run("replay", data, "--to-seq", "2"));
        assertEquals(0, tool.run("replay", data, "--to-time", "3"));
        assertEquals(0, tool.run("replay", data, "--to-time", "1795381888604020193"), "a time of today has 19 digits");
        assertError(2, "WRONG_USAGE", "replay", data, "--to-time", "9999999999999999999");
        assertError(1, "END_OF_JOURNAL", "replay", data, "--to-seq", "99");
        assertError(1, "DIGEST_MISMATCH", "replay", data, "--expect-digest", "00");
    }

    @Test
    void shouldSayThatTheManifestOrTheJournalIsMissing(@TempDir final Path folder) throws IOException {
        final String data = makeFolder(folder);
        Files.delete(Path.of(data, "journal", "manifest"));

        assertEquals(1, tool.run("verify", data));
        assertTrue(tool.out().contains("manifest"), tool.out());

        Files.move(Path.of(data, "journal"), folder.resolve("elsewhere"));

        assertError(1, "DAMAGED", "verify", data);
    }

    @Test
    void shouldFindDamageOfTheMetaFiles(@TempDir final Path folder) throws IOException, JsonException {
        final String data = makeFolder(folder);
        final Path meta = Path.of(data, "meta");
        final Path copy = Path.of(data, "meta.copy");
        final byte[] bytes = metaOf(data, "a");
        Files.write(meta, bytes);
        Files.write(copy, bytes);
        assertEquals(0, tool.run("verify", data), tool.err());

        for (final Path file : List.of(meta, copy)) {
            for (int at = 0; at < bytes.length; at += 23) {
                final byte[] damaged = bytes.clone();
                damaged[at] ^= (byte) (1 << at % 8);
                Files.write(file, damaged);
                assertDamage(data, "file=" + file.getFileName() + ", offset=" + at + ":");
            }
            Files.write(file, new byte[0]);
            assertDamage(data, "file=" + file.getFileName() + ", offset=0:");
            Files.delete(file);
            assertDamage(data, "file=" + file.getFileName() + ": the file is missing");
            Files.write(file, bytes);
        }
        Files.write(copy, metaOf(data, "b"));
        assertEquals(0, tool.run("verify", data, "--json"), "a write that was cut short is no damage");
        assertTrue(tool.out().contains("meta.copy"), tool.out());
        Files.write(copy, bytes);
        Files.writeString(copy, "more", StandardOpenOption.APPEND);
        assertDamage(data, "file=meta.copy, offset=" + bytes.length + ":");
    }

    private void assertDamage(final String data, final String where) {
        assertEquals(1, tool.run("verify", data), where);
        assertTrue(tool.out().contains(where), where + " in " + tool.out());
    }

    private byte[] metaOf(final String data, final String nodeId) throws JsonException {
        tool.run("verify", data, "--json");
        final String clusterId = String.valueOf(
                Json.parseObject(tool.out().lines().findFirst().orElseThrow()).get("clusterId"));

        return new NodeMeta(
                        Id128.of(new BigInteger(clusterId, 16)),
                        nodeId,
                        new Id128(1, 2),
                        3,
                        4,
                        3,
                        true,
                        "boot",
                        true,
                        5,
                        1,
                        HaltReason.NONE)
                .encode();
    }

    @Test
    void shouldSayWhereADataFolderIsDamaged(@TempDir final Path folder) throws IOException, JsonException {
        final String data = makeFolder(folder);
        final Path file;
        try (var files = Files.walk(Path.of(data, "journal"))) {
            file = files.filter(path -> path.toString().endsWith(".cq4"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
        }
        final byte[] bytes = Files.readAllBytes(file);
        // In the middle of what is written: a record of the first segment.
        int at = bytes.length - 1;
        while (bytes[at] == 0) {
            at--;
        }
        bytes[at / 2 + 64] ^= 4;
        Files.write(file, bytes, StandardOpenOption.WRITE);

        assertEquals(1, tool.run("verify", data, "--json"));
        final Map<String, @Nullable Object> report =
                Json.parseObject(tool.out().lines().findFirst().orElseThrow());
        assertEquals(Boolean.FALSE, report.get("ok"));
        assertTrue(String.valueOf(report.get("damages")).contains("offset="), String.valueOf(report));
        assertFalse(tool.err().contains("\tat "), tool.err());
    }

    private String makeFolder(final Path folder) throws IOException {
        final Path lines = folder.resolve("lines.jsonl");
        Files.writeString(
                lines,
                "{\"op\":\"createAccounts\",\"events\":[{\"id\":1,\"ledger\":1,\"code\":1},{\"id\":2,\"ledger\":1,\"code\":1}]}\n"
                        + "{\"op\":\"createTransfers\",\"events\":[{\"id\":1,\"debitAccountId\":1,\"creditAccountId\":2,"
                        + "\"amount\":5,\"ledger\":1,\"code\":1}]}\n");
        final String data = folder.resolve("data").toString();
        assertEquals(0, tool.run("exec", "--clock", "manual", "--data", data, lines.toString()));

        return data;
    }

    private void assertError(final int exitCode, final String code, final String... args) {

        assertEquals(exitCode, tool.run(args), String.join(" ", args) + "\n" + tool.err());
        assertTrue(tool.err().startsWith("partita: " + code + ": "), tool.err());
        assertTrue(tool.err().contains("\n  next: "), tool.err());
        assertFalse(tool.err().contains("\tat "), tool.err());
    }
}
