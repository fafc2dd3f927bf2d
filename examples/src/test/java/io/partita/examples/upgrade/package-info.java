// SPDX-License-Identifier: Apache-2.0
/** A rolling upgrade under load from the jar of one release to another's and back: {@code .ci/campaign upgrade}. */
@NullMarked
package io.partita.examples.upgrade;

import org.jspecify.annotations.NullMarked;
