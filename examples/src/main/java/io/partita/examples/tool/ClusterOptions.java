// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.tool;

import io.partita.examples.node.NodeConfig;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.model.Id128;
import io.partita.replication.client.OperatorClient;
import io.partita.replication.transport.TlsConfig;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which running nodes a command is about: those of a configuration file, or one by its address. */
final class ClusterOptions {
    private static final String NAME = "operator";

    @Option(names = "--config", paramLabel = "FILE", description = "any node's .properties file: all its members")
    private @Nullable Path config;

    @Option(names = "-D", paramLabel = "KEY=VALUE", description = "overrides a key of the file; may be repeated")
    private Map<String, String> overrides = new LinkedHashMap<>();

    @Option(names = "--node", paramLabel = "HOST:PORT", description = "one node, by where it listens for clients")
    private @Nullable String node;

    @Option(names = "--cluster-id", paramLabel = "HEX", description = "with --node: the cluster's id, 32 hex digits")
    private @Nullable String clusterId;

    @Option(
            names = "--timeout-ms",
            paramLabel = "N",
            defaultValue = "5000",
            description = "wait for each answer, 1..600000 (default: ${DEFAULT-VALUE})")
    private int timeoutMs;

    @Option(names = "--tls-certificate", paramLabel = "FILE", description = "the operator's certificate (PEM)")
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "its private key")
    private @Nullable Path key;

    @Option(names = "--tls-trusted", paramLabel = "FILE", description = "certificates of the CAs of the nodes")
    private @Nullable Path trusted;

    /** The nodes' client addresses by id; by address if the id is not known. */
    Map<String, InetSocketAddress> nodes() {
        check();
        if (config != null) {
            return NodeConfig.read(config, overrides).clients();
        }
        final String address = String.valueOf(node);
        final int colon = address.lastIndexOf(':');
        if (colon <= 0 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            throw usage("--node must be HOST:PORT: node=" + address);
        }
        final int port = Integer.parseInt(address.substring(colon + 1));
        if (port < 1 || port > 65_535) {
            throw usage("the port must be 1..65535: node=" + address);
        }
        final Map<String, InetSocketAddress> nodes = new LinkedHashMap<>();
        nodes.put(address, new InetSocketAddress(address.substring(0, colon), port));
        return nodes;
    }

    /** A client for them. */
    OperatorClient connect() {
        check();
        return new OperatorClient(id(), NAME, Duration.ofMillis(timeoutMs), tls());
    }

    /** The operator's own files; without, those of the node whose configuration it is, if it has TLS. */
    private @Nullable TlsConfig tls() {
        if (certificate != null && key != null && trusted != null) {
            return new TlsConfig(certificate, key, trusted);
        }
        if (certificate != null || key != null || trusted != null) {
            throw usage("give all of --tls-certificate, --tls-key and --tls-trusted, or none");
        }
        return config == null ? null : NodeConfig.read(config, overrides).tls();
    }

    /** Whether all members are known, and not just one node. */
    boolean isWhole() {
        return config != null;
    }

    private Id128 id() {
        if (config != null) {
            return NodeConfig.read(config, overrides).clusterId();
        }
        final String text = String.valueOf(clusterId);
        if (!text.matches("[0-9a-fA-F]{32}")) {
            throw usage("--cluster-id must be 32 hexadecimal digits: cluster-id=" + text);
        }
        return Id128.of(new BigInteger(text, 16));
    }

    private void check() {
        if ((config == null) == (node == null)) {
            throw usage("give either --config FILE or --node HOST:PORT");
        }
        if (node != null && clusterId == null) {
            throw usage("--node needs --cluster-id, which the node's configuration has");
        }
        if (timeoutMs < 1 || timeoutMs > 600_000) {
            throw usage("--timeout-ms must be 1..600000: timeout-ms=" + timeoutMs);
        }
    }

    private static ToolException usage(final String cause) {
        return ToolException.usage("WRONG_USAGE", cause, "partita status --help shows the usage with an example");
    }
}
