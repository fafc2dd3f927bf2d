// SPDX-License-Identifier: Apache-2.0
/**
 * How an application submits batches and polls results, without allocation; and a thin wrapper that gives futures.
 *
 * <p>Thread: client threads; a batch belongs to the thread that took it until it is submitted. Imports: {@code
 * model} and {@code wire}.
 */
@NullMarked
package io.partita.ledger.client;

import org.jspecify.annotations.NullMarked;
