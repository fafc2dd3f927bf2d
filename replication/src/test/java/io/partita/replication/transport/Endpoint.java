// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import io.partita.ledger.journal.JournalReader;
import io.partita.replication.testing.TestJournal;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;

/** A node of a test: its transport, its journal, and what it heard. Driven by the test's thread. */
final class Endpoint implements AutoCloseable {
    static final UnsafeBuffer NO_RECORDS = new UnsafeBuffer(new byte[0]);

    final PeerTransport transport;
    final TestJournal journal;
    final AtomicInteger wakeups;
    final Recorder heard = new Recorder();
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[PeerTransport.CONTROL_LENGTH_MAX]);
    private final Consumer<PeerTransport> afterClose;
    private JournalReader reader;
    private boolean unsent;
    int framesSent;

    Endpoint(
            final PeerTransport transport,
            final TestJournal journal,
            final AtomicInteger wakeups,
            final Consumer<PeerTransport> afterClose) {
        this.afterClose = afterClose;
        this.transport = transport;
        this.journal = journal;
        this.wakeups = wakeups;
    }

    int poll() {
        return transport.poll(heard, 64);
    }

    /** Sends the next numbered frame. */
    int send(final int length) {
        frame.putInt(0, framesSent);
        final int result = transport.sendFrame(heard.session, frame, 0, length);
        if (result == PeerTransport.SENT) {
            framesSent++;
        }
        return result;
    }

    int sendHeartbeat() {
        frame.putLong(0, journal.lastSeq() + 1);
        frame.putLong(8, journal.lastSeq());
        return transport.sendAppend(
                heard.session, frame, 0, 20, journal.lastSeq() + 1, journal.lastSeq(), NO_RECORDS, 0, 0);
    }

    /** Sends the next run of the own journal; returns the last seq sent, or a negative result. */
    long sendRun(final long fromSeq) {
        if (!transport.shipsRecords()) {
            final int result = sendAppend(fromSeq, journal.lastSeq(), NO_RECORDS, 0, 0);
            return result == PeerTransport.SENT ? journal.lastSeq() : result;
        }
        if (reader == null) {
            reader = journal.reader(fromSeq);
        }
        if (!unsent && !reader.next(journal.lastSeq(), transport.runLengthMax())) {
            return fromSeq - 1;
        }
        final int result =
                sendAppend(reader.firstSeq(), reader.lastSeq(), reader.buffer(), reader.offset(), reader.length());
        unsent = result != PeerTransport.SENT;
        return unsent ? result : reader.lastSeq();
    }

    /** Announces records as if they were in the journal. */
    void announce(final long fromSeq, final long lastSeq) {
        sendAppend(fromSeq, lastSeq, NO_RECORDS, 0, 0);
    }

    private int sendAppend(
            final long fromSeq,
            final long lastSeq,
            final org.agrona.DirectBuffer records,
            final int offset,
            final int length) {
        frame.putLong(0, fromSeq);
        frame.putLong(8, lastSeq);
        return transport.sendAppend(heard.session, frame, 0, 21, fromSeq, lastSeq, records, offset, length);
    }

    @Override
    public void close() {
        transport.close();
        afterClose.accept(transport);
        if (reader != null) {
            reader.close();
        }
        journal.close();
    }
}
