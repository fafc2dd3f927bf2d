// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.protocol;

/**
 * What an active knows of another node, for people.
 *
 * @param node its id.
 * @param link NONE, WELCOMED or STREAMING.
 * @param matchedSeq acknowledged in this session; 0 without one.
 * @param appliedSeq applied, as last told in any session.
 */
public record PeerView(String node, String link, long matchedSeq, long appliedSeq) {}
