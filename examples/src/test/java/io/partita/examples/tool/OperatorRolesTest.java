// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.drill.DrillCertificates;
import io.partita.examples.json.Json;
import io.partita.examples.json.JsonException;
import io.partita.examples.testing.Await;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.client.OperatorReply;
import io.partita.replication.client.OperatorRequest;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over TLS, from the tool to the journal: who may operate, who may not, and what is kept of it. */
class OperatorRolesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path root;

    private final ToolRun tool = new ToolRun();
    private DrillCertificates certificates;
    private RunningPair pair;

    @BeforeEach
    void startBoth() throws IOException, InterruptedException {
        certificates = DrillCertificates.make(
                root.resolve("tls"),
                List.of("a", "b"),
                Map.of("reader", "read", "payer", "submit", "operator", "operate"));
        pair = new RunningPair(root, certificates);
        Await.until(
                PATIENCE, () -> "a pair that is well: " + tool.out() + tool.err(), () -> as("reader", "status") == 0);
    }

    @AfterEach
    void closeBoth() {
        pair.close();
    }

    @Test
    void shouldLetOnlyAnOperatorSwitchOverAndKeepWhoItWas() throws JsonException {
        for (final String name : List.of("reader", "payer")) {
            assertEquals(1, as(name, "switchover"));
            assertTrue(tool.err().startsWith("partita: ACCESS_DENIED: "), tool.err());
            assertTrue(tool.err().contains("\n  next: "), tool.err());
        }
        assertEquals(0, as("reader", "status", "--json"), tool.err());
        assertEquals("a", tool.json().get("active"));

        final Instant before = Instant.now();
        assertEquals(0, as("operator", "switchover", "--to", "b"), tool.err());
        final Instant after = Instant.now();
        assertTrue(tool.out().startsWith("OK: b is active in epoch 2, a follows it"), tool.out());

        pair.close();
        for (final String node : List.of("a", "b")) {
            final List<Map<?, ?>> kept = operatorRecords(node);
            assertEquals(1, kept.size(), () -> node + " " + kept);
            final Map<?, ?> record = kept.get(0);
            assertEquals("SWITCHOVER", record.get("kind"));
            assertEquals("operator", record.get("who"));
            assertEquals("to=b by=" + System.getProperty("user.name"), record.get("details"));
            final Instant when = Instant.EPOCH.plusNanos(Long.parseLong(String.valueOf(record.get("wallNs"))));
            assertFalse(when.isBefore(before) || when.isAfter(after), () -> before + " " + when + " " + after);
        }
    }

    /** To accept a loss takes a stopped node's folder: no certificate opens a way to it. */
    @Test
    void shouldAcceptALossForNobodyOverTheNetwork() {
        assertEquals(1, tool.run("recover", "--config", pair.config(), "--accept-loss", "--force"));
        assertTrue(tool.err().startsWith("partita: FOLDER_IN_USE: "), tool.err());

        final OperatorRequest recover = new OperatorRequest("recover", Map.of());
        try (OperatorClient reader = operator("reader");
                OperatorClient operator = operator("operator")) {
            final PartitaException denied =
                    assertThrows(PartitaException.class, () -> reader.ask(pair.client("a"), recover));
            assertEquals(ErrorCode.ACCESS_DENIED, denied.code());
            final OperatorReply refused = operator.ask(pair.client("a"), recover);
            assertEquals(ErrorCode.OPERATION_REFUSED.name(), refused.code());
        }
    }

    @Test
    void shouldTakeCommandsOnlyFromWhoMaySubmit() {
        assertEquals(Outcome.DENIED, submit("reader"));
        assertEquals(Outcome.DENIED, submit("operator"));
        assertTrue(submit("payer") > 0);
    }

    private int as(final String name, final String command, final String... more) {
        final Path tls = root.resolve("tls");
        final List<String> args = new ArrayList<>(List.of(
                command,
                "--config",
                pair.config(),
                "--tls-certificate",
                tls.resolve(name + ".pem").toString(),
                "--tls-key",
                tls.resolve(name + ".key").toString(),
                "--tls-trusted",
                tls.resolve("ca.pem").toString()));
        args.addAll(List.of(more));
        return tool.run(args.toArray(String[]::new));
    }

    private OperatorClient operator(final String name) {
        return new OperatorClient(RunningPair.CLUSTER_ID, name, PATIENCE, certificates.files(name));
    }

    /** Returns the outcome. */
    private long submit(final String name) {
        final long[] outcome = new long[1];
        try (RemoteLedgerClient client = RemoteLedgerClient.connect(new RemoteClientContext()
                .clusterId(RunningPair.CLUSTER_ID)
                .node("a", pair.client("a"))
                .node("b", pair.client("b"))
                .tls(certificates.files(name))
                .listener(batch -> outcome[0] = batch.outcome()))) {
            final Batch batch = client.acquire(BatchKind.COMMANDS);
            batch.commands().addAccount(0, 7, 826, 1, 0);
            client.submit(batch);
            Await.until(
                    PATIENCE,
                    () -> "an answer to " + name,
                    () -> client.pollAwait(1, TimeUnit.MILLISECONDS.toNanos(20)) > 0);
        }
        return outcome[0];
    }

    private List<Map<?, ?>> operatorRecords(final String node) throws JsonException {
        assertEquals(0, tool.run("journal", pair.folder(node).toString()), tool.err());
        final List<Map<?, ?>> found = new ArrayList<>();
        for (final String line : tool.out().lines().toList()) {
            if (Json.parseObject(line).get("operator") instanceof Map<?, ?> operator) {
                found.add(operator);
            }
        }
        return found;
    }
}
