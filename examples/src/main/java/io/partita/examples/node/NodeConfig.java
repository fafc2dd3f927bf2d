// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import io.partita.examples.terminal.ToolException;
import io.partita.ledger.model.Id128;
import io.partita.replication.transport.TlsConfig;
import java.io.IOException;
import java.io.Reader;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A node's configuration: what the file says, what {@code -D} says over it, and the defaults of {@link NodeKeys}. */
public final class NodeConfig {
    private static final String NEXT = "partita node --help lists every key with its unit, default and range";

    private final Map<String, String> values;
    private final String source;

    private NodeConfig(final Map<String, String> values, final String source) {
        this.values = values;
        this.source = source;
    }

    /**
     * Reads a file.
     *
     * @param file in the format of {@link Properties}, UTF-8.
     * @param overrides what is said over it.
     * @return the configuration, every key known and required keys there.
     * @throws ToolException if not.
     */
    public static NodeConfig read(final Path file, final Map<String, String> overrides) {
        final Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        } catch (final NoSuchFileException ex) {
            throw ToolException.usage("FILE_NOT_FOUND", "there is no such file: file=" + file, "check --config");
        } catch (final IOException | IllegalArgumentException ex) {
            throw ToolException.usage(
                    "FILE_NOT_READABLE", "cannot read: file=" + file + ", cause=" + ex, "check --config");
        }
        final Map<String, String> values = new TreeMap<>();
        for (final String name : properties.stringPropertyNames()) {
            values.put(name, properties.getProperty(name).trim());
        }
        values.putAll(overrides);

        return of(values, file.toString());
    }

    /**
     * A configuration from keys and values.
     *
     * @param values as a file has them.
     * @param source where they are from, for errors.
     * @return the configuration.
     * @throws ToolException if a key is unknown, missing or out of range.
     */
    public static NodeConfig of(final Map<String, String> values, final String source) {
        final NodeConfig config = new NodeConfig(new LinkedHashMap<>(values), source);
        config.checkNames();
        for (final NodeKey key : NodeKeys.ALL) {
            if (!key.name().contains(NodeKey.ID)) {
                config.text(key);
                if (key.isNumber()) {
                    config.number(key);
                } else if (key.isChoice()) {
                    config.choice(key);
                }
            }
        }
        config.id128(NodeKeys.CLUSTER_ID);
        config.hasTls();
        config.checkRegister();
        for (final String member : config.members()) {
            config.address(NodeKeys.MEMBER_PEERS, member);
            config.address(NodeKeys.MEMBER_CLIENTS, member);
        }

        return config;
    }

    /** The value of a key, or its default. */
    String text(final NodeKey key) {
        final String value = values.get(key.name());
        if (value != null && !value.isEmpty()) {
            return value;
        }
        if (key.isRequired()) {
            throw invalid("a key is missing: key=" + key.name() + ", source=" + source);
        }
        return key.defaultValue();
    }

    /** Whether the key was given. */
    boolean isGiven(final NodeKey key) {
        final String value = values.get(key.name());
        return value != null && !value.isEmpty();
    }

    /**
     * The node's own certificate and what it trusts.
     *
     * @return null without TLS.
     */
    public @Nullable TlsConfig tls() {
        return hasTls()
                ? new TlsConfig(
                        Path.of(text(NodeKeys.TLS_CERTIFICATE)),
                        Path.of(text(NodeKeys.TLS_KEY)),
                        Path.of(text(NodeKeys.TLS_TRUSTED)))
                : null;
    }

    /** Whether links have TLS: all of its keys are given. */
    boolean hasTls() {
        int given = 0;
        String missing = "";
        for (final NodeKey key : NodeKeys.TLS) {
            if (isGiven(key)) {
                given++;
            } else {
                missing = key.name();
            }
        }
        if (given > 0 && given < NodeKeys.TLS.size()) {
            throw invalid("all keys tls.* or none: key=" + missing + " is missing, source=" + source);
        }
        return given > 0;
    }

    long number(final NodeKey key) {
        final String text = text(key);
        try {
            final long value = Long.parseLong(text);
            if (value >= key.min() && value <= key.max()) {
                return value;
            }
        } catch (final NumberFormatException ex) {
            throw outOfRange(key.name(), text, key.range());
        }
        throw outOfRange(key.name(), text, key.range());
    }

    boolean bool(final NodeKey key) {
        return "true".equals(choice(key));
    }

    /** A value that must be one of those that the range lists. */
    String choice(final NodeKey key) {
        final String text = text(key);
        if (List.of(key.range().split(", ")).contains(text)) {
            return text;
        }
        throw outOfRange(key.name(), text, key.range());
    }

    Id128 id128(final NodeKey key) {
        final String text = text(key);
        if (!text.matches("[0-9a-fA-F]{32}")) {
            throw outOfRange(key.name(), text, key.range());
        }
        return Id128.of(new BigInteger(text, 16));
    }

    List<String> members() {
        final List<String> members = new ArrayList<>();
        for (final String part : text(NodeKeys.MEMBERS).split(",")) {
            final String member = part.trim();
            if (!member.matches("[a-z0-9-]{1,16}") || members.contains(member)) {
                throw outOfRange(
                        NodeKeys.MEMBERS.name(), text(NodeKeys.MEMBERS), "different ids, each 1..16 of [a-z0-9-]");
            }
            members.add(member);
        }

        return members;
    }

    /**
     * The cluster's id.
     *
     * @return the id.
     */
    public Id128 clusterId() {
        return id128(NodeKeys.CLUSTER_ID);
    }

    /**
     * Where the members listen for clients.
     *
     * @return by id, in the order of the members.
     */
    public Map<String, InetSocketAddress> clients() {
        final Map<String, InetSocketAddress> clients = new LinkedHashMap<>();
        for (final String member : members()) {
            clients.put(member, address(NodeKeys.MEMBER_CLIENTS, member));
        }

        return clients;
    }

    InetSocketAddress address(final NodeKey key, final String member) {
        final String name = key.name().replace(NodeKey.ID, member);
        final @Nullable String text = values.get(name);
        if (text == null || text.isEmpty()) {
            throw invalid("a key is missing: key=" + name + ", source=" + source);
        }
        final int colon = text.lastIndexOf(':');
        if (colon > 0 && text.substring(colon + 1).matches("[0-9]{1,5}")) {
            final int port = Integer.parseInt(text.substring(colon + 1));
            if (port >= 1 && port <= 65_535) {
                return new InetSocketAddress(text.substring(0, colon), port);
            }
        }
        throw outOfRange(name, text, "host:port with a port of 1..65535");
    }

    /** Each kind of register has a key that says where it is. */
    private void checkRegister() {
        final String kind = choice(NodeKeys.REGISTER);
        final NodeKey place = "file".equals(kind) ? NodeKeys.REGISTER_FOLDER : NodeKeys.ZOOKEEPER_CONNECT;
        if (!isGiven(place)) {
            throw invalid("a key is missing: key=" + place.name() + ", register=" + kind + ", source=" + source);
        }
    }

    private void checkNames() {
        for (final String name : values.keySet()) {
            boolean known = false;
            for (final NodeKey key : NodeKeys.ALL) {
                known |= key.name().contains(NodeKey.ID)
                        ? name.matches(key.name().replace(".", "\\.").replace(NodeKey.ID, "[a-z0-9-]{1,16}"))
                        : key.name().equals(name);
            }
            if (!known) {
                throw invalid("unknown key: key=" + name + ", source=" + source);
            }
        }
        for (final String name : values.keySet()) {
            if (name.startsWith("member.") && !members().contains(name.split("\\.")[1])) {
                throw invalid("not among members: key=" + name + ", members=" + members() + ", source=" + source);
            }
        }
    }

    private ToolException outOfRange(final String name, final String value, final String range) {
        return invalid("must be " + range + ": key=" + name + ", value=" + value + ", source=" + source);
    }

    private static ToolException invalid(final String cause) {
        return ToolException.usage("INVALID_CONFIGURATION", cause, NEXT);
    }
}
