// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.exec;

import io.partita.examples.json.RowWriter;
import io.partita.ledger.client.Batch;
import io.partita.ledger.wire.ResultBalancesView;
import io.partita.ledger.wire.ResultDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results of an answered batch of commands as JSON. */
final class ResultRows {
    private ResultRows() {}

    static List<Object> of(final Batch batch) {
        final List<Object> results = new ArrayList<>(batch.count());
        final ResultDecoder decoder = batch.commandResults();
        final ResultBalancesView balances = new ResultBalancesView();
        while (decoder.next()) {
            final Map<String, @Nullable Object> result = new LinkedHashMap<>();
            result.put("code", decoder.resultCode().name());
            result.put("timestamp", RowWriter.number(0, decoder.timestamp()));
            if (decoder.hasBalances()) {
                result.put("balances", balancesOf(decoder, balances));
            }
            results.add(result);
        }

        return results;
    }

    /** Of each account that the event touched; none of an event that was not created. */
    private static List<Object> balancesOf(final ResultDecoder result, final ResultBalancesView view) {
        final List<Object> balances = new ArrayList<>(2);
        for (int i = 0; i < 2; i++) {
            if (result.balances(i == 1, view).isPresent()) {
                balances.add(RowWriter.resultBalances(view));
            }
        }

        return balances;
    }
}
