// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a drill shall do.
 *
 * @param source the payment file, or null for the sample.
 * @param kills counted faults.
 * @param seed of the plan.
 * @param transport {@code tcp} or {@code ipc}.
 * @param durability {@code memory}, {@code active-fsync} or {@code all-fsync}.
 * @param register {@code file}.
 * @param rate payments a second at most, 0 for no limit.
 * @param phases labels of the phases in which faults hit.
 * @param keep where to leave the data folders; null for nowhere.
 */
public record DrillSettings(
        @Nullable Path source,
        int kills,
        long seed,
        String transport,
        String durability,
        String register,
        long rate,
        Set<String> phases,
        @Nullable Path keep) {}
