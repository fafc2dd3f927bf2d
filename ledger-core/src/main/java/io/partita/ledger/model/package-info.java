// SPDX-License-Identifier: Apache-2.0
/**
 * Values and bounds: identifiers, checked 128-bit amounts, flags, result codes, and all limits in one place.
 *
 * <p>Thread: none; everything here is immutable or belongs to its caller. Imports: Agrona only.
 */
@NullMarked
package io.partita.ledger.model;

import org.jspecify.annotations.NullMarked;
