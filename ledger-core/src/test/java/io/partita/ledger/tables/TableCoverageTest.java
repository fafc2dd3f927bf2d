// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.model.ResultCode;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No code without a line that brings it about, and none without a place in an order of checks. */
class TableCoverageTest {
    @Test
    void shouldProduceEveryCode() {
        final Set<ResultCode> produced = EnumSet.noneOf(ResultCode.class);
        AllTables.byName().values().forEach(table -> {
            try (TableRunner runner = new TableRunner()) {
                runner.run(table);
                produced.addAll(runner.codes());
            }
        });

        assertEquals(Set.of(), EnumSet.complementOf(EnumSet.copyOf(produced)));
    }

    @Test
    void shouldKnowWhereEveryCodeIsChecked() {
        final Set<ResultCode> ordered = new HashSet<>();
        for (final CheckOrder order : CheckOrder.values()) {
            ordered.addAll(order.whole());
        }

        assertEquals(EnumSet.allOf(ResultCode.class), EnumSet.copyOf(ordered));
    }
}
