// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.audit;

/** Sees every command of a replay with its result. */
@FunctionalInterface
public interface ResultSink {
    /**
     * One command was applied.
     *
     * @param seq of its record.
     * @param kind a {@code CommandKind}.
     * @param idHi high half of the account's, transfer's or instruction's id.
     * @param idLo low half.
     * @param code a {@code ResultCode}'s number.
     * @param timestamp of the result.
     */
    void onResult(long seq, int kind, long idHi, long idLo, int code, long timestamp);
}
