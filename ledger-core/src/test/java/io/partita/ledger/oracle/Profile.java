// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

/** What one ledger's run is after. Each seed has its own, so that no trouble crowds out another. */
final class Profile {
    private static final long SECOND = 1_000_000_000L;
    private static final long TODAY = 1_760_000_000L * SECOND;

    /** How many account ids there are to choose from. */
    final int accountIds;
    /** Transfer ids are often chosen below this. */
    final int transferIds;
    /** How many commands until the run ends. */
    final int commands;
    /** Commands in a usual batch, at most. */
    final int batchMax;
    /** Of a hundred amounts, how many are near the end of 128 bits. */
    final int hugeAmounts;
    /** Of a hundred other amounts, how many are about where a word of 64 bits ends. */
    final int wordAmounts;
    /** Of a hundred new commands, how many get one field changed. */
    final int mistakes;
    /** Of a hundred commands, how many start a chain. */
    final int chains;
    /** Of a hundred batches, how many are imported. */
    final int imports;
    /** Of a hundred transfers, how many are pending. */
    final int pendings;
    /** Of a hundred pendings, how many have a timeout. */
    final int timeouts;
    /** Of a hundred pendings, how many close an account. */
    final int closings;
    /** Of a hundred transfers, how many balance. */
    final int balancings;
    /** Of a hundred accounts, how many are limited. */
    final int limits;
    /** The clock at the start. */
    final long start;

    Profile(final Chance chance) {
        // Now and then so many pendings fall due at once that it takes several TICKs; then nothing else matters.
        final boolean flood = chance.oneIn(300);
        // Some ledgers are large enough for what is kept to take several chunks of memory.
        final boolean large = flood || chance.oneIn(150);
        accountIds = chance.oneIn(3) ? chance.between(2, 5) : chance.between(6, 60);
        commands = large ? chance.between(flood ? 40_000 : 20_000, 60_000) : chance.between(500, 4000);
        transferIds = chance.oneIn(3) && !flood ? commands / 2 : commands * 50;
        batchMax = flood ? 8000 : chance.oneIn(4) ? chance.between(50, 400) : chance.between(1, 24);
        hugeAmounts = chance.oneIn(4) && !flood ? chance.between(5, 60) : 0;
        wordAmounts = chance.oneIn(4) && !flood ? chance.between(30, 90) : flood ? 0 : 20;
        mistakes = flood ? 0 : chance.between(0, 14);
        chains = flood ? 1 : chance.oneIn(3) ? chance.between(10, 40) : chance.between(2, 9);
        imports = chance.oneIn(3) && !flood ? chance.between(10, 90) : 2;
        pendings = flood ? 95 : 45;
        timeouts = flood ? 99 : chance.between(20, 100);
        closings = flood ? 0 : chance.oneIn(3) ? chance.between(5, 30) : 2;
        balancings = chance.oneIn(3) ? chance.between(10, 50) : 4;
        limits = flood ? 0 : chance.between(5, 70);
        start = switch (chance.below(6)) {
            case 0 -> 0;
            case 1 -> 5_000_000_000L * SECOND + chance.below(1_000_000_000);
            case 2 -> Long.MAX_VALUE - chance.between(10, 4000) * SECOND;
            default -> TODAY + chance.below(1_000_000_000);
        };
    }
}
