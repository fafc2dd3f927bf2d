// SPDX-License-Identifier: Apache-2.0
/**
 * JSON as plain maps, lists and exact numbers, over Jackson's streaming parser; its only importer.
 *
 * <p>Thread: none; everything here is stateless. Imports: the JDK and {@code com.fasterxml.jackson.core}.
 */
@NullMarked
package io.partita.examples.json;

import org.jspecify.annotations.NullMarked;
