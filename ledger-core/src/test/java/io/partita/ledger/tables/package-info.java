// SPDX-License-Identifier: Apache-2.0
/**
 * The ledger's contract, {@code docs/ledger.md}, as text tables: one line an event with the code that it must get, and lines that look
 * at what came of it. {@link io.partita.ledger.tables.TableRunner} says how a table is read,
 * {@link io.partita.ledger.tables.CheckOrder} is the order of the checks as data, of which each pair of neighbours has a case. Tables
 * run against anything that is a {@link io.partita.ledger.tables.TableLedger}: the state machine, and the naive ledger of the oracle.
 */
package io.partita.ledger.tables;
