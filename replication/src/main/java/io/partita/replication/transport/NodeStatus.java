// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

/**
 * What a node tells its clients about itself: in the answer to their hello and whenever it changes.
 *
 * @param node its id.
 * @param active whether it takes commands now.
 * @param epoch the newest epoch it knows.
 * @param activeHint id of the node it takes for the active, or empty.
 */
public record NodeStatus(String node, boolean active, long epoch, String activeHint) {}
