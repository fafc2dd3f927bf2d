// SPDX-License-Identifier: Apache-2.0
/**
 * The register on a ZooKeeper ensemble, for a cluster over several hosts; how to run it: docs/zookeeper.md.
 *
 * <p>The znode holds a {@link io.partita.replication.register.RegisterEnvelope}: magic, format, cluster id, version, length,
 * CRC-32C, value. The node's data folder remembers the znode's {@code czxid} in the file {@code register-znode}, an envelope too:
 * the czxid in the place of the version, the znode's path as the value.
 *
 * <p>No ephemeral znode shows who is present: a session outlives its process by seconds, and the links between nodes know within
 * milliseconds.
 *
 * <p>Thread: the register worker's; calls may block, each request as long as the configuration says. Imports: the only importer of
 * Curator and ZooKeeper, which are optional; beside them {@code register} and the ledger's {@code model}.
 */
@NullMarked
package io.partita.replication.register.zookeeper;

import org.jspecify.annotations.NullMarked;
