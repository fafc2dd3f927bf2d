// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import org.HdrHistogram.Histogram;

/**
 * What one run of payments gave.
 *
 * @param perSecond transfers answered.
 * @param latencies nanoseconds of each batch.
 */
public record Paid(double perSecond, Histogram latencies) {}
