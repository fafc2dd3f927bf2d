// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every table there is, for those who run them otherwise than one by one. */
public final class AllTables {
    private static final List<Class<? extends TableTest>> THEMES = List.of(
            AccountsTest.class,
            TransfersTest.class,
            OverflowTest.class,
            TwoPhaseTest.class,
            ExpiryTest.class,
            ChainsTest.class,
            BalancingTest.class,
            ClosingTest.class,
            ImportedTest.class,
            CreditLimitsTest.class,
            IdempotencyTest.class,
            QueriesTest.class);

    private AllTables() {}

    /** The longest of each theme. */
    static Map<String, List<String>> longestByName() {
        final Map<String, List<String>> longest = new LinkedHashMap<>();
        for (final Class<? extends TableTest> theme : THEMES) {
            longest.put(
                    theme.getSimpleName(),
                    TableTest.tables(theme).values().stream()
                            .map(table -> table.lines().toList())
                            .max(Comparator.comparingInt(List::size))
                            .orElseThrow());
        }
        return longest;
    }

    /**
     * The tables, each for a ledger of its own.
     *
     * @return lines by name.
     */
    public static Map<String, List<String>> byName() {
        final Map<String, List<String>> all = new LinkedHashMap<>();
        for (final Class<? extends TableTest> theme : THEMES) {
            TableTest.tables(theme)
                    .forEach((name, table) -> all.put(
                            theme.getSimpleName() + " " + name, table.lines().toList()));
        }
        final InstructionPairsTest instructions = new InstructionPairsTest();
        final List<PairTables> pairs = List.of(
                new HeadPairsTest(),
                new AccountPairsTest(),
                new TransferPairsTest(),
                new SinglePairsTest(),
                new PostAndVoidPairsTest(),
                instructions.new SetCreditLimit(),
                instructions.new Resolve());
        for (final PairTables each : pairs) {
            final List<List<String>> cases = each.cases();
            for (final List<String> lines : cases.subList(1, cases.size())) {
                final List<String> whole = new ArrayList<>(cases.get(0));
                whole.addAll(lines);
                all.put(each.getClass().getSimpleName() + " " + lines.get(0), whole);
            }
        }
        return all;
    }
}
