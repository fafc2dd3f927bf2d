// SPDX-License-Identifier: Apache-2.0
package io.partita.ledger.state;

import io.partita.ledger.model.QueryKind;
import io.partita.ledger.oracle.Subject;
import io.partita.ledger.wire.AccountView;
import io.partita.ledger.wire.InstructionView;
import io.partita.ledger.wire.QueryFilter;
import io.partita.ledger.wire.TransferView;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The state machine as the oracle sees it. */
public final class StateSubject implements Subject {
    private final LedgerStateMachine ledger;
    private final UnsafeBuffer row = new UnsafeBuffer(new byte[AccountView.LENGTH]);

    /**
     * An empty ledger.
     *
     * @param hashSeed decides the order inside the indexes, which no answer may show.
     */
    public StateSubject(final long hashSeed) {
        // Few slots, so that the indexes split all the time.
        this(new LedgerStateMachine(new StateConfig(hashSeed), 16, 32));
    }

    /**
     * A ledger that has applied something already.
     *
     * @param ledger closed with this.
     */
    public StateSubject(final LedgerStateMachine ledger) {
        this.ledger = ledger;
    }

    /**
     * The state machine.
     *
     * @return this one's.
     */
    public LedgerStateMachine ledger() {
        return ledger;
    }

    @Override
    public int apply(final DirectBuffer record, final MutableDirectBuffer results) {
        return ledger.apply(record, 0, results, 0);
    }

    @Override
    public Query query(final int kind, final DirectBuffer filter) {
        final QueryFilter decoded = new QueryFilter().decode(filter, 0);
        final QueryKind queryKind = QueryKind.values()[kind];
        if (decoded.problem(queryKind) != null) {
            return null;
        }
        final MutableDirectBuffer out = new ExpandableArrayBuffer();
        final LedgerQuery query = ledger.query(queryKind, decoded, out);
        return new Query() {
            @Override
            public byte[] step(final int visitsMax) {
                if (!query.isDone()) {
                    query.step(visitsMax);
                }
                return query.isDone() ? bytes(out, query.length()) : null;
            }

            @Override
            public long seq() {
                return query.seq();
            }
        };
    }

    @Override
    public byte[] account(final long idHi, final long idLo) {
        return ledger.lookupAccount(idHi, idLo, row, 0) ? bytes(row, AccountView.LENGTH) : null;
    }

    @Override
    public byte[] transfer(final long idHi, final long idLo) {
        return ledger.lookupTransfer(idHi, idLo, row, 0) ? bytes(row, TransferView.LENGTH) : null;
    }

    @Override
    public List<byte[]> rows() {
        final Rows rows = new Rows();
        ledger.visit(rows);
        return rows.all;
    }

    @Override
    public long runningDigest() {
        return ledger.runningDigest();
    }

    @Override
    public String stateDigest() {
        return ledger.stateDigest().toString();
    }

    @Override
    public List<String> violations() {
        return ledger.checkInvariants().violations();
    }

    @Override
    public long nextExpiry() {
        return ledger.nextExpiry();
    }

    @Override
    public int dueCount(final long base) {
        return ledger.dueCount(base);
    }

    @Override
    public long lastTimestamp() {
        return ledger.lastTimestamp();
    }

    @Override
    public long[] counts() {
        return new long[] {ledger.accountCount(), ledger.transferCount(), ledger.burntIdCount()};
    }

    @Override
    public void close() {
        ledger.close();
    }

    private static byte[] bytes(final DirectBuffer from, final int length) {
        final byte[] bytes = new byte[length];
        from.getBytes(0, bytes);
        return bytes;
    }

    /** Writes down what the visitor is shown, getter by getter; the tag of the state digest first. */
    private static final class Rows implements StateVisitor {
        final List<byte[]> all = new ArrayList<>();
        private final ByteBuffer to =
                ByteBuffer.allocate(1 + AccountView.LENGTH).order(ByteOrder.LITTLE_ENDIAN);

        @Override
        public void onAccount(final AccountView row) {
            to.put((byte) 1).putLong(row.idLo()).putLong(row.idHi());
            to.putLong(row.debitsPendingLo()).putLong(row.debitsPendingHi());
            to.putLong(row.debitsPostedLo()).putLong(row.debitsPostedHi());
            to.putLong(row.creditsPendingLo()).putLong(row.creditsPendingHi());
            to.putLong(row.creditsPostedLo()).putLong(row.creditsPostedHi());
            to.putLong(row.creditLimitLo()).putLong(row.creditLimitHi());
            to.putLong(row.creditLimitCreatedLo()).putLong(row.creditLimitCreatedHi());
            to.putLong(row.userData128Lo()).putLong(row.userData128Hi());
            to.putLong(row.userData64()).putLong(row.timestamp());
            to.putInt(row.userData32()).putInt(row.ledger()).putShort((short) row.code());
            to.putShort((short) row.flags())
                    .putShort((short) row.flagsCreated())
                    .putShort((short) 0);
            take();
        }

        @Override
        public void onTransfer(final TransferView row) {
            to.put((byte) 2).putLong(row.idLo()).putLong(row.idHi());
            to.putLong(row.debitAccountIdLo()).putLong(row.debitAccountIdHi());
            to.putLong(row.creditAccountIdLo()).putLong(row.creditAccountIdHi());
            to.putLong(row.amountLo()).putLong(row.amountHi());
            to.putLong(row.pendingIdLo()).putLong(row.pendingIdHi());
            to.putLong(row.userData128Lo()).putLong(row.userData128Hi());
            to.putLong(row.userData64()).putLong(row.timestamp());
            to.putInt(row.userData32()).putInt(row.timeout()).putInt(row.ledger());
            to.putShort((short) row.code()).putShort((short) row.flags());
            take();
        }

        @Override
        public void onBurntId(final long idHi, final long idLo) {
            to.put((byte) 3).putLong(idLo).putLong(idHi);
            take();
        }

        @Override
        public void onPending(final long idHi, final long idLo, final int status, final long resolvedAt) {
            to.put((byte) 4).putLong(idLo).putLong(idHi).putLong(status).putLong(resolvedAt);
            take();
        }

        @Override
        public void onInstruction(final InstructionView row) {
            to.put((byte) 5).putLong(row.idLo()).putLong(row.idHi());
            to.putLong(row.accountIdLo()).putLong(row.accountIdHi());
            to.putLong(row.creditLimitLo()).putLong(row.creditLimitHi());
            to.putLong(row.timestamp()).putLong(0);
            take();
        }

        private void take() {
            all.add(Arrays.copyOf(to.array(), to.position()));
            to.clear();
        }
    }
}
