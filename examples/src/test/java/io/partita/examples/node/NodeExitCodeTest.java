// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class NodeExitCodeTest {
    /** Only a process of its own has an exit code: its shutdown hook has a say in it. */
    @Test
    @Timeout(120)
    void shouldExitWithOneWhenTheNodeHalts(@TempDir final Path folder) throws Exception {
        final Path register = folder.resolve("register");
        final Path config = folder.resolve("node.properties");
        Files.write(
                config,
                List.of(
                        "cluster.id=000102030405060708090a0b0c0d0e0f",
                        "node.id=a",
                        "members=a",
                        "member.a.peers=127.0.0.1:" + freePort(),
                        "member.a.clients=127.0.0.1:" + freePort(),
                        "data.folder=" + folder.resolve("data"),
                        "register.folder=" + register,
                        "stop.with.stdin=true",
                        "bootstrap=true"));
        final Process node = new ProcessBuilder(command(config))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final StringBuilder words = new StringBuilder();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                words.append(line).append('\n');
                if (line.contains("\"event\":\"active\"")) {
                    Files.writeString(register.resolve("cfg.2"), "damaged");
                }
            }
            assertTrue(node.waitFor(30, TimeUnit.SECONDS), words::toString);
            assertTrue(words.indexOf("\"event\":\"halted\"") > 0, words::toString);
            assertEquals(1, node.exitValue(), words::toString);
        } finally {
            node.destroyForcibly();
        }
    }

    private static List<String> command(final Path config) {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (final String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (argument.startsWith("--add-")) {
                command.add(argument);
            }
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.partita.examples.Main"));
        command.addAll(List.of("node", "--config", config.toString()));

        return command;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
