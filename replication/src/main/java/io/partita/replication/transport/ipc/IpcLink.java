// SPDX-License-Identifier: Apache-2.0
package io.partita.replication.transport.ipc;

import io.partita.ledger.journal.FolderReader;
import io.partita.ledger.journal.JournalReader;
import io.partita.ledger.model.Limits;
import io.partita.ledger.model.PartitaException;
import io.partita.replication.transport.DisconnectReason;
import io.partita.replication.transport.PeerHandler;
import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.OneToOneRingBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One link: two rings in a mapped file, a socket whose end is the peer's end and whose bytes are the doorbell, and a reader of
 * the peer's journal. Owner thread, but for {@link #end}.
 */
final class IpcLink implements ControlledMessageHandler {
    static final int CONTROL = 1;
    static final int APPEND = 2;

    private static final System.Logger LOGGER = System.getLogger(IpcLink.class.getName());
    private static final UnsafeBuffer NO_RECORDS = new UnsafeBuffer(new byte[0]);
    private static final int SEQS_LENGTH = 2 * Long.BYTES;

    final long session;
    final String peer;
    final boolean initiatedByUs;
    final SocketChannel channel;
    private final LinkFile file;
    private final Path journalFolder;
    private final long recordsTimeoutNs;
    private final ByteBuffer doorbell = ByteBuffer.allocateDirect(1);
    private volatile @Nullable DisconnectReason ended;

    private @Nullable PeerHandler handler;
    private @Nullable JournalReader reader;
    private int piecesLeft;
    private int delivered;
    private long runNext;
    private long missingSinceNs;
    private boolean missing;
    private boolean unflushed;
    private boolean polling;
    private boolean gone;

    IpcLink(
            final long session,
            final Greeting peer,
            final boolean initiatedByUs,
            final SocketChannel channel,
            final LinkFile file,
            final int recordsTimeoutMs) {
        this.session = session;
        this.peer = peer.node();
        this.initiatedByUs = initiatedByUs;
        this.channel = channel;
        this.file = file;
        this.journalFolder = Path.of(peer.journalFolder());
        this.recordsTimeoutNs = TimeUnit.MILLISECONDS.toNanos(recordsTimeoutMs);
    }

    /** Helper thread: the socket has ended. Any thread may give it up. The first reason counts. */
    void end(final DisconnectReason reason) {
        if (ended == null) {
            ended = reason;
        }
    }

    @Nullable
    DisconnectReason ended() {
        return ended;
    }

    boolean isGone() {
        return gone;
    }

    boolean sendFrame(final DirectBuffer frame, final int offset, final int length) {
        if (!file.outbound().write(CONTROL, frame, offset, length)) {
            return false;
        }
        unflushed = true;
        return true;
    }

    boolean sendAppend(
            final DirectBuffer header,
            final int headerOffset,
            final int headerLength,
            final long fromSeq,
            final long lastSeq) {
        final OneToOneRingBuffer ring = file.outbound();
        final int index = ring.tryClaim(APPEND, SEQS_LENGTH + headerLength);
        if (index < 0) {
            return false;
        }
        ring.buffer().putLong(index, fromSeq, ByteOrder.LITTLE_ENDIAN);
        ring.buffer().putLong(index + Long.BYTES, lastSeq, ByteOrder.LITTLE_ENDIAN);
        ring.buffer().putBytes(index + SEQS_LENGTH, header, headerOffset, headerLength);
        ring.commit(index);
        unflushed = true;
        return true;
    }

    /** Rings the doorbell if the peer is parked. */
    boolean flush() {
        if (!unflushed) {
            return false;
        }
        unflushed = false;
        // What was sent, then the question whether the peer is parked: it announces that, then looks for what was sent.
        VarHandle.fullFence();
        if (file.takePeerParked()) {
            try {
                doorbell.clear();
                channel.write(doorbell);
            } catch (final IOException e) {
                // The helper thread sees the socket's end by itself, with its reason.
                LOGGER.log(System.Logger.Level.DEBUG, "doorbell is gone: peer={0}", peer);
            }
        }
        return true;
    }

    /** About to park: the peer shall ring from now on. Says whether something is there already. */
    boolean announcePark() {
        file.announcePark();
        VarHandle.fullFence();
        return ended != null || file.inbound().size() > 0;
    }

    int poll(final PeerHandler to, final int limit) {
        handler = to;
        piecesLeft = limit;
        delivered = 0;
        polling = true;
        try {
            file.inbound().controlledRead(this, limit);
        } finally {
            polling = false;
            if (gone) {
                release();
            }
        }
        if (delivered > 0 && !gone) {
            file.announceAwake();
        }
        return delivered;
    }

    /** After a poll that delivered nothing: whether nothing more can come of what the peer sent before it ended. */
    boolean isExhausted() {
        return delivered == 0;
    }

    /** Has no more use for rings and journal; the socket is the helper thread's to close. */
    void letGo() {
        gone = true;
        // They are being looked at while polling.
        if (!polling) {
            release();
        }
    }

    @Override
    public Action onMessage(final int msgTypeId, final MutableDirectBuffer buffer, final int index, final int length) {
        final PeerHandler to = handler;
        if (to == null || gone || ended == DisconnectReason.PROTOCOL_VIOLATION) {
            return Action.CONTINUE;
        }
        if (msgTypeId == CONTROL) {
            delivered++;
            to.onFrame(session, buffer, index, length);
            return Action.CONTINUE;
        }
        if (msgTypeId != APPEND || length <= SEQS_LENGTH) {
            giveUp(DisconnectReason.PROTOCOL_VIOLATION, "unknown frame: type=" + msgTypeId + " length=" + length);
            return Action.CONTINUE;
        }
        boolean threw = true;
        try {
            final Action action = deliverRun(to, buffer, index, length);
            threw = false;
            return action;
        } finally {
            if (threw) {
                runNext = 0; // the frame is lost, as one on any other carrier would be
            }
        }
    }

    private Action deliverRun(
            final PeerHandler to, final MutableDirectBuffer buffer, final int index, final int length) {
        final long fromSeq = buffer.getLong(index, ByteOrder.LITTLE_ENDIAN);
        final long lastSeq = buffer.getLong(index + Long.BYTES, ByteOrder.LITTLE_ENDIAN);
        final int header = index + SEQS_LENGTH;
        final int headerLength = length - SEQS_LENGTH;
        if (lastSeq < fromSeq) {
            delivered++;
            to.onAppend(session, buffer, header, headerLength, NO_RECORDS, 0, 0);
            return Action.CONTINUE;
        }
        if (runNext == 0) {
            runNext = fromSeq;
        }
        while (runNext <= lastSeq) {
            if (piecesLeft == 0) {
                return Action.ABORT;
            }
            final JournalReader run = nextPiece(lastSeq);
            if (run == null) {
                return Action.ABORT;
            }
            runNext = run.lastSeq() + 1;
            piecesLeft--;
            delivered++;
            to.onAppend(session, buffer, header, headerLength, run.buffer(), run.offset(), run.length());
            if (gone) {
                return Action.COMMIT;
            }
        }
        runNext = 0;
        return Action.CONTINUE;
    }

    /** The reader at its next piece; null if the records are not there. */
    private @Nullable JournalReader nextPiece(final long lastSeq) {
        try {
            JournalReader current = reader;
            if (current == null || current.lastSeq() + 1 != runNext) {
                closeReader();
                current = FolderReader.open(journalFolder, runNext);
                reader = current;
            }
            if (current.next(lastSeq, Limits.FRAME_LENGTH_MAX)) {
                missing = false;
                return current;
            }
        } catch (final PartitaException e) {
            closeReader();
            giveUp(DisconnectReason.PROTOCOL_VIOLATION, "the peer's journal cannot be read: cause=" + e.getMessage());
            return null;
        }
        noteMissing(lastSeq);
        return null;
    }

    /** They were stored before they were announced, so they are there, unless the journal was cut or is damaged. */
    private void noteMissing(final long lastSeq) {
        final long nowNs = System.nanoTime();
        if (!missing) {
            missing = true;
            missingSinceNs = nowNs;
        } else if (nowNs - missingSinceNs > recordsTimeoutNs) {
            giveUp(
                    DisconnectReason.TIMEOUT,
                    "announced records are not in the peer's journal: from=" + runNext + " to=" + lastSeq);
        }
    }

    private void giveUp(final DisconnectReason reason, final String what) {
        LOGGER.log(
                System.Logger.Level.WARNING,
                "link is given up: peer={0} session={1} journal={2} why={3}",
                peer,
                session,
                journalFolder,
                what);
        end(reason);
    }

    private void release() {
        closeReader();
        file.close();
    }

    private void closeReader() {
        final JournalReader open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }
}
