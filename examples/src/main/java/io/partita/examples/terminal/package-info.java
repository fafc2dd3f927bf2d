// SPDX-License-Identifier: Apache-2.0
/**
 * What every command of the tool shares towards its user: errors with a code and a next step, the report, progress.
 *
 * <p>Thread: the command's. Imports: the JDK, {@code examples.json} and the ledger's model.
 */
@NullMarked
package io.partita.examples.terminal;

import org.jspecify.annotations.NullMarked;
