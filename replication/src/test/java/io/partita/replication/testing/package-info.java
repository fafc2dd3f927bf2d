// SPDX-License-Identifier: Apache-2.0
/** What tests of several packages share: waiting, child processes, journals with records. */
@NullMarked
package io.partita.replication.testing;

import org.jspecify.annotations.NullMarked;
