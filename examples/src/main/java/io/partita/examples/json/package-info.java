// SPDX-License-Identifier: Apache-2.0
/**
 * JSON as plain maps, lists and exact numbers, over Jackson's streaming parser; its only importer. And the ledger's rows in
 * that form.
 *
 * <p>Thread: none; everything here is stateless. Imports: {@code com.fasterxml.jackson.core} and the ledger's model, wire and
 * client.
 */
@NullMarked
package io.partita.examples.json;

import org.jspecify.annotations.NullMarked;
