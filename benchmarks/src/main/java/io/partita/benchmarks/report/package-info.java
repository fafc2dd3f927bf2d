// SPDX-License-Identifier: Apache-2.0
/** What the benchmarks measured as one HTML page: read from their JSON files and tables, drawn without any library. */
@NullMarked
package io.partita.benchmarks.report;

import org.jspecify.annotations.NullMarked;
