// SPDX-License-Identifier: Apache-2.0
/**
 * Payment files: CSV rows to transfers with ids that anyone can recompute, and the sample that ships with the project.
 *
 * <p>Thread: none; everything belongs to its caller. Imports: the JDK, {@code examples.text}, {@code examples.terminal} and
 * the ledger's model.
 */
@NullMarked
package io.partita.examples.csv;

import org.jspecify.annotations.NullMarked;
