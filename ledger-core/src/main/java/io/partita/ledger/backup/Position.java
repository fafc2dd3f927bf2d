// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.backup;

/**
 * A place in a journal, described by the record that ends there.
 *
 * @param seq of the record.
 * @param epoch of the record.
 * @param timestamp of the record, nanoseconds since 1970.
 * @param chain chain value after the record: equal values at a seq mean equal histories up to it.
 */
public record Position(long seq, long epoch, long timestamp, long chain) {}
