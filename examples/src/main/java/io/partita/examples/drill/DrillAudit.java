// SPDX-License-Identifier: Apache-2.0
package io.partita.examples.drill;

import io.partita.examples.audit.ExpectedBalances;
import io.partita.examples.audit.FolderReplay;
import io.partita.examples.csv.Payments;
import io.partita.examples.json.StateDigests;
import io.partita.examples.terminal.Output;
import io.partita.examples.terminal.ToolException;
import io.partita.ledger.client.Batch;
import io.partita.ledger.client.BatchKind;
import io.partita.ledger.model.CommandKind;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Outcome;
import io.partita.ledger.model.PartitaException;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.TransferView;
import io.partita.replication.client.NodeReport;
import io.partita.replication.client.RemoteClientContext;
import io.partita.replication.client.RemoteLedgerClient;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the drill's verdict rests on. It believes three things only: the client's log as it is on the disk, the final ledger as
 * queries give it, and a replay of each node's journal. All of it is compared with an independent sum over the file.
 */
final class DrillAudit implements AutoCloseable {
    private static final int IDS_PER_LOOKUP = 1024;
    private static final long WAIT_NS = 300_000_000_000L;
    private static final long PARK_NS = 10_000_000L;
    private static final int PROBLEMS_MAX = 20;

    private final Payments payments;
    private final PairFolder folder;
    private final Output output;
    private final RemoteLedgerClient client;
    private final BitSet answered = new BitSet();
    private final long[] answeredTimestamp;
    private final Map<String, String> digests = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long digestSeq = -1;
    private long rejected;
    private long lost;
    private long duplicated;
    private long deposedAnswers;
    private boolean totalsMatch = true;

    DrillAudit(final Payments payments, final PairFolder folder, final Output output) {
        this.payments = payments;
        this.folder = folder;
        this.output = output;
        answeredTimestamp = new long[payments.size()];
        final RemoteClientContext context = new RemoteClientContext()
                .clusterId(folder.clusterId())
                .name("audit")
                .batches(1)
                .commandsMax(IDS_PER_LOOKUP)
                .retryTimeout(Duration.ofSeconds(300))
                .listener(batch -> {});
        for (final String node : PairFolder.NODES) {
            context.node(node, folder.clientAddress(node));
        }
        folder.secure(context);
        client = RemoteLedgerClient.connect(context);
    }

    long answered() {
        return answered.cardinality();
    }

    long rejected() {
        return rejected;
    }

    /** Answered payments that are absent from the final ledger, or there with another timestamp than was answered. */
    long lost() {
        return lost;
    }

    /** Payments that took effect more than once. */
    long duplicated() {
        return duplicated;
    }

    /** Answers whose position holds something else in the final journal. */
    long deposedAnswers() {
        return deposedAnswers;
    }

    boolean totalsMatch() {
        return totalsMatch;
    }

    /** State digests of a, b and replay, at one seq. */
    Map<String, String> digests() {
        return digests;
    }

    boolean digestsEqual() {
        return digests.size() == 3 && digests.values().stream().distinct().count() == 1;
    }

    List<String> problems() {
        return problems;
    }

    /** What the client was told, from its log on the disk. */
    void readClientLog() throws IOException {
        ClientLog.read(folder.clientLog(), (payment, code, timestamp) -> {
            if (Payer.isPaid(code)) {
                answered.set(payment);
                answeredTimestamp[payment] = timestamp;
            } else {
                rejected++;
            }
        });
    }

    /** Reads the final ledger of the active back through queries. */
    void queryLedger() {
        queryAccounts();
        queryTransfers();
        final Batch invariants = read(BatchKind.INVARIANTS, null, batch -> {});
        if (invariants.resultsLength() > 0) {
            final byte[] text = new byte[invariants.resultsLength()];
            invariants.results().getBytes(0, text);
            problem("invariants broken: " + new String(text, StandardCharsets.UTF_8));
        }
    }

    /** The state digests of both nodes at the same seq. */
    List<Object> queryDigests() {
        final long startNs = System.nanoTime();
        while (true) {
            final List<Object> nodes = new ArrayList<>();
            long seqOfFirst = -1;
            boolean isSame = true;
            for (final String node : PairFolder.NODES) {
                final Batch batch = read(BatchKind.DIGEST, node, Batch::allowStale);
                digests.put(node, StateDigests.of(batch));
                isSame &= seqOfFirst < 0 || seqOfFirst == batch.outcome();
                seqOfFirst = batch.outcome();
                final long transfers = batch.results().getLong(Batch.TRANSFER_COUNT_OFFSET, ByteOrder.LITTLE_ENDIAN);
                final Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                fields.put("id", node);
                fields.put("seq", batch.outcome());
                fields.put("epoch", epochOf(node));
                fields.put("transfers", transfers);
                nodes.add(fields);
            }
            if (isSame || System.nanoTime() - startNs > WAIT_NS) {
                digestSeq = seqOfFirst;
                if (!isSame) {
                    problem("the nodes did not come to the same seq: " + nodes);
                }
                return nodes;
            }
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /**
     * Replays both journals from the disk, after the nodes have closed, up to where their digests were taken.
     *
     * @param answersAgain what nodes answered to payments that were paid again: each must be in the journals, where it says.
     */
    void replayJournals(final List<Witness.Answer> answersAgain) {
        final PaymentIndex index = new PaymentIndex(payments);
        final List<String> replayed = new ArrayList<>();
        for (final String node : PairFolder.NODES) {
            final byte[] effects = new byte[payments.size()];
            final long[] foreign = new long[1];
            final long[] lastStamp = new long[1];
            final Map<Long, Integer> wanted = new HashMap<>();
            for (final Witness.Answer answer : answersAgain) {
                if (wanted.put(answer.seq(), answer.payment()) != null) {
                    deposedAnswers++;
                    problem("a position was answered twice: seq=" + answer.seq() + ", node=" + answer.node());
                }
            }
            try (FolderReplay replay =
                    new FolderReplay(folder.data(node).resolve("journal"), (seq, kind, idHi, idLo, code, timestamp) -> {
                        final Integer again = wanted.get(seq);
                        if (again != null && idHi == payments.idHi(again) && idLo == payments.idLo(again)) {
                            wanted.remove(seq);
                        }
                        if (code == ResultCode.CREATED.code()) {
                            if (timestamp <= lastStamp[0]) {
                                problem("time runs back in the journal of node " + node + ": seq=" + seq
                                        + ", timestamp=" + timestamp + ", before=" + lastStamp[0]);
                            }
                            lastStamp[0] = timestamp;
                        }
                        if (kind == CommandKind.CREATE_TRANSFER && FolderReplay.tookEffect(code)) {
                            final int payment = index.find(idHi, idLo);
                            if (payment < 0) {
                                foreign[0]++;
                            } else if (effects[payment] < 2) {
                                effects[payment]++;
                            }
                        }
                    })) {
                final boolean reached = replay.run(
                        digestSeq,
                        Long.MAX_VALUE,
                        seq -> output.progress("replaying journal " + node + ": seq " + seq));
                if (!reached) {
                    problem("the journal of node " + node + " ends early: seq="
                            + replay.machine().appliedSeq() + ", expected=" + digestSeq);
                }
                replayed.add(replay.machine().stateDigest().toString());
            } catch (final PartitaException | ToolException ex) {
                problem("the journal of node " + node + " cannot be replayed: " + ex.getMessage());
            }
            count(node, effects, foreign[0]);
            deposedAnswers = Math.max(deposedAnswers, wanted.size());
            if (!wanted.isEmpty()) {
                problem("positions were answered that hold something else, as a deposed active would: node=" + node
                        + ", positions=" + new TreeSet<>(wanted.keySet()));
            }
        }
        if (replayed.stream().distinct().count() == 1 && replayed.size() == PairFolder.NODES.size()) {
            digests.put("replay", replayed.get(0));
        } else {
            digests.put("replay", String.join("|", replayed));
            problem("the replays of the two journals differ: " + replayed);
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private void queryAccounts() {
        final ExpectedBalances expected = ExpectedBalances.of(payments);
        final AccountView view = new AccountView();
        for (int first = 0; first < payments.accountCount(); first += IDS_PER_LOOKUP) {
            final int end = Math.min(first + IDS_PER_LOOKUP, payments.accountCount());
            final int from = first;
            final Batch batch = read(BatchKind.LOOKUP_ACCOUNTS, null, lookup -> {
                for (int account = from; account < end; account++) {
                    final Id128 id = payments.accountId(account);
                    lookup.addId(id.hi(), id.lo());
                }
            });
            for (int account = first; account < end; account++) {
                final boolean isRight = batch.isFound(account - first)
                        && isRight(view.wrap(batch.results(), batch.rowOffset(account - first)), account, expected);
                if (!isRight) {
                    totalsMatch = false;
                    problem("an account's balances are not the file's sum: id="
                            + payments.accountId(account).toBigInteger() + ", expected debits="
                            + expected.debitsPosted(account) + ", credits=" + expected.creditsPosted(account));
                }
            }
            output.progress("auditing accounts: " + end + " of " + payments.accountCount());
        }
    }

    private boolean isRight(final AccountView view, final int account, final ExpectedBalances expected) {
        final BigInteger pending = Id128.toBigInteger(view.debitsPendingHi(), view.debitsPendingLo())
                .add(Id128.toBigInteger(view.creditsPendingHi(), view.creditsPendingLo()));

        return pending.signum() == 0
                && new Id128(view.idHi(), view.idLo()).equals(payments.accountId(account))
                && Id128.toBigInteger(view.debitsPostedHi(), view.debitsPostedLo())
                        .equals(expected.debitsPosted(account))
                && Id128.toBigInteger(view.creditsPostedHi(), view.creditsPostedLo())
                        .equals(expected.creditsPosted(account));
    }

    private void queryTransfers() {
        final TransferView view = new TransferView();
        for (int first = 0; first < payments.size(); first += IDS_PER_LOOKUP) {
            final int end = Math.min(first + IDS_PER_LOOKUP, payments.size());
            final int from = first;
            final Batch batch = read(BatchKind.LOOKUP_TRANSFERS, null, lookup -> {
                for (int payment = from; payment < end; payment++) {
                    lookup.addId(payments.idHi(payment), payments.idLo(payment));
                }
            });
            for (int payment = answered.nextSetBit(first);
                    payment >= 0 && payment < end;
                    payment = answered.nextSetBit(payment + 1)) {
                final int at = payment - first;
                if (!batch.isFound(at) || !isRight(view.wrap(batch.results(), batch.rowOffset(at)), payment)) {
                    lost++;
                    problem("an answered payment is lost: line=" + payments.line(payment) + ", found="
                            + batch.isFound(at) + ", answered timestamp=" + answeredTimestamp[payment]);
                }
            }
            output.progress("auditing payments: " + end + " of " + payments.size());
        }
    }

    /** Every field, and the timestamp that the client was told: another one means that it was lost and came anew. */
    private boolean isRight(final TransferView view, final int payment) {
        final Id128 debit = payments.accountId(payments.debit(payment));
        final Id128 credit = payments.accountId(payments.credit(payment));

        return view.idHi() == payments.idHi(payment)
                && view.idLo() == payments.idLo(payment)
                && debit.equals(new Id128(view.debitAccountIdHi(), view.debitAccountIdLo()))
                && credit.equals(new Id128(view.creditAccountIdHi(), view.creditAccountIdLo()))
                && view.amountHi() == 0
                && view.amountLo() == payments.amount(payment)
                && view.ledger() == Payments.LEDGER
                && view.code() == Payments.CODE
                && view.timestamp() == answeredTimestamp[payment];
    }

    private void count(final String node, final byte[] effects, final long foreign) {
        long twice = 0;
        long never = 0;
        for (int payment = 0; payment < effects.length; payment++) {
            twice += effects[payment] > 1 ? 1 : 0;
            never += effects[payment] == 0 && answered.get(payment) ? 1 : 0;
        }
        duplicated = Math.max(duplicated, twice);
        if (twice > 0) {
            problem("payments took effect twice: node=" + node + ", payments=" + twice);
        }
        if (never > 0) {
            lost = Math.max(lost, never);
            problem("answered payments are not in the journal: node=" + node + ", payments=" + never);
        }
        if (foreign > 0) {
            problem("transfers that nobody paid: node=" + node + ", transfers=" + foreign);
        }
    }

    private long epochOf(final String node) {
        final NodeReport report = client.report(node, Duration.ofSeconds(10));
        return report == null ? -1 : report.epoch();
    }

    private Batch read(final BatchKind kind, final @Nullable String node, final Consumer<Batch> filler) {
        final Batch batch = client.acquire(kind);
        if (batch == null) {
            throw new IllegalStateException("one read at a time");
        }
        filler.accept(batch);
        if (node == null) {
            client.submit(batch);
        } else {
            client.submitTo(node, batch);
        }
        final long startNs = System.nanoTime();
        while (client.pollAwait(1, PARK_NS) == 0) {
            if (System.nanoTime() - startNs > 2 * WAIT_NS) {
                throw new IllegalStateException("a read was not answered: kind=" + kind + ", node=" + node);
            }
        }
        if (!batch.isOk()) {
            throw new IllegalStateException("a read was refused: kind=" + kind + ", node=" + node + ", outcome="
                    + Outcome.name(batch.outcome()));
        }
        return batch;
    }

    private void problem(final String text) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(text);
        }
    }
}
