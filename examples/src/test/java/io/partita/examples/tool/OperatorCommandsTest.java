// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.json.JsonException;
import io.partita.examples.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code partita status} and {@code partita switchover} against running nodes. */
class OperatorCommandsTest {
    @TempDir
    Path root;

    private final ToolRun tool = new ToolRun();
    private RunningPair pair;

    @BeforeEach
    void startBoth() throws IOException {
        pair = new RunningPair(root, null);
        Await.until(
                Duration.ofSeconds(60),
                () -> "a pair that is well: " + tool.out() + tool.err(),
                () -> tool.run("status", "--config", pair.config()) == 0);
    }

    @AfterEach
    void closeBoth() {
        pair.close();
    }

    @Test
    void shouldShowWhoIsActiveAndInSync() throws JsonException {
        assertEquals(0, tool.run("status", "--config", pair.config()));
        assertTrue(tool.out().contains("a  " + pair.address("a") + "  SERVING  epoch=1 active=a"), tool.out());
        assertTrue(tool.out().contains("  b: in sync, link=STREAMING"), tool.out());

        assertEquals(0, tool.run("status", "--config", pair.config(), "--json"));
        final Map<?, ?> status = tool.json();
        assertEquals(true, status.get("ok"));
        assertEquals("a", status.get("active"));
        final Map<?, ?> first = (Map<?, ?>) ((List<?>) status.get("nodes")).get(0);
        assertEquals("SERVING", first.get("health"));
        assertEquals(2, ((List<?>) first.get("members")).size());

        assertEquals(0, tool.run("status", "--node", pair.address("b"), "--cluster-id", RunningPair.CLUSTER));
        assertTrue(tool.out().contains("b  " + pair.address("b") + "  STANDBY"), tool.out());
    }

    @Test
    void shouldSwitchOverAndTellWhoIsActiveNow() throws JsonException {
        assertEquals(0, tool.run("switchover", "--config", pair.config(), "--json"), tool.err());
        final Map<?, ?> first = tool.json();
        assertEquals("a", first.get("from"));
        assertEquals("b", first.get("active"));
        assertEquals("2", String.valueOf(first.get("epoch")));

        assertEquals(0, tool.run("switchover", "--config", pair.config(), "--to", "a"), tool.err());
        assertTrue(tool.out().startsWith("OK: a is active in epoch 3, b follows it"), tool.out());
    }

    @Test
    void shouldFailWithCodeCauseAndNextStep() throws JsonException {
        assertEquals(1, tool.run("switchover", "--config", pair.config(), "--to", "a"));
        assertTrue(tool.err().startsWith("partita: OPERATION_REFUSED: no handover: node=a is the active"), tool.err());
        assertTrue(tool.err().contains("\n  next: "), tool.err());
        assertEquals(
                1, tool.run("switchover", "--node", pair.address("b"), "--cluster-id", RunningPair.CLUSTER, "--json"));
        assertEquals(false, tool.json().get("ok"));
        assertTrue(tool.err().contains("NODE_UNREACHABLE"), tool.err());

        pair.stop("b");
        assertEquals(1, tool.run("status", "--config", pair.config(), "--json"));
        final Map<?, ?> status = tool.json();
        assertEquals(false, status.get("ok"));
        assertEquals("a", status.get("active"));
        final Map<?, ?> second = (Map<?, ?>) ((List<?>) status.get("nodes")).get(1);
        assertEquals(false, second.get("reachable"));
        assertEquals("NODE_UNREACHABLE", ((Map<?, ?>) second.get("error")).get("code"));
        assertEquals(
                1, tool.run("status", "--node", pair.address("a"), "--cluster-id", "ffffffffffffffffffffffffffffffff"));
    }
}
