// SPDX-License-Identifier: Apache-2.0
/**
 * The client of a pair: follows redirects, retries with the same id, keeps a deadline.
 *
 * <p>Thread: the client's own thread. Imports: {@code transport} and the ledger's {@code model}, {@code client}
 * and {@code wire}.
 */
@NullMarked
package io.partita.replication.client;

import org.jspecify.annotations.NullMarked;
