// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.partita.benchmarks.micro.BenchFolder;
import io.partita.ledger.model.AccountFlags;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class PostgresPostingTest {
    private static final int ACCOUNTS = 6;
    private static final int BATCH = 8;

    @Test
    void shouldGiveTheLedgersResults() throws Exception {
        final PostgresTools tools = tools();
        try (BenchFolder folder = new BenchFolder();
                PostgresPair servers = new PostgresPair(tools, folder, 1, false);
                LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults())) {
            createAccounts(servers, ledger);
            final SplittableRandom random = new SplittableRandom(7);
            long created = 0;
            for (int round = 0; round < 60; round++) {
                final int count = round % 3 == 0 ? 1 : BATCH;
                // Few ids, so that many come again; accounts 1 to 8, of which 7 and 8 are not there, nor is 6 in this
                // book.
                final long[] ids = random.longs(count, 1, 200).toArray();
                final long[] debits = random.longs(count, 1, ACCOUNTS + 3).toArray();
                final long[] credits = random.longs(count, 1, ACCOUNTS + 3).toArray();
                final long[] amounts = random.longs(count, 1, 4).toArray();
                final int[] expected = apply(ledger, ids, debits, credits, amounts);
                created += Arrays.stream(expected)
                        .filter(code -> code == ResultCode.CREATED.code())
                        .count();
                try (PostgresPosting posting = new PostgresPosting(servers.primary(), "local", count, round % 2 == 0)) {
                    final int[] actual = posting.post(ids, debits, credits, amounts, PeerLoad.LEDGER, PeerLoad.CODE);
                    assertArrayEquals(expected, whole(actual, count), "round " + round);
                }
            }
            assertEquals(
                    Long.toString(created), servers.primary().ask("SELECT count(*) FROM transfer WHERE result = 1"));
            assertTrue(created > 0);
        }
    }

    @Test
    void shouldPostEachIdOnceWhenManyPostTheSame() throws Exception {
        final PostgresTools tools = tools();
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        try (BenchFolder folder = new BenchFolder();
                PostgresPair servers = new PostgresPair(tools, folder, 1, false)) {
            servers.primary()
                    .execute("INSERT INTO account (id, book) SELECT i, " + PeerLoad.LEDGER
                            + " FROM generate_series(1, 20) AS i");
            final List<Callable<Void>> clients = new ArrayList<>();
            for (int client = 0; client < 4; client++) {
                final int seed = client;
                clients.add(() -> postAll(servers.primary(), seed));
            }
            for (final Future<Void> client : threads.invokeAll(clients)) {
                client.get();
            }
            servers.check(400);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every client posts the same 400 transfers, beginning somewhere else. */
    private static Void postAll(final PostgresServer server, final int seed) throws Exception {
        try (PostgresPosting posting = new PostgresPosting(server, "local", 10, true)) {
            for (int i = 0; i < 40; i++) {
                final int first = (i + 10 * seed) % 40 * 10;
                final long[] ids =
                        LongStream.range(first, first + 10).map(id -> id + 1).toArray();
                final long[] debits =
                        LongStream.of(ids).map(id -> 1 + id * 7 % 20).toArray();
                final long[] credits =
                        LongStream.of(ids).map(id -> 1 + (id * 7 + 3) % 20).toArray();
                final long[] amounts = LongStream.of(ids).map(id -> 1).toArray();
                for (final int code : posting.post(ids, debits, credits, amounts, PeerLoad.LEDGER, PeerLoad.CODE)) {
                    assertTrue(code == ResultCode.CREATED.code() || code == ResultCode.EXISTS.code());
                }
            }
        }
        return null;
    }

    private static PostgresTools tools() throws Exception {
        final PostgresTools tools = PostgresTools.find();
        if (tools == null) {
            System.err.println("!! PostgreSQL is absent: how it posts is NOT tested");
        }
        assumeTrue(tools != null, "PostgreSQL is absent");
        return tools;
    }

    private static int[] whole(final int[] results, final int count) {
        if (results.length > 0) {
            return results;
        }
        final int[] all = new int[count];
        Arrays.fill(all, ResultCode.CREATED.code());
        return all;
    }

    /** Accounts 1 and 2 without limits, 3 and 4 with one on their debits, 5 on its credits, 6 in another book. */
    private static void createAccounts(final PostgresPair servers, final LedgerStateMachine ledger) throws Exception {
        final UnsafeBuffer record = record(ACCOUNTS);
        final BatchEncoder batch = new BatchEncoder(ACCOUNTS).wrap(record, RecordDescriptor.HEADER_LENGTH, ACCOUNTS);
        for (int id = 1; id <= ACCOUNTS; id++) {
            final boolean isDebitLimited = id == 3 || id == 4;
            final boolean isCreditLimited = id == 5;
            final int book = id == 6 ? PeerLoad.LEDGER + 1 : PeerLoad.LEDGER;
            servers.primary()
                    .execute("INSERT INTO account VALUES (" + id + ", " + book + ", " + isDebitLimited + ", "
                            + isCreditLimited + ")");
            batch.addAccount(
                    0,
                    id,
                    book,
                    PeerLoad.CODE,
                    (isDebitLimited ? AccountFlags.DEBITS_MUST_NOT_EXCEED_CREDITS : 0)
                            | (isCreditLimited ? AccountFlags.CREDITS_MUST_NOT_EXCEED_DEBITS : 0));
        }
        apply(ledger, record, batch);
    }

    private static int[] apply(
            final LedgerStateMachine ledger,
            final long[] ids,
            final long[] debits,
            final long[] credits,
            final long[] amounts) {
        final UnsafeBuffer record = record(ids.length);
        final BatchEncoder batch = new BatchEncoder(BATCH).wrap(record, RecordDescriptor.HEADER_LENGTH, ids.length);
        for (int i = 0; i < ids.length; i++) {
            batch.addTransfer(0, ids[i], 0, debits[i], 0, credits[i], amounts[i], PeerLoad.LEDGER, PeerLoad.CODE, 0);
        }
        return apply(ledger, record, batch);
    }

    private static UnsafeBuffer record(final int commands) {
        return new UnsafeBuffer(
                new byte
                        [RecordDescriptor.recordLength(
                                RecordDescriptor.HEADER_LENGTH + BatchEncoder.bufferLength(commands))]);
    }

    private static int[] apply(final LedgerStateMachine ledger, final UnsafeBuffer record, final BatchEncoder batch) {
        final int bodyLength = batch.finish();
        final int count = batch.count();
        record.putBytes(RecordDescriptor.HEADER_LENGTH, record, batch.bodyOffset(), bodyLength);
        RecordDescriptor.writeHeader(
                record,
                0,
                ledger.appliedSeq() + 1,
                1,
                ledger.lastTimestamp() + count,
                RecordType.COMMANDS,
                count,
                bodyLength);
        final UnsafeBuffer out = new UnsafeBuffer(new byte[count * 16]);
        ledger.apply(record, 0, out, 0);
        final ResultDecoder results = new ResultDecoder().wrap(out, 0, count);
        final int[] codes = new int[count];
        for (int i = 0; results.next(); i++) {
            codes[i] = results.code();
        }
        return codes;
    }
}
