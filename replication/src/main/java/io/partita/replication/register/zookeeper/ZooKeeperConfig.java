// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.CompareAndSetRegister;
import io.partita.replication.register.RegisterFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A register on a ZooKeeper ensemble: for a cluster over several hosts. Needs {@code curator-framework} and {@code zookeeper} on
 * the class path. Set once, before it is given to a node.
 *
 * <pre>{@code
 * context.register(new ZooKeeperConfig("zk1:2181,zk2:2181,zk3:2181"));
 * }</pre>
 *
 * <p>TLS to the ensemble is ZooKeeper's own and set by its system properties, see docs/zookeeper.md.
 */
public final class ZooKeeperConfig implements RegisterFactory {
    private static final Pattern SERVER = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?");
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._-]+)+");
    private static final Pattern DOTS = Pattern.compile(".*/\\.{1,2}(/.*)?");

    private final List<String> servers = new ArrayList<>();
    private final String chroot;
    private String path = "";
    private int sessionTimeoutMs = 6_000;
    private int requestTimeoutMs = 1_000;
    private @Nullable Path authFile;

    /**
     * The ensemble.
     *
     * @param connect {@code host:port,host:port,...}, with a chroot behind if wanted: {@code .../chroot}.
     * @throws PartitaException INVALID_CONFIGURATION.
     */
    public ZooKeeperConfig(final String connect) {
        final int slash = connect.indexOf('/');
        chroot = slash < 0 ? "" : connect.substring(slash);
        for (final String server : (slash < 0 ? connect : connect.substring(0, slash)).split(",", -1)) {
            servers.add(checkedServer(server.trim(), connect));
        }
        if (!chroot.isEmpty() && !isPath(chroot)) {
            throw invalid("the chroot of the ZooKeeper connection is no path: connect=" + connect);
        }
    }

    /**
     * The znode. Default: {@code /partita/} and the cluster's id. Parents are made when the register is.
     *
     * @param znode an absolute path of {@code [A-Za-z0-9._-]}, below the chroot if there is one.
     * @return this.
     * @throws PartitaException INVALID_CONFIGURATION.
     */
    public ZooKeeperConfig path(final String znode) {
        if (!isPath(znode)) {
            throw invalid("the register's znode is no path: path=" + znode);
        }
        path = znode;
        return this;
    }

    /**
     * After how long without a word a session counts as dead; two thirds of it for a server. No authority hangs on it. Default
     * 6,000 ms; the ensemble may limit it.
     *
     * @param milliseconds 100 or more.
     * @return this.
     */
    public ZooKeeperConfig sessionTimeoutMs(final int milliseconds) {
        sessionTimeoutMs = atLeast(100, milliseconds, "sessionTimeoutMs");
        return this;
    }

    /**
     * How long one request may take, and how long it waits for a connection. A compare-and-set that takes longer has an unknown
     * outcome. Default 1,000 ms.
     *
     * @param milliseconds 10 or more.
     * @return this.
     */
    public ZooKeeperConfig requestTimeoutMs(final int milliseconds) {
        requestTimeoutMs = atLeast(10, milliseconds, "requestTimeoutMs");
        return this;
    }

    /**
     * Authenticates by ZooKeeper's scheme {@code digest}; a register made so can be read and written by this user alone. Without,
     * whoever reaches the ensemble can change the register.
     *
     * @param file with one line {@code user:password}, readable by this node only.
     * @return this.
     */
    public ZooKeeperConfig authFile(final Path file) {
        authFile = file;
        return this;
    }

    /**
     * Starts to connect; does not wait until it has.
     *
     * @throws PartitaException INVALID_CONFIGURATION if the libraries are missing or the file of {@link #authFile} is of no use;
     *     REGISTER_FAILED if the node's own memory of the znode cannot be read.
     */
    @Override
    public CompareAndSetRegister open(final Id128 clusterId, final Path dataFolder) {
        final String znode = path.isEmpty() ? "/partita/" + clusterId : path;
        final SeenZnode seen = SeenZnode.open(dataFolder, clusterId, chroot + znode);
        final byte @Nullable [] user = authFile == null ? null : readUser(authFile);
        try {
            return new ZooKeeperRegister(
                    new Ensemble(servers, chroot, sessionTimeoutMs, requestTimeoutMs, user), znode, clusterId, seen);
        } catch (final NoClassDefFoundError e) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "a register on ZooKeeper needs libraries that are not on the class path: missing=" + e.getMessage(),
                    "add org.apache.curator:curator-framework and org.apache.zookeeper:zookeeper in the versions of"
                            + " replication's pom",
                    e);
        }
    }

    @Override
    public void forget(final Path dataFolder) {
        SeenZnode.forget(dataFolder);
    }

    private static byte[] readUser(final Path file) {
        final String user;
        try {
            user = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (final IOException e) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the file with ZooKeeper's user cannot be read: file=" + file + " (" + e + ")",
                    "check the path and its permissions",
                    e);
        }
        if (!user.matches("[^:\\s]+:\\S+")) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "the file with ZooKeeper's user does not hold one: file=" + file,
                    "write one line user:password into it");
        }
        return user.getBytes(StandardCharsets.UTF_8);
    }

    private static String checkedServer(final String server, final String connect) {
        if (!SERVER.matcher(server).matches()) {
            throw invalid("the ZooKeeper connection names no server: server=" + server + " connect=" + connect);
        }
        final int colon = server.lastIndexOf(':');
        if (colon > server.lastIndexOf(']') && colon > 0) {
            final int port = Integer.parseInt(server.substring(colon + 1));
            if (port < 1 || port > 65_535) {
                throw invalid("a port of the ZooKeeper connection is out of range: port=" + port);
            }
        }
        return server;
    }

    private static boolean isPath(final String text) {
        return PATH.matcher(text).matches() && !DOTS.matcher(text).matches();
    }

    private static int atLeast(final int min, final int value, final String name) {
        if (value < min) {
            throw new PartitaException(
                    ErrorCode.INVALID_CONFIGURATION,
                    name + "=" + value + " is out of range",
                    "set it to " + min + " or more");
        }
        return value;
    }

    private static PartitaException invalid(final String cause) {
        return new PartitaException(
                ErrorCode.INVALID_CONFIGURATION,
                cause,
                "name the servers as host:port,host:port and paths as /like/this, of [A-Za-z0-9._-]");
    }
}
