// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Seeded commands that seek trouble: few accounts, ids used again with one field changed, amounts around the borders of 64 and
 * 128 bits, limits that are nearly used up, and a mistake in every tenth command. {@code java.util.Random} is specified to the
 * bit, so a seed means the same on every JDK.
 */
public final class CommandGenerator {
    private static final int REMEMBERED = 256;

    private final Random random;
    private final List<Command> remembered = new ArrayList<>();
    private final int accountIds;

    public CommandGenerator(long seed, int accountIds) {
        random = new Random(seed);
        this.accountIds = accountIds;
    }

    public List<Command> batch(int commandsMax) {
        List<Command> commands = new ArrayList<>();
        int count = 1 + random.nextInt(commandsMax);
        for (int i = 0; i < count; i++) {
            commands.add(command());
        }
        return commands;
    }

    public boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private Command command() {
        Command command;
        if (!remembered.isEmpty() && chance(6)) {
            command = Command.parse(text(remembered.get(random.nextInt(remembered.size()))));
            if (chance(2)) {
                spoil(command);
            }
        } else {
            command = chance(12) ? account() : transfer();
            if (chance(10)) {
                spoil(command);
            }
        }
        if (remembered.size() < REMEMBERED) {
            remembered.add(command);
        } else {
            remembered.set(random.nextInt(REMEMBERED), command);
        }
        return command;
    }

    private static String text(Command command) {
        return command.toString();
    }

    private Command account() {
        Command account = new Command(false);
        account.id = accountId();
        account.ledger = chance(20) ? 2 : 1;
        account.code = 1 + random.nextInt(3);
        switch (random.nextInt(8)) {
            case 0 -> account.flags = 2;
            case 1 -> {
                account.flags = 2;
                account.creditLimit = amount();
            }
            case 2 -> account.flags = 4;
            case 3 -> account.flags = 8;
            default -> {}
        }
        if (chance(40)) {
            account.flags |= 32;
        }
        if (chance(4)) {
            account.userData128 = wide();
            account.userData64 = random.nextLong();
            account.userData32 = random.nextInt();
        }
        return account;
    }

    private Command transfer() {
        Command transfer = new Command(true);
        transfer.id = transferId();
        transfer.debit = accountId();
        transfer.credit = accountId();
        transfer.amount = amount();
        transfer.ledger = chance(20) ? 2 : 1;
        transfer.code = 1 + random.nextInt(3);
        if (chance(4)) {
            transfer.userData128 = chance(2) ? wide() : BigInteger.ZERO;
            transfer.userData64 = random.nextLong();
            transfer.userData32 = random.nextInt();
        }
        return transfer;
    }

    /** Changes one field for another value that may or may not be legal. */
    private void spoil(Command c) {
        switch (random.nextInt(c.isTransfer ? 14 : 15)) {
            case 0 -> c.id = chance(2) ? BigInteger.ZERO : Command.MAX;
            case 1 -> c.flags ^= 1 << random.nextInt(16);
            case 2 -> c.timestamp = random.nextInt(3);
            case 3 -> c.ledger = random.nextInt(3);
            case 4 -> c.code = random.nextInt(3);
            case 5 -> c.userData128 = wide();
            case 6 -> c.userData64 = random.nextInt(3);
            case 7 -> c.userData32 = random.nextInt(3);
            case 8 -> {
                c.amount = c.isTransfer ? amount() : c.amount;
                c.creditLimit = c.isTransfer ? c.creditLimit : amount();
            }
            case 9 -> {
                c.pendingId = c.isTransfer ? accountId() : c.pendingId;
                c.reserved = c.isTransfer ? 0 : random.nextInt(2);
            }
            case 10 -> {
                c.timeout = c.isTransfer ? random.nextInt(3) : 0;
                c.debitsPending = c.isTransfer ? c.debitsPending : amount();
            }
            case 11 -> {
                c.debit = c.isTransfer ? edgeId() : c.debit;
                c.debitsPosted = c.isTransfer ? c.debitsPosted : amount();
            }
            case 12 -> {
                c.credit = c.isTransfer ? edgeId() : c.credit;
                c.creditsPending = c.isTransfer ? c.creditsPending : amount();
            }
            case 13 -> {
                c.credit = c.isTransfer ? c.debit : c.credit;
                c.creditsPosted = c.isTransfer ? c.creditsPosted : amount();
            }
            default -> c.flags |= 6;
        }
        c.flags &= c.isTransfer ? 0xFE00 : 0xFFEE; // the naive ledger knows no more
    }

    private BigInteger accountId() {
        BigInteger id = BigInteger.valueOf(1 + random.nextInt(accountIds));
        // Ids that agree in one half.
        return chance(4) ? id.shiftLeft(64).add(BigInteger.ONE) : id;
    }

    private BigInteger edgeId() {
        return switch (random.nextInt(3)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> Command.MAX;
            default -> accountId();
        };
    }

    private BigInteger transferId() {
        return chance(3) ? BigInteger.valueOf(1 + random.nextInt(100_000)) : wide();
    }

    private BigInteger amount() {
        return switch (random.nextInt(12)) {
            case 0 -> BigInteger.ZERO;
            case 1 -> near(BigInteger.ONE.shiftLeft(63));
            case 2 -> near(BigInteger.ONE.shiftLeft(64));
            case 3 -> chance(8) ? near(BigInteger.ONE.shiftLeft(127)) : BigInteger.valueOf(random.nextInt(100));
            case 4 -> chance(16) ? Command.MAX.subtract(BigInteger.valueOf(random.nextInt(3))) : BigInteger.TEN;
            default -> BigInteger.valueOf(random.nextInt(1000));
        };
    }

    private BigInteger near(BigInteger value) {
        return value.add(BigInteger.valueOf(random.nextInt(5) - 2));
    }

    private BigInteger wide() {
        return new BigInteger(128, random);
    }
}
