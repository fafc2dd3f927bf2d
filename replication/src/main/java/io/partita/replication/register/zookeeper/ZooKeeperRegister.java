// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.register.CasOutcome;
import io.partita.replication.register.CompareAndSetRegister;
import io.partita.replication.register.RegisterEnvelope;
import io.partita.replication.register.RegisterValue;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.CuratorWatcher;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The register as one persistent znode (PROTOCOL B1): version n is the znode's data version n-1, and a compare-and-set is a
 * {@code setData} under that version, sent once. Whatever goes wrong with it leaves its outcome unknown.
 *
 * <p>A read comes after a {@code sync()}. One that looks older than what was seen before is repeated behind a write that cannot
 * apply, which the whole ensemble has to agree on; what is still older then is no staleness but a register that went back. A znode
 * with another {@code czxid} than the one first seen was deleted and made again: its versions mean nothing (R3).
 */
final class ZooKeeperRegister implements CompareAndSetRegister {
    private static final System.Logger LOGGER = System.getLogger(ZooKeeperRegister.class.getName());
    private static final int NEVER_A_VERSION = Integer.MAX_VALUE;
    private static final String ACL_NEXT =
            "give all nodes the same user, and the znode an ACL that lets it read and write";

    private final Ensemble ensemble;
    private final String path;
    private final Id128 clusterId;
    private final SeenZnode seen;
    private final CuratorWatcher watcher;
    private volatile Runnable hint = () -> {};
    private volatile RegisterValue newest = RegisterValue.ABSENT;

    /** Passes once the session has caught up. */
    private interface Barrier {
        void pass(CuratorFramework client) throws Exception;
    }

    ZooKeeperRegister(final Ensemble ensemble, final String path, final Id128 clusterId, final SeenZnode seen) {
        this.ensemble = ensemble;
        this.path = path;
        this.clusterId = clusterId;
        this.seen = seen;
        watcher = event -> {
            if (event.getType() != Watcher.Event.EventType.None) {
                hint.run();
            }
        };
        LOGGER.log(System.Logger.Level.INFO, "the register is a znode: connect={0} path={1}", ensemble.connect(), path);
    }

    @Override
    public void watch(final Runnable listener) {
        hint = listener;
    }

    @Override
    public RegisterValue read() {
        final RegisterValue known = newest;
        final RegisterValue value = read(client -> ensemble.sync(client, path));
        if (value.version() >= known.version() && !(value.isAbsent() && seen.czxid() != 0)) {
            return value;
        }
        final RegisterValue certain = read(this::passWrite);
        if (certain.version() < known.version() || certain.isAbsent()) {
            throw regression("went back", "known=" + known.version() + " found=" + certain.version());
        }
        return certain;
    }

    @Override
    public CasOutcome compareAndSet(final long expectedVersion, final byte[] value) {
        if (value.length > VALUE_LENGTH_MAX) {
            throw new IllegalArgumentException(
                    "value is too long: length=" + value.length + " max=" + VALUE_LENGTH_MAX);
        }
        if (expectedVersion < 0 || expectedVersion >= NEVER_A_VERSION) {
            throw new IllegalArgumentException("no such version: expectedVersion=" + expectedVersion);
        }
        try {
            final RegisterValue known = newest.isAbsent() ? read() : newest;
            if (known.version() > expectedVersion) {
                return new CasOutcome.Conflict(known);
            }
            if (!write(expectedVersion, value)) {
                return refused(expectedVersion);
            }
            remember(new RegisterValue(expectedVersion + 1, value.clone()));
            return new CasOutcome.Ok(expectedVersion + 1);
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.REGISTER_FAILED) {
                throw e;
            }
            return new CasOutcome.Unknown(e);
        }
    }

    @Override
    public void close() {
        ensemble.close();
    }

    /** False if it certainly was not applied because the version is another one. */
    private boolean write(final long expectedVersion, final byte[] value) {
        final byte[] bytes = RegisterEnvelope.encode(clusterId, expectedVersion + 1, value);
        CuratorFramework client = null;
        try {
            client = ensemble.connected();
            Stat stat = new Stat();
            if (expectedVersion == 0) {
                client.create().storingStatIn(stat).creatingParentsIfNeeded().forPath(path, bytes);
            } else {
                stat = client.setData().withVersion((int) expectedVersion - 1).forPath(path, bytes);
            }
            checkCreation(stat.getCzxid());
            seen.remember(stat.getCzxid());
            return true;
        } catch (final KeeperException.BadVersionException
                | KeeperException.NodeExistsException
                | KeeperException.NoNodeException e) {
            return false;
        } catch (final Exception e) { // what Curator declares
            throw failed(client, "cannot be written", e);
        }
    }

    private CasOutcome refused(final long expectedVersion) {
        final RegisterValue current = read();
        if (current.version() > expectedVersion) {
            return new CasOutcome.Conflict(current);
        }
        return new CasOutcome.Unknown(new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register refused a version that it shows: expected=" + expectedVersion + " found="
                        + current.version(),
                "nothing: it is read again"));
    }

    /** Reads once; by the other session if the first one fails, as a read harms nobody. */
    private RegisterValue read(final Barrier barrier) {
        PartitaException first = null;
        for (int i = 0; i < ensemble.size(); i++) {
            CuratorFramework client = null;
            try {
                client = ensemble.connected();
                return look(client, barrier);
            } catch (final PartitaException e) {
                throw e;
            } catch (final Exception e) { // what Curator declares
                final PartitaException failure = failed(client, "cannot be read", e);
                if (first == null) {
                    first = failure;
                }
                if (client == null) {
                    break; // no session is connected
                }
            }
        }
        throw first == null ? new IllegalStateException("an ensemble has a session") : first;
    }

    /** Barrier and read in one session, which never sees the ensemble go back. */
    private RegisterValue look(final CuratorFramework client, final Barrier barrier) throws Exception {
        barrier.pass(client);
        final long session = session(client);
        final Stat stat = new Stat();
        byte @Nullable [] bytes;
        try {
            bytes = client.getData().storingStatIn(stat).usingWatcher(watcher).forPath(path);
        } catch (final KeeperException.NoNodeException e) {
            checkChroot(client);
            bytes = null;
        }
        if (session(client) != session) {
            throw new KeeperException.SessionExpiredException();
        }
        return bytes == null ? RegisterValue.ABSENT : accept(bytes, stat);
    }

    private RegisterValue accept(final byte[] bytes, final Stat stat) {
        checkCreation(stat.getCzxid());
        final RegisterValue value = RegisterEnvelope.decode(bytes, clusterId, "znode=" + path);
        if (value.version() != stat.getVersion() + 1L) {
            throw regression(
                    "was written by something else, or its znode made again from a copy",
                    "says=" + value.version() + " znode=" + (stat.getVersion() + 1L));
        }
        seen.remember(stat.getCzxid());
        remember(value);
        return value;
    }

    /** A change that cannot apply, yet goes the way of every change: through the leader and a majority. */
    private void passWrite(final CuratorFramework client) throws Exception {
        try {
            client.setData().withVersion(NEVER_A_VERSION).forPath(path, new byte[0]);
            throw new IllegalStateException("a version that no znode has was there");
        } catch (final KeeperException.BadVersionException | KeeperException.NoNodeException e) {
            LOGGER.log(System.Logger.Level.DEBUG, "as meant: {0}", e.code());
        }
    }

    private void checkCreation(final long czxid) {
        final long known = seen.czxid();
        if (known != 0 && known != czxid) {
            throw regression(
                    "is another one than this node has seen, its znode was deleted and made again",
                    "czxid=0x" + Long.toHexString(czxid) + " seen=0x" + Long.toHexString(known));
        }
    }

    private void checkChroot(final CuratorFramework client) throws Exception {
        if (client.checkExists().forPath("/") == null) {
            throw new PartitaException(
                    ErrorCode.REGISTER_FAILED,
                    "the chroot of the ZooKeeper connection does not exist: connect=" + ensemble.connect(),
                    "correct the connection, or create the chroot");
        }
    }

    private static long session(final CuratorFramework client) throws Exception {
        return client.getZookeeperClient().getZooKeeper().getSessionId();
    }

    private synchronized void remember(final RegisterValue value) {
        if (value.version() > newest.version()) {
            newest = value;
        }
    }

    private PartitaException regression(final String what, final String values) {
        return new PartitaException(
                ErrorCode.REGISTER_REGRESSION,
                "the register " + what + ": znode=" + path + " " + values,
                "stop all nodes and find out who deleted, restored or overwrote the znode; it must never be older than what a"
                        + " node has seen");
    }

    private PartitaException failed(final @Nullable CuratorFramework client, final String what, final Exception cause) {
        if (cause instanceof PartitaException known) {
            return known;
        }
        if (cause instanceof InterruptedException) {
            Thread.currentThread().interrupt();
        }
        if (client != null) {
            ensemble.avoid(client);
        }
        final boolean isForbidden = cause instanceof KeeperException.NoAuthException
                || cause instanceof KeeperException.AuthFailedException
                || cause instanceof KeeperException.InvalidACLException;
        final String reason =
                cause instanceof KeeperException keeper ? keeper.code().toString() : cause.toString();
        return new PartitaException(
                ErrorCode.REGISTER_FAILED,
                "the register on ZooKeeper " + (isForbidden ? "is closed to this node" : what) + ": connect="
                        + ensemble.connect() + " path=" + path + " reason=" + reason,
                isForbidden ? ACL_NEXT : "check that a majority of the ensemble runs and can be reached from here",
                cause);
    }
}
