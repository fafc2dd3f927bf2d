// SPDX-License-Identifier: Apache-2.0
/**
 * A ledger inside an application, on one screen.
 *
 * <p>Thread: main. Imports: the ledger's facade, client and model.
 */
@NullMarked
package io.partita.examples.quickstart;

import org.jspecify.annotations.NullMarked;
