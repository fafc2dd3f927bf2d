// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.examples.terminal.ToolException;
import io.partita.replication.node.NodeContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeConfigTest {
    private static final Path PAGE = Path.of("..", "docs", "node-configuration.md");

    /** One source of truth: the table that the loader uses. */
    @Test
    void shouldBeDocumentedAsItIs() throws IOException {
        final Path generated = Path.of("target", "node-configuration.md");
        Files.writeString(generated, NodeConfigTable.markdown());

        assertEquals(
                NodeConfigTable.markdown(),
                Files.readString(PAGE),
                () -> "copy " + generated.toAbsolutePath() + " to docs/");
    }

    @Test
    void shouldTakeTheExampleOfTheDocumentation() {
        final NodeConfig config = NodeConfig.of(example(), "test");

        assertEquals("a", config.text(NodeKeys.NODE_ID));
        assertEquals(7202, config.address(NodeKeys.MEMBER_CLIENTS, "b").getPort());
        assertEquals(20, config.number(NodeKeys.HEARTBEAT));
        assertEquals(
                "000102030405060708090a0b0c0d0e0f",
                config.id128(NodeKeys.CLUSTER_ID).toString());
    }

    @Test
    void shouldRefuseWhatItDoesNotKnow() {
        assertRefused("heartbeat", "20", "unknown key: key=heartbeat");
        assertRefused("member.c.peers", "127.0.0.1:1", "not among members: key=member.c.peers");
        assertRefused("heartbeat.ms", "0", "must be 1..10000: key=heartbeat.ms, value=0");
        assertRefused("heartbeat.ms", "x", "must be 1..10000: key=heartbeat.ms, value=x");
        final int most = NodeContext.MEMBERS_MAX;
        assertRefused("min.in.sync", "" + (most + 1), "must be 1.." + most + ": key=min.in.sync");
        assertRefused("cluster.id", "1", "must be 32 hexadecimal digits: key=cluster.id");
        assertRefused("member.b.peers", "localhost", "host:port");
        assertRefused("member.b.peers", "localhost:70000", "host:port");
        assertRefused("members", "a,a", "different ids");
        assertRefused("tls.key", "/etc/partita/a.key", "all keys tls.* or none: key=tls.roles is missing");
        assertRefused("data.folder", "", "a key is missing: key=data.folder");
    }

    @Test
    void shouldNeedToKnowWhereTheRegisterIs() {
        assertRefused("register", "etcd", "must be file, zookeeper: key=register");
        assertRefused("register.folder", "", "a key is missing: key=register.folder, register=file");
        assertRefused("register", "zookeeper", "a key is missing: key=zookeeper.connect, register=zookeeper");
        final Map<String, String> values = example();
        values.remove("register.folder");
        values.put("register", "zookeeper");
        values.put("zookeeper.connect", "zk1:2181,zk2:2181,zk3:2181");

        assertEquals("zookeeper", NodeConfig.of(values, "test").choice(NodeKeys.REGISTER));
    }

    @Test
    void shouldLetTheCommandLineOverrideTheFile(@TempDir final Path folder) throws IOException {
        final Path file = folder.resolve("a.properties");
        Files.write(file, NodeConfigTable.example());
        final NodeConfig config = NodeConfig.read(file, Map.of("transport", "ipc"));

        assertEquals("ipc", config.choice(NodeKeys.TRANSPORT));
    }

    private static void assertRefused(final String key, final String value, final String message) {
        final Map<String, String> values = example();
        values.put(key, value);
        final ToolException error = assertThrows(ToolException.class, () -> NodeConfig.of(values, "test"));

        assertEquals(ToolException.USAGE, error.exitCode());
        assertTrue(String.valueOf(error.getMessage()).contains(message), error.getMessage());
    }

    private static Map<String, String> example() {
        final Map<String, String> values = new TreeMap<>();
        for (final String line : NodeConfigTable.example()) {
            values.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
        }
        return values;
    }
}
