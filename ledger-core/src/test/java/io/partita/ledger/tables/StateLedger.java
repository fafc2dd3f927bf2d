// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.tables;

import io.partita.ledger.model.BatchOptions;
import io.partita.ledger.model.Id128;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.QueryKind;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerQuery;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.state.StateVisitor;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ChangeEventView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.ResultBalancesView;
import io.partita.ledger.wire.ResultDecoder;
import io.partita.ledger.wire.TransferView;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** The state machine, fed with records; it keeps them. */
final class StateLedger implements TableLedger {
    /** The cluster whose journal the records make. */
    static final Id128 CLUSTER = new Id128(0x7461626cL, 1);

    private static final int COMMANDS_MAX = Limits.BATCH_COMMANDS_MAX;

    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private final BatchEncoder encoder = new BatchEncoder(COMMANDS_MAX);
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(COMMANDS_MAX)]);
    private final UnsafeBuffer results =
            new UnsafeBuffer(new byte[COMMANDS_MAX * (Limits.RESULT_LENGTH + 2 * ResultBalancesView.LENGTH)]);
    private final CRC32C checksum = new CRC32C();
    private final List<byte[]> records = new ArrayList<>();
    private long chain = RecordDescriptor.genesisChain(CLUSTER.hi(), CLUSTER.lo());

    /** What was applied, record by record. */
    List<byte[]> records() {
        return records;
    }

    @Override
    public List<Result> apply(
            final long stamp, final long deadline, final boolean withBalances, final List<TableCommand> commands) {
        encoder.wrap(body, 0, commands.size());
        commands.forEach(this::encode);
        final int length = encoder.finish();
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.recordLength(length)]);
        record.putBytes(RecordDescriptor.HEADER_LENGTH, body, encoder.bodyOffset(), length);
        RecordDescriptor.writeHeader(
                record, 0, ledger.appliedSeq() + 1, 1, stamp, RecordType.COMMANDS, commands.size(), length);
        RecordDescriptor.batchOptions(
                record, 0, withBalances ? BatchOptions.RETURN_BALANCES : BatchOptions.NONE, deadline);
        apply(record);

        final ResultDecoder decoder = new ResultDecoder();
        if (withBalances) {
            decoder.wrapWithBalances(results, 0, commands.size());
        } else {
            decoder.wrap(results, 0, commands.size());
        }
        final List<Result> answers = new ArrayList<>();
        while (decoder.next()) {
            answers.add(new Result(decoder.resultCode(), decoder.timestamp(), withBalances ? touched(decoder) : ""));
        }
        return answers;
    }

    @Override
    public void tick(final long stamp, final int count) {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[RecordDescriptor.HEADER_LENGTH]);
        RecordDescriptor.writeHeader(record, 0, ledger.appliedSeq() + 1, 1, stamp, RecordType.TICK, count, 0);
        apply(record);
    }

    private void apply(final UnsafeBuffer record) {
        chain = RecordDescriptor.seal(checksum, record, 0, chain);
        records.add(record.byteArray());
        ledger.apply(record, 0, results, 0);
    }

    private void encode(final TableCommand command) {
        final boolean isAdded = switch (command.kind()) {
            case "account" ->
                encoder.addAccount(
                        command.hi("id"),
                        command.lo("id"),
                        command.integer("ledger"),
                        command.integer("code"),
                        command.integer("flags"));
            case "transfer" ->
                encoder.addTransfer(
                        command.hi("id"),
                        command.lo("id"),
                        command.hi("debit"),
                        command.lo("debit"),
                        command.hi("credit"),
                        command.lo("credit"),
                        command.lo("amount"),
                        command.integer("ledger"),
                        command.integer("code"),
                        command.integer("flags"));
            case "setCreditLimit" ->
                encoder.addCreditLimit(
                        command.hi("id"),
                        command.lo("id"),
                        command.hi("account"),
                        command.lo("account"),
                        command.lo("creditLimit"),
                        command.integer("flags"));
            default -> encoder.addResolve(command.hi("id"), command.lo("id"), command.integer("flags"));
        };
        if (!isAdded) {
            throw new IllegalArgumentException("the batch is full");
        }
        if (command.kind().equals("account")) {
            encoder.creditLimit(command.hi("creditLimit"), command.lo("creditLimit"))
                    .reserved(command.integer("reserved"))
                    .debitsPending(command.hi("debitsPending"), command.lo("debitsPending"))
                    .debitsPosted(command.hi("debitsPosted"), command.lo("debitsPosted"))
                    .creditsPending(command.hi("creditsPending"), command.lo("creditsPending"))
                    .creditsPosted(command.hi("creditsPosted"), command.lo("creditsPosted"));
        } else if (command.kind().equals("transfer")) {
            encoder.amount(command.hi("amount"), command.lo("amount"))
                    .pendingId(command.hi("pendingId"), command.lo("pendingId"))
                    .timeout(command.integer("timeout"));
        } else {
            if (command.kind().equals("setCreditLimit")) {
                encoder.creditLimit(command.hi("creditLimit"), command.lo("creditLimit"));
            }
            return;
        }
        encoder.userData128(command.hi("userData128"), command.lo("userData128"))
                .userData64(command.lo("userData64"))
                .userData32(command.integer("userData32"))
                .timestamp(command.lo("timestamp"));
    }

    private static String touched(final ResultDecoder decoder) {
        final ResultBalancesView view = new ResultBalancesView();
        final List<String> touched = new ArrayList<>();
        for (final boolean second : new boolean[] {false, true}) {
            decoder.balances(second, view);
            if (view.isPresent()) {
                touched.add(TableRows.number(view.accountIdHi(), view.accountIdLo()) + ": "
                        + TableRows.number(view.debitsPendingHi(), view.debitsPendingLo()) + " "
                        + TableRows.number(view.debitsPostedHi(), view.debitsPostedLo()) + " "
                        + TableRows.number(view.creditsPendingHi(), view.creditsPendingLo()) + " "
                        + TableRows.number(view.creditsPostedHi(), view.creditsPostedLo()));
            }
        }
        return String.join(" | ", touched);
    }

    @Override
    public int dueCount(final long base) {
        return ledger.dueCount(base);
    }

    @Override
    public byte[] account(final BigInteger id) {
        final byte[] row = new byte[AccountView.LENGTH];
        return ledger.lookupAccount(id.shiftRight(64).longValue(), id.longValue(), new UnsafeBuffer(row), 0)
                ? row
                : null;
    }

    @Override
    public byte[] transfer(final BigInteger id) {
        final byte[] row = new byte[TransferView.LENGTH];
        return ledger.lookupTransfer(id.shiftRight(64).longValue(), id.longValue(), new UnsafeBuffer(row), 0)
                ? row
                : null;
    }

    @Override
    public int status(final BigInteger id) {
        final PendingCollector pendings = new PendingCollector();
        ledger.visit(pendings);
        return pendings.statuses.getOrDefault(id, 0);
    }

    @Override
    public List<BigInteger> expired() {
        final PendingCollector pendings = new PendingCollector();
        ledger.visit(pendings);
        return List.copyOf(pendings.released.values());
    }

    @Override
    public byte[] query(final QueryKind kind, final QueryFilter filter) {
        if (filter.problem(kind) != null) {
            return null;
        }
        final UnsafeBuffer out = new UnsafeBuffer(new byte[Limits.QUERY_LIMIT_MAX * ChangeEventView.LENGTH]);
        final LedgerQuery query = ledger.query(kind, filter, out);
        while (!query.isDone()) {
            query.step(1); // the least: so that every query is also interrupted
        }
        return Arrays.copyOf(out.byteArray(), query.length());
    }

    @Override
    public List<String> violations() {
        return ledger.checkInvariants().violations();
    }

    @Override
    public String digests() {
        return Long.toHexString(ledger.runningDigest()) + " " + ledger.stateDigest();
    }

    /** Everything the visitor shows, in its order. */
    List<String> dump() {
        final List<String> dump = new ArrayList<>();
        ledger.visit(new StateVisitor() {
            @Override
            public void onAccount(final AccountView account) {
                final BigInteger id = TableRows.number(account.idHi(), account.idLo());
                dump.add("account " + TableRows.account(account(id)));
            }

            @Override
            public void onTransfer(final TransferView transfer) {
                final BigInteger id = TableRows.number(transfer.idHi(), transfer.idLo());
                dump.add("transfer " + TableRows.transfer(transfer(id)));
            }

            @Override
            public void onBurntId(final long idHi, final long idLo) {
                dump.add("burnt " + TableRows.number(idHi, idLo));
            }

            @Override
            public void onPending(final long idHi, final long idLo, final int status, final long resolvedAt) {
                dump.add("pending " + TableRows.number(idHi, idLo) + " " + status + " " + resolvedAt);
            }

            @Override
            public void onInstruction(final InstructionView instruction) {
                dump.add("instruction " + TableRows.number(instruction.idHi(), instruction.idLo()));
            }
        });
        return dump;
    }

    @Override
    public void close() {
        ledger.close();
    }

    /** What the visitor tells of pendings. */
    private static final class PendingCollector implements StateVisitor {
        private static final int EXPIRED = 4;

        private final Map<BigInteger, Integer> statuses = new HashMap<>();
        private final TreeMap<Long, BigInteger> released = new TreeMap<>();

        @Override
        public void onAccount(final AccountView account) {}

        @Override
        public void onTransfer(final TransferView transfer) {}

        @Override
        public void onBurntId(final long idHi, final long idLo) {}

        @Override
        public void onPending(final long idHi, final long idLo, final int status, final long resolvedAt) {
            statuses.put(TableRows.number(idHi, idLo), status);
            if (status == EXPIRED) {
                released.put(resolvedAt, TableRows.number(idHi, idLo));
            }
        }

        @Override
        public void onInstruction(final InstructionView instruction) {}
    }
}
