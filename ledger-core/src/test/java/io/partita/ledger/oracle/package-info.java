// SPDX-License-Identifier: Apache-2.0
/**
 * The ledger once more, naively: written from {@code docs/ledger.md} and {@code docs/ledger-digests.md} with big integers, sorted
 * maps and scans, without a look at the state machine, and compared with it over seeded random commands. Nothing here may use
 * {@code io.partita.ledger.state}: the subject under test stands behind {@link io.partita.ledger.oracle.Subject}.
 */
package io.partita.ledger.oracle;
