// SPDX-License-Identifier: Apache-2.0
package io.partita.benchmarks.guard;

import io.partita.benchmarks.micro.RecordRing;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.state.StateConfig;
import io.partita.ledger.wire.ResultDecoder;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Single-phase transfers between ten thousand accounts, new ids and other accounts in each slice. */
final class ApplyWork implements GuardedWork {
    private static final int ACCOUNTS = 10_000;
    private static final int RECORDS = 4;

    private final RecordRing ring = new RecordRing(RECORDS, ACCOUNTS, false);
    private final SplittableRandom random = new SplittableRandom(ACCOUNTS);
    private final UnsafeBuffer results =
            new UnsafeBuffer(ByteBuffer.allocateDirect(Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH));
    private final LedgerStateMachine ledger = new LedgerStateMachine(StateConfig.defaults());
    private long seq;
    private long timestamp;
    private long transfers;

    ApplyWork() {
        RecordRing.createAccounts(ACCOUNTS, (record, bodyLength, count) -> {
            timestamp += count;
            RecordDescriptor.writeHeader(record, 0, ++seq, 1, timestamp, RecordType.COMMANDS, count, bodyLength);
            ledger.apply(record, 0, results, 0);
        });
    }

    @Override
    public void prepare() {
        ring.renewAccounts(random, ACCOUNTS);
        for (int i = 0; i < RECORDS; i++) {
            ring.renewIds(i, 1 + transfers);
            transfers += RecordRing.COMMANDS;
            timestamp += RecordRing.COMMANDS;
            ring.stamp(i, ++seq, timestamp);
        }
    }

    @Override
    public void slice() {
        for (int i = 0; i < RECORDS; i++) {
            ledger.apply(ring.buffer(), ring.offset(i), results, 0);
        }
    }

    @Override
    public void close() {
        final ResultDecoder last = new ResultDecoder().wrap(results, 0, RecordRing.COMMANDS);
        last.next();
        if (ledger.transferCount() != transfers || last.code() != ResultCode.CREATED.code()) {
            throw new IllegalStateException("transferCount=" + ledger.transferCount() + ", code=" + last.code());
        }
        ledger.close();
    }
}
