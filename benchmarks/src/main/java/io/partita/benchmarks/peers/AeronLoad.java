// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.client.EgressListener;
import io.aeron.logbuffer.Header;
import io.partita.benchmarks.ChildJvm;
import io.partita.benchmarks.load.Paid;
import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Payments to an Aeron Cluster: its first node, which leads, in this process with the client, as a pair's active is; the others in
 * processes of their own.
 */
final class AeronLoad implements PeerLoad {
    private static final int DIGITS = 3;
    private static final int ACCOUNTS_BATCH = 1024;
    private static final int TICKETS = 256;
    private static final int POLLS_PER_ROUND = 10;
    private static final long YIELD_NS = 200_000;
    private static final long PARK_NS = 50_000;
    private static final long KEEP_ALIVE_NS = 1_000_000_000L;
    private static final long SILENCE_MAX_NS = 60_000_000_000L;
    private static final long CONNECT_TIMEOUT_S = 60;
    private static final long STOP_TIMEOUT_S = 20;

    private final BenchFolder folder = new BenchFolder();
    private final ClusterSetup setup;
    private final List<Process> others = new ArrayList<>();
    private final UnsafeBuffer message = new UnsafeBuffer(ByteBuffer.allocateDirect(
            LedgerService.BODY_OFFSET + BatchEncoder.bufferLength(Limits.BATCH_COMMANDS_MAX)));
    private final BatchEncoder batch = new BatchEncoder();
    private final ResultDecoder results = new ResultDecoder();
    private final SplittableRandom random = new SplittableRandom(1);
    private final long[] sentNs = new long[TICKETS];
    private @Nullable ClusterNode node;
    private @Nullable AeronCluster client;
    private Histogram latencies = new Histogram(DIGITS);
    private long lastTicket;
    private long lastAnswered;
    private long lastAnswerNs;
    private long lastKeepAliveNs;
    private long lastId;
    private long answered;
    private boolean isAsking;
    private String totals = "";
    private @Nullable String surprise;

    AeronLoad(
            final Path driverFolder,
            final int nodes,
            final boolean isForced,
            final boolean isTuned,
            final List<String> jvmOptions)
            throws Exception {
        setup = ClusterSetup.of(folder.path(), driverFolder, nodes, isForced, isTuned);
        try {
            for (int i = 1; i < nodes; i++) {
                final List<String> arguments = new ArrayList<>(List.of(PeerRun.NODE, Integer.toString(i)));
                arguments.addAll(setup.arguments());
                others.add(new ChildJvm(jvmOptions, ChildJvm.ownClassPath(), arguments).start());
            }
            node = new ClusterNode(setup, 0);
            final EgressListener listener = this::onMessage;
            client = AeronCluster.connect(new AeronCluster.Context()
                    .aeronDirectoryName(setup.driver(0))
                    .messageTimeoutNs(TimeUnit.SECONDS.toNanos(CONNECT_TIMEOUT_S))
                    .ingressChannel(isTuned ? "aeron:ipc?" + ClusterSetup.LARGE : "aeron:udp?term-length=16m")
                    .ingressEndpoints(isTuned ? null : setup.ingressEndpoints())
                    .egressChannel(
                            isTuned ? "aeron:ipc?" + ClusterSetup.LARGE : ClusterSetup.anyPort() + "|term-length=16m")
                    .egressListener(listener));
            createAccounts();
        } catch (final Exception e) {
            close();
            throw e;
        }
    }

    private void createAccounts() {
        int next = 0;
        while (next < ACCOUNTS) {
            batch.wrap(message, LedgerService.BODY_OFFSET, ACCOUNTS_BATCH);
            while (next < ACCOUNTS && batch.addAccount(0, next + 1, LEDGER, CODE, 0)) {
                next++;
            }
            send();
            await();
        }
        answered = 0;
    }

    @Override
    public Paid pay(final PeerSetting setting, final boolean isAlone, final long durationNs) {
        final int window = isAlone ? 1 : setting.window();
        latencies = new Histogram(DIGITS);
        final long answeredBefore = answered;
        final long startNs = System.nanoTime();
        lastAnswerNs = startNs;
        while (System.nanoTime() - startNs < durationNs) {
            while (lastTicket - lastAnswered < window) {
                batch.wrap(message, LedgerService.BODY_OFFSET, setting.batch());
                for (int i = 0; i < setting.batch(); i++) {
                    final int debit = random.nextInt(ACCOUNTS);
                    final int credit = (debit + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
                    batch.addTransfer(1, ++lastId, 0, debit + 1, 0, credit + 1, 1, LEDGER, CODE, 0);
                }
                send();
            }
            poll();
        }
        await();
        return new Paid((answered - answeredBefore) * 1e9 / (lastAnswerNs - startNs), latencies);
    }

    /** The body starts some bytes after where it was wrapped, so the head of the message stands right before it. */
    private void send() {
        final int bodyLength = batch.finish();
        final int offset = batch.bodyOffset() - LedgerService.BODY_OFFSET;
        message.putInt(offset + LedgerService.COUNT_OFFSET, batch.count());
        offer(offset, LedgerService.BODY_OFFSET + bodyLength);
    }

    private void offer(final int offset, final int length) {
        final long ticket = ++lastTicket;
        message.putLong(offset, ticket);
        final long nowNs = System.nanoTime();
        sentNs[(int) (ticket % TICKETS)] = nowNs;
        while (client().offer(message, offset, length) < 0) {
            poll();
            if (System.nanoTime() - nowNs > SILENCE_MAX_NS) {
                throw new IllegalStateException("the cluster takes nothing for a minute");
            }
        }
    }

    /** One look at what has come, or a pause like that of Partita's own client. */
    private void poll() {
        int work = 0;
        for (int i = 0; i < POLLS_PER_ROUND; i++) {
            work += client().pollEgress();
        }
        final long nowNs = System.nanoTime();
        if (work == 0) {
            final long idleNs = nowNs - lastAnswerNs;
            if (idleNs < YIELD_NS) {
                Thread.yield();
            } else {
                LockSupport.parkNanos(PARK_NS);
            }
            if (lastTicket > lastAnswered && idleNs > SILENCE_MAX_NS) {
                throw new IllegalStateException("no answer for a minute");
            }
        }
        if (nowNs - lastKeepAliveNs > KEEP_ALIVE_NS) {
            client().sendKeepAlive();
            lastKeepAliveNs = nowNs;
        }
        if (surprise != null) {
            throw new IllegalStateException("a payment was not made: " + surprise);
        }
    }

    private void await() {
        lastAnswerNs = System.nanoTime();
        while (lastTicket > lastAnswered) {
            poll();
        }
    }

    private void onMessage(
            final long sessionId,
            final long clusterMillis,
            final DirectBuffer answer,
            final int offset,
            final int length,
            final Header header) {
        lastAnswerNs = System.nanoTime();
        if (answer.getLong(offset) != ++lastAnswered) {
            surprise = "answers are out of order";
            return;
        }
        latencies.recordValue(lastAnswerNs - sentNs[(int) (lastAnswered % TICKETS)]);
        if (isAsking) {
            totals = LedgerService.totals(answer, offset + LedgerService.RESULTS_OFFSET);
            return;
        }
        final int count = (length - LedgerService.RESULTS_OFFSET) / Limits.RESULT_LENGTH;
        results.wrap(answer, offset + LedgerService.RESULTS_OFFSET, count);
        while (results.next()) {
            if (results.code() != ResultCode.CREATED.code()) {
                surprise = String.valueOf(results.resultCode());
            }
        }
        answered += count;
    }

    /** Every node has applied what the log says, up to the question for totals, which is in the log as well. */
    @Override
    public void check() throws IOException {
        isAsking = true;
        message.putInt(LedgerService.COUNT_OFFSET, 0);
        offer(0, LedgerService.BODY_OFFSET);
        await();
        isAsking = false;
        final String sums = "transfers=" + answered + " debits=" + answered + " credits=" + answered + " digest=";
        if (!totals.startsWith(sums) || answered != lastId) {
            throw new IllegalStateException(
                    "the ledger has other totals: expected=" + sums + " sent=" + lastId + " actual=" + totals);
        }
        for (final Process other : others) {
            checkOther(other);
        }
    }

    private void checkOther(final Process other) throws IOException {
        final BufferedReader lines =
                new BufferedReader(new InputStreamReader(other.getInputStream(), StandardCharsets.UTF_8));
        final long startNs = System.nanoTime();
        String said = "";
        while (!totals.equals(said)) {
            if (said == null || System.nanoTime() - startNs > SILENCE_MAX_NS) {
                throw new IllegalStateException("a node has other totals: expected=" + totals + " actual=" + said);
            }
            client().sendKeepAlive();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            other.getOutputStream().write('\n');
            other.getOutputStream().flush();
            said = lines.readLine();
        }
    }

    private AeronCluster client() {
        return Objects.requireNonNull(client);
    }

    @Override
    public void close() throws IOException {
        if (client != null) {
            client.close();
        }
        for (final Process other : others) {
            other.getOutputStream().close();
        }
        for (final Process other : others) {
            end(other);
        }
        if (node != null) {
            node.close();
        }
        folder.close();
    }

    private static void end(final Process other) {
        try {
            if (!other.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
                other.destroyForcibly().waitFor();
            }
        } catch (final InterruptedException e) {
            other.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
