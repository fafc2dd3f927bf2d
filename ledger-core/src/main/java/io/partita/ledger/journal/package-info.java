// SPDX-License-Identifier: Apache-2.0
/**
 * The journal: frames appended, forced, read back and recovered; the only importer of Chronicle Queue.
 *
 * <p>Thread: one appender thread per journal, a syncer thread for the barrier, any number of readers. Imports:
 * {@code model}, {@code codec}, {@code observe} and {@code net.openhft}.
 */
@NullMarked
package io.partita.ledger.journal;

import org.jspecify.annotations.NullMarked;
