// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.growth;

import io.partita.benchmarks.micro.CpuClock;
import io.partita.benchmarks.micro.StateFactory;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.ResultDecoder;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Grows one ledger, and measures every step. A step is a record applied: of 64 commands, so that it bounds all of them; and one
 * of each sixteen transfers is in a record of its own, so that single commands are seen as well.
 */
public final class Growth {
    private static final int COMMANDS = 64;
    private static final int INTERVAL = 1_000_000;
    private static final int SINGLES_PER_BATCH = 4;
    private static final int WARM_UP_ACCOUNTS = 10_000;
    private static final int WARM_UP_TRANSFERS = 1_500_000;
    private static final int CALM_STEPS = 200_000;
    private static final int CALM_STEPS_QUICK = 10_000;

    private final GrowthOptions options;
    private final PrintStream progress;
    private final UnsafeBuffer results = new UnsafeBuffer(ByteBuffer.allocateDirect(COMMANDS * Limits.RESULT_LENGTH));
    private final ResultDecoder result = new ResultDecoder();
    private final ThreadFaults faults = new ThreadFaults();
    private final Steps accountSteps = new Steps("64 accounts");
    private final Steps batchSteps = new Steps("64 transfers");
    private final Steps singleSteps = new Steps("1 transfer");
    private final List<Interval> intervals = new ArrayList<>();
    private long wallNs;
    private long cpuNs;
    private long wallTotalNs;

    /**
     * Not begun yet.
     *
     * @param options how far.
     * @param progress where a line goes for each million.
     */
    public Growth(final GrowthOptions options, final PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Grows the ledger; takes minutes.
     *
     * @return what it found.
     */
    public GrowthReport run() {
        progress.println("growth: what the machine does by itself ...");
        final Machine machine = new Machine(options.accounts(), options.isQuick() ? CALM_STEPS_QUICK : CALM_STEPS);
        progress.println("growth: warm-up ...");
        warmUp();
        final long start = System.nanoTime();
        final double bytesPerAccount;
        final double memoryPerTransfer;
        final double diskPerTransfer;
        try (StateFactory factory = new StateFactory(options.isMapped());
                LedgerStateMachine ledger = factory.create()) {
            final RecordSource source = new RecordSource(options.accounts(), options.pendingPercent(), COMMANDS);
            final long emptyBytes = ledger.memoryLength();
            createAccounts(ledger, source);
            final long accountBytes = ledger.memoryLength() - emptyBytes;
            final ProcessMemory accountMemory = ProcessMemory.now();
            final long mappedAtStart = factory.mappedBytes();
            progress.printf(
                    Locale.ROOT,
                    "growth: %,d accounts, resident %.1f GiB anonymous%n",
                    ledger.accountCount(),
                    gib(accountMemory.anonymousBytes()));
            // Ten million accounts in a row make the compiler forget what transfers are like.
            warmUp();
            while (source.transfersMade() < options.transfers()) {
                interval(ledger, source);
            }
            if (ledger.transferCount() != options.transfers() || ledger.accountCount() != options.accounts()) {
                throw new IllegalStateException("transferCount=" + ledger.transferCount());
            }
            wallTotalNs = System.nanoTime() - start;
            final long stateBytes = ledger.memoryLength() - emptyBytes - accountBytes;
            final long mappedBytes = factory.mappedBytes() - mappedAtStart;
            bytesPerAccount = (double) accountBytes / options.accounts();
            memoryPerTransfer = (double) (stateBytes - mappedBytes) / options.transfers();
            diskPerTransfer = (double) mappedBytes / options.transfers();
        }
        faults.close();
        progress.println("growth: random accesses to as much memory ...");
        final RandomReads reads = RandomReads.measure(
                intervals.get(0).memory().anonymousBytes(),
                intervals.get(intervals.size() - 1).memory().anonymousBytes());
        return new GrowthReport(
                options,
                machine,
                reads,
                intervals,
                List.of(accountSteps, batchSteps, singleSteps),
                bytesPerAccount,
                memoryPerTransfer,
                diskPerTransfer,
                wallTotalNs);
    }

    /** A small ledger of the same kind, so that none of what is measured runs in the interpreter. */
    private void warmUp() {
        final Steps ignored = new Steps("warm-up");
        try (StateFactory factory = new StateFactory(options.isMapped());
                LedgerStateMachine ledger = factory.create()) {
            final RecordSource source = new RecordSource(WARM_UP_ACCOUNTS, options.pendingPercent(), COMMANDS);
            while (source.accountsMade() < WARM_UP_ACCOUNTS) {
                step(ledger, source.nextAccounts(1), 1, source, ignored);
            }
            while (source.transfersMade() < WARM_UP_TRANSFERS) {
                step(ledger, source.nextTransfers(COMMANDS), COMMANDS, source, ignored);
                step(ledger, source.nextTransfers(1), 1, source, ignored);
            }
        }
    }

    private void createAccounts(final LedgerStateMachine ledger, final RecordSource source) {
        while (source.accountsMade() < options.accounts()) {
            final int commands = (int) Math.min(COMMANDS, options.accounts() - source.accountsMade());
            step(ledger, source.nextAccounts(commands), commands, source, accountSteps);
        }
    }

    private void interval(final LedgerStateMachine ledger, final RecordSource source) {
        final long end = Math.min(options.transfers(), (source.transfersMade() / INTERVAL + 1) * INTERVAL);
        long commands = 0;
        wallNs = 0;
        cpuNs = 0;
        while (source.transfersMade() < end) {
            final int length = (int) Math.min(COMMANDS, end - source.transfersMade());
            step(ledger, source.nextTransfers(length), length, source, batchSteps);
            commands += length;
            final long wallOfBatches = wallNs;
            final long cpuOfBatches = cpuNs;
            for (int i = 0; i < SINGLES_PER_BATCH && source.transfersMade() < end; i++) {
                step(ledger, source.nextTransfers(1), 1, source, singleSteps);
            }
            wallNs = wallOfBatches;
            cpuNs = cpuOfBatches;
        }
        final Interval interval = new Interval(
                source.transfersMade(),
                commands,
                wallNs,
                cpuNs,
                singleSteps.takeP999(),
                ledger.memoryLength(),
                ProcessMemory.now());
        intervals.add(interval);
        progress.printf(
                Locale.ROOT,
                "growth: %,d transfers, %.0f ns (processor %.0f ns) a transfer, resident %.1f GiB anonymous, %.1f GiB mapped%n",
                interval.transfers(),
                interval.wallNsPerCommand(),
                interval.cpuNsPerCommand(),
                gib(interval.memory().anonymousBytes()),
                gib(interval.memory().fileBytes()));
    }

    /** Faults are looked at outside the times. What this thread faults between two steps counts for the second one. */
    private void step(
            final LedgerStateMachine ledger,
            final int offset,
            final int commands,
            final RecordSource source,
            final Steps steps) {
        final long minorBefore = faults.minor();
        final long majorBefore = faults.major();
        final long entriesBefore = ledger.accountCount() + ledger.transferCount();
        final long bytesBefore = ledger.memoryLength();
        final long wallStart = System.nanoTime();
        final long cpuStart = CpuClock.threadNs();
        ledger.apply(source.buffer(), offset, results, 0);
        final long cpu = CpuClock.threadNs() - cpuStart;
        final long wall = System.nanoTime() - wallStart;
        faults.look();
        check(ledger, entriesBefore, commands);
        steps.record(
                entriesBefore,
                cpu,
                wall,
                faults.minor() - minorBefore,
                faults.major() - majorBefore,
                ledger.memoryLength() - bytesBefore);
        wallNs += wall;
        cpuNs += cpu;
    }

    private void check(final LedgerStateMachine ledger, final long entriesBefore, final int commands) {
        result.wrap(results, 0, commands);
        result.next();
        if (result.code() != ResultCode.CREATED.code()
                || ledger.accountCount() + ledger.transferCount() != entriesBefore + commands) {
            throw new IllegalStateException("code=" + result.resultCode() + " after " + entriesBefore);
        }
    }

    static double gib(final long bytes) {
        return (double) bytes / (1L << 30);
    }
}
