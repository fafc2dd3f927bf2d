// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.partita.ledger.model.RecordDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Notes what a transport delivers. Frames carry their number in the first four bytes; numbers and seqs are checked to be in
 * order per recorder.
 */
final class Recorder implements PeerHandler {
    final List<String> events = new ArrayList<>();
    private final CRC32C checksum = new CRC32C();
    long session;
    long failedSession;
    DisconnectReason failure;
    DisconnectReason disconnected;
    int frames;
    long frameBytes;
    long lastSeq;
    int appends;
    int heartbeats;
    boolean checksRecords = true;
    boolean checksSession = true;
    /** Whether a second link is ignored while the first is up. */
    boolean sticks;

    @Override
    public void onConnected(final long newSession, final String peer, final boolean initiatedByUs) {
        if (sticks && session != 0 && disconnected == null) {
            return;
        }
        session = newSession;
        disconnected = null;
        events.add("connected " + peer + (initiatedByUs ? " by us" : " by them"));
    }

    @Override
    public void onConnectFailed(final long newSession, final String peer, final DisconnectReason reason) {
        failedSession = newSession;
        failure = reason;
        events.add("failed " + peer);
    }

    @Override
    public void onFrame(final long from, final DirectBuffer buffer, final int offset, final int length) {
        checkSession(from);
        assertEquals(frames, buffer.getInt(offset), "frames come in order");
        frames++;
        frameBytes += length;
    }

    @Override
    public void onAppend(
            final long from,
            final DirectBuffer header,
            final int headerOffset,
            final int headerLength,
            final DirectBuffer records,
            final int offset,
            final int length) {
        checkSession(from);
        if (length == 0) {
            heartbeats++;
        }
        appends++;
        if (!checksRecords) {
            return;
        }
        final long fromSeq = header.getLong(headerOffset);
        final long toSeq = header.getLong(headerOffset + 8);
        for (int at = offset; at < offset + length; at += RecordDescriptor.length(records, at)) {
            assertTrue(RecordDescriptor.isIntact(checksum, records, at, offset + length - at));
            final long seq = RecordDescriptor.seq(records, at);
            assertEquals(lastSeq + 1, seq, "records come in order");
            assertTrue(seq >= fromSeq && seq <= toSeq, "records are those of the header");
            lastSeq = seq;
        }
    }

    @Override
    public void onDisconnected(final long from, final DisconnectReason reason) {
        if (sticks && session != from) {
            return;
        }
        checkSession(from);
        disconnected = reason;
        events.add("disconnected");
    }

    @Override
    public String toString() {
        return "session=" + session + " frames=" + frames + " lastSeq=" + lastSeq + " disconnected=" + disconnected
                + " failure=" + failure + " events=" + events;
    }

    private void checkSession(final long from) {
        if (checksSession) {
            assertEquals(session, from);
        }
    }
}
