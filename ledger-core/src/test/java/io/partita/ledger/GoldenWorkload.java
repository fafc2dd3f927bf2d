// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger;

import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.TransferFlags;
import io.partita.ledger.wire.BatchEncoder;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The commands of a golden journal: every kind, every flag, mistakes, retries, chains, limits that are reached, numbers beyond 64
 * bits. Only its seed decides.
 */
final class GoldenWorkload {
    /** Accounts 1 to 20 are plain, 21 to 30 are closed now and then, 31 to 36 limited, 37 and 38 of another book. */
    private static final int ACCOUNTS = 38;

    private static final int REMEMBERED = 24;
    private static final int BOOK = 1;
    private static final int CODE = 7;

    private final SplittableRandom random;
    private final long[] pendings = new long[REMEMBERED];
    private final long[] others = new long[REMEMBERED];
    private long nextId;

    GoldenWorkload(final int launch) {
        random = new SplittableRandom(launch);
        nextId = 1_000 + launch * 100_000L;
        Arrays.fill(pendings, 36);
        Arrays.fill(others, 36);
    }

    /** The accounts, and what tests rely on. */
    static void accounts(final BatchEncoder to) {
        for (int id = 1; id <= ACCOUNTS; id++) {
            final int flags = switch (id) {
                case 3, 4, 21, 31 -> AccountFlags.HISTORY;
                default -> 0;
            };
            if (id <= 30) {
                to.addAccount(0, id, BOOK, CODE, flags);
            } else if (id <= 34) {
                to.addAccount(0, id, BOOK, CODE, flags | AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
                to.creditLimit(id == 34 ? 1 : 0, 500);
            } else if (id <= 36) {
                to.addAccount(0, id, BOOK, CODE, AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS);
            } else {
                to.addAccount(0, id, 2, 8, 0);
            }
            to.userData128(id % 3, id).userData64(id % 4).userData32(id % 5);
        }
        to.addAccount(0, 50, BOOK, CODE, AccountFlags.CLOSED);
        to.addAccount(0, 0, BOOK, CODE, 0);
        to.addAccount(-1, -1, BOOK, CODE, 0);
        to.addAccount(0, 51, 0, CODE, 0);
        to.addAccount(0, 51, BOOK, CODE, 6);
        to.addAccount(0, 51, BOOK, CODE, 0);
        to.creditLimit(0, 1);
        to.addAccount(0, 1, BOOK, 9, 0);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, BOOK, CODE, 0);
    }

    /** Anything, as often as it must be to happen. */
    void mixed(final BatchEncoder to, final int count) {
        for (int i = 0; i < count; i++) {
            final boolean isLast = i == count - 1;
            final int linked = random.nextInt(isLast ? 40 : 8) == 0 ? TransferFlags.LINKED : 0;
            switch (random.nextInt(20)) {
                case 0 -> account(to, linked);
                case 1, 2 -> creditLimit(to, linked);
                case 3 -> to.addResolve(0, random.nextBoolean() ? seen() : nextId++, linked);
                case 4, 5, 6, 7 -> pending(to, linked);
                case 8, 9, 10, 11, 12 -> resolution(to, linked);
                case 13 -> mistake(to, linked);
                default -> single(to, linked);
            }
        }
    }

    /** What chance does not bring about: each check that a single command can fail by itself. */
    void mistakes(final BatchEncoder to) {
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.timestamp(1);
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.reserved(1);
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.debitsPending(0, 1);
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.debitsPosted(1, 0);
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.creditsPending(0, 1);
        to.addAccount(0, 52, BOOK, CODE, 0);
        to.creditsPosted(1, 0);
        to.addAccount(0, 52, BOOK, 0, 0);
        to.addAccount(0, 1, BOOK, CODE, 0);
        to.userData128(1, 1);
        to.addAccount(0, 1, BOOK, CODE, 0);
        to.userData128(1, 1).userData64(1);
        to.addAccount(0, 1, 2, CODE, 0);
        to.userData128(1, 1).userData64(1).userData32(1);
        to.addAccount(0, 1, BOOK, 9, 0);
        to.userData128(1, 1).userData64(1).userData32(1);
        to.addAccount(0, 32, BOOK, CODE, AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS);
        to.userData128(2, 32).userData32(2);

        final long id = nextId++;
        own(to, 0, 2, BOOK, 0);
        to.addTransfer(0, id, -1, -1, 0, 2, 1, BOOK, CODE, 0);
        own(to, 1, 0, BOOK, 0);
        to.addTransfer(0, id, 0, 1, -1, -1, 1, BOOK, CODE, 0);
        own(to, 1, 2, BOOK, 0);
        to.pendingId(0, 1);
        own(to, 1, 2, BOOK, 0);
        to.timeout(1);
        own(to, 1, 2, 0, 0);
        own(to, 1, 2, 2, 0);
        to.addTransfer(0, 0, 0, 1, 0, 2, 1, BOOK, CODE, 0);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, BOOK, CODE, 0);
        to.timeout(1);
        to.addTransfer(0, 36, 0, 5, 0, 7, 100, BOOK, CODE, 0);
        to.addTransfer(0, 36, 0, 5, 0, 6, 101, BOOK, CODE, 0);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, BOOK, CODE, 0);
        to.userData64(1);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, BOOK, CODE, 0);
        to.userData32(1);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, 2, CODE, 0);
        to.addTransfer(0, 36, 0, 5, 0, 6, 100, BOOK, 8, 0);

        final long pending = nextId++;
        to.addTransfer(0, pending, 0, 7, 0, 8, 10, BOOK, CODE, TransferFlags.PENDING);
        post(to, 0);
        to.addTransfer(0, id, 0, 0, 0, 0, 0, 0, 0, TransferFlags.POST_PENDING);
        to.pendingId(-1, -1);
        to.addTransfer(0, id, 0, 8, 0, 0, 0, 0, 0, TransferFlags.POST_PENDING);
        to.pendingId(0, pending);
        to.addTransfer(0, id, 0, 0, 0, 7, 0, 0, 0, TransferFlags.POST_PENDING);
        to.pendingId(0, pending);
        to.addTransfer(0, id, 0, 0, 0, 0, 0, 2, 0, TransferFlags.POST_PENDING);
        to.pendingId(0, pending);
        to.addTransfer(0, id, 0, 0, 0, 0, 0, 0, 8, TransferFlags.VOID_PENDING);
        to.pendingId(0, pending);
        post(to, pending);

        final long limit = nextId++;
        to.addCreditLimit(0, limit, 0, 33, 100_000, 0);
        to.addCreditLimit(0, limit, 0, 32, 100_000, 0);
        to.addCreditLimit(0, limit, 0, 33, 100_001, 0);
        to.addCreditLimit(0, nextId++, 0, 99, 1, 0);
        to.addCreditLimit(0, 0, 0, 33, 1, 0);

        // Accounts 60 to 63 have no other use: their balances fill up.
        for (int account = 60; account <= 63; account++) {
            to.addAccount(nextId, account, BOOK, CODE, 0);
        }
        full(to, 60, 61, -1, TransferFlags.PENDING);
        full(to, 62, 63, -1, TransferFlags.PENDING);
        full(to, 60, 62, 0, 0);
        full(to, 61, 63, 0, 0);
        full(to, 63, 61, 0, TransferFlags.PENDING);
        nextId++;
    }

    private void own(final BatchEncoder to, final long debit, final long credit, final int ledger, final int flags) {
        to.addTransfer(0, nextId, 0, debit, 0, credit, 1, ledger, CODE, flags);
    }

    private void post(final BatchEncoder to, final long pending) {
        to.addTransfer(0, nextId++, 0, 0, 0, 0, 4, 0, 0, TransferFlags.POST_PENDING);
        to.pendingId(0, pending);
    }

    private void full(
            final BatchEncoder to, final long debit, final long credit, final long amountHi, final int flags) {
        to.addTransfer(1, nextId * 10_000 + debit * 100 + credit, nextId, debit, nextId, credit, 0, BOOK, CODE, flags);
        to.amount(amountHi, amountHi == 0 ? 1 : -1);
    }

    /** A batch of imports, a few of which break their rules. */
    void imports(final BatchEncoder to, final long fromNs) {
        final long account = 1_000_000 + nextId;
        final int flags = AccountFlags.IMPORTED;
        to.addAccount(0, account, BOOK, CODE, flags);
        to.timestamp(fromNs);
        to.addAccount(0, account + 1, BOOK, CODE, flags | AccountFlags.HISTORY);
        to.timestamp(fromNs + 10);
        to.addAccount(0, account + 2, BOOK, CODE, flags);
        to.timestamp(fromNs + 10);
        to.addAccount(0, account + 2, BOOK, CODE, 0);
        imported(to, account, account + 1, TransferFlags.PENDING, fromNs + 20);
        pendings[0] = nextId - 1;
        imported(to, account + 1, account, 0, fromNs + 21);
        imported(to, account + 1, account, 0, fromNs + 21);
        imported(to, account, account + 1, TransferFlags.LINKED, fromNs + 22);
        imported(to, account, account + 1, 0, 0);
        imported(to, account, account + 1, TransferFlags.LINKED, fromNs + 23);
        imported(to, account, account + 1, TransferFlags.BALANCING_CREDIT, fromNs + 24);
        imported(to, account, account + 1, 0, Long.MAX_VALUE);
        to.addAccount(0, account + 3, BOOK, CODE, flags);
        to.timestamp(fromNs + 40);
        imported(to, account + 3, account, 0, fromNs + 30);
        imported(to, account, account + 3, 0, fromNs + 30);
        imported(to, account, account + 1, TransferFlags.PENDING, fromNs + 31);
        to.timeout(1);
    }

    private void imported(
            final BatchEncoder to, final long debit, final long credit, final int flags, final long timestamp) {
        to.addTransfer(0, nextId++, 0, debit, 0, credit, 5, BOOK, CODE, flags | TransferFlags.IMPORTED);
        to.timestamp(timestamp);
    }

    private void single(final BatchEncoder to, final int linked) {
        final int balancing = switch (random.nextInt(8)) {
            case 0 -> TransferFlags.BALANCING_DEBIT;
            case 1 -> TransferFlags.BALANCING_CREDIT;
            case 2 -> TransferFlags.BALANCING_DEBIT | TransferFlags.BALANCING_CREDIT;
            default -> 0;
        };
        transfer(to, random.nextInt(12) == 0 ? seen() : newId(others), linked | balancing);
    }

    private void pending(final BatchEncoder to, final int linked) {
        final long id = newId(pendings);
        if (random.nextInt(8) == 0) {
            final int sides = switch (random.nextInt(3)) {
                case 0 -> TransferFlags.CLOSING_DEBIT;
                case 1 -> TransferFlags.CLOSING_CREDIT;
                default -> TransferFlags.CLOSING_DEBIT | TransferFlags.CLOSING_CREDIT;
            };
            final long debit = 21 + random.nextInt(5);
            final long credit = 26 + random.nextInt(5);
            final int flags = linked | TransferFlags.PENDING | sides;
            to.addTransfer(0, id, 0, debit, 0, credit, random.nextInt(3), BOOK, CODE, flags);
            to.timeout(1 + random.nextInt(3));
            return;
        }
        final int balancing = random.nextInt(5) == 0 ? TransferFlags.BALANCING_DEBIT : 0;
        transfer(to, id, linked | TransferFlags.PENDING | balancing);
        to.timeout(
                switch (random.nextInt(5)) {
                    case 0 -> 0;
                    case 1 -> 1_800;
                    default -> 1 + random.nextInt(3);
                });
    }

    private void transfer(final BatchEncoder to, final long id, final int flags) {
        final long debit = 1 + random.nextInt(ACCOUNTS + 1);
        final long credit = 1 + random.nextInt(ACCOUNTS + 1);
        final int ledger = debit > 36 && credit > 36 ? 2 : BOOK;
        to.addTransfer(0, id, 0, debit, 0, credit, random.nextInt(150), ledger, CODE + random.nextInt(3), flags);
        switch (random.nextInt(40)) {
            case 0, 1 -> to.amount(1L << 20, id);
            case 2 -> to.amount(-1, -1);
            default -> to.userData64(id % 5);
        }
        if (random.nextInt(3) == 0) {
            to.userData128(id, 5).userData32((int) (id % 7));
        }
    }

    private void resolution(final BatchEncoder to, final int linked) {
        final int flag = random.nextInt(3) == 0 ? TransferFlags.VOID_PENDING : TransferFlags.POST_PENDING;
        final long id = random.nextInt(15) == 0 ? seen() : newId(others);
        final long pending = random.nextInt(12) == 0 ? seen() : pendings[random.nextInt(REMEMBERED)];
        to.addTransfer(0, id, 0, 0, 0, 0, 0, 0, 0, linked | flag);
        to.pendingId(0, pending);
        switch (random.nextInt(5)) {
            case 0 -> to.amount(0, random.nextInt(100));
            case 1 -> to.userData64(id % 5);
            case 2, 3 ->
                to.amount(flag == TransferFlags.VOID_PENDING ? 0 : -1, flag == TransferFlags.VOID_PENDING ? 0 : -1);
            default -> to.amount(0, 0);
        }
    }

    private void account(final BatchEncoder to, final int linked) {
        final long id = random.nextBoolean() ? 1 + random.nextInt(ACCOUNTS) : 2_000_000 + nextId++;
        to.addAccount(random.nextInt(3), id, BOOK, CODE, linked);
    }

    private void creditLimit(final BatchEncoder to, final int linked) {
        final long id = random.nextInt(8) == 0 ? seen() : newId(others);
        to.addCreditLimit(0, id, 0, 30 + random.nextInt(6), random.nextInt(1_500), linked);
        if (random.nextInt(6) == 0) {
            to.creditLimit(1, 0);
        }
    }

    private void mistake(final BatchEncoder to, final int linked) {
        switch (random.nextInt(8)) {
            case 0 -> to.addTransfer(0, nextId, 0, 3, 0, 3, 9, BOOK, CODE, linked);
            case 1 -> to.addTransfer(0, nextId, 0, 3, 0, 4, 9, BOOK, CODE, linked | 0x8000);
            case 2 -> to.addTransfer(0, nextId, 0, 3, 0, 4, 9, BOOK, 0, linked);
            case 3 -> to.addTransfer(0, nextId, 0, 50, 0, 4, 9, BOOK, CODE, linked);
            case 4 -> to.addTransfer(0, nextId, 0, 3, 0, 4, 9, BOOK, CODE, linked | TransferFlags.CLOSING_DEBIT);
            case 5 -> to.addTransfer(0, nextId, 0, 3, 0, 4, 9, BOOK, CODE, linked | TransferFlags.IMPORTED);
            case 6 -> to.addTransfer(0, nextId, 0, 3, 0, 4, 9, BOOK, CODE, linked | 0x06);
            default -> to.addResolve(-1, -1, linked);
        }
        nextId++;
    }

    private long newId(final long[] remembered) {
        remembered[random.nextInt(REMEMBERED)] = nextId;
        return nextId++;
    }

    private long seen() {
        return random.nextBoolean() ? pendings[random.nextInt(REMEMBERED)] : others[random.nextInt(REMEMBERED)];
    }
}
