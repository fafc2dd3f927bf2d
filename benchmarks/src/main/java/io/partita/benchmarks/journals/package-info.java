// SPDX-License-Identifier: Apache-2.0
/**
 * Whether a journal on a plain file would be faster than the one that ships where a force is on the way: record by record, and
 * behind a whole engine. {@link io.partita.benchmarks.journals.FileChannelJournal} is for measuring only.
 *
 * <p>Thread: as in the ledger, an owner and a syncer. Imports: the public API of the ledger, and {@code load} for the payments.
 */
@NullMarked
package io.partita.benchmarks.journals;

import org.jspecify.annotations.NullMarked;
