// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.partita.benchmarks.load.Paid;
import io.partita.benchmarks.micro.BenchFolder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Payments to PostgreSQL: a batch is a transaction, of as many connections at a time as the setting says. */
final class PostgresLoad implements PeerLoad {
    private static final int DIGITS = 3;

    private final BenchFolder folder = new BenchFolder();
    private final PostgresPair servers;
    private final Sync sync;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicLong answered = new AtomicLong();

    PostgresLoad(final PostgresTools tools, final int copies, final Sync sync) throws Exception {
        this.sync = sync;
        try {
            servers = new PostgresPair(tools, folder, copies, sync.isForced());
        } catch (final Exception e) {
            folder.close();
            throw e;
        }
        servers.primary()
                .execute("INSERT INTO account (id, book) SELECT i, " + LEDGER + " FROM generate_series(1, " + ACCOUNTS
                        + ") AS i; ANALYZE account");
    }

    /** What a session asks its server to wait for. */
    static String synchronousCommit(final Sync sync) {
        return switch (sync) {
            case MEMORY, ACTIVE_FSYNC -> "remote_write";
            case ALL_FSYNC, FSYNC -> "on";
            case APPLIED -> "remote_apply";
            case FIRST_DISK -> "local";
            case FIRST_MEMORY -> "off";
        };
    }

    @Override
    public Paid pay(final PeerSetting setting, final boolean isAlone, final long durationNs) throws Exception {
        final List<PostgresPosting> connections = new ArrayList<>();
        try {
            for (int i = 0; i < (isAlone ? 1 : setting.clients()); i++) {
                connections.add(new PostgresPosting(
                        servers.primary(), synchronousCommit(sync), setting.batch(), setting.isByRow()));
            }
            final long answeredBefore = answered.get();
            final long startNs = System.nanoTime();
            final List<Future<Histogram>> clients = new ArrayList<>();
            for (final PostgresPosting each : connections) {
                final SplittableRandom random = new SplittableRandom(startNs + clients.size());
                clients.add(threads.submit(() -> payAs(each, setting.batch(), random, startNs + durationNs)));
            }
            final Histogram latencies = new Histogram(DIGITS);
            for (final Future<Histogram> client : clients) {
                latencies.add(client.get());
            }
            return new Paid((answered.get() - answeredBefore) * 1e9 / (System.nanoTime() - startNs), latencies);
        } finally {
            for (final PostgresPosting each : connections) {
                each.close();
            }
        }
    }

    private Histogram payAs(
            final PostgresPosting posting, final int batch, final SplittableRandom random, final long endNs)
            throws Exception {
        final Histogram latencies = new Histogram(DIGITS);
        final long[] ids = new long[batch];
        final long[] debits = new long[batch];
        final long[] credits = new long[batch];
        final long[] amounts = new long[batch];
        long nowNs;
        do { // one at least, also on a machine so busy that the time is over when this thread gets to run
            final long firstId = lastId.getAndAdd(batch) + 1;
            for (int i = 0; i < batch; i++) {
                final long debit = random.nextInt(ACCOUNTS);
                ids[i] = firstId + i;
                debits[i] = debit + 1;
                credits[i] = (debit + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS + 1;
                amounts[i] = 1;
            }
            final long sentNs = System.nanoTime();
            final int[] refused = posting.post(ids, debits, credits, amounts, LEDGER, CODE);
            nowNs = System.nanoTime();
            if (refused.length > 0) {
                throw new IllegalStateException("a payment was not made: result=" + refused[0]);
            }
            latencies.recordValue(nowNs - sentNs);
            answered.addAndGet(batch);
        } while (nowNs - endNs < 0);
        return latencies;
    }

    @Override
    public void settle() throws Exception {
        servers.checkpoint();
    }

    @Override
    public void check() throws Exception {
        servers.check(answered.get());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        servers.close();
        folder.close();
    }
}
