// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.register.zookeeper;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.client.ZKClientConfig;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.jspecify.annotations.Nullable;

/**
 * The connections to a ZooKeeper ensemble: two sessions, each with servers of its own where there are several. ZooKeeper's client
 * lets up to a second pass before it connects anew after a server went, which would be added to a failover where active and server
 * share the host that died. The other session is there already.
 *
 * <p>Nothing is ever retried here, and no session is anybody's authority.
 */
final class Ensemble implements AutoCloseable {
    private static final long LOOK_INTERVAL_MS = 2;

    private final List<CuratorFramework> clients = new ArrayList<>();
    private final String connect;
    private final int requestTimeoutMs;
    private volatile int preferred;

    Ensemble(
            final List<String> servers,
            final String chroot,
            final int sessionTimeoutMs,
            final int requestTimeoutMs,
            final byte @Nullable [] user) {
        this.requestTimeoutMs = requestTimeoutMs;
        connect = String.join(",", servers) + chroot;
        final List<String> mine = new ArrayList<>();
        final List<String> others = new ArrayList<>();
        for (final String server : servers) {
            (mine.size() > others.size() ? others : mine).add(server);
        }
        clients.add(client(String.join(",", mine) + chroot, sessionTimeoutMs, user));
        if (!others.isEmpty()) {
            clients.add(client(String.join(",", others) + chroot, sessionTimeoutMs, user));
        }
        clients.forEach(CuratorFramework::start);
    }

    private CuratorFramework client(final String connection, final int sessionTimeoutMs, final byte @Nullable [] user) {
        final ZKClientConfig zooKeeper = new ZKClientConfig();
        zooKeeper.setProperty(ZKClientConfig.ZOOKEEPER_REQUEST_TIMEOUT, Integer.toString(requestTimeoutMs));
        final CuratorFrameworkFactory.Builder builder = CuratorFrameworkFactory.builder()
                .connectString(connection)
                .sessionTimeoutMs(sessionTimeoutMs)
                .connectionTimeoutMs(requestTimeoutMs)
                .retryPolicy((count, elapsedMs, sleeper) -> false) // a retry makes BadVersion of an own success
                .ensembleTracker(false) // the addresses that servers know each other by need not be reachable from here
                .zkClientConfig(zooKeeper);
        if (user != null) {
            builder.authorization("digest", user).aclProvider(new CreatorOnly());
        }
        return builder.build();
    }

    /** As configured, for errors. */
    String connect() {
        return connect;
    }

    /** How many sessions there are. */
    int size() {
        return clients.size();
    }

    /** A session that is connected, the one that worked last if possible. */
    CuratorFramework connected() throws KeeperException.ConnectionLossException, InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(requestTimeoutMs);
        while (true) {
            for (int i = 0; i < clients.size(); i++) {
                final int index = (preferred + i) % clients.size();
                if (clients.get(index).getZookeeperClient().isConnected()) {
                    preferred = index;
                    return clients.get(index);
                }
            }
            if (System.nanoTime() - deadlineNs >= 0) {
                throw new KeeperException.ConnectionLossException();
            }
            Thread.sleep(LOOK_INTERVAL_MS);
        }
    }

    /** Something went wrong with a session: the next operation takes the other one, if that is connected. */
    void avoid(final CuratorFramework client) {
        if (clients.get(preferred) == client) {
            preferred = (preferred + 1) % clients.size();
        }
    }

    /** Lets the server of this session catch up with the leader. */
    void sync(final CuratorFramework client, final String path) throws Exception {
        final CompletableFuture<Integer> result = new CompletableFuture<>();
        client.getZookeeperClient().getZooKeeper().sync(path, (code, where, context) -> result.complete(code), null);
        final int code;
        try {
            code = result.get(requestTimeoutMs, TimeUnit.MILLISECONDS);
        } catch (final TimeoutException e) {
            throw new KeeperException.OperationTimeoutException();
        }
        if (code != KeeperException.Code.OK.intValue()) {
            throw KeeperException.create(KeeperException.Code.get(code), path);
        }
    }

    @Override
    public void close() {
        clients.forEach(CuratorFramework::close);
    }

    /** Whoever creates a znode is the only one who may do anything with it. */
    private static final class CreatorOnly implements ACLProvider {
        private static final List<ACL> ALL_TO_CREATOR = Collections.singletonList(
                new ACL(ZooDefs.Perms.ALL, new Id("auth", ""))); // asked whether it contains null

        @Override
        public List<ACL> getDefaultAcl() {
            return ALL_TO_CREATOR;
        }

        @Override
        public List<ACL> getAclForPath(final String path) {
            return ALL_TO_CREATOR;
        }
    }
}
