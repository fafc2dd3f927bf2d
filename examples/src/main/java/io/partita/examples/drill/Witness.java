// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.csv.Payments;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import io.partita.replication.transport.NodeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Asks each node alone, for as long as that node says that it serves: with a linearizable read of the payment that was answered
 * last, and by paying that one again. A read that is answered without it is <em>stale</em>. An answer to the command names a
 * position, and at that position of the final journal this command must be: else it was an answer of a deposed epoch. Requests
 * go on being sent to a node that is paused or cut off, so that it finds them when it wakes. A thread of its own.
 */
final class Witness implements Runnable {
    private static final int BATCHES = 128;
    private static final long INTERVAL_NS = 25_000_000L;
    private static final long POLL_NS = 2_000_000L;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** An answer to a command. */
    record Answer(String node, long seq, int payment) {}

    private final Payments payments;
    private final PairFolder folder;
    private final Payer payer;
    private final List<Asker> askers = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private long reads;
    private long stale;
    private @Nullable String problem;
    private volatile boolean isStopped;

    Witness(final Payments payments, final PairFolder folder, final Payer payer) {
        this.payments = payments;
        this.folder = folder;
        this.payer = payer;
    }

    /** Linearizable reads that were answered. After the end, like all that follows. */
    long reads() {
        return reads;
    }

    /** Reads that missed what had been answered before they were asked. */
    long stale() {
        return stale;
    }

    List<Answer> answers() {
        return answers;
    }

    @Nullable
    String problem() {
        return problem;
    }

    void stop() {
        isStopped = true;
    }

    @Override
    public void run() {
        try {
            for (final String node : PairFolder.NODES) {
                askers.add(new Asker(node));
            }
            while (!isStopped) {
                for (final Asker asker : askers) {
                    asker.poll();
                }
                LockSupport.parkNanos(POLL_NS);
            }
        } catch (final RuntimeException ex) {
            problem = "the witness failed: " + ex;
        } finally {
            askers.forEach(Asker::close);
        }
    }

    /** The connection to one node. */
    private final class Asker {
        private final String node;
        private final TransferView view = new TransferView();
        private RemoteLedgerClient client;
        private boolean hasServed;
        private long askedNs = System.nanoTime();

        Asker(final String node) {
            this.node = node;
            client = connect();
        }

        private RemoteLedgerClient connect() {
            final RemoteClientContext context = new RemoteClientContext()
                    .clusterId(folder.clusterId())
                    .name("witness")
                    .batches(BATCHES)
                    .commandsMax(1)
                    .retryTimeout(PATIENCE)
                    .silenceTimeout(PATIENCE)
                    .listener(this::onBatch)
                    .node(node, folder.clientAddress(node));
            folder.secure(context);
            return RemoteLedgerClient.connect(context);
        }

        void poll() {
            client.poll(BATCHES);
            final NodeStatus status = client.status(node);
            final boolean isServing = status != null && status.active();
            if (hasServed && !isServing) {
                // What it has not answered it will not, or must not: nobody waits for it.
                client.close();
                client.poll(BATCHES);
                client = connect();
            }
            hasServed = isServing;
            final int payment = payer.newestPaid();
            if (isServing && payment >= 0 && System.nanoTime() - askedNs >= INTERVAL_NS) {
                askedNs = System.nanoTime();
                ask(payment);
            }
        }

        private void ask(final int payment) {
            final Batch read = client.acquire(BatchKind.LOOKUP_TRANSFERS);
            if (read != null) {
                read.addId(payments.idHi(payment), payments.idLo(payment));
                client.submit(read.tag(payment));
            }
            final Batch again = client.acquire(BatchKind.COMMANDS);
            if (again != null) {
                final Id128 debit = payments.accountId(payments.debit(payment));
                final Id128 credit = payments.accountId(payments.credit(payment));
                again.commands()
                        .addTransfer(
                                payments.idHi(payment),
                                payments.idLo(payment),
                                debit.hi(),
                                debit.lo(),
                                credit.hi(),
                                credit.lo(),
                                payments.amount(payment),
                                Payments.LEDGER,
                                Payments.CODE,
                                0);
                client.submit(again.tag(payment));
            }
        }

        private void onBatch(final Batch batch) {
            if (!batch.isOk()) {
                return;
            }
            final int payment = (int) batch.tag();
            final boolean sees;
            if (batch.kind() == BatchKind.COMMANDS) {
                final ResultDecoder results = batch.commandResults();
                sees = results.next()
                        && results.resultCode() == ResultCode.EXISTS
                        && results.timestamp() == payer.paidTimestamp(payment);
                answers.add(new Answer(node, batch.outcome(), payment));
            } else {
                reads++;
                sees = batch.isFound(0)
                        && view.wrap(batch.results(), batch.rowOffset(0)).timestamp() == payer.paidTimestamp(payment);
            }
            if (!sees) {
                stale++;
                problem = "node " + node + " answered without a payment that had been answered before: line="
                        + payments.line(payment) + ", kind=" + batch.kind() + ", position=" + batch.outcome();
            }
        }

        void close() {
            client.close();
            client.poll(BATCHES);
        }
    }
}
