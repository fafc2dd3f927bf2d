// SPDX-License-Identifier: Apache-2.0
/**
 * Physical lines of a file as bytes, with a bound on their length.
 *
 * <p>Thread: none; a reader belongs to the thread that uses it. Imports: the JDK only.
 */
@NullMarked
package io.partita.examples.text;

import org.jspecify.annotations.NullMarked;
