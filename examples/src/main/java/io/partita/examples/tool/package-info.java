// SPDX-License-Identifier: Apache-2.0
/**
 * The commands of the {@code partita} tool, one class each: they read the command line and hand over to the package that
 * does the work.
 *
 * <p>Thread: main. Imports: the other packages of the examples and picocli.
 */
@NullMarked
package io.partita.examples.tool;

import org.jspecify.annotations.NullMarked;
