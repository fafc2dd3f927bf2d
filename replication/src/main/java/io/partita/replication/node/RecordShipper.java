// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.node;

import io.partita.ledger.journal.Journal;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.ErrorCode;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.protocol.AppendHeader;
import io.partita.replication.transport.PeerTransport;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Sends runs of the own journal to standbys. Each session has a reader of its own, so that one that catches up from far behind
 * does not move the others'. A run that the link did not take is offered again, not read again. Engine's thread; allocates
 * nothing per run.
 */
final class RecordShipper implements AutoCloseable {
    private static final long GONE = -1;
    private static final UnsafeBuffer NO_RECORDS = new UnsafeBuffer(new byte[0]);

    private final Journal journal;
    private final PeerTransport transport;
    private final JournalRepair repair;
    private final Long2ObjectHashMap<Shipment> shipments = new Long2ObjectHashMap<>();
    private final UnsafeBuffer headerBuffer = new UnsafeBuffer(new byte[AppendHeader.LENGTH]);

    RecordShipper(final Journal journal, final PeerTransport transport, final JournalRepair repair) {
        this.journal = journal;
        this.transport = transport;
        this.repair = repair;
    }

    /** See {@code Effects.sendAppend}. */
    long sendAppend(final long session, final AppendHeader header, final long lastSeq, final int lengthMax) {
        final long firstSeq = header.firstSeq();
        if (lastSeq < firstSeq || !transport.shipsRecords()) {
            header.lastSeq(Math.max(lastSeq, firstSeq - 1));
            return send(session, header, NO_RECORDS, 0, 0);
        }
        Shipment shipment = shipments.get(session);
        if (shipment == null || !shipment.isAt(firstSeq)) {
            onSessionEnded(session);
            shipment = new Shipment(journal.reader(firstSeq));
            shipments.put(session, shipment);
        }
        final JournalReader reader = shipment.reader;
        if (!shipment.isUnsent && !next(reader, lastSeq, Math.min(lengthMax, transport.runLengthMax()))) {
            return firstSeq - 1;
        }
        header.lastSeq(reader.lastSeq());
        final long sent = send(session, header, reader.buffer(), reader.offset(), reader.length());
        shipment.isUnsent = sent < firstSeq;
        return sent;
    }

    /** False if there is nothing to send, or nothing that could be sent: a damaged record is not (R39). */
    private boolean next(final JournalReader reader, final long lastSeq, final int lengthMax) {
        final long seq = reader.lastSeq() + 1;
        if (repair.holds(seq)) {
            return false;
        }
        try {
            return reader.next(lastSeq, lengthMax);
        } catch (final PartitaException e) {
            if (e.code() != ErrorCode.DAMAGED) {
                throw e;
            }
            repair.suspect(seq, e);
            return false;
        }
    }

    private long send(
            final long session,
            final AppendHeader header,
            final DirectBuffer records,
            final int offset,
            final int length) {
        final int headerLength = header.encode(headerBuffer, 0);
        final int result = transport.sendAppend(
                session, headerBuffer, 0, headerLength, header.firstSeq(), header.lastSeq(), records, offset, length);
        return switch (result) {
            case PeerTransport.SENT -> header.lastSeq();
            case PeerTransport.WOULD_BLOCK -> header.firstSeq() - 1;
            default -> GONE;
        };
    }

    /** Closes the reader of a session that has ended. */
    void onSessionEnded(final long session) {
        final Shipment shipment = shipments.remove(session);
        if (shipment != null) {
            shipment.reader.close();
        }
    }

    /** Forgets every reader: the journal was cut, or is about to be closed. */
    @Override
    public void close() {
        for (final Shipment shipment : shipments.values()) {
            shipment.reader.close();
        }
        shipments.clear();
    }

    private static final class Shipment {
        final JournalReader reader;
        boolean isUnsent;

        Shipment(final JournalReader reader) {
            this.reader = reader;
        }

        boolean isAt(final long firstSeq) {
            return firstSeq == (isUnsent ? reader.firstSeq() : reader.lastSeq() + 1);
        }
    }
}
