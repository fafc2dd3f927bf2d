// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.node;

import java.util.List;

/** All keys of a node's configuration file, in the order in which they are documented. */
final class NodeKeys {
    static final NodeKey CLUSTER_ID = required(
            "cluster.id",
            "128 bit, hex",
            "32 hexadecimal digits",
            "the cluster; every file, frame and the register carry it");
    static final NodeKey NODE_ID = required("node.id", "name", "1..16 of [a-z0-9-]", "this node; one of members");
    static final NodeKey DATA_FOLDER = required(
            "data.folder",
            "path",
            "a folder of this node alone",
            "journal, meta file, counters and incidents; made if absent");
    static final NodeKey MEMBERS = required(
            "members", "names", "comma-separated ids", "all nodes of the cluster, in the same order on every node");
    static final NodeKey MEMBER_PEERS = required(
            "member.<id>.peers",
            "host:port",
            "a free port",
            "where that node listens for its peers; needed for each member");
    static final NodeKey MEMBER_CLIENTS = required(
            "member.<id>.clients",
            "host:port",
            "a free port",
            "where that node listens for clients; needed for each member");
    static final NodeKey REGISTER = key(
            "register",
            "kind",
            "file",
            "file, zookeeper",
            "the compare-and-set register that holds who is active and in sync: of one host, or of several");
    static final NodeKey REGISTER_FOLDER = key(
            "register.folder",
            "path",
            "none",
            "a folder all nodes of the host share",
            "where the file register lives, not on a network share; needed with register=file");
    static final NodeKey ZOOKEEPER_CONNECT = key(
            "zookeeper.connect",
            "host:port list",
            "none",
            "host:port,host:port,... and a chroot",
            "the ensemble, see [ZooKeeper](zookeeper.md); needed with register=zookeeper");
    static final NodeKey ZOOKEEPER_PATH = key(
            "zookeeper.path",
            "path",
            "/partita/<cluster.id>",
            "a path of [A-Za-z0-9._-]",
            "the register's znode, below the chroot; the same on every node");
    static final NodeKey ZOOKEEPER_AUTH_FILE = key(
            "zookeeper.auth.file",
            "path",
            "none",
            "a file of one line, user:password",
            "authenticates by digest; the znode is made so that only this user can read and write it");
    static final NodeKey ZOOKEEPER_SESSION_TIMEOUT = key(
            "zookeeper.session.timeout.ms",
            "ms",
            "6000",
            "100..600000",
            "a server that is silent for two thirds of this is left for another");
    static final NodeKey ZOOKEEPER_REQUEST_TIMEOUT = key(
            "zookeeper.request.timeout.ms",
            "ms",
            "1000",
            "10..600000",
            "a request, or a connection that is waited for, may take this long; then a write's outcome is unknown (R25)");
    static final NodeKey BOOTSTRAP = key(
            "bootstrap",
            "boolean",
            "false",
            "true, false",
            "may create an absent register if its own journal is empty (R37)");
    static final NodeKey TRANSPORT =
            key("transport", "kind", "tcp", "tcp, ipc", "how nodes talk: TCP, or memory-mapped files on one host");
    static final NodeKey IPC_FOLDER = key(
            "ipc.folder",
            "path",
            "ipc beside register.folder",
            "a short path",
            "where nodes of one host meet with transport=ipc");
    static final NodeKey DURABILITY = key(
            "durability",
            "mode",
            "memory",
            "memory, active-fsync, all-fsync",
            "what is on disk before it is answered; counts when the register is created");
    static final NodeKey POLICY = key(
            "policy",
            "kind",
            "availability",
            "availability, consistency",
            "what happens without a standby; counts when the register is created");
    static final NodeKey MIN_IN_SYNC =
            key("min.in.sync", "nodes", "1", "1..5", "members needed to commit with policy=consistency");
    static final NodeKey WINDOW_BATCHES = key(
            "window.batches", "batches", "256", "1..65536", "batches in flight over all clients before BACK_PRESSURED");
    static final NodeKey SESSION_WINDOW =
            key("session.window", "requests", "64", "1..4096", "unanswered requests of one client session");
    static final NodeKey SEGMENT_LENGTH = key(
            "journal.segment.length",
            "bytes",
            "134217728",
            "65536..4294967296",
            "bytes of frames after which the journal rolls");
    static final NodeKey SNAPSHOT_EVERY = key(
            "snapshot.every.records",
            "records",
            "0",
            "0..9223372036854775807",
            "a snapshot is taken after so many records (batches), see [snapshots](snapshots.md); 0 for none");
    static final NodeKey SNAPSHOT_KEEP =
            key("snapshot.keep", "snapshots", "2", "2..1000", "how many of the newest snapshots are kept");
    static final NodeKey KEEP_RECORDS = key(
            "journal.keep.records",
            "records",
            "9223372036854775807",
            "0..9223372036854775807",
            "the newest records that the journal keeps whatever snapshots hold; by default all: the journal is kept whole");
    static final NodeKey HEARTBEAT =
            key("heartbeat.ms", "ms", "20", "1..10000", "an idle active is heard of this often");
    static final NodeKey SUSPECT = key(
            "suspect.ms",
            "ms",
            "1000",
            "10..600000",
            "a silent active is suspected after this (R12); at least 3 heartbeats");
    static final NodeKey SHRINK = key(
            "shrink.ms",
            "ms",
            "250",
            "1..600000",
            "a standby without progress is left out after this (R22); below suspect.ms");
    static final NodeKey RECONNECT_GRACE =
            key("reconnect.grace.ms", "ms", "100", "1..600000", "a lost link may come back within this");
    static final NodeKey RECLAIM = key(
            "reclaim.ms",
            "ms",
            "2000",
            "1..600000",
            "a restarted active lets a hot standby take over for this long (R14)");
    static final NodeKey BIND_RISK = key(
            "bind.risk",
            "words",
            "none",
            "none, or the words the error names",
            "accepts in words that ports beyond loopback are neither encrypted nor authenticated; not needed with tls.*");
    static final NodeKey TLS_CERTIFICATE = key(
            "tls.certificate",
            "path",
            "none",
            "PEM",
            "this node's certificate, which names it by URI:partita:node=ID; all four keys tls.* or none (docs/security.md)");
    static final NodeKey TLS_KEY =
            key("tls.key", "path", "none", "PEM, PKCS#8, not encrypted", "the certificate's private key; chmod 600");
    static final NodeKey TLS_TRUSTED =
            key("tls.trusted", "path", "none", "PEM", "certificates of the CAs of nodes and clients");
    static final NodeKey TLS_ROLES = key(
            "tls.roles",
            "path",
            "none",
            "properties",
            "who may what: role.NAME=submit,read,operate,recover; who is not in it may nothing");
    static final NodeKey STOP_WITH_STDIN = key(
            "stop.with.stdin",
            "boolean",
            "false",
            "true, false",
            "ends when standard input ends, so that no child outlives its parent");
    static final NodeKey PRINT_POSITIONS = key(
            "print.positions",
            "boolean",
            "false",
            "true, false",
            "also prints a line when the applied position has moved, ten a second");
    static final NodeKey DRILL_CLOCK_FILE = key(
            "drill.clock.file",
            "path",
            "none",
            "a file of 8 bytes",
            "for drills only: nanoseconds that another process makes this node's wall clock wrong by; made if absent");

    /** They go together. */
    static final List<NodeKey> TLS = List.of(TLS_CERTIFICATE, TLS_KEY, TLS_TRUSTED, TLS_ROLES);

    static final List<NodeKey> ALL = List.of(
            CLUSTER_ID,
            NODE_ID,
            DATA_FOLDER,
            MEMBERS,
            MEMBER_PEERS,
            MEMBER_CLIENTS,
            REGISTER,
            REGISTER_FOLDER,
            ZOOKEEPER_CONNECT,
            ZOOKEEPER_PATH,
            ZOOKEEPER_AUTH_FILE,
            ZOOKEEPER_SESSION_TIMEOUT,
            ZOOKEEPER_REQUEST_TIMEOUT,
            BOOTSTRAP,
            TRANSPORT,
            IPC_FOLDER,
            DURABILITY,
            POLICY,
            MIN_IN_SYNC,
            WINDOW_BATCHES,
            SESSION_WINDOW,
            SEGMENT_LENGTH,
            SNAPSHOT_EVERY,
            SNAPSHOT_KEEP,
            KEEP_RECORDS,
            HEARTBEAT,
            SUSPECT,
            SHRINK,
            RECONNECT_GRACE,
            RECLAIM,
            BIND_RISK,
            TLS_CERTIFICATE,
            TLS_KEY,
            TLS_TRUSTED,
            TLS_ROLES,
            STOP_WITH_STDIN,
            PRINT_POSITIONS,
            DRILL_CLOCK_FILE);

    private NodeKeys() {}

    private static NodeKey required(final String name, final String unit, final String range, final String meaning) {
        return new NodeKey(name, unit, "", range, meaning);
    }

    private static NodeKey key(
            final String name, final String unit, final String defaultValue, final String range, final String meaning) {
        return new NodeKey(name, unit, defaultValue, range, meaning);
    }
}
