// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.micro;

import io.partita.benchmarks.classfile.EmptiedMethods;
import io.partita.ledger.model.Limits;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What the running digest costs: the apply step of single-phase transfers in a JVM whose digest works, or whose digest does
 * nothing because the class path has a class before the real one in which it is emptied.
 */
public final class DigestShare {
    private static final String DIGEST = "io/partita/ledger/state/RunningDigest.class";
    private static final Set<String> METHODS = Set.of("add", "addRelease", "fold");
    private static final int COMMANDS = 1 << 18;
    private static final int RECORDS = COMMANDS / KindRecords.COMMANDS;
    private static final int WARM_UPS = 6;

    private DigestShare() {}

    /**
     * Writes the digest that does nothing.
     *
     * @param folder that comes first on the class path of the JVM without a digest.
     * @throws IOException if it cannot be written.
     */
    public static void writeWithoutDigest(final Path folder) throws IOException {
        final Path target = folder.resolve(DIGEST);
        Files.createDirectories(target.getParent());
        try (InputStream in = DigestShare.class.getResourceAsStream("/" + DIGEST)) {
            if (in == null) {
                throw new IOException("the class path has no " + DIGEST);
            }
            Files.write(target, EmptiedMethods.of(in.readAllBytes(), METHODS));
        }
    }

    /**
     * Measures in this JVM, whichever digest it has.
     *
     * @param accounts of the ledger.
     * @param iterations of a quarter of a million transfers.
     * @param isDigesting what the caller believes; it is looked at.
     * @return the median of the iterations, nanoseconds of processor time per transfer.
     */
    public static double measure(final int accounts, final int iterations, final boolean isDigesting) {
        final KindRecords records = new KindRecords(RECORDS, accounts);
        final UnsafeBuffer results =
                new UnsafeBuffer(ByteBuffer.allocateDirect(KindRecords.COMMANDS * Limits.RESULT_LENGTH));
        final double[] ns = new double[iterations];
        try (LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
            int filled = records.fillAccounts(CommandKinds.SINGLE_PHASE, RECORDS);
            while (filled > 0) {
                apply(ledger, records, filled, results);
                filled = records.fillAccounts(CommandKinds.SINGLE_PHASE, RECORDS);
            }
            for (int i = -WARM_UPS; i < iterations; i++) {
                records.fill(CommandKinds.SINGLE_PHASE, RECORDS);
                final long start = CpuClock.threadNs();
                apply(ledger, records, RECORDS, results);
                final long elapsedNs = CpuClock.threadNs() - start;
                if (i >= 0) {
                    ns[i] = (double) elapsedNs / COMMANDS;
                }
            }
            if ((ledger.runningDigest() != 0) != isDigesting) {
                throw new IllegalStateException("the running digest is " + ledger.runningDigest());
            }
        }
        Arrays.sort(ns);
        return ns[iterations / 2];
    }

    private static void apply(
            final LedgerStateMachine ledger, final KindRecords records, final int count, final UnsafeBuffer results) {
        for (int i = 0; i < count; i++) {
            ledger.apply(records.buffer(), records.offset(i), results, 0);
        }
    }
}
