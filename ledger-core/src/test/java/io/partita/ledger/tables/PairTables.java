// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.ResultCode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * For each pair of neighbours in an order of checks: an event that violates both and gets the first, then the same event with
 * that repaired, which gets the second, so that it shows that it violated both.
 *
 * <p>{@code pair A < B} starts a case, in a ledger of its own that the lines before the first pair have filled. {@code impossible
 * A < B reason} stands for a pair that no event can violate both of. A pair may leave out checks between: it stands where the
 * neighbours cannot meet.
 */
abstract class PairTables {
    private static final String PAIR = "pair ";
    private static final String IMPOSSIBLE = "impossible ";

    private final CheckOrder order;
    private final String table;

    PairTables(final CheckOrder order, final String table) {
        this.order = order;
        this.table = table;
    }

    @TestFactory
    Stream<DynamicTest> shouldAnswerWithTheFirstOfTwo() {
        final List<List<String>> cases = cases();
        return cases.stream()
                .skip(1)
                .map(each -> DynamicTest.dynamicTest(each.get(0), () -> {
                    try (TableRunner runner = new TableRunner()) {
                        runner.run(cases.get(0));
                        final int before = runner.codes().size();
                        runner.run(each.subList(1, each.size()));
                        final List<ResultCode> codes =
                                runner.codes().subList(before, runner.codes().size());
                        final ResultCode[] pair = pair(each.get(0).substring(PAIR.length()));
                        assertTrue(codes.contains(pair[0]), "no line gets the first");
                        assertTrue(
                                codes.lastIndexOf(pair[1]) > codes.indexOf(pair[0]), "no later line gets the second");
                    }
                }));
    }

    @Test
    void shouldHaveEveryPairOfNeighbours() {
        final Set<String> covered = new HashSet<>();
        for (final String line : headers()) {
            final ResultCode[] pair = pair(line.substring(line.indexOf(' ') + 1));
            assertTrue(covered.add(pair[0] + " < " + pair[1]), "twice: " + line);
            assertTrue(isInOrder(pair), "not in this order: " + line);
            if (line.startsWith(IMPOSSIBLE)) {
                assertFalse(line.strip().endsWith(pair[1].name()), "no reason: " + line);
            }
        }
        final Set<String> missing = new TreeSet<>();
        for (int i = 1; i < order.checks().size(); i++) {
            missing.add(order.checks().get(i - 1) + " < " + order.checks().get(i));
        }
        missing.removeAll(covered);
        assertEquals(Set.of(), missing);
    }

    /** In this order, or in one that goes on from it. */
    private boolean isInOrder(final ResultCode[] pair) {
        return Stream.of(CheckOrder.values())
                .map(CheckOrder::whole)
                .filter(whole -> Collections.indexOfSubList(whole, order.whole()) == 0)
                .anyMatch(whole -> whole.contains(pair[0]) && whole.indexOf(pair[0]) < whole.lastIndexOf(pair[1]));
    }

    /** What the cases run, for those who run all tables. */
    List<List<String>> cases() {
        final List<List<String>> cases = new ArrayList<>();
        cases.add(new ArrayList<>());
        for (final String line : table.lines().toList()) {
            if (line.startsWith(PAIR)) {
                cases.add(new ArrayList<>());
            }
            if (!line.startsWith(IMPOSSIBLE)) {
                cases.get(cases.size() - 1).add(line);
            }
        }
        return cases;
    }

    private List<String> headers() {
        return table.lines()
                .filter(line -> line.startsWith(PAIR) || line.startsWith(IMPOSSIBLE))
                .toList();
    }

    private static ResultCode[] pair(final String text) {
        final String[] words = text.split("\\s+");
        assertEquals("<", words[1], text);
        return new ResultCode[] {ResultCode.valueOf(words[0]), ResultCode.valueOf(words[2])};
    }
}
