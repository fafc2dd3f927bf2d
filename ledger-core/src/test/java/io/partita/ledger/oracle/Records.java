// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.oracle;

import io.partita.ledger.model.Limits;
import io.partita.ledger.model.RecordDescriptor;
import io.partita.ledger.model.RecordType;
import io.partita.ledger.model.ResultCode;
import io.partita.ledger.oracle.Entries.Balances;
import io.partita.ledger.oracle.Entries.Result;
import io.partita.ledger.oracle.Entries.Touched;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes sealed records of what was generated, byte by byte after the schema, and reads the results. */
final class Records {
    private static final int RESULT_LENGTH = 16;
    private static final int BALANCES_LENGTH = 160;

    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(Limits.RECORD_LENGTH_MAX).order(ByteOrder.LITTLE_ENDIAN);
    private final ByteBuffer answers = ByteBuffer.allocateDirect(
                    Limits.BATCH_COMMANDS_MAX * (RESULT_LENGTH + BALANCES_LENGTH))
            .order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer record = new UnsafeBuffer(bytes);
    private final UnsafeBuffer results = new UnsafeBuffer(answers);
    private final CRC32C checksum = new CRC32C();
    private long seq;
    private long chain;

    /** A COMMANDS record. */
    UnsafeBuffer batch(final long stamp, final long deadline, final int options, final List<Event> events) {
        bytes.clear().position(RecordDescriptor.HEADER_LENGTH);
        for (final Event event : events) {
            bytes.put(event.kindByte());
        }
        while (bytes.position() % 8 != 0) {
            bytes.put((byte) 0);
        }
        for (final Event event : events) {
            event.encode(bytes);
        }
        final int length = bytes.position() - RecordDescriptor.HEADER_LENGTH;
        bytes.clear();
        RecordDescriptor.writeHeader(record, 0, ++seq, 1, stamp, RecordType.COMMANDS, events.size(), length);
        RecordDescriptor.batchOptions(record, 0, options, deadline);
        return seal();
    }

    /** A TICK record. */
    UnsafeBuffer tick(final long stamp, final int count) {
        bytes.clear();
        RecordDescriptor.writeHeader(record, 0, ++seq, 1, stamp, RecordType.TICK, count, 0);
        RecordDescriptor.batchOptions(record, 0, 0, 0);
        return seal();
    }

    private UnsafeBuffer seal() {
        chain = RecordDescriptor.seal(checksum, record, 0, chain);
        return record;
    }

    /** The last record's. */
    long seq() {
        return seq;
    }

    /** Starts another journal, with the same memory. */
    void restart() {
        seq = 0;
        chain = 0;
    }

    /** Where results go. */
    UnsafeBuffer results() {
        return results;
    }

    /** Reads the results of a batch. */
    List<Result> read(final int count, final boolean withBalances) {
        final List<Result> read = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            final long timestamp = answers.getLong(i * RESULT_LENGTH);
            final ResultCode code = ResultCode.of(answers.getShort(i * RESULT_LENGTH + 8));
            if (withBalances) {
                final int at = count * RESULT_LENGTH + i * BALANCES_LENGTH;
                read.add(new Result(code, timestamp, touched(at), touched(at + BALANCES_LENGTH / 2)));
            } else {
                read.add(new Result(code, timestamp));
            }
        }
        return read;
    }

    /** How long the results of a batch must be. */
    static int resultsLength(final int count, final boolean withBalances) {
        return count * (withBalances ? RESULT_LENGTH + BALANCES_LENGTH : RESULT_LENGTH);
    }

    private Touched touched(final int at) {
        final BigInteger id = number(at);
        final Balances balances = new Balances(number(at + 16), number(at + 32), number(at + 48), number(at + 64));
        return id.signum() == 0 ? null : new Touched(id, balances);
    }

    private BigInteger number(final int at) {
        return Numbers.number(answers.getLong(at + 8), answers.getLong(at));
    }
}
