// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.links;

import io.partita.ledger.client.Batch;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.node.NodeContext;
import io.partita.replication.node.ReplicatedLedger;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two nodes over TCP and a client, all in this process, with or without TLS. */
final class LinkPair implements AutoCloseable {
    static final int BATCH = 64;

    private static final int ACCOUNTS = 10_000;
    private static final int WINDOW = 32;
    private static final int LEDGER = 1;
    private static final List<String> NODES = List.of("a", "b");
    /** Nobody is to be suspected because the machine is busy. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long START_TIMEOUT_NS = 60_000_000_000L;
    private static final long POLL_NS = 100_000_000L;

    private final Id128 clusterId = new Id128(1, 2);
    private final List<ReplicatedLedger> nodes = new ArrayList<>();
    private final RemoteLedgerClient client;
    private final SplittableRandom random = new SplittableRandom(1);
    private long lastId;
    private long answered;
    private @Nullable String surprise;

    /** Starts it and creates the accounts. */
    LinkPair(final Path folder, final boolean hasTls) throws Exception {
        Files.createDirectories(folder);
        final BenchAuthority authority = hasTls ? new BenchAuthority(folder.resolve("tls")) : null;
        final Path roles = Files.writeString(folder.resolve("roles.properties"), "role.payer=submit,read\n");
        final List<InetSocketAddress> addresses = Loopback.freeAddresses(2 * NODES.size());
        final RemoteClientContext clientContext = new RemoteClientContext()
                .clusterId(clusterId)
                .name("payer")
                .batches(WINDOW)
                .commandsMax(BATCH)
                .silenceTimeout(PATIENCE)
                .listener(this::onBatch);
        for (int i = 0; i < NODES.size(); i++) {
            final String id = NODES.get(i);
            final NodeContext context = new NodeContext()
                    .clusterId(clusterId)
                    .nodeId(id)
                    .directory(folder.resolve(id))
                    .registerFolder(folder.resolve("register"))
                    .timers(core -> core.suspectNs(PATIENCE.toNanos()).shrinkNs(PATIENCE.toNanos() / 2))
                    .bootstrap(i == 0);
            for (int member = 0; member < NODES.size(); member++) {
                context.member(NODES.get(member), addresses.get(2 * member), addresses.get(2 * member + 1));
            }
            if (authority != null) {
                context.tls(authority.issue(id, "partita:node=" + id), roles);
            }
            nodes.add(ReplicatedLedger.launch(context));
            clientContext.node(id, addresses.get(2 * i + 1));
        }
        if (authority != null) {
            clientContext.tls(authority.issue("payer"));
        }
        client = RemoteLedgerClient.connect(clientContext);
        awaitInSync();
        createAccounts();
    }

    /** Pays so many batches, as many in flight as there may be, and returns how long it took. */
    long pay(final int batches) {
        final long startNs = System.nanoTime();
        final long goal = answered + batches;
        int sent = 0;
        while (answered < goal) {
            for (Batch batch = next(sent < batches); batch != null; batch = next(sent < batches)) {
                submit(batch, BATCH);
                sent++;
            }
            client.pollAwait(WINDOW, POLL_NS);
        }
        check();
        return System.nanoTime() - startNs;
    }

    /** Pays one payment after the other, and returns how long each took. */
    long[] roundTrips(final int count) {
        final long[] tookNs = new long[count];
        for (int i = 0; i < count; i++) {
            final long startNs = System.nanoTime();
            final long goal = answered + 1;
            final Batch batch = next(true);
            if (batch == null) {
                throw new IllegalStateException("a window of none");
            }
            submit(batch, 1);
            while (answered < goal) {
                client.pollAwait(1, POLL_NS);
            }
            tookNs[i] = System.nanoTime() - startNs;
        }
        check();
        return tookNs;
    }

    private @Nullable Batch next(final boolean isWanted) {
        return isWanted ? client.acquire() : null;
    }

    private void submit(final Batch batch, final int count) {
        for (int i = 0; i < count; i++) {
            final int debit = random.nextInt(ACCOUNTS);
            final int credit = (debit + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            batch.commands().addTransfer(1, ++lastId, 0, debit + 1, 0, credit + 1, 1, LEDGER, 1, 0);
        }
        client.submit(batch);
    }

    private void createAccounts() {
        int next = 0;
        final long goal = answered + (ACCOUNTS + BATCH - 1) / BATCH;
        while (answered < goal) {
            for (Batch batch = next(next < ACCOUNTS); batch != null; batch = next(next < ACCOUNTS)) {
                for (int i = 0; i < BATCH && next < ACCOUNTS; i++) {
                    batch.commands().addAccount(0, ++next, LEDGER, 1, 0);
                }
                client.submit(batch);
            }
            client.pollAwait(WINDOW, POLL_NS);
        }
        check();
    }

    private void onBatch(final Batch batch) {
        answered++;
        if (!batch.isOk()) {
            surprise = Outcome.name(batch.outcome());
            return;
        }
        final ResultDecoder results = batch.commandResults();
        while (results.next()) {
            // EXISTS: it was made, by an attempt whose answer was lost.
            if (results.code() != ResultCode.CREATED.code() && results.code() != ResultCode.EXISTS.code()) {
                surprise = String.valueOf(results.resultCode());
            }
        }
    }

    private void check() {
        if (surprise != null) {
            throw new IllegalStateException("a payment was not made: " + surprise);
        }
    }

    private void awaitInSync() throws InterruptedException {
        final long startNs = System.nanoTime();
        while (System.nanoTime() - startNs < START_TIMEOUT_NS) {
            for (final ReplicatedLedger node : nodes) {
                final NodeReport report = node.report(Duration.ofSeconds(1));
                if (report != null && report.serving() && report.inSync() == NODES.size()) {
                    return;
                }
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException("the pair did not come up");
    }

    @Override
    public void close() {
        client.close();
        for (final ReplicatedLedger node : nodes) {
            node.close();
        }
    }
}
