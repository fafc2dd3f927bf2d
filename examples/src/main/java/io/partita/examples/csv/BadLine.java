// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.csv;

/**
 * A line that is no payment.
 *
 * @param number physical number, the header's is 1.
 * @param reason why.
 */
public record BadLine(long number, String reason) {}
