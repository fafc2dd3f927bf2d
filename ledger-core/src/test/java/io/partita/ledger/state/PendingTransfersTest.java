// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.partita.ledger.wire.BatchDecoder;
import io.partita.ledger.wire.BatchEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.agrona.ExpandableArrayBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against lists of numbers; row and number of a pending transfer are 100 apart here. */
class PendingTransfersTest {
    private static final int ACCOUNTS = 5;

    private final AccountTable accounts = new AccountTable();
    private final PendingTransfers pendings = new PendingTransfers(accounts);
    private final List<int[]> model = new ArrayList<>();
    private final List<Long> open = new ArrayList<>();

    @BeforeEach
    void fill() {
        ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        BatchEncoder encoder = new BatchEncoder().wrap(buffer, 0, ACCOUNTS);
        for (int i = 1; i <= ACCOUNTS; i++) {
            encoder.addAccount(0, i, 1, 1, 0);
        }
        int length = encoder.finish();
        BatchDecoder batch = new BatchDecoder().wrap(buffer, encoder.bodyOffset(), length, ACCOUNTS);
        while (batch.next()) {
            accounts.add(batch.index(), batch.account(), batch.index() + 1);
        }
    }

    @AfterEach
    void close() {
        accounts.close();
        pendings.close();
    }

    @Test
    void shouldKeepWhatBecameOfEach() {
        long first = add(0, 1, 50);
        long second = add(1, 0, 0);
        pendings.resolve(first, PendingTransfers.EXPIRED, 60);

        assertEquals(2, pendings.count());
        assertEquals(1, pendings.openCount());
        assertEquals(PendingTransfers.EXPIRED, pendings.status(first));
        assertEquals(60, pendings.resolvedAt(first));
        assertEquals(50, pendings.expiresAt(first));
        assertEquals(100, pendings.transferRow(first));
        assertEquals(0, pendings.debitRow(first));
        assertEquals(1, pendings.creditRow(first));
        assertEquals(PendingTransfers.OPEN, pendings.status(second));
        assertEquals(0, pendings.resolvedAt(second));
        assertEquals(Long.MAX_VALUE, pendings.nextExpiry());
        assertEquals(PendingTransfers.NONE, pendings.firstOpen(4));
    }

    @Test
    void shouldAgreeWithListsWhateverIsTakenBack() {
        Random random = new Random(5);
        for (int chain = 0; chain < 400; chain++) {
            String before = describe();
            Deque<Runnable> undo = new ArrayDeque<>();
            boolean fails = random.nextInt(3) > 0;
            for (int step = random.nextInt(12); step > 0; step--) {
                if (open.isEmpty() || random.nextInt(9) < 5) {
                    int debit = random.nextInt(ACCOUNTS);
                    int credit = (debit + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    add(debit, credit, random.nextInt(3) * (1 + random.nextInt(9)));
                    undo.push(() -> {
                        pendings.removeLast();
                        model.remove(model.size() - 1);
                        open.remove(open.size() - 1);
                    });
                } else {
                    int index = random.nextInt(open.size());
                    long number = open.remove(index);
                    pendings.resolve(number, PendingTransfers.POSTED + random.nextInt(3), 1 + chain);
                    undo.push(() -> {
                        pendings.reopen(number);
                        open.add(index, number);
                    });
                }
                compare();
            }
            if (fails) {
                undo.forEach(Runnable::run);
                compare();
                assertEquals(before, describe());
            }
        }
    }

    private long add(int debitRow, int creditRow, long expiresAt) {
        pendings.reserve();
        long number = pendings.add(pendings.count() + 100, debitRow, creditRow, expiresAt);
        assertEquals(model.size(), number);
        model.add(new int[] {debitRow, creditRow, (int) expiresAt});
        open.add(number);
        return number;
    }

    private void compare() {
        assertEquals(model.size(), pendings.count());
        assertEquals(open.size(), pendings.openCount());
        for (int account = 0; account < ACCOUNTS; account++) {
            List<Long> expected = new ArrayList<>();
            for (long number : open) {
                int[] of = model.get((int) number);
                if (of[0] == account || of[1] == account) {
                    expected.add(number);
                }
            }
            List<Long> actual = new ArrayList<>();
            long number = pendings.firstOpen(account);
            for (long i = pendings.openCount(account); i > 0; i--) {
                actual.add(number);
                number = pendings.nextOpen(number, account);
            }
            assertEquals(expected, actual);
            assertEquals(number, pendings.firstOpen(account), "a ring");
        }
        for (long base : new long[] {0, 5, 9}) {
            assertEquals(
                    open.stream()
                            .filter(n -> expiresAt(n) != 0 && expiresAt(n) <= base)
                            .count(),
                    pendings.dueCount(base, 1_000_000));
        }
        assertEquals(
                open.stream()
                        .mapToLong(this::expiresAt)
                        .filter(at -> at != 0)
                        .min()
                        .orElse(Long.MAX_VALUE),
                pendings.nextExpiry());
    }

    private long expiresAt(long number) {
        return model.get((int) number)[2];
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (long number = 0; number < pendings.count(); number++) {
            text.append(pendings.transferRow(number)).append(' ').append(pendings.status(number));
            text.append(' ').append(pendings.resolvedAt(number)).append('\n');
        }
        return text.toString();
    }
}
