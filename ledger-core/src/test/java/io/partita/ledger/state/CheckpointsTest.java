// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CheckpointsTest {
    private final Checkpoints checkpoints = new Checkpoints();

    @AfterEach
    void close() {
        checkpoints.close();
    }

    @Test
    void shouldFindEachOfManyInterleavedChainsByNumberAndByRow() {
        Random random = new Random(3);
        List<List<Integer>> chains = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<List<Long>> rows = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        long row = 0;
        for (int i = 0; i < 30_000; i++) {
            int chain = random.nextInt(3);
            row += 1 + random.nextInt(9);
            int before = chains.get(chain).isEmpty()
                    ? Checkpoints.NONE
                    : chains.get(chain).get(chains.get(chain).size() - 1);
            checkpoints.reserve(1);
            chains.get(chain).add(checkpoints.append(before, row));
            rows.get(chain).add(row);
        }

        for (int chain = 0; chain < 3; chain++) {
            List<Integer> entries = chains.get(chain);
            int last = entries.get(entries.size() - 1);
            for (int i = 0; i < entries.size(); i++) {
                assertEquals(entries.get(i), checkpoints.withNumber(last, i + 1));
                assertEquals(i + 1, checkpoints.number(entries.get(i)));
                assertEquals(rows.get(chain).get(i), checkpoints.row(entries.get(i)));
            }
            for (int i = 0; i < 5_000; i++) {
                long bound = random.nextInt((int) row + 10);
                int index = 0;
                while (index < entries.size() && rows.get(chain).get(index) < bound) {
                    index++;
                }
                int expected = index == entries.size() ? Checkpoints.NONE : entries.get(index);
                assertEquals(expected, checkpoints.firstFrom(last, bound), "bound=" + bound);
            }
        }
    }

    @Test
    void shouldReachAnyInLogarithmicallyManySteps() {
        int last = Checkpoints.NONE;
        int count = 1 << 17;
        for (int i = 0; i < count; i++) {
            checkpoints.reserve(1);
            last = checkpoints.append(last, i);
        }
        Random random = new Random(4);
        for (int i = 0; i < 1_000; i++) {
            long number = 1 + random.nextInt(count);
            int steps = 0;
            for (int entry = last; checkpoints.number(entry) > number; steps++) {
                int jump = checkpoints.jump(entry);
                entry = checkpoints.number(jump) >= number ? jump : checkpoints.before(entry);
            }
            assertTrue(steps <= 2 * 17 + 2, "number=" + number + " steps=" + steps);
        }
    }

    @Test
    void shouldForgetTheLastOnes() {
        List<Integer> entries = new ArrayList<>(List.of(Checkpoints.NONE));
        for (int i = 1; i <= 1_000; i++) {
            checkpoints.reserve(1);
            entries.add(checkpoints.append(entries.get(i - 1), 10L * i));
        }
        for (int i = 1_000; i > 500; i--) {
            assertEquals(entries.get(i - 1), checkpoints.removeLast(entries.get(i)));
        }
        assertEquals(500, checkpoints.count());
        for (int i = 501; i <= 1_000; i++) {
            checkpoints.reserve(1);
            assertEquals(entries.get(i), checkpoints.append(entries.get(i - 1), 7L * i + 1_500));
        }
        for (int i = 1; i <= 1_000; i++) {
            assertEquals(i, checkpoints.number(checkpoints.withNumber(entries.get(1_000), i)));
        }
        assertEquals(entries.get(501), checkpoints.firstFrom(entries.get(1_000), 5_001));
    }

    @Test
    void shouldFindNothingInNoChain() {
        assertEquals(Checkpoints.NONE, checkpoints.firstFrom(Checkpoints.NONE, 0));
        assertEquals(0, checkpoints.count());
    }
}
