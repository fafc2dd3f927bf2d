// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * What became of a rehearsed restore.
 *
 * @param backup the number of the backup that was restored.
 * @param endedNs when it ended, nanoseconds since 1970.
 * @param durationNs how long restore and replay took: about what a real one takes.
 * @param ok whether everything agreed.
 * @param problem what did not, a sentence; empty if {@code ok}.
 */
public record Rehearsal(long backup, long endedNs, long durationNs, boolean ok, String problem) {}
