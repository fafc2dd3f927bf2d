// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.testing;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.state.LedgerStateMachine;
import io.partita.ledger.wire.BatchEncoder;
import io.partita.ledger.wire.ResultDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes records of commands and feeds them to a state machine. */
public final class LedgerDriver {
    private final LedgerStateMachine ledger;
    private final BatchEncoder encoder = new BatchEncoder();
    private final CRC32C checksum = new CRC32C();
    private final UnsafeBuffer body = new UnsafeBuffer(new byte[BatchEncoder.bufferLength(Limits.BATCH_COMMANDS_MAX)]);
    private final UnsafeBuffer record = new UnsafeBuffer(new byte[Limits.RECORD_LENGTH_MAX]);
    private final UnsafeBuffer results = new UnsafeBuffer(new byte[Limits.BATCH_COMMANDS_MAX * Limits.RESULT_LENGTH]);
    private final ResultDecoder decoder = new ResultDecoder();
    private long chain;

    public LedgerDriver(LedgerStateMachine ledger) {
        this.ledger = ledger;
    }

    public List<Result> apply(long stamp, long deadline, List<Command> commands) {
        encodeRecord(ledger.appliedSeq() + 1, stamp, deadline, commands);
        int length = ledger.apply(record, 0, results, 0);
        if (length != commands.size() * Limits.RESULT_LENGTH) {
            throw new AssertionError("length=" + length + ", commands=" + commands.size());
        }
        decoder.wrap(results, 0, commands.size());
        List<Result> answered = new ArrayList<>();
        while (decoder.next()) {
            answered.add(new Result(decoder.resultCode(), decoder.timestamp()));
        }
        return answered;
    }

    /** The record that was made last. */
    public UnsafeBuffer record() {
        return record;
    }

    public int encodeRecord(long seq, long stamp, long deadline, List<Command> commands) {
        encoder.wrap(body, 0, commands.size());
        commands.forEach(command -> command.encode(encoder));
        int bodyLength = encoder.finish();
        record.putBytes(RecordDescriptor.HEADER_LENGTH, body, encoder.bodyOffset(), bodyLength);
        int length = RecordDescriptor.writeHeader(
                record, 0, seq, 1, stamp, RecordType.COMMANDS, commands.size(), bodyLength);
        RecordDescriptor.batchOptions(record, 0, 0, deadline);
        chain = RecordDescriptor.seal(checksum, record, 0, chain);
        return length;
    }
}
