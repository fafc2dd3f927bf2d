// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void shouldLetCasesTakeTurns() throws Exception {
        final List<String> order = new ArrayList<>();

        final Map<String, Figures> figures = Figures.inTurns(
                List.of("a", "b"),
                2,
                one -> {
                    order.add(one);
                    return Map.of("perSecond", (double) order.size());
                },
                new PrintStream(OutputStream.nullOutputStream()));

        assertEquals(List.of("a", "b", "a", "b"), order);
        assertEquals(1, figures.get("a").min("perSecond"));
        assertEquals(4, figures.get("b").max("perSecond"));
    }

    @Test
    void shouldCompareWithinTheSameRound() {
        final Figures one = of(10, 40, 10);
        final Figures other = of(20, 40, 5);

        assertEquals(10, one.median("x"));
        assertEquals(1, one.ratio("x", other));
        assertEquals("{\"x\":{\"median\":10.00,\"min\":10.00,\"max\":40.00}}", one.json());
    }

    @Test
    void shouldComeBackFromWhatAChildPrints() {
        final Map<String, Double> figures = Map.of("half.p50", 12.5);

        assertEquals(figures, Figures.parse(Figures.print(figures)));
    }

    private static Figures of(final double... rounds) {
        final Figures figures = new Figures();
        for (final double round : rounds) {
            figures.add(Map.of("x", round));
        }
        return figures;
    }
}
