// SPDX-License-Identifier: Apache-2.0
/**
 * Encoders and decoders of commands and results, in mirror images: the way between flyweights and the generated
 * codec.
 *
 * <p>Thread: none; each instance belongs to the thread that uses it. Imports: {@code model} and {@code codec}.
 */
@NullMarked
package io.partita.ledger.wire;

import org.jspecify.annotations.NullMarked;
