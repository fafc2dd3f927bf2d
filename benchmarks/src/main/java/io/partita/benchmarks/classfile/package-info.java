// SPDX-License-Identifier: Apache-2.0
/**
 * Class files with a method changed, so that the code of a release can be measured with and without something and needs no switch for it. The changed
 * class stands before the real one on the class path of a JVM of its own.
 */
@NullMarked
package io.partita.benchmarks.classfile;

import org.jspecify.annotations.NullMarked;
